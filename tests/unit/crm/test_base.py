"""The column types: bytewise keys, exact amounts, times to the second, documents as canonical text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, MetaData, Table, create_engine, insert, select, text
from sqlalchemy.dialects import mysql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable

from crm.schema import METADATA
from crm.schema.base import Amount, Code, JsonWords, Key, Moment, Words, bytewise_collation, canonical_json

THING = Table(
    "thing",
    MetaData(),
    Column("key", Key, primary_key=True),
    Column("words", Words),
    Column("moment", Moment),
    Column("amount", Amount),
    Column("facts", JsonWords),
    Column("code", Code(16)),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(st.characters(exclude_categories=["Cs"]))),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)),
    max_leaves=8,
)


@pytest.fixture
def connection() -> Iterator[Connection]:
    """Give a database in memory with one table of every type."""
    engine = create_engine("sqlite://")
    with engine.begin() as opened:
        THING.create(opened)
        yield opened
    engine.dispose()


def stored(connection: Connection, **values: Any) -> Any:
    """Write one row and read it back."""
    connection.execute(insert(THING).values(key="k", **values))
    return connection.execute(select(THING)).one()


def server(*, is_mariadb: bool) -> Any:
    """Return SQLAlchemy's dialect of a MariaDB or a MySQL server."""
    dialect: Any = mysql.dialect()
    dialect.is_mariadb = is_mariadb
    return dialect


def test_keys_that_differ_in_case_or_blanks_are_different_keys(connection: Connection) -> None:
    for key in ("A1", "a1", "A1 ", " A1", "Á1", "A1\u00a0"):
        connection.execute(insert(THING).values(key=key))
    assert connection.execute(select(THING.c.key).where(THING.c.key == "A1")).all() == [("A1",)]
    with pytest.raises(IntegrityError):
        connection.execute(insert(THING).values(key="a1"))


def test_keys_sort_by_their_bytes(connection: Connection) -> None:
    for key in ("b", "A", "a", "Z", "é"):
        connection.execute(insert(THING).values(key=key))
    assert "".join(connection.scalars(select(THING.c.key).order_by(THING.c.key))) == "AZabé"


@pytest.mark.parametrize(("is_mariadb", "collation"), [(True, "utf8mb4_nopad_bin"), (False, "utf8mb4_0900_bin")])
def test_on_a_server_all_text_compares_bytewise(is_mariadb: bool, collation: str) -> None:
    dialect = server(is_mariadb=is_mariadb)
    assert bytewise_collation(dialect) == collation
    sql = str(CreateTable(THING).compile(dialect=dialect))
    assert f"`key` VARCHAR(191) CHARACTER SET utf8mb4 COLLATE {collation} NOT NULL" in sql
    assert f"code VARCHAR(16) CHARACTER SET utf8mb4 COLLATE {collation}," in sql
    assert sql.count(f"MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE {collation}") == 2


def test_no_column_of_ours_holds_text_of_another_kind() -> None:
    plain = {
        f"{table.name}.{column.name}"
        for table in METADATA.tables.values()
        for column in table.c
        if column.type.__class__.__name__ in {"String", "Text", "Unicode", "UnicodeText"}
    }
    assert plain == set()


@pytest.mark.parametrize("amount", ["0", "-1500", "1500.5", "0.1", "0.000001", "123456789.123456", "9007199254740993"])
def test_an_amount_comes_back_exact(connection: Connection, amount: str) -> None:
    assert stored(connection, amount=Decimal(amount)).amount == Decimal(amount)


def test_amounts_that_are_equal_are_equal_in_the_database_too(connection: Connection) -> None:
    connection.execute(text("INSERT INTO thing (key, amount) VALUES ('a', '1500.500000'), ('b', '1500.5')"))
    assert connection.execute(text("SELECT count(DISTINCT amount) FROM thing")).scalar() == 1
    assert set(connection.scalars(select(THING.c.amount))) == {Decimal("1500.5")}


def test_a_moment_is_kept_to_the_second(connection: Connection) -> None:
    assert stored(connection, moment=datetime(2026, 11, 24, 9, 30, 15, 999_999)).moment == datetime(
        2026, 11, 24, 9, 30, 15
    )
    assert connection.execute(text("SELECT moment FROM thing")).scalar() == "2026-11-24 09:30:15"


@pytest.mark.parametrize(
    "words", ["", " ", "\0", "日本\U0001f600", "x" * 100_000, "a\r\nb"], ids=lambda words: ascii(words)[:9]
)
def test_words_are_kept_verbatim(connection: Connection, words: str) -> None:
    assert stored(connection, words=words).words == words


def test_nothing_is_nothing_in_every_column(connection: Connection) -> None:
    assert tuple(stored(connection))[1:] == (None,) * 5


def test_a_document_is_kept_as_canonical_text(connection: Connection) -> None:
    assert stored(connection, facts={"b": [1, None], "a": "é"}).facts == {"a": "é", "b": [1, None]}
    assert connection.execute(text("SELECT facts FROM thing")).scalar() == '{"a":"é","b":[1,null]}'


@given(JSON)
def test_equal_documents_are_equal_bytes_and_can_be_read_again(document: Any) -> None:
    written = canonical_json(document)
    assert json.loads(written) == document
    assert canonical_json(json.loads(written)) == written
