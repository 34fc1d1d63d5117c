"""What changed since the profiles were last worked out: written with the change, taken by the refresh."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from crm.schema.profiles import touched

PATRON, TITLE, PERSON, ALL = "patron", "title", "person", "all"


@dataclass(frozen=True)
class Work:
    """What waits up to row ``upto``; ``is_everything`` where single rows do not tell it."""

    upto: int
    is_everything: bool


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
    upto = connection.scalar(select(func.max(touched.c.id))) or 0
    is_everything = connection.scalar(select(touched.c.id).where(touched.c.kind == ALL).limit(1)) is not None
    return Work(upto, is_everything)


def done(connection: Connection, work: Work) -> None:
    """Take off the list what was worked out; what came meanwhile stays."""
    connection.execute(delete(touched).where(touched.c.id <= work.upto))
