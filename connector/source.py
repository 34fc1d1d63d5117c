"""One read-only connection to a library's ILS database."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, TextClause, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from connector.dialects import Dialect, MysqlDialect, SqliteDialect, register
from connector.settings import SourceSettings
from connector.source_errors import CRASHED, error_number, explain
from crm.errors import SourceUnavailable
from crm.greeting import expect_greeting
from crm.i18n import N_
from crm.os_reasons import reason_of

STATEMENT_SECONDS = 60
FAST_STATEMENT_SECONDS = 600
ANSWER_SECONDS = 30
GROUP_BYTES = 64 * 1024 * 1024

READ_ONLY, READ_WRITE = "SET SESSION TRANSACTION READ ONLY", "SET SESSION TRANSACTION READ WRITE"
SESSION = (
    "SET NAMES utf8mb4",
    READ_ONLY,
    "SET SESSION sql_mode = ''",
    "SET SESSION time_zone = '+00:00'",
    f"SET SESSION group_concat_max_len = {GROUP_BYTES}",
)

_BAD_FILE = N_("A file that the database_url of source {source} names cannot be read: {cause}.")
_GOOD_FILE = N_("Correct the path after ssl_ca, ssl_cert or ssl_key, or let the user that runs Sapa read the file.")
_BAD_URL = N_("The database_url of source {source} is not one that Sapa understands.")
_GOOD_URL = N_("Write it as mysql+pymysql://reader:password@host:3306/database.")


@dataclass(frozen=True)
class ColumnShape:
    """What the server says of one column."""

    data_type: str
    charset: str | None = None
    collation: str | None = None


Rows = list[tuple[Any, ...]]
Shape = Mapping[str, Mapping[str, ColumnShape]]


class Source:
    """A source while it is open; ``with Source(settings) as source``."""

    def __init__(self, settings: SourceSettings) -> None:
        """Prepare; the database is contacted by the first question."""
        self.settings = settings
        self.url = _parsed(settings)
        self.engine = _open(self.url, settings)
        self._home = threading.get_ident()
        self._connections: dict[bool, Connection] = {}  # for this thread, and for one that reads ahead

    @property
    def is_sqlite(self) -> bool:
        """Tell whether this is an SQLite file, as the demo's is."""
        return self.url.get_backend_name() == "sqlite"

    def __enter__(self) -> Self:
        """Open the connection."""
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections, whatever state they are in."""
        for connection in self._connections.values():
            connection.invalidate()
            connection.close()
        self._connections.clear()
        self.engine.dispose()

    def rows(self, sql: str, **values: object) -> Rows:
        """Return all rows of one statement; raises SourceUnavailable or SourceSchemaMismatch."""
        try:
            return self._rows(sql, values)
        except DBAPIError as error:
            raise explain(error, self.settings.name, self.url) from error

    def _rows(self, sql: str, values: Mapping[str, object]) -> Rows:
        connection, question = self._open(), text(sql)
        try:
            return self._answer(connection, question, values)
        except DBAPIError as error:
            if error_number(error) not in CRASHED:
                raise
            # After a power cut MariaDB mends a MyISAM table when it is next opened, but not for who may only read.
            connection.exec_driver_sql(READ_WRITE)
            try:
                return self._answer(connection, question, values)
            finally:
                if not connection.invalidated:  # else the server went away while it mended, and the session with it
                    connection.exec_driver_sql(READ_ONLY)

    def _answer(self, connection: Connection, question: TextClause, values: Mapping[str, object]) -> Rows:
        result = connection.execute(question, values)
        if self.is_sqlite:
            return [tuple(row) for row in result]
        rows: Rows = list(result.cursor.fetchall())  # PyMySQL has them all by now; SQLAlchemy's own take time to make
        result.close()
        return rows

    @cached_property
    def shape(self) -> Shape:
        """The tables and columns that this account may see."""
        return self._sqlite_shape() if self.is_sqlite else self._mysql_shape()

    @cached_property
    def dialect(self) -> Dialect:
        """How this server says what the sync asks."""
        return SqliteDialect() if self.is_sqlite else MysqlDialect(is_mariadb=self.is_mariadb)

    @cached_property
    def server(self) -> str:
        """The server's own version text."""
        return str(self.rows("SELECT sqlite_version()" if self.is_sqlite else "SELECT VERSION()")[0][0])

    @property
    def is_mariadb(self) -> bool:
        """Tell whether the server is MariaDB and not MySQL."""
        return "mariadb" in self.server.casefold()

    def _mysql_shape(self) -> Shape:
        shape: dict[str, dict[str, ColumnShape]] = {}
        for table, column, *facts in self.rows(
            "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, CHARACTER_SET_NAME, COLLATION_NAME"
            " FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION"
        ):
            shape.setdefault(str(table), {})[str(column)] = ColumnShape(*facts)
        return shape

    def _sqlite_shape(self) -> Shape:
        tables = [str(name) for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: {
                str(column): ColumnShape(str(data_type).lower())
                for column, data_type in self.rows("SELECT name, type FROM pragma_table_info(:table)", table=table)
            }
            for table in tables
        }

    def _open(self) -> Connection:
        """Return the connection of the thread that made this, or of the one that reads ahead, one at a time."""
        is_home = threading.get_ident() == self._home
        if is_home not in self._connections:
            try:
                self._connections[is_home] = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            except DBAPIError as error:
                raise explain(error, self.settings.name, self.url, is_connecting=True) from error
            except OSError as error:  # a certificate that is not there, for one
                values = {"source": self.settings.name, "cause": reason_of(error)}
                raise SourceUnavailable(_BAD_FILE, _GOOD_FILE, **values) from error
        return self._connections[is_home]


