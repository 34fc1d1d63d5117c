"""Puts many rows into a table by the fastest way that its database has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table

from connector.local_infile import can_load, load_rows
from connector.values import Column

ROWS_PER_STATEMENT = 100  # in SQLite: half the time of a statement per row, and the other thread may work meanwhile


def insert_rows(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    columns: Sequence[Column],
    constants: Mapping[str, int | str] | None = None,
) -> None:
    """Insert rows, given as the values of each column; ``constants`` are columns with one value in all rows."""
    if not columns or not columns[0]:
        return
    fixed = {name: _literal(value) for name, value in (constants or {}).items()}
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite and can_load(connection):
        load_rows(connection, table, names, columns, fixed)
        return
    quoted = ", ".join(map(connection.dialect.identifier_preparer.quote, (*fixed, *names)))
    values = ", ".join([*fixed.values(), *(["?" if is_sqlite else "%s"] * len(names))])
    statement = f"INSERT INTO {table.name} ({quoted}) VALUES "
    left = _insert_together(connection, statement, f"({values})", columns) if is_sqlite else 0
    rest = list(zip(*(column[left:] for column in columns), strict=True))
    if rest:
        connection.exec_driver_sql(f"{statement}({values})", rest)


def _insert_together(connection: Connection, statement: str, values: str, columns: Sequence[Column]) -> int:
    """Insert as many whole hundreds of rows as there are and return how many rows that were."""
    together = statement + ", ".join([values] * ROWS_PER_STATEMENT)
    width, whole = len(columns), len(columns[0]) - len(columns[0]) % ROWS_PER_STATEMENT
    flat: list[Any] = [None] * (width * whole)
    for at, column in enumerate(columns):
        flat[at::width] = column[:whole]
    step = width * ROWS_PER_STATEMENT
    parameters = [tuple(flat[at : at + step]) for at in range(0, len(flat), step)]
    if parameters:
        connection.exec_driver_sql(together, parameters)
    return whole


def _literal(value: int | str) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
