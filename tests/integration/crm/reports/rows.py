"""A small library written straight into the tables, for what is read from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert

from crm.database import writing
from crm.schema import ils, people, profiles

NOW = datetime(2026, 11, 24, 3, 0)
TODAY = date(2026, 11, 24)  # a Tuesday
ZONE = "Asia/Jakarta"


def put(engine: Engine, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    with writing(engine) as connection:
        if rows:
            connection.execute(insert(table), rows)


def source(engine: Engine, number: int = 1, as_of: datetime | None = NOW) -> None:
    values = {"id": number, "name": f"source-{number}", "ils": "slims", "version": "9.7.0", "as_of": as_of}
    put(engine, ils.source, [values])


def loans(engine: Engine, days: Iterable[date], first: int = 1, **values: Any) -> None:
    """Lend something every day that is given; patrons are a to z."""
    patterns = {"source_id": 1, "first_seen_at": NOW, "is_open": False, "title_key": None, "gone_at": None, **values}
    rows = [
        {"patron_key": chr(97 + at % 26), **patterns, "key": first + at, "loaned_on": day}
        for at, day in enumerate(days)
    ]
    put(engine, ils.loan, rows)


def visits(engine: Engine, moments: Iterable[datetime], first: int = 1, **values: Any) -> None:
    patterns = {"source_id": 1, "first_seen_at": NOW, "patron_key": None, "gone_at": None, **values}
    put(engine, ils.visit, [{**patterns, "key": first + at, "visited_at": each} for at, each in enumerate(moments)])


def persons(engine: Engine, stages: Sequence[str], first: int = 1) -> list[int]:
    """Put people into the database, one for each stage, and return their ids."""
    ids = list(range(first, first + len(stages)))
    stamps = {"is_placeholder_birth": False, "created_at": NOW, "changed_at": NOW}
    put(engine, people.person, [{"id": each, "name": f"Pembaca {each}", **stamps} for each in ids])
    put(engine, profiles.facts, [{**facts(stage), "person_id": each} for each, stage in zip(ids, stages, strict=True)])
    return ids


def facts(stage: str, **values: Any) -> dict[str, Any]:
    """Return a row of facts of somebody who never did anything."""
    zeros = {f"{what}_{days}": 0 for what in profiles.COUNTED for days in (*profiles.WINDOWS, "ever")}
    return {
        **zeros,
        "state": "contact" if stage == "contact" else "member",
        "open_loans": 0,
        "overdue_loans": 0,
        "balance": 0,
        "breadth": 0,
        "stage": stage,
        "key_score": 0.0,
        "is_minor": False,
        "worked_out_on": TODAY,
        **values,
    }


def contact(engine: Engine, person_id: int, kind: str = "mobile", **values: Any) -> None:
    row = {
        "person_id": person_id,
        "kind": kind,
        "value": f"+62812{person_id:07}" if kind == "mobile" else f"pembaca{person_id}@example.org",
        "status": "valid",
        "origin": "ils",
        "sharers": 1,
        "since_at": NOW,
        **values,
    }
    put(engine, people.contact_point, [row])


def answer(engine: Engine, person_id: int, state: str, purpose: str = "news", channel: str = "whatsapp") -> None:
    row = {"person_id": person_id, "purpose": purpose, "channel": channel, "state": state, "means": "desk", "at": NOW}
    put(engine, people.permission, [row])


def days_from(first: date, number: int) -> list[date]:
    return [first + timedelta(days=at) for at in range(number)]
