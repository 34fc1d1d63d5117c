"""Keeps how many people are in every stage, list and segment, day by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, Integer, Select, cast, delete, func, insert, select

from crm.database import reading, writing
from crm.schema.profiles import day_count, stage
from crm.schema.segments import member, segment


@dataclass(frozen=True)
class People:
    """So many people, of whom so many have WhatsApp or mail, and agreed to be written to by it."""

    people: int = 0
    reachable: int = 0
    agreed: int = 0


NOBODY = People()


def stage_name(word: str) -> str:
    """Return the name under which a stage is counted."""
    return f"stage:{word}"


def segment_name(segment_id: int) -> str:
    """Return the name under which a segment is counted."""
    return f"segment:{segment_id}"


def list_name(word: str) -> str:
    """Return the name under which a list of the first page is counted."""
    return f"list:{word}"


def refresh(engine: Engine, today: date, lists: Mapping[str, Select[Any]]) -> int:
    """Count today's people; ``lists`` select the ids of the people of each list. Return the rows written.

    Lists that are not given keep what was counted of them today.
    """
    with reading(engine) as connection:
        found = {stage_name(row.word): _people(row) for row in connection.execute(_by_stage())}
        found |= {segment_name(row.word): _people(row) for row in connection.execute(_by_segment())}
        found |= {list_name(word): count(connection, ids) for word, ids in lists.items()}
        kept = counted_on(connection, today)
    found = {name: each for name, each in kept.items() if name.startswith(list_name(""))} | found
    with writing(engine) as connection:
        connection.execute(delete(day_count).where(day_count.c.day == today))
        if found:
            connection.execute(insert(day_count), [_row(name, today, each) for name, each in found.items()])
    return len(found)


def keep(connection: Connection, name: str, today: date, people: People) -> None:
    """Write down one count of today."""
    connection.execute(delete(day_count).where(day_count.c.day == today, day_count.c.name == name))
    connection.execute(insert(day_count).values(_row(name, today, people)))


def count(connection: Connection, ids: Select[Any]) -> People:
    """Count the people whose ids are selected."""
    wanted = ids.subquery()
    found = select(*_sums()).select_from(stage.join(wanted, wanted.c[0] == stage.c.person_id))
    return _people(connection.execute(found).one())


def last_day(connection: Connection, until: date) -> date | None:
    """Return the last day that was counted, up to one."""
    newest: date | None = connection.scalar(select(func.max(day_count.c.day)).where(day_count.c.day <= until))
    return newest


def counted_on(connection: Connection, day: date | None) -> dict[str, People]:
    """Return the counts of a day by their names; none where there is no day."""
    if day is None:
        return {}
    rows = select(day_count.c.name, day_count.c.people, day_count.c.reachable, day_count.c.agreed)
    found = connection.execute(rows.where(day_count.c.day == day))
    return {row.name: People(row.people, row.reachable, row.agreed) for row in found}


def total(counts: Mapping[str, People], words: Iterable[str]) -> People:
    """Return the people of several stages."""
    parts = [counts.get(stage_name(word), NOBODY) for word in words]
    return People(
        sum(part.people for part in parts), sum(part.reachable for part in parts), sum(part.agreed for part in parts)
    )


def _sums() -> list[Any]:
    flags = [func.sum(cast(stage.c[name], Integer)) for name in ("is_reachable", "is_agreed")]
    return [func.count().label("people"), flags[0].label("reachable"), flags[1].label("agreed")]


def _by_stage() -> Select[Any]:
    return select(stage.c.stage.label("word"), *_sums()).group_by(stage.c.stage)


def _by_segment() -> Select[Any]:
    joined = member.join(segment, segment.c.id == member.c.segment_id).join(
        stage, stage.c.person_id == member.c.person_id
    )
    return (
        select(member.c.segment_id.label("word"), *_sums())
        .select_from(joined)
        .where(segment.c.archived_at.is_(None))
        .group_by(member.c.segment_id)
    )


def _people(row: Any) -> People:
    return People(int(row.people), int(row.reachable or 0), int(row.agreed or 0))


def _row(name: str, today: date, each: People) -> dict[str, Any]:
    return {"name": name, "day": today, "people": each.people, "reachable": each.reachable, "agreed": each.agreed}
