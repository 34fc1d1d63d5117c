"""Opens the CRM database, embedded SQLite or MariaDB/MySQL, and keeps its schema at the version of the code."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from crm.database_errors import explain
from crm.differences import is_awaited, told
from crm.errors import AlreadyRunning, CrmSchemaMismatch, CrmUnavailable
from crm.greeting import expect_greeting
from crm.i18n import N_, Message
from crm.schema import METADATA
from crm.schema.base import MYSQL_FAMILY, Code, Key, Words
from crm.versions import refuse_old_server, refuse_old_sqlite

SQLITE_PRAGMAS = (
    "PRAGMA busy_timeout = 30000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -16000",  # kilobytes; the sorter below takes up to four times as much
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA threads = 1",  # beside its own, of the sorter that builds indexes
)
WAL_WAIT_SECONDS = 10
MYSQL_SESSION = (
    "SET NAMES utf8mb4",
    "SET SESSION time_zone = '+00:00'",
    "SET SESSION default_storage_engine = InnoDB",  # a server may be set to MyISAM, which has no transactions
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
)
VERSIONS = "alembic_version"  # where Alembic keeps the revision
UPGRADE_LOCK = "sapa-upgrade"
UPGRADE_WAIT_SECONDS = 60
UNFINISHED = "sapa_unfinished"  # a table that is there while an empty database is given its tables


def open_engine(url: str) -> Engine:
    """Return the engine of the CRM database at ``url``; nothing is contacted yet."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _open_sqlite(parsed)
        if parsed.get_backend_name() in MYSQL_FAMILY:
            return _open_mysql(parsed)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise CrmUnavailable(_BAD_URL, _GOOD_URL) from error
    raise CrmUnavailable(_BAD_URL, _GOOD_URL)


_BAD_URL = N_("The CRM database's URL is not one that Sapa understands.")
_GOOD_URL = N_("Write [crm] database_url as sqlite:///sapa.db or mysql+pymysql://user:password@host/sapa.")


def _open_sqlite(url: URL) -> Engine:
    refuse_old_sqlite()
    folder = Path(url.database or ".").parent
    if not folder.is_dir():
        raise CrmUnavailable(
            N_("The folder of the CRM database, {folder}, does not exist."),
            N_("Create it, or correct [crm] database_url."),
            folder=folder,
        )
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
    event.listen(engine, "do_connect", lambda *_: _make_private(Path(url.database or "")))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "invalidate", _let_go)
    return engine


def _make_private(path: Path) -> None:
    """Create a file that only its owner may read; SQLite gives its journals the same rights (Windows: the folder's)."""
    with suppress(OSError):  # it is there already, or SQLite itself will say why it cannot be made
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        _patiently(connection, pragma)


def _patiently(connection: Any, pragma: str) -> None:
    """Execute a pragma; SQLite does not wait by itself while another process gives a new file its WAL."""
    deadline = time.monotonic() + WAL_WAIT_SECONDS
    while True:
        try:
            connection.execute(pragma)
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
        time.sleep(0.02)


