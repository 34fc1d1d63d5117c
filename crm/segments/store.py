"""The SQL beside the rules: what the library has to be named, how many the best are, the segments themselves."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from crm.schema import ils
from crm.schema.people import person
from crm.schema.profiles import facts, topic
from crm.schema.programmes import group, programme
from crm.schema.segments import change, member, segment
from crm.segments.names import Names, SegmentName, TopicName
from crm.segments.question import OUT_OF_SIGHT, Question, SegmentCycle, every_condition, refuse_cycles
from crm.segments.reading import RuleRejected, read_rule
from crm.segments.rules import Rule, as_document

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Segment:
    """A saved segment; ``members`` is how many belonged to it when it was last counted, at ``counted_at``.

    ``document`` is its rule as it is written; moments are naive UTC.
    """

    id: int
    slug: str
    name: str
    about: str | None
    document: dict[str, Any]
    is_shipped: bool
    changed_at: datetime
    counted_at: datetime | None
    archived_at: datetime | None
    members: int = 0


def names(connection: Connection) -> Names:
    """Return what rules may name at present."""
    sources = {name: number for number, name in connection.execute(select(ils.source.c.id, ils.source.c.name))}
    labels = {
        "branch": _labels(connection, ils.branch, "branch_key"),
        "category": _labels(connection, ils.category, "category_key"),
        "group": {str(number): name for number, name in connection.execute(select(group.c.id, group.c.name))},
        "programme": _pairs(connection, select(programme.c.slug, programme.c.title)),
    }
    return Names(sources, _topics(connection), _segments(connection), labels)


def _pairs(connection: Connection, query: Select[Any]) -> dict[str, str]:
    return {word: name or word for word, name in connection.execute(query)}


def _labels(connection: Connection, table: Any, column: str) -> dict[str, str]:
    """Return keys with names, also keys that readers have and the ILS's list has not."""
    used = select(facts.c[column]).where(facts.c[column].is_not(None)).distinct()
    found = {key: key for key in connection.scalars(used)}
    return found | _pairs(connection, select(table.c.key, table.c.name))


def _topics(connection: Connection) -> dict[str, TopicName]:
    """Return the topics; one that was merged into another stands for that one, and is not offered any more."""
    rows = {row.id: row for row in connection.execute(select(topic).order_by(topic.c.id))}
    found = {}
    for row in rows.values():
        meant = _meant(row, rows)
        parent = _meant(rows[meant.parent_id], rows).slug if meant.parent_id is not None else None
        is_hidden = row.hidden_at is not None or meant is not row
        found[row.slug] = TopicName(meant.id, meant.name_id, meant.name_en, parent, meant.is_sensitive, is_hidden)
    return found


def _meant(row: Row[Any], rows: Mapping[int, Row[Any]]) -> Row[Any]:
    while row.merged_into is not None:
        row = rows[row.merged_into]
    return row


def _segments(connection: Connection) -> dict[str, SegmentName]:
    found = {}
    query = select(segment.c.slug, segment.c.name, segment.c.rule).where(segment.c.archived_at.is_(None))
    for slug, name, document in connection.execute(query.order_by(segment.c.id)):
        try:
            found[slug] = SegmentName(name, read_rule(document))
        except RuleRejected:
            log.warning("the rule of segment %s cannot be read; nobody belongs to it", slug)
    return {slug: each for slug, each in found.items() if not _is_tangled(slug, found)}


def _is_tangled(slug: str, found: dict[str, SegmentName]) -> bool:
    """Tell whether a segment depends on itself: two people who save at once can bring that about."""
    try:
        refuse_cycles(slug, found[slug].rule, Names(segments=found))
    except SegmentCycle:
        log.warning("segment %s depends on itself, or on too many others; nobody belongs to it", slug)
        return True
    return False


