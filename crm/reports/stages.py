"""Keeps in which stage everybody was before, since when he is in his, and whether he can be written to."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, func, insert, or_, select, union

from crm.database import reading, writing
from crm.patrons.reach import agreed, reachable
from crm.schema.profiles import facts, person_touched, stage
from crm.scope import Scope

WRITTEN = ("whatsapp", "email")  # what a message can be sent by
OPTIONAL = ("alerts", "news")  # what readers agree to
CHUNK = 5_000


def refresh(engine: Engine, scope: Scope, today: date) -> int:
    """Bring ``person_stage`` to what ``person_facts`` and the ways to reach people say; return the people written.

    Who is new in it has no stage before. Only what differs is written, in chunks that hold the lock briefly.
    """
    with reading(engine) as connection:
        rows = connection.execute(_differing(scope)).all()
    for begin in range(0, len(rows), CHUNK):
        values = [_values(row, today) for row in rows[begin : begin + CHUNK]]
        with writing(engine) as connection:
            _write(connection, values)
    with writing(engine) as connection:
        _forget(connection)
    return len(rows)


def can_be_written_to(scope: Scope) -> Select[Any]:
    """Return the ids of the people in ``scope`` who have WhatsApp or mail."""
    return _any_of([_within(scope, reachable(channel)) for channel in WRITTEN])


def agreed_to_be_written_to(scope: Scope) -> Select[Any]:
    """Return the ids of the people in ``scope`` who have WhatsApp or mail, and agreed to alerts or news by it."""
    both = [
        select(can.c[0]).join(may, may.c[0] == can.c[0])
        for channel in WRITTEN
        for purpose in OPTIONAL
        for can in [_within(scope, reachable(channel)).subquery()]
        for may in [_within(scope, agreed(purpose, channel)).subquery()]
    ]
    return _any_of(both)


def _within(scope: Scope, ids: Select[Any]) -> Select[Any]:
    if scope.is_everything:
        return ids
    return ids.where(ids.selected_columns[0].in_(select(person_touched.c.person_id)))


def _any_of(wanted: list[Select[Any]]) -> Select[Any]:
    found = union(*wanted).subquery()
    return select(found.c[0].label("person_id"))


def agreed_people() -> Select[Any]:
    """Return the ids of the people who agreed to be written to, as they were found last."""
    return select(stage.c.person_id).where(stage.c.is_agreed)


def _differing(scope: Scope) -> Select[Any]:
    """Select whose row is missing or no longer right."""
    can, may = can_be_written_to(scope).subquery(), agreed_to_be_written_to(scope).subquery()
    is_reachable, is_agreed = can.c.person_id.is_not(None), may.c.person_id.is_not(None)
    joined = (
        facts.outerjoin(stage, stage.c.person_id == facts.c.person_id)
        .outerjoin(can, can.c.person_id == facts.c.person_id)
        .outerjoin(may, may.c.person_id == facts.c.person_id)
    )
    found = select(
        facts.c.person_id,
        facts.c.stage,
        stage.c.stage.label("known"),
        stage.c.before,
        stage.c.since_on,
        is_reachable.label("is_reachable"),
        is_agreed.label("is_agreed"),
    ).select_from(joined)
    if not scope.is_everything:
        found = found.where(facts.c.person_id.in_(select(person_touched.c.person_id)))
    return found.where(
        or_(
            stage.c.person_id.is_(None),
            stage.c.stage != facts.c.stage,
            stage.c.is_reachable != is_reachable,
            stage.c.is_agreed != is_agreed,
        )
    )


def _values(row: Any, today: date) -> dict[str, Any]:
    has_moved = row.known is not None and row.known != row.stage
    is_new = row.known is None
    return {
        "person_id": row.person_id,
        "stage": row.stage,
        "before": row.known if has_moved else row.before,
        "since_on": today if has_moved or is_new else row.since_on,
        "is_reachable": bool(row.is_reachable),
        "is_agreed": bool(row.is_agreed),
    }


def _write(connection: Connection, rows: list[dict[str, Any]]) -> None:
    ids = [row["person_id"] for row in rows]
    connection.execute(delete(stage).where(stage.c.person_id.in_(ids)))
    connection.execute(insert(stage), rows)


def _forget(connection: Connection) -> None:
    """Drop who has no facts any more, as those whose records were merged."""
    connection.execute(delete(stage).where(stage.c.person_id.not_in(select(facts.c.person_id))))


def moves(connection: Connection, since: date) -> dict[tuple[str, str], int]:
    """Return how many people went from one stage to another since a day: {(before, stage): people}."""
    found = (
        select(stage.c.before, stage.c.stage, func.count())
        .where(stage.c.since_on >= since, stage.c.before.is_not(None))
        .group_by(stage.c.before, stage.c.stage)
    )
    return {(row[0], row[1]): row[2] for row in connection.execute(found)}


def moved(before: str, now: str, since: date) -> Select[Any]:
    """Return the ids of the people who went from one stage to another since a day."""
    return select(stage.c.person_id).where(stage.c.before == before, stage.c.stage == now, stage.c.since_on >= since)
