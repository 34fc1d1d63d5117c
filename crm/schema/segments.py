"""Segments: rules that say who belongs, who belonged when they were last counted, and who came and went."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table

from crm.schema.base import METADATA, Code, JsonWords, Key, Moment, Words
from crm.schema.people import person_id
from crm.schema.staff import staff_id

segment = Table(
    "segment",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("slug", Key, nullable=False, unique=True),
    Column("name", Words, nullable=False),
    Column("about", Words),
    Column("rule", JsonWords, nullable=False),
    Column("is_shipped", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    staff_id("changed_by"),
    Column("counted_at", Moment),
    Column("archived_at", Moment),
)

member = Table(
    "segment_member",
    METADATA,
    Column("segment_id", Integer, ForeignKey("segment.id"), primary_key=True),
    person_id(primary_key=True),
    Column("entered_at", Moment, nullable=False),
    Index(None, "person_id"),
)

change = Table(
    "segment_change",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("segment_id", Integer, ForeignKey("segment.id"), nullable=False),
    person_id(),
    Column("what", Code(8), nullable=False),  # entered, left
    Column("at", Moment, nullable=False),
    Index(None, "segment_id", "at"),
)
