"""A small invented library, built once for all tests that look into one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sapa.demo.library import Size, build
from tests.unit.sapa.demo.invented import TODAY, Library


@pytest.fixture(scope="session")
def library_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("demo") / "library.db", today=TODAY, size=Size.SMALL).path


@pytest.fixture(scope="session")
def library(library_file: Path) -> Iterator[Library]:
    with closing(sqlite3.connect(f"file:{library_file}?mode=ro", uri=True)) as connection:
        yield Library(connection)
