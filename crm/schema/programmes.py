"""How people come to the library: the groups they belong to and the programmes they attend."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table, UniqueConstraint

from crm.schema.base import METADATA, Code, Key, Moment, Words
from crm.schema.people import person_id
from crm.schema.staff import staff_id

group = Table(
    "person_group",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", Words, nullable=False),
    Column("kind", Code(16), nullable=False),  # school, class, office, community, faculty
    Column("parent_id", Integer, ForeignKey("person_group.id")),
    Column("notes", Words),
    Column("created_at", Moment, nullable=False),
    Column("closed_at", Moment),
)

group_institution = Table(
    "group_institution",  # which folded institution of the ILS belongs to which group
    METADATA,
    Column("folded", Key, primary_key=True),
    Column("group_id", Integer, ForeignKey("person_group.id")),  # NULL where staff want no group of it
    Column("set_at", Moment, nullable=False),
    staff_id("set_by"),
    Index(None, "group_id"),
)

person_institution = Table(
    "person_institution",  # what the live memberships of a person say, folded; kept current by the refresh
    METADATA,
    Column("person_id", Integer, primary_key=True, autoincrement=False),
    Column("folded", Key, primary_key=True),
    Column("spelling", Key, nullable=False),
    Index(None, "folded"),
    sqlite_with_rowid=False,
)

group_member = Table(
    "person_group_member",
    METADATA,
    Column("group_id", Integer, ForeignKey("person_group.id"), primary_key=True),
    person_id(primary_key=True),
    Column("role", Code(16), nullable=False),  # member, contact, representative
    Column("origin", Code(8), nullable=False),
    Column("consent_at", Moment),  # of being named representative
    Column("since_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index(None, "person_id"),
)

programme = Table(
    "programme",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("slug", Key, nullable=False, unique=True),
    Column("title", Words, nullable=False),
    Column("about", Words),
    Column("place", Words),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment),
    Column("seats", Integer),
    Column("is_public", Boolean, nullable=False),
    Column("group_id", Integer, ForeignKey("person_group.id")),
    Column("created_at", Moment, nullable=False),
    staff_id("created_by"),
    Column("cancelled_at", Moment),
    Index(None, "starts_at"),
)

attendance = Table(
    "attendance",
    METADATA,
    Column("programme_id", Integer, ForeignKey("programme.id"), primary_key=True),
    person_id(primary_key=True),
    Column("signed_up_at", Moment),
    Column("came_at", Moment),
    Column("cancelled_at", Moment),
    Column("how", Code(16), nullable=False),  # page, qr, list, staff
    Column("number", Integer),  # the order of sign-ups, by which seats are given; NULL who came without one
    Column("code", Code(32), unique=True),  # what the link to cancel is made of
    Column("brought_by", Words),  # who brought him, as he wrote it
    UniqueConstraint("programme_id", "number"),
    Index(None, "person_id", "came_at"),
)

headcount = Table(
    "headcount",
    METADATA,
    Column("programme_id", Integer, ForeignKey("programme.id"), primary_key=True),
    Column("gender", Code(1), primary_key=True),  # m, f, or - where not told
    Column("age_band", Code(16), primary_key=True),
    Column("people", Integer, nullable=False),
)

class_consent = Table(
    "group_consent",
    METADATA,
    Column("group_id", Integer, ForeignKey("person_group.id"), primary_key=True),
    person_id(primary_key=True),
    Column("purpose", Code(16), primary_key=True),
    Column("signed_on", Date),
)
