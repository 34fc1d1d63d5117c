"""Puts many rows into a table by the fastest way that its database has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table


def insert_rows(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    constants: Mapping[str, int | str] | None = None,
) -> None:
    """Insert ``rows`` of ``columns``; ``constants`` are columns that have one value in all of them."""
    if not rows:
        return
    fixed = constants or {}
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    names = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in (*fixed, *columns))
    values = ", ".join([*(_literal(value) for value in fixed.values()), *([mark] * len(columns))])
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({values})", list(rows))


def _literal(value: int | str) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
