"""Who might be one person, side by side, and which merges were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from crm.reports.patron_list import Row, points_of, rows_of
from crm.schema.people import duplicate, merge, person
from crm.schema.staff import staff

PAGE_SIZE = 20
MOST_MERGES = 20


@dataclass(frozen=True)
class Side:
    """One of two, with what they are compared by."""

    row: Row
    gender: str | None
    birth_date: date | None
    reached: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """Two who may be one; ``reasons`` are keys of ``crm.patrons.likeness.WORDS``."""

    first: Side
    second: Side
    score: int
    reasons: Sequence[str]


@dataclass(frozen=True)
class Proposals:
    """A page of proposals; ``number`` counts from 1."""

    shown: tuple[Proposal, ...]
    total: int
    number: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass(frozen=True)
class Merge:
    """A merge; ``undone_at`` is None while it holds."""

    id: int
    kept_id: int
    kept: str | None
    merged: str | None
    merged_at: datetime
    by: str | None
    undone_at: datetime | None


def proposals(connection: Connection, number: int = 1) -> Proposals:
    """Return a page of what waits for a decision, the likeliest first; six statements."""
    waits = duplicate.c.state == "proposed"
    total = connection.scalar(select(func.count()).select_from(duplicate).where(waits)) or 0
    number = max(1, min(number, 1_000))
    page = (
        select(duplicate.c.first_id, duplicate.c.second_id, duplicate.c.score, duplicate.c.reasons)
        .where(waits)
        .order_by(duplicate.c.score.desc(), duplicate.c.first_id, duplicate.c.second_id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    pairs = connection.execute(page).all()
    sides = _sides(connection, sorted({each for row in pairs for each in (row.first_id, row.second_id)}))
    shown = tuple(
        Proposal(sides[row.first_id], sides[row.second_id], row.score, row.reasons)
        for row in pairs
        if row.first_id in sides and row.second_id in sides
    )
    return Proposals(shown, total, number)


def _sides(connection: Connection, ids: Sequence[int]) -> dict[int, Side]:
    points = points_of(connection, ids)
    columns = (person.c.id, person.c.gender, person.c.birth_date)
    told = {row.id: row for row in connection.execute(select(*columns).where(person.c.id.in_(ids)))}
    return {
        row.id: Side(row, told[row.id].gender, told[row.id].birth_date, _reached(points.get(row.id, {})))
        for row in rows_of(connection, ids)
    }


def _reached(points: dict[str, list[str]]) -> tuple[str, ...]:
    return tuple(value for values in points.values() for value in values)


def merges(connection: Connection) -> tuple[Merge, ...]:
    """Return the latest merges, those undone among them."""
    kept, merged = person.alias(), person.alias()
    joined = (
        merge.join(kept, kept.c.id == merge.c.kept_id)
        .join(merged, merged.c.id == merge.c.merged_id)
        .outerjoin(staff, staff.c.id == merge.c.merged_by)
    )
    wanted = (
        select(
            merge.c.id,
            merge.c.kept_id,
            kept.c.name,
            merged.c.name,
            merge.c.merged_at,
            func.coalesce(staff.c.name, staff.c.username),
            merge.c.undone_at,
        )
        .select_from(joined)
        .order_by(merge.c.id.desc())
        .limit(MOST_MERGES)
    )
    return tuple(Merge(*row) for row in connection.execute(wanted))
