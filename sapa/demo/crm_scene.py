"""Where and when the life of the invented library plays, and with whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from crm.programmes.rules import to_utc
from sapa.demo.chance import Chance

GROWN = ("young", "adult", "senior")
AT_THE_DESK = ("active", "new", "occasional", "lapsing")
SUNDAY = 6


@dataclass(frozen=True)
class Reader:
    """Somebody with a card; ``channels`` are those by which he can be reached."""

    id: int
    band: str
    stage: str
    is_minor: bool
    channels: frozenset[str]


@dataclass(frozen=True)
class Scene:
    """The readers in the order of their ids, the zone of the library, the present (naive UTC), and whose account."""

    engine: Engine
    chance: Chance
    readers: Sequence[Reader]
    timezone: str
    now: datetime
    by: int

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.replace(tzinfo=UTC).astimezone(ZoneInfo(self.timezone)).date()

    def ago(self, days: int) -> datetime:
        """Return a moment at the desk ``days`` ago, on the Saturday before where that was a Sunday; naive UTC."""
        day = self.today - timedelta(days=days)
        day -= timedelta(days=day.weekday() == SUNDAY)
        at = time(self.chance.between(9, 15), self.chance.between(0, 59))
        return min(to_utc(day, at, self.timezone), self.now)

    def some(self, count: int, bands: Collection[str] = GROWN, stages: Collection[str] = AT_THE_DESK) -> list[Reader]:
        """Return up to ``count`` readers of these ages and stages."""
        fitting = [each for each in self.readers if each.band in bands and each.stage in stages]
        return self.chance.sample(fitting, count)
