"""Small SQLite sources to read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from connector.extract import Extract, Field, Kind
from connector.settings import SourceSettings
from connector.source import Source

BOOKS = "CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT, added TEXT)"
PEOPLE = "CREATE TABLE person (id TEXT PRIMARY KEY, name TEXT)"

BOOK = Extract(
    "title",
    "book",
    "book.id",
    (
        Field("key", Kind.INTEGER, ("book.id",)),
        Field("title", Kind.TEXT, ("book.title",)),
        Field("added_at", Kind.MOMENT, ("book.added",)),
    ),
)
PERSON = Extract(
    "branch",
    "person",
    "person.id",
    (Field("key", Kind.TEXT, ("person.id",)), Field("name", Kind.TEXT, ("person.name",))),
    text_key=True,
)

Rows = Sequence[tuple[Any, ...]]


def write(path: Path, *statements: str, **tables: Rows) -> None:
    """Run statements on a file, then add rows to its tables."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        for table, rows in tables.items():
            connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        connection.commit()


@contextmanager
def opened(path: Path, *, fast: bool = False) -> Iterator[Source]:
    """Open a file as a source."""
    with Source(SourceSettings("main", "slims", f"sqlite:///{path}", fast=fast)) as source:
        yield source


@contextmanager
def memory(*statements: str) -> Iterator[sqlite3.Connection]:
    """Open a database in memory with the functions that our dialect of SQLite names."""
    from connector.dialects import register

    with closing(sqlite3.connect(":memory:")) as connection:
        register(connection)
        for statement in statements:
            connection.execute(statement)
        yield connection


@contextmanager
def asking(source: Source) -> Iterator[list[str]]:
    """Note every statement that the source is asked."""
    asked: list[str] = []
    rows: Callable[..., Any] = source.rows

    def noting(sql: str, **values: object) -> Any:
        asked.append(sql)
        return rows(sql, **values)

    source.rows = noting  # type: ignore[method-assign]
    yield asked
