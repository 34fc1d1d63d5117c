"""Inserting many rows into an embedded database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, event, select, text

from connector.bulk import ROWS_PER_STATEMENT, insert_rows
from crm.database import open_engine, writing
from crm.schema.base import Words

THING = Table(
    "thing", MetaData(), Column("source_id", Integer), Column("key", Integer, primary_key=True), Column("order", Words)
)
ODD = ["", " ", "'", '"', "%s", "?", ":name", "\\N", "\0", "\x1e\x1f", "\n\r\t", "日本\U0001f600", "x" * 60_000]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """Give a connection to a database with one table, one of its columns named as SQL's own word."""
    engine = open_engine(f"sqlite:///{tmp_path / 'crm.db'}")
    with writing(engine) as opened:
        THING.create(opened)
        yield opened
    engine.dispose()


def stored(connection: Connection) -> list[tuple[Any, ...]]:
    """Return all rows by their key."""
    return [tuple(row) for row in connection.execute(select(THING).order_by(THING.c.key))]


@pytest.mark.parametrize("count", [0, 1, ROWS_PER_STATEMENT - 1, ROWS_PER_STATEMENT, ROWS_PER_STATEMENT + 1, 450])
def test_all_rows_are_there_whatever_their_number(connection: Connection, count: int) -> None:
    rows = [(number, None if number % 3 else f"Buku {number}") for number in range(count)]
    columns: list[list[Any]] = [[key for key, _ in rows], [word for _, word in rows]]
    insert_rows(connection, THING, ["key", "order"], columns, {"source_id": 7})
    assert stored(connection) == [(7, *row) for row in rows]


def test_a_hundred_rows_take_one_statement(connection: Connection) -> None:
    asked: list[list[tuple[int, ...]]] = []
    event.listen(connection, "before_cursor_execute", lambda *arguments: asked.append(arguments[3]))
    insert_rows(connection, THING, ["key"], [list(range(320))], {})
    assert [list(map(len, rows)) for rows in asked] == [[100] * 3, [1] * 20]


def test_odd_text_arrives_as_it_is(connection: Connection) -> None:
    texts = ODD * 20
    insert_rows(connection, THING, ["key", "order"], [list(range(len(texts))), texts])
    assert [word for _, _, word in stored(connection)] == texts


def test_a_constant_may_hold_a_quote(connection: Connection) -> None:
    insert_rows(connection, THING, ["key"], [[1]], {"order": "Jum'at"})
    assert stored(connection) == [(None, 1, "Jum'at")]


def test_no_rows_need_no_statement(connection: Connection) -> None:
    insert_rows(connection, THING, ["key", "order"], [])
    insert_rows(connection, THING, ["key", "order"], [[], []])
    assert connection.execute(text("SELECT count(*) FROM thing")).scalar() == 0
