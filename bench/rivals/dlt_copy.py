"""dlt's sql_database source, as its manual says; run by the benchmark's own environment, not by Sapa's."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

# dlt reads this when it is imported.
os.environ.update({"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR"})

import dlt
from dlt.sources.sql_database import sql_database


def destination(kind: str, folder: Path) -> Any:
    """Return the destination: SQLite by SQLAlchemy, or DuckDB."""
    if kind == "sqlite":
        return dlt.destinations.sqlalchemy(f"sqlite:///{folder / 'copy.db'}")
    return dlt.destinations.duckdb(str(folder / "copy.duckdb"))


def main() -> None:
    """Copy the named tables once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True)
    parser.add_argument("--backend", required=True, choices=["sqlalchemy", "pyarrow", "connectorx"])
    parser.add_argument("--destination", required=True, choices=["sqlite", "duckdb"])
    parser.add_argument("--folder", required=True, type=Path)
    parser.add_argument("tables", nargs="+")
    given = parser.parse_args()
    more = {}
    if given.backend == "connectorx":
        plain = given.source.replace("mysql+pymysql", "mysql").partition("?")[0]
        more = {"backend_kwargs": {"conn": plain}}
    source = sql_database(given.source, table_names=given.tables, backend=given.backend, chunk_size=50_000, **more)
    pipeline = dlt.pipeline(
        "bench",
        pipelines_dir=str(given.folder / "pipelines"),
        destination=destination(given.destination, given.folder),
        dataset_name="main" if given.destination == "sqlite" else "library",
    )
    pipeline.run(source, write_disposition="replace").raise_on_failed_jobs()


if __name__ == "__main__":
    main()
