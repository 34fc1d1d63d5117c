"""Lets one sync of a source, and one refresh of the profiles, run at a time, whoever shares the CRM database."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from crm.database import reading
from crm.database_errors import explain
from crm.errors import AlreadyRunning, CrmUnavailable
from crm.i18n import N_, Message
from crm.os_reasons import reason_of
from crm.schema import ils, sync

IDLE_SECONDS = 7 * 24 * 3600
PROFILES = "=profiles"  # in place of a source, none of which can have such a name


def holder() -> str:
    """Return how this process is named to others."""
    return f"{socket.gethostname()}, process {os.getpid()}"


Acquire = Callable[[float], bool]
Wait = Callable[[Acquire], None]


@contextmanager
def running_alone(
    crm: Engine, source: str, wait_seconds: float, tell: Callable[[Message], None] = lambda _: None
) -> Iterator[None]:
    """Hold the lock of ``source``; ``tell`` is told when another has it.

    Raises AlreadyRunning, naming the other, when it is not free in time.
    """

    def wait(acquire: Acquire) -> None:
        if acquire(0):
            return
        if wait_seconds:
            values = {"source": source, "holder": _holder(crm, source)[0], "seconds": f"{wait_seconds:g}"}
            tell(Message(N_("Source {source} is being synced by {holder}; waiting up to {seconds} seconds."), values))
            if acquire(wait_seconds):
                return
        raise _running(crm, source)

    lock = _file_lock if crm.dialect.name == "sqlite" else _server_lock
    with lock(crm, source, wait):
        yield


@contextmanager
def refreshing_alone(crm: Engine, wait_seconds: float) -> Iterator[None]:
    """Hold the lock of the profiles; raises AlreadyRunning when it is not free in time."""

    def wait(acquire: Acquire) -> None:
        if not acquire(wait_seconds):
            raise AlreadyRunning(
                N_("The profiles are being worked out already, by another process."),
                N_("Wait until it is done; what changes meanwhile is taken up the next time."),
            )

    lock = _file_lock if crm.dialect.name == "sqlite" else _server_lock
    with lock(crm, PROFILES, wait):
        yield


def is_running(crm: Engine, source: str) -> bool:
    """Tell whether a sync of ``source`` is at work just now, wherever that is."""
    if crm.dialect.name == "sqlite":
        return _is_locked(_lock_path(crm, source))
    with reading(crm) as connection:
        return connection.scalar(text("SELECT IS_USED_LOCK(:name)"), {"name": _lock_name(crm, source)}) is not None


def _is_locked(path: Path) -> bool:
    """Try the lock for a moment; one that was never made is free."""
    if not path.exists():
        return False
    try:
        with FileLock(path, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:  # it is somebody else's file
        return True


def _lock_path(crm: Engine, source: str) -> Path:
    return Path(f"{crm.url.database}.{_safe(source)}.lock")


def _lock_name(crm: Engine, source: str) -> str:
    return f"sapa-sync-{crm.url.database}-{source}"[:64]


@contextmanager
def _file_lock(crm: Engine, source: str, wait: Wait) -> Iterator[None]:
    path = _lock_path(crm, source)
    lock = FileLock(path)

    def acquire(seconds: float) -> bool:
        with suppress(Timeout):
            lock.acquire(timeout=seconds)
        return lock.is_locked

    try:
        wait(acquire)
    except OSError as error:
        raise CrmUnavailable(
            N_("The lock file {path} cannot be made: {cause}."),
            N_("Give the user that runs Sapa write permission on the folder of the CRM database."),
            path=path,
            cause=reason_of(error),
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _server_lock(crm: Engine, source: str, wait: Wait) -> Iterator[None]:
    name = _lock_name(crm, source)
    try:
        with crm.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"SET SESSION wait_timeout = {IDLE_SECONDS}"))
            ask = text("SELECT GET_LOCK(:name, :wait)")
            wait(lambda seconds: connection.scalar(ask, {"name": name, "wait": seconds}) == 1)
            try:
                yield
            finally:
                connection.invalidate()  # closing the session frees the lock, even on a broken connection
    except DBAPIError as error:
        raise explain(error, crm.url) from error


def _safe(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in name)


def _running(crm: Engine, source: str) -> AlreadyRunning:
    name, beat = _holder(crm, source)
    return AlreadyRunning(
        N_("Source {source} is being synced already by {holder} (last sign of life {beat} UTC)."),
        N_("Wait until it is done; a run that died frees its place by itself."),
        source=source,
        holder=name,
        beat=beat,
    )


def _holder(crm: Engine, source: str) -> tuple[str, str]:
    """Return who holds the lease of ``source``, and its last sign of life."""
    with reading(crm) as connection:
        row = connection.execute(
            select(sync.lease.c.holder, sync.lease.c.beat_at)
            .join(ils.source, ils.source.c.id == sync.lease.c.source_id)
            .where(ils.source.c.name == source)
        ).first()
    return (row.holder, row.beat_at.isoformat(" ", "seconds")) if row else ("?", "?")
