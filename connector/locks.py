"""Lets one sync of a source run at a time, whatever processes and machines share the CRM database."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from crm.database import reading
from crm.database_errors import explain
from crm.errors import AlreadyRunning, CrmUnavailable
from crm.i18n import N_
from crm.schema import ils, sync

IDLE_SECONDS = 7 * 24 * 3600


def holder() -> str:
    """Return how this process is named to others."""
    return f"{socket.gethostname()}, process {os.getpid()}"


@contextmanager
def running_alone(crm: Engine, source: str, wait_seconds: float) -> Iterator[None]:
    """Hold the lock of ``source``; raises AlreadyRunning, naming the other, when it is not free in time."""
    lock = _file_lock if crm.dialect.name == "sqlite" else _server_lock
    with lock(crm, source, wait_seconds):
        yield


@contextmanager
def _file_lock(crm: Engine, source: str, wait_seconds: float) -> Iterator[None]:
    path = Path(f"{crm.url.database}.{_safe(source)}.lock")
    lock = FileLock(path, timeout=wait_seconds)
    try:
        lock.acquire()
    except Timeout as error:
        raise _running(crm, source) from error
    except OSError as error:
        raise CrmUnavailable(
            N_("The lock file {path} cannot be made: {cause}."),
            N_("Give the user that runs Sapa write permission on the folder of the CRM database."),
            path=path,
            cause=error.strerror or error,
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _server_lock(crm: Engine, source: str, wait_seconds: float) -> Iterator[None]:
    name = f"sapa-sync-{crm.url.database}-{source}"[:64]
    try:
        with crm.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"SET SESSION wait_timeout = {IDLE_SECONDS}"))
            got = connection.scalar(text("SELECT GET_LOCK(:name, :wait)"), {"name": name, "wait": wait_seconds})
            if got != 1:
                raise _running(crm, source)
            try:
                yield
            finally:
                connection.invalidate()  # closing the session frees the lock, even on a broken connection
    except DBAPIError as error:
        raise explain(error, crm.url) from error


def _safe(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in name)


def _running(crm: Engine, source: str) -> AlreadyRunning:
    with reading(crm) as connection:
        row = connection.execute(
            select(sync.lease.c.holder, sync.lease.c.beat_at)
            .join(ils.source, ils.source.c.id == sync.lease.c.source_id)
            .where(ils.source.c.name == source)
        ).first()
    return AlreadyRunning(
        N_("Source {source} is being synced already by {holder} (last sign of life {beat} UTC)."),
        N_("Wait until it is done; a run that died frees its place by itself."),
        source=source,
        holder=row.holder if row else "?",
        beat=row.beat_at.isoformat(" ", "seconds") if row else "?",
    )
