"""Who is doing the scheduled work."""

from __future__ import annotations

from sqlalchemy import Column, Table

from crm.schema.base import METADATA, Key, Moment

worker = Table(
    "worker",
    METADATA,
    Column("holder", Key, primary_key=True),
    Column("started_at", Moment, nullable=False),
    Column("beat_at", Moment, nullable=False),
)
