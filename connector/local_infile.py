"""LOAD DATA LOCAL into a CRM on MariaDB or MySQL, answering only with our own rows.

A server may ask a client for any file of its disk; this connection never opens one: whatever name comes, it sends the
rows that were handed to it, or nothing. It is used for the CRM database alone, never towards an ILS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pymysql import connections
from sqlalchemy import Connection, Engine, Table, create_engine, event

from connector.values import Column
from crm.database import prepare_mysql
from crm.errors import CrmUnavailable
from crm.greeting import greeted
from crm.i18n import N_

_Result: Any = connections.MySQLResult  # what is overridden below is not in the published annotations
_Connection: Any = connections.Connection

PACKET = 256 * 1024
UNIT, RECORD, ESCAPE, NULL = "\x1f", "\x1e", "\\", "\\N"
ESCAPES = str.maketrans({each: ESCAPE + each for each in (UNIT, RECORD, ESCAPE)})


class StreamingResult(_Result):  # type: ignore[misc]
    """A result that answers the server's wish for a file with the connection's rows."""

    def _read_load_local_packet(self, _wish: Any) -> None:
        connection = self.connection
        data, connection.rows_to_send = connection.rows_to_send, b""
        for at in range(0, len(data), PACKET):
            connection.write_packet(data[at : at + PACKET])
        connection.write_packet(b"")
        self._read_ok_packet(connection._read_packet())  # noqa: SLF001 - PyMySQL has no public hook here


class StreamingConnection(_Connection):  # type: ignore[misc]
    """A connection that can LOAD DATA LOCAL from ``rows_to_send`` and from nowhere else."""

    rows_to_send = b""

    def _read_query_result(self, unbuffered: bool = False) -> Any:  # noqa: FBT001, FBT002 - PyMySQL's signature
        self._result = None
        result = StreamingResult(self)
        if unbuffered:
            result.init_unbuffered_query()
        else:
            result.read()
        self._result = result
        if result.server_status is not None:
            self.server_status = result.server_status
        return result.affected_rows


def loading_engine(crm: Engine) -> Engine:
    """Return an engine of the same database whose connections can load rows; the same engine where none can."""
    if crm.dialect.driver != "pymysql":
        return crm
    engine = create_engine(crm.url, isolation_level="READ COMMITTED", connect_args={"local_infile": True})
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "connect", prepare_mysql)
    return engine


def _connect(_dialect: Any, _record: Any, arguments: Sequence[Any], options: Mapping[str, Any]) -> Any:
    return greeted(StreamingConnection, arguments, options)


def can_load(connection: Connection) -> bool:
    """Tell whether this connection and its server allow LOAD DATA LOCAL."""
    driver: Any = connection.connection.dbapi_connection
    if not isinstance(driver, StreamingConnection):
        return False
    return bool(connection.exec_driver_sql("SELECT @@local_infile").scalar())


def load_rows(
    connection: Connection, table: Table, names: Sequence[str], columns: Sequence[Column], constants: Mapping[str, str]
) -> None:
    """Load rows, given as the values of each column; ``constants`` are SQL literals by column.

    Raises CrmUnavailable if one row did not go in as it is.
    """
    driver: Any = connection.connection.dbapi_connection
    driver.rows_to_send = encoded(columns)
    quoted = ", ".join(map(connection.dialect.identifier_preparer.quote, names))
    fixed = ", ".join(f"{name} = {value}" for name, value in constants.items())
    result = connection.exec_driver_sql(
        f"LOAD DATA LOCAL INFILE 'rows' INTO TABLE {table.name} CHARACTER SET utf8mb4 FIELDS TERMINATED BY x'1F'"
        f" ESCAPED BY '\\\\' LINES TERMINATED BY x'1E' ({quoted})" + (f" SET {fixed}" if fixed else "")
    )
    if result.rowcount != len(columns[0]) or connection.exec_driver_sql("SELECT @@warning_count").scalar():
        raise CrmUnavailable(
            N_("The CRM database took {taken} of {given} rows for {table}."),
            N_("Nothing of them was kept; please report this with the output of `sapa doctor`."),
            taken=result.rowcount,
            given=len(columns[0]),
            table=table.name,
        )


def encoded(columns: Sequence[Column]) -> bytes:
    """Return rows, given by column, as LOAD DATA reads them."""
    lines = map(UNIT.join, zip(*map(_escaped, columns), strict=True))
    return (RECORD.join(lines) + RECORD).encode("utf-8", "surrogatepass")


def _escaped(column: Column) -> Iterator[str]:
    texts = [NULL if value is None else value if value.__class__ is str else str(value) for value in column]
    together = "".join(texts)
    if together.count(ESCAPE) == column.count(None) and UNIT not in together and RECORD not in together:
        return iter(texts)
    return (NULL if value is None else str(value).translate(ESCAPES) for value in column)
