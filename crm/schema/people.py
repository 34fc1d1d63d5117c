"""The people: one row per human, the memberships that lead to the ILS, and what the ILS does not know of them.

A person with a live membership is a patron, without any a contact. Nothing here is ever lost to a sync: what the ILS
says is in ``ils_patron``; what staff and the reader say stands beside it with its origin.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table

from crm.schema.base import METADATA, Code, JsonWords, Key, Moment, Words
from crm.schema.staff import staff_id

person = Table(
    "person",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", Words),  # repaired for display; titles and all
    Column("folded", Key),  # for matching: lower case, without titles and variants
    Column("search", Words),  # lower case: names, numbers, phones and mail addresses, one after the other
    Column("gender", Code(1)),
    Column("birth_date", Date),  # NULL where the ILS has a placeholder
    Column("is_placeholder_birth", Boolean, nullable=False),
    Column("deceased_on", Date),
    Column("merged_into", Integer, ForeignKey("person.id")),
    Column("referred_by", Integer, ForeignKey("person.id")),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index(None, "folded"),
    Index(None, "birth_date"),
    Index(None, "merged_into"),
)


def person_id(*, primary_key: bool = False) -> Column[int]:
    """Return the reference to the person that a row is about."""
    return Column("person_id", Integer, ForeignKey("person.id"), primary_key=primary_key, nullable=False)


word = Table(
    "person_word",
    METADATA,
    Column("word", Code(64), primary_key=True),  # of ``search``: looked up by how it begins
    Column("person_id", Integer, primary_key=True, autoincrement=False),
    Index(None, "person_id"),
    sqlite_with_rowid=False,
)

membership = Table(
    "membership",
    METADATA,
    Column("source_id", Integer, ForeignKey("ils_source.id"), primary_key=True, autoincrement=False),
    Column("patron_key", Key, primary_key=True),
    person_id(),
    Column("how", Code(16), nullable=False),  # new, rename, returned, reused (of one whose key now names another)
    Column("evidence", JsonWords),
    Column("since_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("archive_id", Integer),  # the newest of ils_archive that was there when the key was taken for this person
    Column("fingerprint", Code(32)),  # of what the person's rows were last made from; NULL asks for them anew
    Index(None, "person_id"),
)

duplicate = Table(
    "duplicate",
    METADATA,
    Column("first_id", Integer, ForeignKey("person.id"), primary_key=True),
    Column("second_id", Integer, ForeignKey("person.id"), primary_key=True),
    Column("score", Integer, nullable=False),
    Column("reasons", JsonWords, nullable=False),
    Column("state", Code(16), nullable=False),  # proposed, dismissed, merged
    Column("found_at", Moment, nullable=False),
    Column("decided_at", Moment),
    staff_id("decided_by"),
    Index(None, "state", "score"),
)

merge = Table(
    "merge",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kept_id", Integer, ForeignKey("person.id"), nullable=False),
    Column("merged_id", Integer, ForeignKey("person.id"), nullable=False),
    Column("moved", JsonWords, nullable=False),  # what to give back when it is undone
    Column("merged_at", Moment, nullable=False),
    staff_id("merged_by"),
    Column("undone_at", Moment),
    staff_id("undone_by"),
)

contact_point = Table(
    "contact_point",
    METADATA,
    Column("id", Integer, primary_key=True),
    person_id(),
    Column("kind", Code(16), nullable=False),  # mobile, landline, phone, email
    Column("value", Key, nullable=False),  # E.164 or the normalised address; the raw text where invalid
    Column("raw", Words),
    Column("status", Code(16), nullable=False),  # valid, invalid, bounced, opted_out
    Column("reason", Words),
    Column("origin", Code(8), nullable=False),  # ils, staff, reader
    Column("sharers", Integer, nullable=False),  # how many people have it
    Column("since_at", Moment, nullable=False),
    Column("gone_at", Moment),
    Index(None, "person_id"),
    Index(None, "value"),
)

trait = Table(
    "trait",
    METADATA,
    person_id(primary_key=True),
    Column("name", Code(32), primary_key=True),
    Column("origin", Code(8), primary_key=True),
    Column("value", JsonWords),
    Column("set_at", Moment, nullable=False),
    staff_id("set_by"),
)

tag = Table(
    "tag",
    METADATA,
    person_id(primary_key=True),
    Column("name", Key, primary_key=True),
    Column("set_at", Moment, nullable=False),
    staff_id("set_by"),
    Index(None, "name"),
)

note = Table(
    "note",
    METADATA,
    Column("id", Integer, primary_key=True),
    person_id(),
    Column("kind", Code(16), nullable=False),  # talk, call, letter, question
    Column("words", Words, nullable=False),
    Column("at", Moment, nullable=False),
    staff_id("by"),
    Column("follow_up_on", Date),
    Column("done_at", Moment),
    staff_id("done_by"),
    Index(None, "person_id", "at"),
    Index(None, "follow_up_on", "done_at"),
)

permission = Table(
    "permission",
    METADATA,
    Column("id", Integer, primary_key=True),
    person_id(),
    Column("purpose", Code(16), nullable=False),  # profiling, alerts, news, surveys, greetings, naming
    Column("channel", Code(16)),  # NULL where the purpose needs none
    Column("state", Code(16), nullable=False),  # agreed, refused
    Column("notice", Words),
    Column("means", Code(16), nullable=False),  # desk, paper, page, ils
    Column("at", Moment, nullable=False),
    staff_id("by"),
    Index(None, "person_id", "purpose", "channel", "id"),
)
