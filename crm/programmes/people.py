"""Whoever comes to a programme or writes to the library: found again, or kept as a contact.

A contact is a person who never had a membership. Nobody who fills in a form learns whether he was known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy import Connection, and_, exists, func, insert, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from crm.errors import FormRefused, NotThere
from crm.i18n import N_, Message
from crm.patrons import contact_points, names
from crm.patrons.contact_points import ContactPoint
from crm.patrons.portrait import search_text
from crm.patrons.search import begins, keep_words, words_to_find
from crm.programmes.rules import LONGEST_NAME, LONGEST_TITLE
from crm.programmes.store import key_of
from crm.schema.ils import patron
from crm.schema.people import contact_point, membership, person, word
from crm.touched import touch_persons

STAFF, READER = "staff", "reader"  # who said it
NEVER_A_MEMBER = ~exists().where(membership.c.person_id == person.c.id)
IN_SIGHT = person.c.merged_into.is_(None)
GENDERS = ("f", "m")


@dataclass(frozen=True)
class Entry:
    """What somebody wrote about himself into a form; ``brought_by`` tells by number or address who brought him."""

    name: str = ""
    phone: str = ""
    mail: str = ""
    gender: str = ""
    brought_by: str = ""

    @classmethod
    def of(cls, form: Mapping[str, str]) -> Self:
        """Return what the fields of these names hold."""
        return cls(**{field: form.get(field, "") for field in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Visitor:
    """Somebody as he wrote himself down, cleaned; ``country`` is that of numbers without one."""

    name: str
    folded: str
    points: tuple[ContactPoint, ...] = ()
    gender: str | None = None
    brought_by: str = ""
    country: str = "ID"


def visitor(entry: Entry, country: str, *, is_reachable: bool) -> Visitor:
    """Return what a form says; raise FormRefused per field. ``is_reachable`` asks for a phone or a mail address."""
    shown, wrong = names.repaired(entry.name) or "", {}
    folded = names.folded(shown)
    if not folded:
        wrong["name"] = Message(N_("Write the name."))
    elif len(shown) > LONGEST_NAME:
        wrong["name"] = Message(N_("At most {most} characters."), {"most": LONGEST_NAME})
    fields = {"phone": contact_points.phones(entry.phone, country), "mail": contact_points.mails(entry.mail)}
    for field, points in fields.items():
        reason = next((point.reason for point in points if point.reason), None)
        if reason is not None:
            wrong[field] = Message(reason)
    reached = tuple(point for points in fields.values() for point in points)
    if is_reachable and not reached:
        wrong["phone"] = Message(N_("Write a phone number or a mail address, so that we can reach you."))
    if wrong:
        raise FormRefused(wrong)
    gender = entry.gender if entry.gender in GENDERS else None
    return Visitor(shown, folded, reached, gender, entry.brought_by.strip()[:LONGEST_TITLE], country)


def recognise(connection: Connection, who: Visitor) -> int | None:
    """Return the one person with this folded name and one of these valid contact points; None if none or several."""
    if not who.points:
        return None
    reached = or_(*(_is_at(point) for point in who.points))
    known = (
        select(person.c.id)
        .join_from(contact_point, person, person.c.id == contact_point.c.person_id)
        .where(reached, contact_point.c.status == "valid", contact_point.c.gone_at.is_(None))
        .where(person.c.folded == who.folded, IN_SIGHT, person.c.deceased_on.is_(None))
        .distinct()
        .limit(2)
    )
    those = connection.scalars(known).all()
    return those[0] if len(those) == 1 else None


def _is_at(point: ContactPoint) -> ColumnElement[bool]:
    return and_(contact_point.c.value == point.value, contact_point.c.kind == point.kind)


def keep(connection: Connection, who: Visitor, origin: str, now: datetime) -> int:
    """Add a contact with his contact points and return his person id; ``origin`` is staff or reader."""
    text = search_text([who.name], [(point.kind, point.value, point.status) for point in who.points])
    row = {
        "name": who.name,
        "folded": who.folded,
        "search": text,
        "gender": who.gender,
        "is_placeholder_birth": False,
        "created_at": now,
        "changed_at": now,
    }
    person_id = key_of(connection.execute(insert(person).values(row)))
    shared = {"person_id": person_id, "status": "valid", "origin": origin, "sharers": 1, "since_at": now}
    points = [{**shared, "kind": each.kind, "value": each.value, "raw": each.raw} for each in who.points]
    if points:
        connection.execute(insert(contact_point), points)
    keep_words(connection, {person_id: text})
    touch_persons(connection, [person_id])
    return person_id


def named(connection: Connection, text: str, country: str) -> int | None:
    """Return the one person whom a card number, phone number or mail address names exactly."""
    words = text.strip()
    by_card = (
        select(membership.c.person_id)
        .join(patron, and_(patron.c.source_id == membership.c.source_id, patron.c.key == membership.c.patron_key))
        .where(membership.c.ended_at.is_(None), or_(membership.c.patron_key == words, patron.c.card_number == words))
    )
    points = (*contact_points.phones(words, country), *contact_points.mails(words))
    values = [point.value for point in points if not point.reason]
    by_point = select(contact_point.c.person_id).where(
        contact_point.c.value.in_(values), contact_point.c.status == "valid", contact_point.c.gone_at.is_(None)
    )
    those = {*connection.scalars(by_card), *(connection.scalars(by_point) if values else ())}
    return those.pop() if len(those) == 1 else None


def brought_by(connection: Connection, person_id: int, referrer_id: int, now: datetime) -> bool:
    """Note who brought somebody to the library, unless that is known or would go in a circle; tell whether it was."""
    if person_id == referrer_id or person_id in _line(connection, referrer_id):
        return False
    unknown = (person.c.id == person_id) & person.c.referred_by.is_(None)
    done = connection.execute(update(person).where(unknown).values(referred_by=referrer_id, changed_at=now))
    return done.rowcount == 1


def _line(connection: Connection, person_id: int) -> list[int]:
    """Return who brought this person, who brought that one, and so on, ten steps back at most."""
    line: list[int] = []
    step: int | None = person_id
    while len(line) < 10 and step is not None:
        step = connection.scalar(select(person.c.referred_by).where(person.c.id == step))
        line += [step] if step is not None else []
    return line


def in_sight(connection: Connection, person_ids: Collection[int]) -> set[int]:
    """Return those of the ids that are people and not merged into another; NotThere when there is none."""
    those = {*connection.scalars(select(person.c.id).where(person.c.id.in_(person_ids), IN_SIGHT))}
    if not those:
        raise NotThere(N_("There is no such person."), N_("Perhaps two records of one person were merged meanwhile."))
    return those


def having(words: str) -> list[ColumnElement[bool]]:
    """Return the conditions that somebody has words in name, number, phone and mail which begin as these."""
    beginnings = words_to_find(words)
    return [person.c.id.in_(select(word.c.person_id).where(begins(word.c.word, each))) for each in beginnings]


def search(connection: Connection, words: str, most: int = 20) -> list[tuple[int, str]]:
    """Return id and name of people whose name, number, phone or mail has words that begin as those of ``words``."""
    if not words_to_find(words):
        return []
    wanted = select(person.c.id, person.c.name).where(*having(words), IN_SIGHT)
    return [
        (key, name or "") for key, name in connection.execute(wanted.order_by(person.c.folded, person.c.id).limit(most))
    ]


def name_of(connection: Connection, person_id: int) -> str:
    """Return somebody's name; raise NotThere."""
    in_sight(connection, [person_id])
    return connection.scalar(select(person.c.name).where(person.c.id == person_id)) or ""


def cards(connection: Connection, person_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the card numbers of the live memberships of some people."""
    is_his = and_(patron.c.source_id == membership.c.source_id, patron.c.key == membership.c.patron_key)
    numbers = (
        select(membership.c.person_id, func.coalesce(patron.c.card_number, patron.c.key))
        .join(patron, is_his)
        .where(membership.c.person_id.in_(person_ids), membership.c.ended_at.is_(None))
        .order_by(membership.c.person_id, membership.c.since_at)
    )
    held: dict[int, list[str]] = {}
    for person_id, number in connection.execute(numbers):
        held.setdefault(person_id, []).append(number)
    return held
