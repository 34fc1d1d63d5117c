"""What the last refresh of the interests was made with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from crm.interests.decay import all_days
from crm.schema.profiles import interest_day, topic_mapping

ONLY = 1  # the id of the one row


@dataclass(frozen=True)
class State:
    """The row of ``topic_mapping``."""

    rules: str
    half_life_days: int
    mapped_at: datetime
    links_kept_from: date | None = None
    folding_to: date | None = None
    folded_upto: int | None = None
    coverage: Any = None


def read_state(connection: Connection) -> State | None:
    """Return how the interests were last worked out, None if never."""
    row = connection.execute(select(topic_mapping).where(topic_mapping.c.id == ONLY)).one_or_none()
    return State(**{name: value for name, value in row._mapping.items() if name != "id"}) if row else None  # noqa: SLF001 - SQLAlchemy's public way to a dictionary


def write_state(connection: Connection, state: State) -> None:
    """Keep how the interests were worked out."""
    connection.execute(delete(topic_mapping).where(topic_mapping.c.id == ONLY))
    connection.execute(insert(topic_mapping).values(id=ONLY, **vars(state)))


def set_days(connection: Connection, half_life_days: int) -> None:
    """Work out anew what a loan of each day weighs."""
    connection.execute(delete(interest_day))
    connection.execute(insert(interest_day), all_days(half_life_days))
