"""What the sync remembers between two runs, and who is running."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table

from crm.schema.base import METADATA, Code, JsonWords, Moment, Words

lease = Table(
    "sync_lease",
    METADATA,
    Column("source_id", Integer, ForeignKey("ils_source.id"), primary_key=True),
    Column("fence", BigInteger, nullable=False),
    Column("holder", Words, nullable=False),
    Column("beat_at", Moment, nullable=False),
)

entity = Table(
    "sync_entity",
    METADATA,
    Column("source_id", Integer, ForeignKey("ils_source.id"), primary_key=True),
    Column("entity", Code(16), primary_key=True),
    Column("definition", Code(64), nullable=False),
    Column("width", BigInteger, nullable=False),
    Column("is_loaded", Boolean, nullable=False),
    Column("bulk", JsonWords),
)

bucket = Table(
    "sync_bucket",
    METADATA,
    Column("source_id", Integer, primary_key=True, autoincrement=False),
    Column("entity", Code(16), primary_key=True),
    Column("bucket", BigInteger, primary_key=True, autoincrement=False),
    Column("rows", Integer, nullable=False),
    Column("fingerprint", Code(16), nullable=False),
    sqlite_with_rowid=False,
)

run = Table(
    "sync_run",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("source_id", Integer, ForeignKey("ils_source.id"), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("outcome", Code(16), nullable=False),
    Column("report", JsonWords),
    Index(None, "source_id", "started_at"),
)
