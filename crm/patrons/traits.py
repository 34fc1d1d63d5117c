"""What the ILS does not know of a person: traits with their origin, and tags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from crm.errors import ActionRefused
from crm.i18n import N_
from crm.patrons.many import chunks, existing
from crm.schema.people import tag, trait
from crm.staff import audit
from crm.touched import touch_persons
from crm.words import GUARDIAN, TRAITS

ILS, STAFF, READER = "ils", "staff", "reader"
PRECEDENCE = (READER, STAFF, ILS)  # what the reader says of himself comes first
LONGEST_TAG = 60


@dataclass(frozen=True)
class Trait:
    """One value with where it is from and since when; the guardian's is the id of a person."""

    name: str
    origin: str
    value: Any
    set_at: datetime
    set_by: int | None = None


def effective(traits: Iterable[Trait]) -> dict[str, Trait]:
    """Return the trait that counts of every name: the reader's before staff's before the ILS's."""
    found: dict[str, Trait] = {}
    for each in sorted(traits, key=lambda one: PRECEDENCE.index(one.origin)):
        found.setdefault(each.name, each)
    return found


def traits_of(connection: Connection, person_ids: Sequence[int]) -> dict[int, list[Trait]]:
    """Return all traits of some people, of every origin."""
    found: dict[int, list[Trait]] = {person_id: [] for person_id in person_ids}
    columns = (trait.c.person_id, trait.c.name, trait.c.origin, trait.c.value, trait.c.set_at, trait.c.set_by)
    for chunk in chunks(person_ids):
        rows = connection.execute(select(*columns).where(trait.c.person_id.in_(chunk)).order_by(trait.c.name))
        for row in rows:
            found[row.person_id].append(Trait(*row[1:]))
    return found


def set_trait(connection: Connection, person_id: int, new: Trait) -> None:
    """Write what staff or the reader say, in place of what the same had said.

    Raises ActionRefused for a name that is none, the ILS's origin, and a guardian who is not there.
    """
    if new.name not in TRAITS or new.origin not in (STAFF, READER) or new.value in (None, "", []):
        raise ActionRefused(
            N_("{name} cannot be set so."), N_("Choose one of the traits and give a value."), name=new.name
        )
    people = {person_id, int(new.value)} if new.name == GUARDIAN else {person_id}
    existing(connection, people)
    if new.name == GUARDIAN and len(people) == 1:
        raise ActionRefused(N_("Nobody is his own guardian."), N_("Choose another person."))
    values = {"value": new.value, "set_at": new.set_at, "set_by": new.set_by}
    mine = (trait.c.person_id == person_id, trait.c.name == new.name, trait.c.origin == new.origin)
    if connection.execute(update(trait).where(*mine).values(values)).rowcount == 0 and not _is_there(connection, mine):
        row = {"person_id": person_id, "name": new.name, "origin": new.origin, **values}
        connection.execute(insert(trait).values(row))
    details = {"name": new.name, "origin": new.origin}
    audit.record(connection, new.set_at, new.set_by, "person.trait", "person", str(person_id), details)
    touch_persons(connection, [person_id])


def _is_there(connection: Connection, mine: Sequence[Any]) -> bool:
    """Tell whether the row is there: MySQL counts a row that stays as it was as not updated."""
    return connection.scalar(select(trait.c.name).where(*mine)) is not None


def remove_trait(
    connection: Connection, person_id: int, name: str, origin: str, at: datetime, by: int | None
) -> None:  # fmt: skip
    """Take back what staff or the reader said; what others say shows again."""
    if origin not in (STAFF, READER):
        raise ActionRefused(N_("{name} cannot be set so."), N_("What the ILS says is changed there."), name=name)
    mine = (trait.c.person_id == person_id, trait.c.name == name, trait.c.origin == origin)
    connection.execute(delete(trait).where(*mine))
    details = {"name": name, "origin": origin, "removed": True}
    audit.record(connection, at, by, "person.trait", "person", str(person_id), details)
    touch_persons(connection, [person_id])


def clean_tag(name: str) -> str:
    """Return a tag as it is kept: lower case, single blanks. Raises ActionRefused where nothing is left."""
    cleaned = " ".join(name.casefold().split())[:LONGEST_TAG].rstrip()
    if not cleaned:
        raise ActionRefused(N_("A tag needs a word."), N_("Write what the readers have in common."))
    return cleaned


def add_tag(connection: Connection, person_ids: Sequence[int], name: str, at: datetime, by: int | None) -> int:
    """Give a tag to people who do not have it; return how many that were."""
    name = clean_tag(name)
    added: list[int] = []
    for chunk in chunks(sorted(set(person_ids))):
        there = existing(connection, chunk, strict=False)
        having = select(tag.c.person_id).where(tag.c.name == name, tag.c.person_id.in_(chunk))
        new = sorted(there - set(connection.scalars(having)))
        if new:
            rows = [{"person_id": each, "name": name, "set_at": at, "set_by": by} for each in new]
            connection.execute(insert(tag), rows)
        added += new
    _tagged(connection, "person.tag", name, added, at, by)
    return len(added)


def remove_tag(connection: Connection, person_ids: Sequence[int], name: str, at: datetime, by: int | None) -> int:
    """Take a tag from people; return how many had it."""
    name = clean_tag(name)
    removed: list[int] = []
    for chunk in chunks(sorted(set(person_ids))):
        mine = (tag.c.name == name, tag.c.person_id.in_(chunk))
        having = list(connection.scalars(select(tag.c.person_id).where(*mine)))
        connection.execute(delete(tag).where(*mine))
        removed += having
    _tagged(connection, "person.untag", name, removed, at, by)
    return len(removed)


def _tagged(
    connection: Connection, action: str, name: str, person_ids: Sequence[int], at: datetime, by: int | None
) -> None:  # fmt: skip
    subject = str(person_ids[0]) if len(person_ids) == 1 else None
    audit.record(connection, at, by, action, "person", subject, {"tag": name, "people": len(person_ids)})
    touch_persons(connection, person_ids)
