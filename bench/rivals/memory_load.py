"""The limit of SQLite: a copy's rows, already in memory, by executemany into the same tables, indexes after."""

from __future__ import annotations

import argparse
import gc
import json
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table
from sqlalchemy.schema import CreateIndex

from crm.database import ensure_current, open_engine
from crm.schema.ils import COPIED


def read(path: Path, table: Table) -> list[tuple[Any, ...]]:
    """Return all rows of a table of a synced copy, in the order of their keys."""
    names = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key]
    with sqlite3.connect(path) as copy:
        return copy.execute(f"SELECT {', '.join(names)} FROM {table.name} ORDER BY {', '.join(keys)}").fetchall()


def load(engine: Engine, table: Table, rows: list[tuple[Any, ...]]) -> float:
    """Write the rows into an empty table and return the seconds, indexes and commit included."""
    target = engine.raw_connection().driver_connection
    if target is None:
        raise SystemExit("SQLite gave no connection.")
    for index in table.indexes:
        target.execute(f"DROP INDEX {index.name}")
    names = [column.name for column in table.columns]
    began = time.perf_counter()
    target.execute("BEGIN IMMEDIATE")
    target.executemany(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", rows)
    for index in table.indexes:
        target.execute(str(CreateIndex(index).compile(engine)))
    target.execute("COMMIT")
    return time.perf_counter() - began


def main() -> None:
    """Load the tables one after the other and print the seconds of all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows-of", required=True, type=Path)
    parser.add_argument("--target", required=True, type=Path)
    parser.add_argument("entities", nargs="+", choices=list(COPIED))
    given = parser.parse_args()
    engine = open_engine(f"sqlite:///{given.target}")
    ensure_current(engine)
    seconds, count = 0.0, 0
    for entity in given.entities:
        rows = read(given.rows_of, COPIED[entity])
        gc.freeze()  # the rows are there before the clock runs; a collector that walks them is not SQLite's time
        seconds += load(engine, COPIED[entity], rows)
        count += len(rows)
        gc.unfreeze()
        del rows
    print(json.dumps({"seconds": seconds, "rows": count}))


if __name__ == "__main__":
    main()
