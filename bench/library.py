"""Fills a database with an invented SLiMS library of a chosen size."""

from __future__ import annotations

import re
import time
from pathlib import Path

from bench.rows import statements
from bench.sizes import Size
from tests.servers import Database

TABLES = Path(__file__).with_name("slims.sql")
LARGE = ("member", "member_custom", "biblio", "biblio_author", "biblio_topic", "item", "loan", "loan_history",
         "reserve", "visitor_count", "fines")  # fmt: skip
SESSION = (
    "SET NAMES utf8mb4",
    "SET sql_mode = ''",  # zero dates are part of the truth
    "SET default_storage_engine = MyISAM",
    "SET myisam_sort_buffer_size = 256 * 1024 * 1024",
)


def fill(database: Database, size: Size) -> float:
    """Create SLiMS's tables in an empty database, fill them and return the seconds it took."""
    began = time.monotonic()
    database.execute(f"ALTER DATABASE `{database.name}` CHARACTER SET utf8mb3 COLLATE utf8mb3_unicode_ci")
    prepared = [*SESSION, *definitions(), *(f"ALTER TABLE {table} DISABLE KEYS" for table in LARGE)]
    keyed = [f"ALTER TABLE {table} ENABLE KEYS" for table in LARGE]
    with database.server.connection(database.name) as connection, connection.cursor() as cursor:
        for statement in (*prepared, *statements(size), *keyed):
            cursor.execute(statement)
    return time.monotonic() - began


def definitions() -> list[str]:
    """Return the CREATE TABLE statements."""
    script = re.sub(r"^--.*$", "", TABLES.read_text("utf-8"), flags=re.MULTILINE)
    return [statement.strip() for statement in script.split(";") if statement.strip()]
