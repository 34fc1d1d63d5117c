"""The list of a programme as staff see it: who has a seat, who waits, who came, how to reach them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from crm.programmes import contacts, people, store
from crm.programmes.rules import Programme, standing

SEAT, WAITING, CANCELLED, GUEST = "seat", "waiting", "cancelled", "guest"


@dataclass(frozen=True)
class Attendee:
    """One line: ``state`` is seat, waiting (with the place in ``waiting``), cancelled, or guest who just came."""

    person_id: int
    name: str
    gender: str | None
    age_band: str | None
    cards: tuple[str, ...]
    reached: tuple[str, ...]
    signed_up_at: datetime | None
    came_at: datetime | None
    state: str
    waiting: int
    brought_by: str | None


def attendees(connection: Connection, planned: Programme) -> list[Attendee]:
    """Return everybody on the list of a programme in three statements, however many there are."""
    rows = connection.execute(store.people_on(planned.id)).all()
    ids = [row.person_id for row in rows]
    return [*_lines(rows, planned, people.cards(connection, ids), contacts.reached_at(connection, ids))]


def _lines(
    rows: Sequence[Row[Any]], planned: Programme, cards: dict[int, list[str]], reached: dict[int, list[str]]
) -> Iterator[Attendee]:
    position = 0
    for row in rows:
        state, waiting = GUEST, 0
        if row.cancelled_at is not None:
            state = CANCELLED
        elif row.number is not None:
            position += 1
            waiting = standing(position, planned.seats).waiting
            state = WAITING if waiting else SEAT
        yield Attendee(
            row.person_id, row.name or "", row.gender, row.age_band, tuple(cards.get(row.person_id, ())),
            tuple(reached.get(row.person_id, ())), row.signed_up_at, row.came_at, state, waiting, row.brought_by,
        )  # fmt: skip
