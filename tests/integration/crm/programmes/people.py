"""Invented people and programmes for the tests of programmes."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import count
from typing import Any

from sqlalchemy import Engine, insert, select

from crm.database import reading, writing
from crm.programmes import people, service
from crm.programmes.rules import Draft
from crm.schema.base import METADATA
from crm.schema.ils import patron, source
from crm.schema.people import membership, person

NOW = datetime(2026, 11, 24, 3, 0)
ZONE = "Asia/Jakarta"
codes = count(1)


def code() -> str:
    """Return a fresh code for a sign-up."""
    return f"code-{next(codes)}"


def visitor(name: str, phone: str = "", mail: str = "", brought_by: str = "") -> people.Visitor:
    """Return somebody who fills in a form; without a number he gives none."""
    return people.visitor(people.Entry(name, phone, mail, brought_by=brought_by), "ID", is_reachable=False)


def add_source(engine: Engine) -> None:
    """Put the one source there."""
    with writing(engine) as connection:
        connection.execute(insert(source).values(id=1, name="main", ils="slims"))


def add_patrons(engine: Engine, *institutions: str | None, first: int = 1) -> list[int]:
    """Add a patron for every institution; his person id and his key are the number ``first`` and those after it."""
    ids = [*range(first, first + len(institutions))]
    shared: dict[str, Any] = {"is_placeholder_birth": False, "created_at": NOW, "changed_at": NOW}
    with writing(engine) as connection:
        names = [
            {"id": each, "name": f"Orang {each}", "folded": f"orang {each}", "search": f"orang {each}"} for each in ids
        ]
        connection.execute(insert(person), [row | shared for row in names])
        rows = [
            {"source_id": 1, "key": f"P{each}", "key_hash": each, "institution": where, "first_seen_at": NOW}
            for each, where in zip(ids, institutions, strict=True)
        ]
        connection.execute(insert(patron), rows)
        member = {"source_id": 1, "how": "new", "since_at": NOW}
        connection.execute(
            insert(membership), [{**member, "patron_key": f"P{each}", "person_id": each} for each in ids]
        )
    return ids


def plan(engine: Engine, title: str = "Lomba mewarnai", seats: int | None = None, **draft: Any) -> int:
    """Plan a programme that begins at nine on the day of the tests; an hour before it is NOW plus nothing."""
    wanted = {"day": date(2026, 11, 24), "begins": time(11, 0), "ends": time(13, 0), "seats": seats, **draft}
    return service.plan(engine, Draft(title, **wanted), ZONE, NOW, None)


def slug_of(engine: Engine, programme_id: int) -> str:
    """Return the address of a programme."""
    with reading(engine) as connection:
        planned = service.find(connection, programme_id)
    assert planned is not None
    return planned.slug


def rows(engine: Engine, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """Return columns of all rows of a table, sorted."""
    own = METADATA.tables[table]
    with reading(engine) as connection:
        return sorted((tuple(row) for row in connection.execute(select(*(own.c[name] for name in columns)))), key=repr)
