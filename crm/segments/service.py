"""What is done with segments: ask, save, archive, count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from crm.database import reading, writing
from crm.errors import SapaError
from crm.i18n import N_
from crm.schema.people import membership, person
from crm.schema.profiles import facts
from crm.schema.segments import member, segment
from crm.scope import Scope
from crm.segments import counting, explanation, preview, records, shipped, store
from crm.segments.question import Question, refuse_cycles
from crm.segments.reading import nearest, read_rule
from crm.segments.rules import Rule
from crm.segments.store import Draft, Segment
from crm.settings import ProfileSettings
from crm.staff import audit

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG = 64


class UnknownSegment(SapaError):
    """Another segment has to be named."""


class BadSlug(SapaError):
    """Another short name has to be found."""


@dataclass(frozen=True)
class Day:
    """The library's local day and the IANA name of its zone."""

    today: date
    zone: str


@dataclass(frozen=True)
class Asked:
    """A rule that has been read, with what it is held against."""

    rule: Rule
    question: Question


def ask(connection: Connection, document: Any, day: Day, slug: str = "") -> Asked:
    """Read a rule as it is written, for the segment ``slug`` where it is to be saved.

    Raises RuleRejected with a message per field, SegmentCycle where it would depend on itself.
    """
    known = store.names(connection)
    rule = read_rule(document, known)
    refuse_cycles(slug, rule, known)
    return Asked(rule, store.question(connection, [rule], day.today, day.zone))


def found(connection: Connection, document: Any, day: Day) -> preview.Preview:
    """Return whom a rule means, before it is saved."""
    asked = ask(connection, document, day)
    return preview.preview(connection, asked.rule, asked.question)


def why(connection: Connection, document: Any, person_id: int, day: Day) -> explanation.Explanation | None:
    """Return why a rule means somebody or not, None where there is no profile of him."""
    asked = ask(connection, document, day)
    reader = records.reader(connection, person_id, asked.question)
    return explanation.explain(reader, asked.rule, asked.question) if reader else None


def get(connection: Connection, slug: str) -> Segment:
    """Return a segment that is in use; raises UnknownSegment with the nearest name."""
    there = store.find(connection, slug)
    if there is not None and there.archived_at is None:
        return there
    known = [each.slug for each in store.segments(connection)]
    meant = nearest(slug, known)
    hint = N_("Did you mean {nearest}? All are shown by: sapa segment list") if meant else N_(
        "All are shown by: sapa segment list")  # fmt: skip
    raise UnknownSegment(N_("There is no segment {slug}."), hint, slug=slug, nearest=meant)


def save(engine: Engine, slug: str, texts: tuple[str, str | None], document: Any, day: Day, change: Change) -> None:
    """Create or change a segment with a name and a purpose; raises what ``ask`` raises, and BadSlug."""
    if not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        raise BadSlug(
            N_("{slug} cannot be the short name of a segment."),
            N_("Use small letters and digits, with a hyphen between words, such as: young-readers"),
            slug=slug,
        )
    with writing(engine) as connection:
        rule = ask(connection, document, day, slug).rule
        store.write(connection, Draft(slug, texts[0], rule, texts[1]), change.at, change.by)
        audit.record(connection, change.at, change.by, "segment.save", "segment", slug)


@dataclass(frozen=True)
class Change:
    """When something is changed (naive UTC) and by which member of staff; None is the command line."""

    at: datetime
    by: int | None = None


def archive(engine: Engine, slug: str, change: Change) -> None:
    """Take a segment out of use."""
    with writing(engine) as connection:
        get(connection, slug)
        store.archive(connection, slug, change.at, change.by)
        audit.record(connection, change.at, change.by, "segment.archive", "segment", slug)


def ensure_shipped(engine: Engine, now: datetime) -> int:
    """Create the segments that come with Sapa and were never there; return how many."""
    with reading(engine) as connection:
        there = set(connection.scalars(select(segment.c.slug)))
    missing = [each for each in shipped.SHIPPED if each[0] not in there]
    if missing:
        with writing(engine) as connection:
            for slug, name, about, document in missing:
                store.write(connection, Draft(slug, name, read_rule(document), about), now, None, is_shipped=True)
    return len(missing)


def refresh(engine: Engine, profile: ProfileSettings, scope: Scope, today: date, now: datetime) -> int:
    """Count all segments anew, or what the people of ``scope`` change in them; return the rows written."""
    return recount(engine, scope, Day(today, profile.timezone), now)


def recount(engine: Engine, scope: Scope, day: Day, now: datetime, slugs: Sequence[str] = ()) -> int:
    """Count all segments anew, or those named; return how many people entered and left."""
    ensure_shipped(engine, now)
    with reading(engine) as connection:
        known = store.names(connection)
        waiting = [each for each in store.segments(connection) if each.slug in known.segments]
        rules = [known.segments[each.slug].rule for each in waiting]
        question = store.question(connection, rules, day.today, day.zone)
    return sum(
        counting.count(engine, counting.Count(each, rule, scope), question, now)
        for each, rule in zip(waiting, rules, strict=True)
        if not slugs or each.slug in slugs
    )


def person_of(connection: Connection, patron_key: str) -> int | None:
    """Return the person with a live membership of this key, the first where several sources have it."""
    query = select(func.min(membership.c.person_id)).where(
        membership.c.patron_key == patron_key, membership.c.ended_at.is_(None)
    )
    found: int | None = connection.scalar(query)
    return found


def read_members(engine: Engine, slug: str, action: str, change: Change) -> list[Member]:
    """Return the members of a segment and note in the audit log that they were read."""
    with writing(engine) as connection:
        found = members(connection, slug)
        audit.record(connection, change.at, change.by, action, "segment", slug, {"rows": len(found)})
    return found


@dataclass(frozen=True)
class Member:
    """Somebody who belongs to a segment: the key of one of his live memberships, None for a contact."""

    person_id: int
    name: str | None
    patron_key: str | None
    stage: str
    entered_at: datetime


def members(connection: Connection, slug: str, limit: int | None = None) -> list[Member]:
    """Return who belonged when the segment was last counted, by name."""
    there = get(connection, slug)
    key = select(func.min(membership.c.patron_key)).where(
        membership.c.person_id == person.c.id, membership.c.ended_at.is_(None)
    )
    query = (
        select(person.c.id, person.c.name, key.scalar_subquery(), facts.c.stage, member.c.entered_at)
        .select_from(
            member.join(person, person.c.id == member.c.person_id).join(facts, facts.c.person_id == person.c.id)
        )
        .where(member.c.segment_id == there.id)
        .order_by(func.lower(person.c.name), person.c.id)
        .limit(limit)
    )
    return [Member(*row) for row in connection.execute(query)]
