"""What changed since the profiles were last worked out: written with the change, taken by the refresh."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from crm.schema.profiles import touched

PATRON, TITLE, PERSON, ALL = "patron", "title", "person", "all"


@dataclass(frozen=True)
class Work:
    """What waits up to row ``upto``; ``is_everything`` where single rows do not tell it.

    ``spans`` are the first and last of neighbouring rows that were seen: of two transactions the one that took the
    lower number may commit later, and what nobody saw must stay.
    """

    upto: int
    is_everything: bool
    spans: tuple[tuple[int, int], ...] = ()


def touch_persons(connection: Connection, person_ids: Iterable[int]) -> None:
    """Have the profiles of some people worked out anew."""
    rows = [{"kind": PERSON, "key": str(person_id)} for person_id in person_ids]
    if rows:
        connection.execute(insert(touched), rows)


def touch_everything(connection: Connection) -> None:
    """Have all profiles worked out anew."""
    connection.execute(insert(touched).values(kind=ALL))


def pending(connection: Connection) -> Work:
    """Return what waits to be worked out."""
    rows = connection.execute(select(touched.c.id, touched.c.kind).order_by(touched.c.id)).all()
    return Work(
        upto=rows[-1].id if rows else 0,
        is_everything=any(row.kind == ALL for row in rows),
        spans=tuple(_spans(row.id for row in rows)),
    )


def _spans(ids: Iterable[int]) -> Iterator[tuple[int, int]]:
    first = last = 0
    for number in ids:
        if number != last + 1 and last:
            yield first, last
        first, last = (first if first and number == last + 1 else number), number
    if last:
        yield first, last


def done(connection: Connection, work: Work) -> None:
    """Take off the list what was worked out; what came meanwhile stays."""
    for first, last in work.spans:
        connection.execute(delete(touched).where(touched.c.id.between(first, last)))
