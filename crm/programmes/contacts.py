"""Contacts: guests, enquirers and others whom the library knows although they never had a card."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Engine, Row, and_, func, select

from crm.database import writing
from crm.errors import FormRefused
from crm.i18n import N_, Message
from crm.programmes import people
from crm.programmes.people import IN_SIGHT, NEVER_A_MEMBER, Visitor
from crm.schema.people import contact_point, person
from crm.schema.profiles import facts
from crm.schema.programmes import attendance
from crm.staff import audit

PAGE = 50


def add_contact(engine: Engine, who: Visitor, now: datetime, by: int | None) -> tuple[int, bool]:
    """Keep somebody as a contact; return his person id and whether he is new.

    Who is known by name and contact point is returned as he is. FormRefused tells that who brought him is not found.
    """
    with writing(engine) as connection:
        referrer = _referrer(connection, who)
        known = people.recognise(connection, who)
        person_id = known or people.keep(connection, who, people.STAFF, now)
        if referrer is not None:
            people.brought_by(connection, person_id, referrer, now)
        if known is None:
            audit.record(connection, now, by, "contact.add", "person", person_id)
        return person_id, known is None


def _referrer(connection: Connection, who: Visitor) -> int | None:
    if not who.brought_by:
        return None
    referrer = people.named(connection, who.brought_by, who.country)
    if referrer is None:
        nobody = Message(N_("Nobody, or more than one, is found by this. Write a card number, phone or mail address."))
        raise FormRefused({"brought_by": nobody})
    return referrer


def listed(connection: Connection, words: str, before: int | None = None) -> list[Row[Any]]:
    """Return contacts whose name, phone or mail has all of ``words``, the latest first, one more than a page."""
    referrer, maybe = person.alias("referrer"), _maybe_contacts().subquery()
    question = (
        select(person.c.id, person.c.name, person.c.created_at, person.c.referred_by, referrer.c.name.label("referrer"))
        .join_from(person, maybe, maybe.c.id == person.c.id)
        .outerjoin(referrer, referrer.c.id == person.c.referred_by)
        .where(NEVER_A_MEMBER, IN_SIGHT, *people.having(words))
        .order_by(person.c.id.desc())
        .limit(PAGE + 1)
    )
    return [*connection.execute(question if before is None else question.where(person.c.id < before))]


def _maybe_contacts() -> CompoundSelect[Any]:
    """Select who may be a contact by an index: whom the facts call one, and who came after they were worked out."""
    newest = select(func.coalesce(func.max(facts.c.person_id), 0)).scalar_subquery()
    known = select(facts.c.person_id.label("id")).where(facts.c.stage == "contact")
    return known.union(select(person.c.id).where(person.c.id > newest))


def reached_at(connection: Connection, person_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the valid phone numbers and mail addresses of each of some people."""
    points = (
        select(contact_point.c.person_id, contact_point.c.value)
        .where(contact_point.c.person_id.in_(person_ids))
        .where(contact_point.c.status == "valid", contact_point.c.gone_at.is_(None))
        .order_by(contact_point.c.person_id, contact_point.c.kind.desc(), contact_point.c.id)
    )
    reached: dict[int, list[str]] = {}
    for person_id, value in connection.execute(points):
        reached.setdefault(person_id, []).append(value)
    return reached


def came(connection: Connection, person_ids: Sequence[int]) -> dict[int, tuple[int, datetime]]:
    """Return to how many programmes each of some people came, and when last."""
    counted = (
        select(attendance.c.person_id, func.count(), func.max(attendance.c.came_at))
        .where(and_(attendance.c.person_id.in_(person_ids), attendance.c.came_at.is_not(None)))
        .group_by(attendance.c.person_id)
    )
    return {person_id: (times, last) for person_id, times, last in connection.execute(counted)}
