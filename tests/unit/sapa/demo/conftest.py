"""A small invented library, built once for all tests that look into one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sapa.demo.library import Size, build

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


@pytest.fixture(scope="session")
def library_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("demo") / "library.db", today=TODAY, size=Size.SMALL).path


@pytest.fixture(scope="session")
def library(library_file: Path) -> Iterator[Library]:
    with closing(sqlite3.connect(f"file:{library_file}?mode=ro", uri=True)) as connection:
        yield Library(connection)
