"""Writes the outbox: one row per thing that happened, in the transaction that caused it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from crm.schema.events import event


@dataclass(frozen=True)
class Event:
    """Something that happened to the thing ``subject`` of a source; ``changed`` names columns, never values."""

    type: str
    subject: str | None = None
    occurred_at: datetime | str | None = None
    changed: Sequence[str] = ()
    counts: Mapping[str, Any] | None = None


@dataclass
class EventIds:
    """Gives ids that sort by time: 12 hex digits of milliseconds, 8 counted up from a random start, 12 random."""

    _last: tuple[int, int] = field(default=(0, 0))

    def next(self) -> str:
        """Return the next id, 32 hexadecimal digits."""
        now, count = time.time_ns() // 1_000_000, secrets.randbelow(1 << 24)
        if now <= self._last[0]:
            now, count = self._last[0], self._last[1] + 1
        self._last = (now, count)
        return f"{now:012x}{count:08x}{secrets.randbits(48):012x}"


def write_events(
    connection: Connection, source_id: int, events: Iterable[Event], seen_at: datetime, ids: EventIds
) -> None:
    """Add ``events`` of one source to the outbox."""
    rows = [
        {
            "id": ids.next(),
            "type": each.type,
            "source_id": source_id,
            "subject": each.subject,
            "occurred_at": _moment(each.occurred_at),
            "seen_at": seen_at,
            "changed": list(each.changed) or None,
            "counts": each.counts,
        }
        for each in events
    ]
    if rows:
        connection.execute(insert(event), rows)


def _moment(value: datetime | str | None) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