def question(connection: Connection, rules: Sequence[Rule], today: date, zone: str) -> Question:
    """Return what these rules are to be held against on a local day in the IANA zone ``zone``."""
    known = names(connection)
    shares = {
        condition.values["top_percent"]
        for rule in rules
        for condition in every_condition(rule, known)
        if condition.fact == "key_patron"
    }
    readers = connection.scalar(_readers()) or 0 if shares else 0
    return Question(today, zone, known, {share: math.ceil(readers * share / 100) for share in shares})


def _readers() -> Select[Any]:
    """Return the count of all whom a rule may mean that asks for no other state."""
    alive = (person.c.merged_into.is_(None), person.c.deceased_on.is_(None), facts.c.state.not_in(OUT_OF_SIGHT))
    return select(func.count()).select_from(facts.join(person, person.c.id == facts.c.person_id)).where(*alive)


def _read(row: Row[Any]) -> Segment:
    return Segment(row.id, row.slug, row.name, row.about, row.rule, row.is_shipped, row.changed_at, row.counted_at,
                   row.archived_at, row.members)  # fmt: skip


def segments(connection: Connection, *, with_archived: bool = False) -> list[Segment]:
    """Return the segments with the number of their members, those shipped with Sapa first."""
    counts = select(member.c.segment_id, func.count().label("members")).group_by(member.c.segment_id).subquery()
    query = select(segment, func.coalesce(counts.c.members, 0).label("members"))
    query = query.select_from(segment.outerjoin(counts, counts.c.segment_id == segment.c.id))
    if not with_archived:
        query = query.where(segment.c.archived_at.is_(None))
    return [_read(row) for row in connection.execute(query.order_by(segment.c.is_shipped.desc(), segment.c.id))]


def find(connection: Connection, slug: str) -> Segment | None:
    """Return the segment ``slug``, archived or not, None if there is none."""
    counts = select(func.count()).select_from(member).where(member.c.segment_id == segment.c.id).scalar_subquery()
    row = connection.execute(select(segment, counts.label("members")).where(segment.c.slug == slug)).first()
    return _read(row) if row else None


@dataclass(frozen=True)
class Draft:
    """What a segment is to be: its name, what it is for, and its rule."""

    slug: str
    name: str
    rule: Rule
    about: str | None = None


def write(connection: Connection, draft: Draft, at: datetime, by: int | None, *, is_shipped: bool = False) -> None:
    """Create the segment or change it; a changed rule is counted anew, without telling who came and went by that."""
    document = as_document(draft.rule)
    values = {"name": draft.name, "about": draft.about, "rule": document, "changed_at": at, "changed_by": by}
    before = find(connection, draft.slug)
    if before is None:
        fresh = {"slug": draft.slug, "is_shipped": is_shipped, "created_at": at}
        connection.execute(insert(segment).values(**values, **fresh))
        return
    if before.document != document:
        values["counted_at"] = None
    connection.execute(update(segment).where(segment.c.id == before.id).values(**values, archived_at=None))


def archive(connection: Connection, slug: str, at: datetime, by: int | None) -> None:
    """Take a segment out of use; it and its past are kept."""
    query = update(segment).where(segment.c.slug == slug, segment.c.archived_at.is_(None))
    connection.execute(query.values(archived_at=at, changed_by=by))


@dataclass(frozen=True)
class Change:
    """Somebody entered or left a segment, seen at a moment (naive UTC)."""

    person_id: int
    name: str | None
    what: str
    at: datetime


def changes(connection: Connection, segment_id: int, limit: int = 50) -> list[Change]:
    """Return who entered and left last, the latest first."""
    query = (
        select(change.c.person_id, person.c.name, change.c.what, change.c.at)
        .join(person, person.c.id == change.c.person_id)
        .where(change.c.segment_id == segment_id, person.c.merged_into.is_(None))
        .order_by(change.c.at.desc(), change.c.id.desc())
        .limit(limit)
    )
    return [Change(*row) for row in connection.execute(query)]
