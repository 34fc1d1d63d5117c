"""What a sync did, for people and as the JSON that docs and contract promise."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crm.i18n import Message


@dataclass
class EntityReport:
    """Rows scanned at the source, changed in the copy, and buckets compared and read again."""

    scanned: int = 0
    inserted: int = 0
    updated: int = 0
    gone: int = 0
    rejected: int = 0
    repaired: int = 0
    buckets: int = 0
    buckets_read: int = 0


@dataclass
class SyncReport:
    """One run over one source; ``as_of`` is naive UTC, None while the first copy is not whole.

    ``error`` tells what ended the run before its time; ``not_supplied`` names what the ILS has not or does not show.
    """

    source: str
    as_of: datetime | None = None
    seconds: float = 0.0
    is_dry_run: bool = False
    error: Message | None = None
    not_supplied: tuple[str, ...] | None = None
    entities: dict[str, EntityReport] = field(default_factory=dict)

    @property
    def needs_look(self) -> bool:
        """Tell whether a person should look at rejected rows."""
        return any(each.rejected for each in self.entities.values())

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {
            "as_of": f"{self.as_of.isoformat(timespec='seconds')}Z" if self.as_of else None,
            "seconds": round(self.seconds, 3),
            "dry_run": self.is_dry_run,
            **({"error": self.error.as_json()} if self.error else {}),
            **({"not_supplied": list(self.not_supplied)} if self.not_supplied is not None else {}),
            "entities": {name: vars(each).copy() for name, each in self.entities.items()},
        }
