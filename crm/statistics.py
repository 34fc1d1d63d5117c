"""Tells SQLite how its tables are made up, without which it reads a whole source for one reader's loans."""

from __future__ import annotations

from sqlalchemy import Engine, inspect

from crm.database import writing


def learn_sizes(engine: Engine) -> None:
    """Have an embedded database count how many rows share a key; MariaDB and MySQL keep such numbers by themselves.

    All rows are counted, half a second for two million loans: a look at some rows alone takes every key for as common as
    those of the busiest reader, and source_id for a key that leads to few rows.
    """
    if engine.dialect.name != "sqlite":
        return
    for table in sorted(inspect(engine).get_table_names()):
        with writing(engine) as connection:
            connection.exec_driver_sql("PRAGMA analysis_limit = 0")
            connection.exec_driver_sql(f'ANALYZE "{table}"')
