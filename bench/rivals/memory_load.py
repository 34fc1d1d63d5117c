"""The limit of SQLite: the copy's loans, already in memory, by executemany into the same table, indexes after."""

from __future__ import annotations

import argparse
import gc
import json
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy.schema import CreateIndex

from crm.database import ensure_current, open_engine
from crm.schema.ils import loan

COLUMNS = [column.name for column in loan.columns]


def read(path: Path) -> list[tuple[Any, ...]]:
    """Return all rows of a synced copy."""
    with sqlite3.connect(path) as copy:
        return copy.execute(f"SELECT {', '.join(COLUMNS)} FROM ils_loan ORDER BY source_id, key").fetchall()


def load(path: Path, rows: list[tuple[Any, ...]]) -> float:
    """Write the rows into a new CRM database at ``path`` and return the seconds, commit included."""
    engine = open_engine(f"sqlite:///{path}")
    ensure_current(engine)
    target = engine.raw_connection().driver_connection
    if target is None:
        raise SystemExit("SQLite gave no connection.")
    for index in loan.indexes:
        target.execute(f"DROP INDEX {index.name}")
    marks = ", ".join("?" * len(COLUMNS))
    began = time.perf_counter()
    target.execute("BEGIN IMMEDIATE")
    target.executemany(f"INSERT INTO ils_loan ({', '.join(COLUMNS)}) VALUES ({marks})", rows)
    for index in loan.indexes:
        target.execute(str(CreateIndex(index).compile(engine)))
    target.execute("COMMIT")
    return time.perf_counter() - began


def main() -> None:
    """Load once and print the seconds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows-of", required=True, type=Path)
    parser.add_argument("--target", required=True, type=Path)
    given = parser.parse_args()
    rows = read(given.rows_of)
    gc.freeze()  # the rows are there before the clock runs; a collector that walks them is not SQLite's time
    print(json.dumps({"seconds": load(given.target, rows), "rows": len(rows)}))


if __name__ == "__main__":
    main()
