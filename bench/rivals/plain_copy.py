"""The script that anybody would write: PyMySQL row by row into SQLite by executemany; with no target it only reads."""

from __future__ import annotations

import argparse
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pymysql
from pymysql.cursors import SSCursor
from sqlalchemy.engine import make_url

from bench.rivals.tables import COLUMNS

ROWS_PER_CALL = 10_000


def connect(address: str) -> pymysql.Connection[SSCursor]:
    """Connect with PyMySQL's own defaults, rows streamed."""
    url = make_url(address)
    return pymysql.connect(
        host=url.host, port=url.port or 3306, user=url.username, password=url.password or "", database=url.database,
        charset="utf8mb4", cursorclass=SSCursor,
    )  # fmt: skip


def rows(source: pymysql.Connection[SSCursor], table: str) -> Iterator[tuple[Any, ...]]:
    """Yield a table's copied columns, one row after the other."""
    with source.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS[table]} FROM {table}")
        yield from cursor


def storable(row: Iterable[Any]) -> list[Any]:
    """Return a row whose dates are ISO text, as SQLite has no dates."""
    return [value.isoformat() if isinstance(value, date) else value for value in row]


def write(target: sqlite3.Connection, table: str, found: Iterator[tuple[Any, ...]]) -> None:
    """Create the table in SQLite and fill it."""
    names = COLUMNS[table].split(", ")
    target.execute(f"CREATE TABLE {table} ({', '.join(names)}, PRIMARY KEY ({names[0]}))")
    marks = ", ".join("?" * len(names))
    while some := list(islice(found, ROWS_PER_CALL)):
        target.executemany(f"INSERT INTO {table} VALUES ({marks})", map(storable, some))
    target.commit()


def main() -> None:
    """Copy or read the named tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True)
    parser.add_argument("--target", type=Path)
    parser.add_argument("tables", nargs="+")
    given = parser.parse_args()
    source = connect(given.source)
    target = sqlite3.connect(given.target) if given.target else None
    for table in given.tables:
        found = rows(source, table)
        if target:
            write(target, table, found)
        else:
            for _ in found:
                pass


if __name__ == "__main__":
    main()
