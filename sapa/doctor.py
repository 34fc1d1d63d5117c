"""Self-tests of the configuration, the CRM database and the worker; the connector examines the sources."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, text

from connector.doctor import examine_source
from connector.steps import FAILED, OK, WARNING, Finding, Step, timed
from crm import heartbeat
from crm.clock import utc_now
from crm.database import check, ensure_current, open_engine, reading, refuse_foreign, revision
from crm.i18n import N_
from crm.status import as_of_by_source
from sapa import config

LEAST_SPACE_BYTES = 200_000_000
ENOUGH_SPACE_BYTES = 2_000_000_000
SHORTEST_SECRET = 32
CLOCK_TOLERANCE = timedelta(minutes=2)


def examine(path: Path, names: Collection[str] = ()) -> Iterator[Step]:
    """Yield the steps one by one, each when it is done; what rests on a failed step is left out.

    With ``names`` only the sources of these names are examined.
    """
    first = timed("config", lambda: _config(path))
    yield first
    if first.status == FAILED:
        return
    settings = config.load(path)
    yield timed("config.mode", lambda: _mode(path))
    yield timed("config.secret", lambda: _secret(settings.crm.secret_key))
    yield from examine_crm(settings.crm.database_url)
    for source in settings.sources:
        if not names or source.name in names:
            yield from examine_source(source)


def examine_crm(url: str) -> Iterator[Step]:
    """Yield the steps about the CRM database and the worker that uses it."""
    first = timed("crm.open", lambda: _open(url))
    yield first
    if first.status == FAILED:
        return
    engine = open_engine(url)
    try:
        yield from _examine_open_crm(engine)
    finally:
        engine.dispose()


def _examine_open_crm(engine: Engine) -> Iterator[Step]:
    schema = timed("crm.schema", lambda: _schema(engine))
    yield schema
    if engine.dialect.name == "sqlite":
        yield timed("crm.sqlite", lambda: _sqlite(engine))
        yield timed("crm.mode", lambda: _privacy(Path(str(engine.url.database))))
        yield timed("crm.space", lambda: _space(Path(str(engine.url.database))))
    yield timed("clock", lambda: _clock(engine))
    if schema.status == OK:
        yield timed("worker", lambda: _worker(engine))


def _config(path: Path) -> Finding:
    if not config.load(path).sources:
        hint = N_("Add a section [[sources]]; a new file from `sapa init` shows how.")
        return Finding(N_("{file} names no source."), hint, {"file": path}, FAILED)
    return Finding(N_("The configuration {file} is complete."), values={"file": path})


def _mode(path: Path) -> Finding:
    if config.too_open(path):
        return Finding(
            N_("Others on this machine may read the passwords in {file}."),
            N_("Run: chmod 600 {file}"),
            {"file": path},
            WARNING,
        )
    return Finding(N_("Only its owner may read {file}."), values={"file": path})


def _secret(key: str) -> Finding:
    if len(key) < SHORTEST_SECRET:
        return Finding(
            N_("crm.secret_key is short; whoever guesses it can forge what Sapa signs."),
            N_("Put {least} random characters or more into the configuration; `sapa init` writes such a key."),
            {"least": SHORTEST_SECRET},
            WARNING,
        )
    return Finding(N_("crm.secret_key is long enough."))


def _open(url: str) -> Finding:
    engine = open_engine(url)
    try:
        with reading(engine) as connection:
            connection.execute(text("SELECT 1"))
    finally:
        engine.dispose()
    return Finding(N_("The CRM database {place} opens."), values={"place": engine.url.render_as_string()})


def _schema(engine: Engine) -> Finding:
    refuse_foreign(engine)
    if revision(engine) is None:
        return Finding(
            N_("The CRM database has no tables yet."), N_("`sapa sync` or `sapa db upgrade` creates them."), {}, WARNING
        )
    ensure_current(engine)
    differences = check(engine)
    if differences:
        return Finding(
            N_("The CRM database's tables are not as this Sapa expects ({count} differences)."),
            N_("`sapa db check` lists them; undo what was changed by hand, or restore a backup."),
            {"count": len(differences)},
            FAILED,
        )
    return Finding(N_("The CRM database is at revision {revision}."), values={"revision": revision(engine)})


def _sqlite(engine: Engine) -> Finding:
    with reading(engine) as connection:
        journal = connection.execute(text("PRAGMA journal_mode")).scalar_one()
        foreign_keys = connection.execute(text("PRAGMA foreign_keys")).scalar_one()
    if (journal, foreign_keys) != ("wal", 1):
        return Finding(
            N_("SQLite works without a write-ahead log or foreign keys (journal {journal}, foreign keys {keys})."),
            N_("Keep the database on a disk of this machine, not on a network share."),
            {"journal": journal, "keys": foreign_keys},
            FAILED,
        )
    return Finding(N_("SQLite keeps a write-ahead log and watches foreign keys."))


def _privacy(database: Path) -> Finding:
    if config.too_open(database):
        return Finding(
            N_("Others on this machine may read the readers' data in {file}."),
            N_("Run: chmod 600 {file}"),
            {"file": database},
            WARNING,
        )
    if os.name != "posix":
        return Finding(N_("The rights of {file} are those of its folder."), values={"file": database})
    return Finding(N_("Only its owner may read {file}."), values={"file": database})


def _space(database: Path) -> Finding:
    free = shutil.disk_usage(database.parent).free
    status = OK if free >= ENOUGH_SPACE_BYTES else WARNING if free >= LEAST_SPACE_BYTES else FAILED
    return Finding(
        N_("{free} MB are free on the disk of the CRM database."),
        "" if status == OK else N_("Free some space: the copy of 2 million loans takes about 1 GB."),
        {"free": free // 1_000_000},
        status,
    )


def _clock(engine: Engine) -> Finding:
    now = utc_now()
    off = abs(_crm_time(engine, now) - now)
    if off > CLOCK_TOLERANCE:
        return Finding(
            N_("This machine's clock is {seconds} s off from the CRM database's ({now} UTC here)."),
            N_("Set the clock of both by NTP."),
            {"seconds": round(off.total_seconds()), "now": now.isoformat(" ", "seconds")},
            WARNING,
        )
    return Finding(
        N_("The clock agrees with the CRM database ({now} UTC)."), values={"now": now.isoformat(" ", "seconds")}
    )


def _crm_time(engine: Engine, now: datetime) -> datetime:
    """Return the server's time; SQLite has none, but what it holds cannot be from the future."""
    with reading(engine) as connection:
        if engine.dialect.name != "sqlite":
            return datetime.fromisoformat(str(connection.execute(text("SELECT UTC_TIMESTAMP()")).scalar_one()))
    if revision(engine) is None:
        return now
    return max([now, *filter(None, as_of_by_source(engine).values())])


def _worker(engine: Engine) -> Finding:
    last = heartbeat.latest_beat(engine)
    now = utc_now()
    if last is None or not last.is_alive(now):
        return Finding(
            N_("No worker is running: nothing is synced on schedule."),
            N_("Start `sapa serve` or `sapa work`, and have the system start it after a reboot."),
            {},
            WARNING,
        )
    return Finding(
        N_("The worker {holder} is alive (seen {seconds} s ago)."),
        values={"holder": last.holder, "seconds": round((now - last.beat_at).total_seconds())},
    )
