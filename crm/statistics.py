"""Has a database look at how its tables are made up, without which it reads a whole source for one reader's loans."""

from __future__ import annotations

from sqlalchemy import Connection, Engine

from crm.database import writing
from crm.schema.base import MYSQL_FAMILY

FILLED_AT_ONCE = ("membership", "title_topic")
ROWS_LOOKED_AT = 400  # per index; a few milliseconds in all, whatever the size
ROWS_OF_A_KEY = 20


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
            _forget_the_nameless(connection)


def _forget_the_nameless(connection: Connection) -> None:
    """Correct what was learnt of the copy's indexes where the first rows, which alone are looked at, have no key.

    Visits of guests come first in the index by patron: a reader would seem to have as many visits as a source, and a
    whole source would be read to find his.
    """
    for index, numbers in connection.exec_driver_sql("SELECT idx, stat FROM sqlite_stat1 WHERE tbl LIKE 'ils%'").all():
        rows, *others = numbers.split()
        source, keys = others[:1], others[1:]
        if str(index).startswith("ix_") and keys and int(keys[0]) >= ROWS_LOOKED_AT:
            corrected = " ".join([rows, *source, str(ROWS_OF_A_KEY), *keys[1:]])
            connection.exec_driver_sql("UPDATE sqlite_stat1 SET stat = ? WHERE idx = ?", (corrected, index))
    connection.exec_driver_sql("ANALYZE sqlite_schema")  # reads them anew
