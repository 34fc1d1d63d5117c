"""The list of people: found by words and filters, sorted, a page at a time, always in the same few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, func, literal, null, select, true, union_all

from crm.patrons.search import begins, words_to_find
from crm.schema.ils import branch, category, patron
from crm.schema.people import contact_point, person, tag, word
from crm.schema.profiles import facts
from crm.schema.programmes import group, group_member
from crm.schema.segments import member, segment

PAGE_SIZE = 50
MANY = 30_000  # from here on it is quicker to read the order's index than to sort
MOST_PAGES = 100  # who has looked through these should ask more narrowly

FACTS = {
    "stage": facts.c.stage,
    "category": facts.c.category_key,
    "branch": facts.c.branch_key,
    "state": facts.c.state,
    "age_band": facts.c.age_band,
}
SORTS: dict[str, ColumnElement[Any]] = {
    "name": person.c.folded,
    "activity": facts.c.last_activity_on,
    "key": facts.c.key_score,
    "joined": facts.c.joined_on,
}
NOTHING: dict[str, object] = {"name": "", "activity": date.min, "key": 0.0, "joined": date.min}


@dataclass(frozen=True)
class Question:
    """What is looked for; an empty field asks for nothing. ``sort`` is a key of SORTS, ``group`` an id."""

    q: str = ""
    stage: str = ""
    category: str = ""
    branch: str = ""
    state: str = ""
    age_band: str = ""
    tag: str = ""
    group: str = ""
    segment: str = ""
    sort: str = "name"

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Question:
        """Return the question that the fields of a form ask; unknown fields and sorts are passed over."""
        known = {field.name: asked.get(field.name, "").strip() for field in fields(cls)}
        if known["sort"] not in SORTS:
            known["sort"] = "name"
        return cls(**known)

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set, by name."""
        names = (*FACTS, "tag", "group", "segment")
        return {name: getattr(self, name) for name in names if getattr(self, name)}

    def as_fields(self) -> dict[str, str]:
        """Return what has to stand in an address to ask the same."""
        words = {"q": self.q} if self.q else {}
        return words | self.filters | ({"sort": self.sort} if self.sort != "name" else {})


