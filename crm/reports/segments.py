"""The list of segments with how they are doing, and what a new one may be called."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from crm.reports import days
from crm.reports.days import People
from crm.schema.segments import change, member
from crm.segments import store
from crm.segments.store import Segment

LONGEST = 50


@dataclass(frozen=True)
class Line:
    """A segment, its people as they were counted last (None before), and who entered and left since a moment."""

    segment: Segment
    people: People | None
    entered: int
    left: int


def lines(connection: Connection, today: date, since: datetime) -> list[Line]:
    """Return all segments in use; five statements. ``since`` is naive UTC."""
    counts = days.counted_on(connection, days.last_day(connection, today))
    moves = _moves(connection, since)
    return [
        Line(each, counts.get(days.segment_name(each.id)), moves[each.id, "entered"], moves[each.id, "left"])
        for each in store.segments(connection)
    ]


def _moves(connection: Connection, since: datetime) -> dict[tuple[int, str], int]:
    counted = select(change.c.segment_id, change.c.what, func.count()).where(change.c.at >= since)
    rows = connection.execute(counted.group_by(change.c.segment_id, change.c.what))
    found: dict[tuple[int, str], int] = defaultdict(int)
    found.update({(row[0], row[1]): row[2] for row in rows})
    return found


def keep_count(connection: Connection, segment: Segment, today: date) -> None:
    """Write down today how many belong to a segment that has just been counted."""
    people = days.count(connection, select(member.c.person_id).where(member.c.segment_id == segment.id))
    days.keep(connection, days.segment_name(segment.id), today, people)


def free_slug(name: str, taken: Collection[str]) -> str:
    """Return a short name that nobody has: small letters, digits and hyphens, as ``name`` begins."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    base = "-".join(re.findall("[a-z0-9]+", plain))[:LONGEST].strip("-") or "segment"
    candidates = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
    return next(each for each in candidates if each not in taken)
