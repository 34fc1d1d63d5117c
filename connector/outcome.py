"""Which events a change of the copy stands for; see docs/events.md for the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from connector.extract import Extract
from connector.staging import BACK, GONE, NEW, REUSED
from crm.events import Event

CREATED = {"loan": "opened", "hold": "placed", "visit": "recorded"}
OCCURRED = {"loan": "recorded_at", "hold": "placed_at", "visit": "visited_at", "title": "added_at"}
LISTED_IN = {"author": "title", "subject": "title"}


def names_of(extract: Extract, mask: int) -> list[str]:
    """Return the columns that a change's bit mask stands for."""
    return [each.column for at, each in enumerate(extract.fields) if mask >> at & 1]


def events_of(extract: Extract, kind: str, key: Any, mask: int, row: Any) -> Iterator[Event]:
    """Yield the events of one changed key; ``row`` has ``is_open`` and ``occurred_at`` of the source's row."""
    entity, subject = extract.entity, str(key)
    if kind == GONE:
        yield Event(f"{entity}.gone", subject)
    elif kind in {NEW, REUSED}:
        if kind == REUSED:
            yield Event(f"{entity}.reused", subject)
        yield Event(f"{entity}.{CREATED.get(entity, 'created')}", subject, row.occurred_at)
        if entity == "loan" and not row.is_open:
            yield Event("loan.returned", subject)
    elif kind == BACK:
        yield Event(f"{entity}.restored", subject, changed=names_of(extract, mask))
    elif mask:
        yield from _updates(entity, subject, names_of(extract, mask), row)


def _updates(entity: str, subject: str, changed: Sequence[str], row: Any) -> Iterator[Event]:
    if entity != "loan":
        yield Event(f"{entity}.updated", subject, changed=changed)
        return
    extended = "renewals" in changed
    returned = "is_open" in changed and not row.is_open
    if extended:
        yield Event("loan.extended", subject, changed=changed)
    if returned:
        yield Event("loan.returned", subject, changed=changed)
    if not extended and not returned:
        yield Event("loan.updated", subject, changed=changed)


def listed_events(extract: Extract, titles: Sequence[int]) -> list[Event]:
    """Return one event per title whose list of authors or subjects changed."""
    return [Event(f"{LISTED_IN[extract.entity]}.updated", str(key), changed=[extract.entity]) for key in titles]
