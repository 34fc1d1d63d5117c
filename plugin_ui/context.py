"""What the pages have to be told by whoever runs them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import Engine

from crm.clock import utc_now
from crm.settings import LibrarySettings

EXTENSION = "sapa"


@dataclass(frozen=True)
class Pages:
    """The library, its CRM database, after which age each source's copy counts as late, and the key of ``[crm]``."""

    library: LibrarySettings
    engine: Engine
    late_after: Mapping[str, timedelta] = field(default_factory=dict)
    now: Callable[[], datetime] = utc_now
    secret: str = field(default="", repr=False)

    def today(self) -> date:
        """Return the library's local day."""
        return self.now().replace(tzinfo=UTC).astimezone(ZoneInfo(self.library.timezone)).date()


def pages() -> Pages:
    """Return what the current application was told."""
    told: Pages = current_app.extensions[EXTENSION]
    return told