@dataclass(frozen=True)
class Row:
    """One person of the list; what is not known of a contact is None."""

    id: int
    name: str | None
    card_number: str | None
    category: str | None
    branch: str | None
    state: str | None
    stage: str | None
    age_band: str | None
    joined_on: date | None
    expires_on: date | None
    last_activity_on: date | None
    overdue_loans: int
    is_minor: bool
    deceased_on: date | None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """Some of those found; ``number`` counts from 1."""

    rows: tuple[Row, ...]
    total: int
    number: int

    @property
    def last(self) -> int:
        """The number of the last page that can be looked at."""
        return max(1, min(MOST_PAGES, -(-self.total // PAGE_SIZE)))


@dataclass(frozen=True)
class Choice:
    """A value that a filter can have, with its name where it has one of its own."""

    value: str
    name: str


class Part(NamedTuple):
    """A table with a row for each person who answers one part of a question, and what says so."""

    table: FromClause
    person_id: ColumnElement[int]
    answers: ColumnElement[bool]


def found(question: Question) -> Select[int]:
    """Return the ids of all who answer the question, each once."""
    parts = [*_words(question), *_filters(question)] or [Part(person, person.c.id, true())]
    ids = _joined(parts)
    return ids.distinct() if question.q else ids


def _joined(parts: Sequence[Part]) -> Select[int]:
    """Return the ids of those who are in all parts; MariaDB is told to begin with the first."""
    first, *others = parts
    source = first.table
    for other in others:
        source = source.join(other.table, other.person_id == first.person_id)
    merged = select(person.c.id).where(person.c.merged_into.is_not(None))
    ids = select(first.person_id.label("id")).select_from(source)
    return ids.where(first.person_id.not_in(merged), *(part.answers for part in parts))


def _words(question: Question) -> list[Part]:
    tables = [(word.alias(), beginning) for beginning in words_to_find(question.q)]
    return [Part(table, table.c.person_id, begins(table.c.word, beginning)) for table, beginning in tables]


def _filters(question: Question) -> list[Part]:
    asked = [FACTS[name] == value for name, value in question.filters.items() if name in FACTS]
    parts = [Part(facts, facts.c.person_id, and_(*asked))] if asked else []
    is_member = (group_member.c.group_id == _number(question.group)) & group_member.c.ended_at.is_(None)
    slug = select(segment.c.id).where(segment.c.slug == question.segment).scalar_subquery()
    others = {
        "tag": Part(tag, tag.c.person_id, tag.c.name == question.tag),
        "group": Part(group_member, group_member.c.person_id, is_member),
        "segment": Part(member, member.c.person_id, member.c.segment_id == slug),
    }
    return [part for name, part in others.items() if getattr(question, name)] + parts


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def sorted_ids(question: Question, total: int) -> Select[int]:
    """Return those found, of whom there are ``total``, in their order.

    A few are looked up and sorted; of many, the index of the order is read from its beginning until the page is full.
    MariaDB cannot tell which of the two is meant and at times walks through everybody for one: it is told.
    """
    column = SORTS[question.sort]
    table = person if question.sort == "name" else facts
    all_of_it = Part(table, person.c.id if question.sort == "name" else facts.c.person_id, true())
    if not question.q and (not question.filters or total > MANY):
        ids, by = _joined([all_of_it, *(part for part in _filters(question) if part.table is not table)]), column
        ids = ids.where(*(part.answers for part in _filters(question) if part.table is table))
    else:
        few = found(question).subquery("found")
        ids, by = _joined([Part(few, few.c.id, true()), all_of_it]), func.coalesce(column, NOTHING[question.sort])
    ids = ids.prefix_with("STRAIGHT_JOIN", dialect="mysql").prefix_with("STRAIGHT_JOIN", dialect="mariadb")
    if question.sort == "name":
        return ids.order_by(by, all_of_it.person_id)
    return ids.order_by(by.desc(), all_of_it.person_id.desc())


def everybody(connection: Connection, question: Question) -> Select[int]:
    """Return all those found in their order, without the limits of pages."""
    return sorted_ids(question, _total(connection, question))


def _total(connection: Connection, question: Question) -> int:
    return connection.scalar(select(func.count()).select_from(found(question).subquery())) or 0


def page_of(connection: Connection, question: Question, number: int = 1) -> Page:
    """Return page ``number`` of those found, with how many they are in all; four statements."""
    total = _total(connection, question)
    number = max(1, min(number, MOST_PAGES))
    page = sorted_ids(question, total).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    return Page(rows_of(connection, connection.scalars(page).all()), total, number)


def rows_of(connection: Connection, ids: Sequence[int]) -> tuple[Row, ...]:
    """Return these people in this order; two statements."""
    wanted = [field.name for field in fields(Row) if field.name != "tags"]
    told = {row.id: row for row in connection.execute(_details().where(person.c.id.in_(ids)))}
    tags = connection.execute(select(tag.c.person_id, tag.c.name).where(tag.c.person_id.in_(ids)).order_by(tag.c.name))
    tags_of: dict[int, list[str]] = {}
    for row in tags:
        tags_of.setdefault(row.person_id, []).append(row.name)
    return tuple(
        Row(**{name: getattr(told[key], name) for name in wanted}, tags=tuple(tags_of.get(key, ())))
        for key in ids
        if key in told
    )


def points_of(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    """Return the ways in which people can be reached now, by person and kind; one statement."""
    usable = (contact_point.c.status == "valid", contact_point.c.gone_at.is_(None))
    wanted = select(contact_point.c.person_id, contact_point.c.kind, contact_point.c.value).where(*usable)
    found_points: dict[int, dict[str, list[str]]] = {}
    for person_id, kind, value in connection.execute(
        wanted.where(contact_point.c.person_id.in_(ids)).order_by(contact_point.c.id)
    ):
        values = found_points.setdefault(person_id, {}).setdefault(kind, [])
        if value not in values:
            values.append(value)
    return found_points


def _details() -> Select[Any]:
    joined = (
        person.outerjoin(facts, facts.c.person_id == person.c.id)
        .outerjoin(patron, (patron.c.source_id == facts.c.source_id) & (patron.c.key == facts.c.patron_key))
        .outerjoin(category, (category.c.source_id == facts.c.source_id) & (category.c.key == facts.c.category_key))
        .outerjoin(branch, (branch.c.source_id == facts.c.source_id) & (branch.c.key == facts.c.branch_key))
    )
    return select(
        *(person.c[name] for name in ("id", "name", "deceased_on")),
        *(facts.c[name] for name in ("state", "stage", "age_band", "joined_on", "expires_on", "last_activity_on")),
        func.coalesce(patron.c.card_number, patron.c.key, facts.c.patron_key).label("card_number"),
        func.coalesce(category.c.name, facts.c.category_key).label("category"),
        func.coalesce(branch.c.name, facts.c.branch_key).label("branch"),
        func.coalesce(facts.c.overdue_loans, 0).label("overdue_loans"),
        func.coalesce(facts.c.is_minor, False).label("is_minor"),
    ).select_from(joined)


def choices(connection: Connection) -> dict[str, tuple[Choice, ...]]:
    """Return what the filters category, branch, tag, group and segment can be set to, by name; one statement."""
    parts = (
        select(literal("category"), category.c.key, category.c.name).where(category.c.gone_at.is_(None)),
        select(literal("branch"), branch.c.key, branch.c.name).where(branch.c.gone_at.is_(None)),
        select(literal("tag"), tag.c.name, null()).distinct(),
        select(literal("group"), group.c.id, group.c.name).where(group.c.closed_at.is_(None)),
        select(literal("segment"), segment.c.slug, segment.c.name).where(segment.c.archived_at.is_(None)),
    )
    found_choices: dict[str, dict[str, Choice]] = {
        name: {} for name in ("category", "branch", "tag", "group", "segment")
    }
    for kind, value, name in connection.execute(union_all(*parts)):
        found_choices[kind].setdefault(str(value), Choice(str(value), name or str(value)))
    return {kind: tuple(sorted(each.values(), key=_alphabetical)) for kind, each in found_choices.items()}


def _alphabetical(choice: Choice) -> str:
    return choice.name.casefold()
