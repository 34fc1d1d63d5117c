"""Puts many rows into a table by the fastest way that its database has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table

from connector.local_infile import can_load, load_rows

ROWS_PER_STATEMENT = 100  # in SQLite: half the time of a statement per row, and the other thread may work meanwhile

Row = tuple[Any, ...]


def insert_rows(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[Row],
    constants: Mapping[str, int | str] | None = None,
) -> None:
    """Insert ``rows`` of ``columns``; ``constants`` are columns that have one value in all of them."""
    if not rows:
        return
    fixed = {name: _literal(value) for name, value in (constants or {}).items()}
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite and can_load(connection):
        load_rows(connection, table, columns, rows, fixed)
        return
    names = ", ".join(map(connection.dialect.identifier_preparer.quote, (*fixed, *columns)))
    values = ", ".join([*fixed.values(), *(["?" if is_sqlite else "%s"] * len(columns))])
    statement = f"INSERT INTO {table.name} ({names}) VALUES "
    left = _insert_together(connection, statement, f"({values})", rows) if is_sqlite else rows
    if left:
        connection.exec_driver_sql(f"{statement}({values})", list(left))


def _insert_together(connection: Connection, statement: str, values: str, rows: Sequence[Row]) -> Sequence[Row]:
    """Insert as many whole hundreds as there are and return the rows that are left."""
    together = statement + ", ".join([values] * ROWS_PER_STATEMENT)
    whole = len(rows) - len(rows) % ROWS_PER_STATEMENT
    for at in range(0, whole, ROWS_PER_STATEMENT):
        connection.exec_driver_sql(together, tuple(chain.from_iterable(rows[at : at + ROWS_PER_STATEMENT])))
    return rows[whole:]


def _literal(value: int | str) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
