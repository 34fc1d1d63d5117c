"""G1 and G2: no change hides from a fingerprint, as the source's own server computes it over real tables.

Beside them the rows themselves: each arrives as it was stored, whatever its texts hold.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymysql.cursors import Cursor

from connector.dialects import HASH_SPAN, Part, SqliteDialect, crc32, register
from connector.extract import Extract, Kind
from connector.fingerprint import KEYS_PER_BUCKET, MASK, Print
from connector.ils.slims import _Slims
from connector.reader import Reader
from connector.source import Source
from tests.integration.connector.contents import (
    BAD_CONTENTS,
    CASES,
    COMBINING,
    NAMES,
    NUMBERS,
    ROW,
    WORDS,
    Content,
    Values,
    pairs,
    texts,
)  # fmt: skip
from tests.library import settings_of
from tests.servers import Database, MariaDBServer

STRICT = "SET sql_mode = 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES'"
COLUMNS = """
    n INT NULL,
    a VARCHAR(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NULL,
    b TEXT CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci NULL,
    c VARCHAR(60) CHARACTER SET latin1 COLLATE latin1_swedish_ci NULL,
    at DATETIME NULL
"""
RAW = "a VARBINARY(240) NULL, b BLOB NULL"  # what VARCHAR(60) and TEXT are on the disk
TEXT = "a VARCHAR(60) CHARACTER SET utf8mb4 NULL, b TEXT CHARACTER SET utf8mb3 NULL"
QUARTER = HASH_SPAN // 4
PARTS = (Part("n"), Part("a", is_text=True), Part("b", is_text=True))

Prints = dict[int, Print]


@dataclass
class Pages:
    """A table of the source that takes any content, and what the sync makes of it."""

    desk: Cursor
    source: Source
    extract: Extract
    written: str = ""

    @property
    def reader(self) -> Reader:
        """A reader as a run of the sync makes one."""
        return Reader(self.source, self.extract, QUARTER if self.extract.text_key else KEYS_PER_BUCKET)

    def write(self, content: Content) -> None:
        """Let the table hold ``content`` and nothing else; ``written`` names another one that shares its files."""
        table = self.written or self.extract.tables
        self.desk.execute(f"TRUNCATE {table}")
        rows = [(key, *values) for key, values in content.items()]
        if rows:
            marks = ", ".join([f"({', '.join(['%s'] * len(rows[0]))})"] * len(rows))
            self.desk.execute(f"INSERT INTO {table} VALUES {marks}", [value for row in rows for value in row])
        if self.written:
            self.desk.execute(f"FLUSH TABLES {table}, {self.extract.tables}")

    def prints(self) -> Prints:
        """Return the prints of all buckets."""
        return self.reader.prints(lambda _rows: None)

    def fetched(self) -> tuple[list[list[str]], Prints, int]:
        """Return all rows in order, the values alone; the prints that came with them; how many were repaired."""
        batches = list(self.reader.all())
        first = int(self.extract.text_key)
        end = first + len(self.extract.parts)
        prints: Prints = {}
        for batch in batches:
            for bucket, found in batch.prints.items():
                prints[bucket] = prints.get(bucket, Print()).joined(found)
        rows = sorted(list(row[first:end]) for batch in batches for row in zip(*batch.columns, strict=True))
        return rows, prints, sum(batch.repaired for batch in batches)

    def by_bucket(self, content: Content) -> dict[int, Content]:
        """Return what of a content each bucket holds."""
        found: dict[int, dict[Any, Values]] = defaultdict(dict)
        for key, values in content.items():
            bucket = crc32(key) // QUARTER if self.extract.text_key else max(key // KEYS_PER_BUCKET, -1)
            found[bucket][key] = values
        return dict(found)

    def assert_told_apart(self, one: Content, other: Content) -> None:
        """Fail unless exactly the buckets whose rows differ have other prints, and every row arrives as it is."""
        prints = []
        for content in (one, other):
            self.write(content)
            prints.append(self.prints())
            rows, together, repaired = self.fetched()
            assert together == prints[-1]
            assert rows == sorted(list(map(arriving, (key, *values))) for key, values in content.items())
            assert repaired == sum(map(is_spoilt, content.values()))
        before, after = self.by_bucket(one), self.by_bucket(other)
        assert prints[0].keys() == before.keys()
        assert prints[1].keys() == after.keys()
        for bucket in before.keys() | after.keys():
            assert (prints[0].get(bucket) == prints[1].get(bucket)) is (before.get(bucket) == after.get(bucket))


def arriving(value: Any) -> str:
    """Return how a fetched row carries a value; NULL and '' are told apart by their lengths alone."""
    return value.decode(errors="replace") if isinstance(value, bytes) else "" if value is None else str(value)


def is_spoilt(values: Values) -> bool:
    """Tell whether a row has bytes that are no text."""
    return any(isinstance(value, bytes) and arriving(value).encode() != value for value in values)


@pytest.fixture(scope="module")
def database(mariadb: MariaDBServer) -> Iterator[Database]:
    """Give a database of the source."""
    database = mariadb.create_database("fingerprints")
    database.execute(f"CREATE TABLE number (id BIGINT NOT NULL PRIMARY KEY, {COLUMNS}) ENGINE = MyISAM")
    collation = "utf8mb4_0900_bin" if mariadb.is_mysql else "utf8mb4_nopad_bin"
    key = f"id VARCHAR(60) CHARACTER SET utf8mb4 COLLATE {collation} NOT NULL PRIMARY KEY"
    database.execute(f"CREATE TABLE word ({key}, {COLUMNS}) ENGINE = MyISAM")
    database.execute(f"CREATE TABLE raw (id BIGINT NOT NULL PRIMARY KEY, {RAW}) ENGINE = MyISAM")
    database.execute(f"CREATE TABLE careless (id BIGINT NOT NULL PRIMARY KEY, {TEXT}) ENGINE = MyISAM")
    yield database
    database.drop()


@pytest.fixture(scope="module")
def desk(database: Database) -> Iterator[Cursor]:
    """Give a connection that stores what it is given or fails."""
    with database.server.connection(database.name) as opened, opened.cursor() as cursor:
        cursor.execute(STRICT)
        yield cursor


@pytest.fixture(scope="module")
def source(database: Database) -> Iterator[Source]:
    """Give the source as a sync opens it."""
    with Source(settings_of(database)) as source:
        yield source


def extract_of(source: Source, table: str, *names: str, text_key: bool = False) -> Extract:
    """Return an extract of a table, written as the mapping of SLiMS writes its own."""
    slims = _Slims(source.shape, (), is_sqlite=False)
    kinds = {"n": Kind.INTEGER, "at": Kind.MOMENT}
    key = slims.field("key", Kind.TEXT if text_key else Kind.INTEGER, f"{table}.id")
    fields = [slims.field(name, kinds.get(name, Kind.TEXT), f"{table}.{name}") for name in names]
    return Extract("title", table, f"{table}.id", (key, *fields), text_key=text_key)


@pytest.fixture(scope="module")
def numbered(desk: Cursor, source: Source) -> Pages:
    """Give a table whose key is a number."""
    return Pages(desk, source, extract_of(source, "number", *NAMES))


@pytest.fixture(scope="module")
def worded(desk: Cursor, source: Source) -> Pages:
    """Give a table whose key is text."""
    return Pages(desk, source, extract_of(source, "word", *NAMES, text_key=True))


@given(pairs(NUMBERS))
@settings(max_examples=300, deadline=None)
def test_two_contents_have_the_same_prints_if_and_only_if_they_are_equal(
    numbered: Pages, pair: tuple[Content, Content]
) -> None:
    numbered.assert_told_apart(*pair)


@given(pairs(WORDS))
@settings(max_examples=300, deadline=None)
def test_the_same_holds_where_the_key_is_text(worded: Pages, pair: tuple[Content, Content]) -> None:
    worded.assert_told_apart(*pair)


@pytest.mark.parametrize("name", CASES)
def test_what_was_done_to_deceive_is_seen(numbered: Pages, name: str) -> None:
    one, other = CASES[name]
    assert one != other
    numbered.assert_told_apart(one, other)


def test_another_key_with_the_same_hash_is_seen(worded: Pages) -> None:
    assert crc32("plumless") == crc32("buckeroo")
    worded.assert_told_apart({"plumless": ROW}, {"buckeroo": ROW})


def test_windows_of_any_size_have_the_same_prints_together(worded: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["", " ", "a", "a ", "A", "ä", "a\u0308", "\x1e", "\x1f", "%", "_", "'", "\\", ":x", "NULL", "😀", "\ufffd"]
    worded.write({word: (at, word, None, None, None) for at, word in enumerate(words)})
    whole = worded.prints()
    assert sum(each.rows for each in whole.values()) == len(words)
    for size in (1, 2, 5):
        for name in ("FIRST_WINDOW", "SMALLEST_WINDOW", "LARGEST_WINDOW"):
            monkeypatch.setattr(f"connector.reader.{name}", size)
        assert worded.prints() == whole
        rows, prints, _ = worded.fetched()
        assert prints == whole
        assert {row[0] for row in rows} == set(words)


def test_every_byte_of_latin1_is_told_from_every_other_and_arrives(numbered: Pages) -> None:
    numbered.write({1: ROW})
    values = set()
    for byte in range(256):
        numbered.desk.execute(f"UPDATE number SET c = CONVERT(x'{byte:02X}' USING latin1)")
        values.add(numbered.prints()[0].value)
        ((*_, text, _),), _, repaired = numbered.fetched()
        assert (text, repaired) == (latin1(byte), 0)
    assert len(values) == 256


def latin1(byte: int) -> str:
    """Return what MariaDB takes a byte of latin1 for: Windows' letter, where there is none the control character."""
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


@pytest.fixture(scope="module")
def careless(database: Database, desk: Cursor, source: Source) -> Pages:
    """Give a table of texts whose bytes are written as they come, past the server's look at their character set.

    It shares its files with one whose columns are binary, which is the one that is written.
    """
    desk.execute("FLUSH TABLES raw, careless")
    folder = database.server.data / database.name
    for suffix in ("MYD", "MYI"):
        (folder / f"careless.{suffix}").unlink()
        (folder / f"careless.{suffix}").hardlink_to(folder / f"raw.{suffix}")
    return Pages(desk, source, extract_of(source, "careless", "a", "b"), written="raw")


@given(BAD_CONTENTS, BAD_CONTENTS, st.booleans())
@settings(max_examples=200, deadline=None)
def test_bytes_beyond_their_character_set_are_told_apart_and_arrive_mended(
    careless: Pages, one: Content, other: Content, is_near: bool
) -> None:
    careless.assert_told_apart(one, {**one, **dict(list(other.items())[:1])} if is_near else other)


@given(st.sampled_from([None, -1, 0, 12, 2**63 - 1]), texts("utf-8", COMBINING + "😀"), texts("utf-8", COMBINING))
@settings(max_examples=200, deadline=None)
def test_every_kind_of_server_gives_a_row_the_same_text_and_key_hash_and_its_digest(
    source: Source, number: int | None, a: str | None, b: str | None
) -> None:
    row, values = "SELECT :n AS n, :a AS a, :b AS b", {"n": number, "a": a, "b": b}
    answers = []
    with closing(sqlite3.connect(":memory:")) as embedded:
        register(embedded)
        for dialect in (source.dialect, SqliteDialect()):
            line = dialect.row(PARTS)
            question = f"SELECT {line}, {dialect.hashed(line)}, {dialect.hashed_key('a')} FROM ({row}) AS found"
            found = source.rows(question, **values) if dialect.name == "mysql" else embedded.execute(question, values)
            ((text, hashed, key_hash),) = found
            answers.append((text if isinstance(text, bytes) else text.encode(), key_hash or 0))
            is_sha1 = source.is_mariadb or dialect.name == "sqlite"
            assert hashed & MASK == first_64_bits("sha1" if is_sha1 else "sha256", answers[-1][0])
    assert answers[0] == answers[1]


def first_64_bits(name: str, text: bytes) -> int:
    """Return the beginning of a digest."""
    return int.from_bytes(hashlib.new(name, text).digest()[:8])
