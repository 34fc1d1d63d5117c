"""Tells a database how its tables are made up, without which it may read a whole source for one reader's loans."""

from __future__ import annotations

from sqlalchemy import Engine, inspect

from crm.database import writing
from crm.schema.base import MYSQL_FAMILY

FILLED_AT_ONCE = ("membership", "title_topic")


def learn_sizes(engine: Engine) -> None:
    """Have the database learn how many rows share a key.

    MariaDB and MySQL keep such numbers by themselves, but late: a table filled a moment ago counts as empty. SQLite
    counts all rows, half a second for two million loans: a look at some of them alone takes every key for as common as
    that of the busiest reader, and a source for one that has few rows.
    """
    if engine.dialect.name in MYSQL_FAMILY:
        with writing(engine) as connection:
            connection.exec_driver_sql(f"ANALYZE TABLE {', '.join(FILLED_AT_ONCE)}").all()
        return
    for table in sorted(inspect(engine).get_table_names()):
        with writing(engine) as connection:
            connection.exec_driver_sql("PRAGMA analysis_limit = 0")
            connection.exec_driver_sql(f'ANALYZE "{table}"')