def _parsed(settings: SourceSettings) -> URL:
    try:
        url = make_url(settings.database_url)
    except ArgumentError as error:
        raise SourceUnavailable(_BAD_URL, _GOOD_URL, source=settings.name) from error
    if url.get_backend_name() not in {"mysql", "mariadb", "sqlite"}:
        raise SourceUnavailable(_BAD_URL, _GOOD_URL, source=settings.name)
    return url


def _open(url: URL, settings: SourceSettings) -> Engine:
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url, settings)
    seconds = FAST_STATEMENT_SECONDS if settings.fast else STATEMENT_SECONDS
    try:
        engine = create_engine(
            url.update_query_dict({"charset": "utf8mb4"}),
            pool_size=2,
            connect_args={"read_timeout": seconds + ANSWER_SECONDS},
        )
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise SourceUnavailable(_BAD_URL, _GOOD_URL, source=settings.name) from error
    expect_greeting(engine)
    event.listen(engine, "connect", lambda connection, _record: _prepare_mysql(connection, seconds))
    return engine


def _prepare_mysql(connection: Any, seconds: int) -> None:
    with connection.cursor() as cursor:
        for statement in SESSION:
            cursor.execute(statement)
        cursor.execute("SELECT VERSION()")
        is_mariadb = "mariadb" in str(cursor.fetchone()[0]).lower()
        limit = ("max_statement_time", 1) if is_mariadb else ("max_execution_time", 1000)
        cursor.execute(f"SET SESSION {limit[0]} = {seconds * limit[1]:g}")


def _open_sqlite(url: URL, settings: SourceSettings) -> Engine:
    path = Path(url.database or "").resolve()
    if not path.is_file():
        raise SourceUnavailable(
            N_("The database file of source {source}, {path}, does not exist."),
            N_("Correct its database_url."),
            source=settings.name,
            path=path,
        )
    read_only = URL.create("sqlite", database=path.as_uri(), query={"mode": "ro", "uri": "true"})
    engine = create_engine(read_only, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", lambda connection, _record: register(connection))
    return engine
