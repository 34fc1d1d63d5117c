"""The outbox: what happened, for whoever wants to know, written in the transaction that caused it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from crm.schema.base import METADATA, Code, JsonWords, Key, Moment

event = Table(
    "event",
    METADATA,
    Column("id", Code(32), primary_key=True),
    Column("type", Code(64), nullable=False),
    Column("source_id", Integer, ForeignKey("ils_source.id"), nullable=False),
    Column("subject", Key),
    Column("occurred_at", Moment),
    Column("seen_at", Moment, nullable=False),
    Column("changed", JsonWords),
    Column("counts", JsonWords),
    Index(None, "type", "seen_at"),
)
