"""Who works with Sapa, their sessions, and what they did."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from crm.schema.base import METADATA, Code, JsonWords, Key, Moment, Words

staff = Table(
    "staff",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("username", Key, nullable=False, unique=True),
    Column("name", Words),
    Column("role", Code(16), nullable=False),  # viewer, desk, outreach, admin
    Column("password", Words),
    Column("created_at", Moment, nullable=False),
    Column("disabled_at", Moment),
    Column("signed_in_at", Moment),
)


def staff_id(name: str) -> Column[int]:
    """Return the reference to the member of staff who did something; NULL where Sapa itself did."""
    return Column(name, Integer, ForeignKey("staff.id"))


session = Table(
    "staff_session",
    METADATA,
    Column("token", Code(64), primary_key=True),  # a hash: the cookie has what it is the hash of
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Index(None, "staff_id"),
)

attempt = Table(
    "sign_in_attempt",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("who", Key, nullable=False),  # hashes of user name and of address
    Column("at", Moment, nullable=False),
    Index(None, "who", "at"),
)

audit = Table(
    "audit",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    staff_id("staff_id"),
    Column("action", Code(32), nullable=False),
    Column("subject", Code(32)),  # what kind of thing
    Column("subject_id", Key),
    Column("details", JsonWords),
    Index(None, "at"),
    Index(None, "subject", "subject_id", "at"),
)
