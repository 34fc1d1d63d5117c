"""Has a database look at how its tables are made up, without which it reads a whole source for one reader's loans."""

from __future__ import annotations

from sqlalchemy import Engine

from crm.database import writing
from crm.schema.base import MYSQL_FAMILY

FILLED_AT_ONCE = ("membership", "title_topic")
ROWS_LOOKED_AT = 400  # per index; a few milliseconds in all, whatever the size


def learn_sizes(engine: Engine) -> None:
    """Have the database learn how many rows share a key.

    MariaDB and MySQL keep such numbers by themselves, but late: a table filled a moment ago counts as empty.
    """
    if engine.dialect.name in MYSQL_FAMILY:
        with writing(engine) as connection:
            connection.exec_driver_sql(f"ANALYZE TABLE {', '.join(FILLED_AT_ONCE)}").all()
    if engine.dialect.name == "sqlite":
        with writing(engine) as connection:
            connection.exec_driver_sql(f"PRAGMA analysis_limit = {ROWS_LOOKED_AT}")
            connection.exec_driver_sql("ANALYZE")
