"""The tables of SLiMS 9.7.0 in SQLite, and rows for them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from sapa.demo.words import DATA

Value = str | int | None


def create(connection: sqlite3.Connection) -> None:
    """Create every table, without the indexes, which are quicker made at the end."""
    connection.executescript((DATA / "slims.sql").read_text(encoding="utf-8"))


def finish(connection: sqlite3.Connection) -> None:
    """Create the indexes and SLiMS's three triggers."""
    connection.executescript((DATA / "slims-after.sql").read_text(encoding="utf-8"))


def insert(connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> int:
    """Insert ``rows``, whose values stand in the order of ``columns``, and return how many they were."""
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" * len(columns))
    return connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows).rowcount


def columns_of(connection: sqlite3.Connection, table: str) -> list[str]:
    """Return the names of the columns of ``table``."""
    return [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
