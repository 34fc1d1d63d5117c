"""The sign of life a worker leaves in the CRM database, so that its absence can be noticed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, insert, select, update

from crm.database import reading, writing
from crm.schema.work import worker

BEAT_SECONDS = 30
DEAD_AFTER = timedelta(seconds=3 * BEAT_SECONDS)
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Beat:
    """The last sign of life of the worker ``holder`` (host:process), naive UTC."""

    holder: str
    beat_at: datetime

    def is_alive(self, now: datetime) -> bool:
        """Tell whether it is recent enough to count as alive."""
        return now - self.beat_at < DEAD_AFTER


def beat(engine: Engine, holder: str, now: datetime) -> None:
    """Leave a sign of life; workers that have been silent for a day are forgotten."""
    with writing(engine) as connection:
        connection.execute(delete(worker).where(worker.c.beat_at < now - FORGOTTEN_AFTER))
        mine = worker.c.holder == holder
        if connection.execute(update(worker).where(mine).values(beat_at=now)).rowcount == 0:
            connection.execute(insert(worker).values(holder=holder, started_at=now, beat_at=now))


def leave(engine: Engine, holder: str) -> None:
    """Take the sign of life away when a worker ends in an orderly way."""
    with writing(engine) as connection:
        connection.execute(delete(worker).where(worker.c.holder == holder))


def latest_beat(engine: Engine) -> Beat | None:
    """Return the most recent sign of life of any worker."""
    newest = select(worker.c.holder, worker.c.beat_at).order_by(worker.c.beat_at.desc()).limit(1)
    with reading(engine) as connection:
        row = connection.execute(newest).first()
    return Beat(row.holder, row.beat_at) if row else None
