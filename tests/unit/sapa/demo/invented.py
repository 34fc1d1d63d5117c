"""What the tests know of the invented library, and how they ask it."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

TODAY = date(2026, 11, 24)


class Library:
    """Answers questions about an invented library."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def rows(self, sql: str) -> list[Any]:
        return self.connection.execute(sql).fetchall()

    def one(self, sql: str) -> Any:
        return self.connection.execute(sql).fetchone()[0]

    def column(self, sql: str) -> list[Any]:
        return [value for (value,) in self.connection.execute(sql)]
