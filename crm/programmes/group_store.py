"""The SQL of groups: what there is, who belongs, what the ILS proposes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, case, delete, func, insert, select, update

from crm.programmes.membership import MEMBER
from crm.programmes.store import key_of
from crm.schema.people import person
from crm.schema.profiles import facts
from crm.schema.programmes import class_consent, group, group_institution, group_member, person_institution

CONTACT, REPRESENTATIVE = "contact", "representative"
CURRENT = group_member.c.ended_at.is_(None)


def add(connection: Connection, values: Mapping[str, Any]) -> int:
    """Insert a group and return its id."""
    return key_of(connection.execute(insert(group).values(values)))


def change(connection: Connection, group_id: int, values: Mapping[str, Any]) -> int:
    """Set columns of a group; return the number of rows."""
    return connection.execute(update(group).where(group.c.id == group_id).values(values)).rowcount


def find(connection: Connection, group_id: int, *, locks: bool = False) -> Row[Any] | None:
    """Return a group's row; ``locks`` keeps others from changing it until the end."""
    question = select(group).where(group.c.id == group_id)
    return connection.execute(question.with_for_update() if locks else question).one_or_none()


def overview(*, is_closed: bool = False) -> Select[Any]:
    """Select groups with the number of members and of classes, schools and the like by name, classes after them."""
    parent, child = group.alias("parent"), group.alias("child")
    counted = (
        select(
            group_member.c.group_id,
            func.count().label("members"),
            func.sum(case((group_member.c.role == REPRESENTATIVE, 1), else_=0)).label("representatives"),
        )
        .join(person, and_(person.c.id == group_member.c.person_id, person.c.merged_into.is_(None)))
        .where(CURRENT)
        .group_by(group_member.c.group_id)
        .subquery()
    )
    classes = (
        select(child.c.parent_id, func.count().label("classes"))
        .where(child.c.closed_at.is_(None))
        .group_by(child.c.parent_id)
        .subquery()
    )
    closed = group.c.closed_at.is_not(None) if is_closed else group.c.closed_at.is_(None)
    return (
        select(
            group,
            parent.c.name.label("parent_name"),
            func.coalesce(counted.c.members, 0).label("members"),
            func.coalesce(counted.c.representatives, 0).label("representatives"),
            func.coalesce(classes.c.classes, 0).label("classes"),
        )
        .outerjoin_from(group, parent, parent.c.id == group.c.parent_id)
        .outerjoin(counted, counted.c.group_id == group.c.id)
        .outerjoin(classes, classes.c.parent_id == group.c.id)
        .where(closed)
        .order_by(func.lower(func.coalesce(parent.c.name, group.c.name)), group.c.parent_id, func.lower(group.c.name))
    )


def members(group_id: int) -> Select[Any]:
    """Select the current members of a group: contacts and representatives first, then by name."""
    rank = case({CONTACT: 0, REPRESENTATIVE: 1}, value=group_member.c.role, else_=2)
    return (
        select(
            group_member.c.person_id,
            group_member.c.role,
            group_member.c.origin,
            group_member.c.consent_at,
            group_member.c.since_at,
            person.c.name,
            person.c.gender,
            facts.c.age_band,
            facts.c.stage,
            facts.c.is_minor,
        )
        .join_from(group_member, person, and_(person.c.id == group_member.c.person_id, person.c.merged_into.is_(None)))
        .outerjoin(facts, facts.c.person_id == person.c.id)
        .where(group_member.c.group_id == group_id, CURRENT)
        .order_by(rank, person.c.folded, person.c.id)
    )


def member(connection: Connection, group_id: int, person_id: int) -> Row[Any] | None:
    """Return somebody's row in a group, former members' too."""
    his = (group_member.c.group_id == group_id) & (group_member.c.person_id == person_id)
    return connection.execute(select(group_member).where(his)).one_or_none()


def put_members(connection: Connection, group_id: int, person_ids: Sequence[int], now: datetime) -> int:
    """Make people members because staff say so, those who had left too; return how many were none before."""
    theirs = and_(group_member.c.group_id == group_id, group_member.c.person_id.in_(person_ids))
    there = {row.person_id: row.ended_at for row in connection.execute(select(group_member).where(theirs))}
    back = update(group_member).where(theirs, group_member.c.ended_at.is_not(None))
    connection.execute(back.values(ended_at=None, origin="staff", role=MEMBER, consent_at=None, since_at=now))
    rows = [
        {"group_id": group_id, "person_id": person_id, "role": MEMBER, "origin": "staff", "since_at": now}
        for person_id in person_ids
        if person_id not in there
    ]
    if rows:
        connection.execute(insert(group_member), rows)
    return len(rows) + sum(ended is not None for ended in there.values())


def set_member(connection: Connection, group_id: int, person_id: int, values: Mapping[str, Any]) -> int:
    """Set columns of a current member; return the number of rows."""
    his = (group_member.c.group_id == group_id) & (group_member.c.person_id == person_id) & CURRENT
    return connection.execute(update(group_member).where(his).values(values)).rowcount


def institutions_of(connection: Connection, group_id: int) -> list[str]:
    """Return the folded institutions of the ILS whose patrons belong to a group."""
    of_it = select(group_institution.c.folded).where(group_institution.c.group_id == group_id)
    return [*connection.scalars(of_it.order_by(group_institution.c.folded))]


def assign(connection: Connection, folded: str, group_id: int | None, now: datetime, by: int | None) -> None:
    """Say to which group an institution belongs; None that it belongs to none and is not to be proposed."""
    connection.execute(delete(group_institution).where(group_institution.c.folded == folded))
    row = {"folded": folded, "group_id": group_id, "set_at": now, "set_by": by}
    connection.execute(insert(group_institution).values(row))


def is_assigned(connection: Connection, folded: str) -> bool:
    """Tell whether an institution belongs to a group already."""
    its = (group_institution.c.folded == folded) & group_institution.c.group_id.is_not(None)
    return connection.execute(select(group_institution.c.folded).where(its)).first() is not None


def unassigned(connection: Connection, least: int, most: int) -> list[tuple[str, int]]:
    """Return the folded institutions without a decision and how many people name each, the commonest first."""
    named = func.count().label("people")
    question = (
        select(person_institution.c.folded, named)
        .outerjoin(group_institution, group_institution.c.folded == person_institution.c.folded)
        .where(group_institution.c.folded.is_(None))
        .group_by(person_institution.c.folded)
        .having(func.count() >= least)
        .order_by(named.desc(), person_institution.c.folded)
        .limit(most)
    )
    return [(name, people) for name, people in connection.execute(question)]


def spellings(connection: Connection, folded: Sequence[str]) -> dict[str, list[str]]:
    """Return the spellings of some folded institutions, the commonest first."""
    question = (
        select(person_institution.c.folded, person_institution.c.spelling)
        .where(person_institution.c.folded.in_(folded))
        .group_by(person_institution.c.folded, person_institution.c.spelling)
        .order_by(func.count().desc(), person_institution.c.spelling)
    )
    found: dict[str, list[str]] = {}
    for name, spelling in connection.execute(question) if folded else ():
        found.setdefault(name, []).append(spelling)
    return found


def consents(connection: Connection, group_id: int) -> set[tuple[int, str]]:
    """Return (person id, purpose) of the slips that guardians have signed for members of a class."""
    signed = select(class_consent.c.person_id, class_consent.c.purpose)
    found = connection.execute(
        signed.where(class_consent.c.group_id == group_id, class_consent.c.signed_on.is_not(None))
    )
    return {(person_id, purpose) for person_id, purpose in found}
