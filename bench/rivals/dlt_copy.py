"""dlt's sql_database source, as its manual says; run by the benchmark's own environment, not by Sapa's."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

# dlt reads this when it is imported.
os.environ.update({"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR"})

import dlt
from dlt.sources.sql_database import sql_database, sql_table


def destination(kind: str, folder: Path) -> Any:
    """Return the destination: SQLite by SQLAlchemy, or DuckDB."""
    if kind == "sqlite":
        os.environ["LOAD__WORKERS"] = "1"  # SQLite has one writer; several of dlt's lock each other out now and then
        return dlt.destinations.sqlalchemy(f"sqlite:///{folder / 'copy.db'}")
    return dlt.destinations.duckdb(str(folder / "copy.duckdb"))


def source(given: argparse.Namespace) -> Any:
    """Return the tables whole, or one of them by what its cursor column shows as new."""
    options: dict[str, Any] = {"backend": given.backend, "chunk_size": 50_000}
    if given.backend == "connectorx":
        options["backend_kwargs"] = {"conn": given.source.replace("mysql+pymysql", "mysql").partition("?")[0]}
    if not given.cursor:
        return sql_database(given.source, table_names=given.tables, **options)
    newer = dlt.sources.incremental(given.cursor, on_cursor_value_missing="include")
    return sql_table(given.source, table=given.tables[0], incremental=newer, **options)


def main() -> None:
    """Copy the named tables once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True)
    parser.add_argument("--backend", required=True, choices=["sqlalchemy", "pyarrow", "connectorx"])
    parser.add_argument("--destination", required=True, choices=["sqlite", "duckdb"])
    parser.add_argument("--folder", required=True, type=Path)
    parser.add_argument("--cursor", default="", help="column by which changed rows of the one table are found")
    parser.add_argument("--key", default=None, help="primary key by which they are merged")
    parser.add_argument("tables", nargs="+")
    given = parser.parse_args()
    pipeline = dlt.pipeline(
        "bench",
        pipelines_dir=str(given.folder / "pipelines"),
        destination=destination(given.destination, given.folder),
        dataset_name="main" if given.destination == "sqlite" else "library",
    )
    disposition = "merge" if given.cursor else "replace"
    pipeline.run(source(given), write_disposition=disposition, primary_key=given.key).raise_on_failed_jobs()


if __name__ == "__main__":
    main()
