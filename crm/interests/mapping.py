"""Maps titles to topics, page by page: reads what the catalogue says, asks the rules, writes what is different."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, and_, cast, delete, insert, literal, select

from crm.database import reading, writing
from crm.interests.rules import Mapped, RuleBook, TitleWords
from crm.schema import ils
from crm.schema.base import Key
from crm.schema.people import membership
from crm.schema.profiles import person_touched, title_sensitive, title_topic, touched
from crm.touched import PERSON, TITLE

TITLES_PER_PAGE = 1_000
Condition = Callable[[Any], ColumnElement[bool]]
Pair = tuple[int, int]  # title, topic


@dataclass(frozen=True)
class Page:
    """Some titles of one source: ``which`` says of a column whether it holds the key of one of them."""

    source_id: int
    which: Condition

    def of(self, table: Table, column: str = "title_key") -> ColumnElement[bool]:
        """Return the condition that rows of ``table`` belong to the page."""
        return and_(table.c.source_id == self.source_id, self.which(table.c[column]))


def map_everything(engine: Engine, book: RuleBook) -> int:
    """Map all titles; return how many rows were written."""
    return sum(map_page(engine, book, page, touch=False) for page in all_pages(engine))


def map_touched(engine: Engine, book: RuleBook) -> int:
    """Map the titles that changed, and add the people who borrowed one that has other topics now to the touched."""
    return sum(map_page(engine, book, page, touch=True) for page in touched_pages(engine))


def all_pages(engine: Engine) -> Iterator[Page]:
    """Yield all titles in ranges of their keys."""
    with reading(engine) as connection:
        sources = list(connection.scalars(select(ils.source.c.id).order_by(ils.source.c.id)))
    for source_id in sources:
        last = None
        while (span := _next_span(engine, source_id, last)) is not None:
            first, last = span
            yield Page(source_id, _between(first, last))


def _next_span(engine: Engine, source_id: int, after: int | None) -> tuple[int, int] | None:
    key = ils.title.c.key
    query = select(key).where(ils.title.c.source_id == source_id).order_by(key).limit(TITLES_PER_PAGE)
    with reading(engine) as connection:
        keys = list(connection.scalars(query if after is None else query.where(key > after)))
    return (keys[0], keys[-1]) if keys else None


def touched_pages(engine: Engine) -> Iterator[Page]:
    """Yield the titles that the sync has changed since the last time."""
    query = select(touched.c.source_id, touched.c.key).where(touched.c.kind == TITLE, touched.c.key.is_not(None))
    with reading(engine) as connection:
        rows = connection.execute(query.distinct()).all()
    keys: dict[int, list[int]] = defaultdict(list)
    for source_id, key in rows:
        keys[source_id].append(int(key))
    for source_id, some in keys.items():
        some.sort()
        for at in range(0, len(some), TITLES_PER_PAGE):
            yield Page(source_id, _one_of(some[at : at + TITLES_PER_PAGE]))


def _between(first: int, last: int) -> Condition:
    return lambda column: column.between(first, last)


def _one_of(keys: Sequence[int]) -> Condition:
    return lambda column: column.in_(keys)


def map_page(engine: Engine, book: RuleBook, page: Page, *, touch: bool) -> int:
    """Map one page in a short transaction of its own; return how many rows were written."""
    with reading(engine) as connection:
        mapped = {key: book.mapped(words) for key, words in words_of(connection, page, book)}
        changes = [
            _differences(connection, page, title_topic, _pairs(mapped, lambda each: each.topics)),
            _differences(connection, page, title_sensitive, _pairs(mapped, lambda each: each.sensitive)),
        ]
    written = sum(len(gone) + len(new) for _, gone, new in changes)
    if written:
        with writing(engine) as connection:
            for table, gone, new in changes:
                _write(connection, page.source_id, table, gone, new)
            if touch:
                _, gone, new = changes[0]
                touch_borrowers(connection, page.source_id, {key for key, _ in gone | new})
    return written


def _pairs(mapped: dict[int, Mapped], part: Callable[[Mapped], Iterable[int]]) -> set[Pair]:
    return {(key, topic_id) for key, each in mapped.items() for topic_id in part(each)}


def words_of(connection: Connection, page: Page, book: RuleBook) -> Iterator[tuple[int, TitleWords]]:
    """Yield key and words of every title of a page, in four statements."""
    subjects = _listed(connection, select(ils.subject.c.title_key, ils.subject.c.term).where(page.of(ils.subject)))
    collections = _listed(
        connection, select(ils.item.c.title_key, ils.item.c.collection).where(page.of(ils.item)).distinct()
    )
    authors: dict[int, tuple[str, ...]] = {}
    if book.has_authors:
        authors = _listed(connection, select(ils.author.c.title_key, ils.author.c.name).where(page.of(ils.author)))
    title = ils.title.c
    query = select(title.key, title.classification, title.call_number, title.language, title.material)
    for key, classification, call_number, language, material in connection.execute(
        query.where(page.of(ils.title, "key"))
    ):
        listed = (subjects.get(key, ()), collections.get(key, ()), authors.get(key, ()))
        yield key, TitleWords(classification, call_number, language, material, *listed)


def _listed(connection: Connection, query: Any) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = defaultdict(list)
    for key, words in connection.execute(query):
        if key is not None and words:
            found[key].append(words)
    return {key: tuple(words) for key, words in found.items()}


def _differences(
    connection: Connection, page: Page, table: Table, wanted: set[Pair]
) -> tuple[Table, set[Pair], set[Pair]]:  # fmt: skip
    query = select(table.c.title_key, table.c.topic_id).where(page.of(table))
    there = {(key, topic_id) for key, topic_id in connection.execute(query)}
    return table, there - wanted, wanted - there


def _write(connection: Connection, source_id: int, table: Table, gone: set[Pair], new: set[Pair]) -> None:
    by_topic: dict[int, list[int]] = defaultdict(list)
    for key, topic_id in gone:
        by_topic[topic_id].append(key)
    for topic_id, keys in by_topic.items():
        is_meant = and_(table.c.source_id == source_id, table.c.topic_id == topic_id, table.c.title_key.in_(keys))
        connection.execute(delete(table).where(is_meant))
    if new:
        names = ("source_id", "title_key", "topic_id")
        rows = [dict(zip(names, (source_id, *pair), strict=True)) for pair in sorted(new)]
        connection.execute(insert(table), rows)


def touch_borrowers(connection: Connection, source_id: int, keys: Iterable[int]) -> None:
    """Add all who have borrowed one of these titles to those whose profiles are worked out now.

    They are put on the list of waiting work as well, which outlives a refresh that is killed.
    """
    is_theirs = and_(ils.loan.c.source_id == membership.c.source_id, ils.loan.c.patron_key == membership.c.patron_key)
    is_title = and_(ils.loan.c.source_id == source_id, ils.loan.c.title_key.in_(sorted(keys)))
    is_new = ~select(person_touched.c.person_id).where(person_touched.c.person_id == membership.c.person_id).exists()
    people = select(membership.c.person_id).join_from(ils.loan, membership, is_theirs).where(is_title, is_new)
    found = people.distinct().subquery()
    connection.execute(
        insert(touched).from_select(["kind", "key"], select(literal(PERSON), cast(found.c.person_id, Key)))
    )
    connection.execute(insert(person_touched).from_select(["person_id"], select(found.c.person_id)))