def _let_go(connection: Any, *_: object) -> None:
    """Undo what was begun: a statement that Ctrl-C interrupted keeps even a closed file's write lock."""
    with suppress(sqlite3.Error):
        connection.rollback()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("sapa_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _open_mysql(url: URL) -> Engine:
    url = url.update_query_dict({"charset": "utf8mb4"})
    engine = create_engine(url, pool_pre_ping=True, pool_recycle=1800, isolation_level="READ COMMITTED")
    expect_greeting(engine)
    event.listen(engine, "connect", prepare_mysql)
    return engine


def prepare_mysql(connection: Any, _record: object) -> None:
    """Make a new connection to a CRM on MariaDB or MySQL strict, UTC and 4-byte clean; refuse a server too old."""
    refuse_old_server(connection.get_server_info())
    with connection.cursor() as cursor:
        for statement in MYSQL_SESSION:
            cursor.execute(statement)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a connection in a transaction that only reads."""
    with _explained(engine), _opened(engine) as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a connection in a transaction that writes and commits at the end; SQLite's write lock is taken at once."""
    with _explained(engine), _opened(engine) as bare:
        connection = bare.execution_options(sapa_writes=True)
        with connection.begin():
            yield connection


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise explain(error, engine.url) from error


def _opened(engine: Engine) -> Connection:
    try:
        return engine.connect()
    except FileNotFoundError as error:  # of a certificate; what happens to other files meanwhile is another's matter
        raise CrmUnavailable(
            N_("A file that [crm] database_url names is not there."),
            N_("Correct the path after ssl_ca, ssl_cert or ssl_key."),
        ) from error


def ensure_current(engine: Engine) -> None:
    """Create an empty CRM database; raise CrmSchemaMismatch if there is one of another version."""
    with reading(engine) as connection:
        is_new = _is_new(connection)
    if is_new:
        upgrade(engine)
    found = revision(engine)
    if found is None:
        raise _foreign()
    if found != head():
        _refuse(found)


def _foreign() -> CrmSchemaMismatch:
    return CrmSchemaMismatch(
        N_("The database at [crm] database_url holds tables that are not Sapa's."),
        N_("Give Sapa a database of its own; never point it at the ILS's."),
    )


def _refuse(found: str) -> None:
    if found in {script.revision for script in _scripts().walk_revisions()}:
        raise CrmSchemaMismatch(
            N_("The CRM database is older than this Sapa (revision {found}, needed {needed})."),
            N_("Make a backup, then run: sapa db upgrade"),
            found=found,
            needed=head(),
        )
    raise _newer(found)


def _newer(found: str) -> CrmSchemaMismatch:
    return CrmSchemaMismatch(
        N_("The CRM database was made by a newer Sapa (revision {found})."),
        N_("Install that version of Sapa or a later one, or restore the backup from before the upgrade."),
        found=found,
    )


def refuse_foreign(engine: Engine) -> None:
    """Raise CrmSchemaMismatch where the database holds tables of something else, the ILS's perhaps."""
    with reading(engine) as connection:
        if _revision(connection) is None and not _is_new(connection):
            raise _foreign()


def revision(engine: Engine) -> str | None:
    """Return the schema revision of the CRM database, None if it has none yet."""
    with reading(engine) as connection:
        return _revision(connection)


def head() -> str:
    """Return the schema revision that this code needs."""
    return _scripts().get_current_head() or ""


def upgrade(engine: Engine, target: str = "head") -> None:
    """Bring the schema to ``target``; two upgrades at once do it once."""
    with _migrating(engine) as config:
        connection: Connection = config.attributes["connection"]
        is_new = _is_new(connection)
        if not is_new and _revision(connection) is None:
            raise _foreign()
        try:
            with _begun_anew(connection) if is_new else nullcontext():
                command.upgrade(config, target)
        except CommandError as error:
            raise _newer(str(_revision(connection))) from error


def downgrade(engine: Engine, target: str) -> None:
    """Take the schema back to ``target``."""
    with _migrating(engine) as config:
        command.downgrade(config, target)


def check(engine: Engine) -> list[Message]:
    """Return the differences between the tables in code and in the database, none when they are equal.

    Indexes that a first copy has put off until its end are none.
    """
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": _compares_otherwise})
        found = compare_metadata(context, METADATA)
        return [told(difference) for difference in found if not is_awaited(difference, connection)]


def _compares_otherwise(context: MigrationContext, _old: Any, _new: Any, found: Any, wanted: Any) -> bool | None:
    """Return True where text compares by another collation; None leaves everything else to Alembic."""
    collation = None
    if isinstance(wanted, Code | Key | Words):
        collation = getattr(wanted.load_dialect_impl(context.dialect), "collation", None)
    return True if collation and collation != getattr(found, "collation", None) else None


@contextmanager
def _migrating(engine: Engine) -> Iterator[Config]:
    with writing(engine) as connection:
        config = _config()
        config.attributes["connection"] = connection
        with _one_at_a_time(connection):
            yield config


@contextmanager
def _one_at_a_time(connection: Connection) -> Iterator[None]:
    if connection.dialect.name not in MYSQL_FAMILY:  # BEGIN IMMEDIATE has done it
        yield
        return
    values = {"name": UPGRADE_LOCK, "wait": UPGRADE_WAIT_SECONDS}
    if connection.scalar(text("SELECT GET_LOCK(:name, :wait)"), values) != 1:
        raise AlreadyRunning(
            N_("Another process is changing the tables of the CRM database."),
            N_("Wait until it is done, then run the command again."),
        )
    try:
        yield
    except BaseException:
        connection.invalidate()  # ends the session and frees the lock, also where the server is gone
        raise
    connection.execute(text("SELECT RELEASE_LOCK(:name)"), {"name": UPGRADE_LOCK})


def _is_new(connection: Connection) -> bool:
    """Tell whether there are no tables yet, or only those of a process that died while it made them."""
    tables = {*inspect(connection).get_table_names()} - {VERSIONS}
    return UNFINISHED in tables or (not tables and _revision(connection) is None)


@contextmanager
def _begun_anew(connection: Connection) -> Iterator[None]:
    """Drop what a process that died has left, and mark the database until it has all its tables.

    MariaDB and MySQL cannot roll back what creates a table; nobody writes rows before the mark is gone.
    """
    if connection.dialect.name not in MYSQL_FAMILY:
        yield
        return
    left = {*METADATA.tables, VERSIONS}.intersection(inspect(connection).get_table_names())
    connection.execute(text(f"CREATE TABLE IF NOT EXISTS {UNFINISHED} (id INT PRIMARY KEY)"))
    connection.execute(text("SET SESSION foreign_key_checks = 0"))
    for name in left:
        connection.execute(text(f"DROP TABLE {name}"))
    connection.execute(text("SET SESSION foreign_key_checks = 1"))
    yield
    connection.execute(text(f"DROP TABLE {UNFINISHED}"))


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "crm:migrations")
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
