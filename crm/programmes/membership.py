"""Who belongs to which institution by the ILS, and so to the group that staff made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, and_, delete, exists, func, insert, literal, select, update
from sqlalchemy.sql.elements import ColumnElement

from crm.database import reading, writing
from crm.programmes.institutions import KEY_LENGTH, folded
from crm.schema.ils import patron
from crm.schema.people import membership, person
from crm.schema.profiles import person_touched
from crm.schema.programmes import group, group_institution, group_member, person_institution
from crm.scope import Scope

ILS, MEMBER = "ils", "member"
READ_TOGETHER, WRITTEN_TOGETHER = 5_000, 500

Said = set[tuple[int, str, str]]  # person id, folded institution, its spelling
Portion = Callable[[ColumnElement[int]], ColumnElement[bool]]


def refresh_institutions(engine: Engine, scope: Scope, now: datetime) -> int:
    """Note anew which institution each person's live memberships name, and let groups follow; return the rows written.

    It can be killed and run again: each few hundred people are written in one transaction with their groups.
    """
    written = 0
    for people in _portions(engine, scope):
        with reading(engine) as connection:
            said, kept = _said(connection, people), _kept(connection, people)
        changed = sorted({person_id for person_id, *_ in said ^ kept})
        for start in range(0, len(changed), WRITTEN_TOGETHER):
            some = changed[start : start + WRITTEN_TOGETHER]
            with writing(engine) as connection:
                written += _write(connection, some, said)
                written += follow(
                    connection, group_member.c.person_id.in_(some), person_institution.c.person_id.in_(some), now
                )
    return written


def _portions(engine: Engine, scope: Scope) -> Iterator[Portion]:
    """Yield conditions on a person's id that together hold for everybody who is meant."""
    ids = person.c.id if scope.is_everything else person_touched.c.person_id
    last = -1
    while True:
        with reading(engine) as connection:
            some = select(ids.label("id")).where(ids > last).order_by(ids).limit(READ_TOGETHER).subquery()
            first, last = connection.execute(select(func.min(some.c.id), func.max(some.c.id))).one()
        if first is None:
            return
        yield _between(first, last, scope)


def _between(first: int, last: int, scope: Scope) -> Portion:
    def fits(ids: ColumnElement[int]) -> ColumnElement[bool]:
        within = ids.between(first, last)
        return within if scope.is_everything else within & ids.in_(select(person_touched.c.person_id))

    return fits


def _said(connection: Connection, people: Portion) -> Said:
    """Return what the ILS says of these people, the first spelling where two of one institution differ."""
    named = (
        select(membership.c.person_id, patron.c.institution)
        .join_from(
            membership,
            patron,
            and_(patron.c.source_id == membership.c.source_id, patron.c.key == membership.c.patron_key),
        )
        .join(person, person.c.id == membership.c.person_id)
        .where(people(membership.c.person_id), membership.c.ended_at.is_(None))
        .where(patron.c.gone_at.is_(None), patron.c.institution.is_not(None), person.c.merged_into.is_(None))
        .order_by(membership.c.person_id, patron.c.institution)
    )
    spelled: dict[tuple[int, str], str] = {}
    for person_id, institution in connection.execute(named):
        name = folded(institution)
        if name:
            spelled.setdefault((person_id, name), " ".join(institution.split())[:KEY_LENGTH].strip())
    return {(person_id, name, spelling) for (person_id, name), spelling in spelled.items()}


def _kept(connection: Connection, people: Portion) -> Said:
    kept = select(person_institution).where(people(person_institution.c.person_id))
    return {(person_id, name, spelling) for person_id, name, spelling in connection.execute(kept)}


def _write(connection: Connection, people: Sequence[int], said: Said) -> int:
    wanted = {*people}
    connection.execute(delete(person_institution).where(person_institution.c.person_id.in_(people)))
    rows = [
        {"person_id": person_id, "folded": name, "spelling": spelling}
        for person_id, name, spelling in said
        if person_id in wanted
    ]
    if rows:
        connection.execute(insert(person_institution), rows)
    return len(rows)


def follow(connection: Connection, members: ColumnElement[bool], people: ColumnElement[bool], now: datetime) -> int:
    """Let members come and go as the ILS says; who was put in or out by staff stays so. Return the rows changed.

    ``members`` and ``people`` narrow ``person_group_member`` and ``person_institution`` to those who are meant.
    """
    belongs = exists().where(
        person_institution.c.person_id == group_member.c.person_id,
        person_institution.c.folded == group_institution.c.folded,
        group_institution.c.group_id == group_member.c.group_id,
    )
    is_open = exists().where(group.c.id == group_member.c.group_id, group.c.closed_at.is_(None))
    theirs = and_(members, group_member.c.origin == ILS, is_open)
    left = update(group_member).where(theirs, group_member.c.ended_at.is_(None), ~belongs).values(ended_at=now)
    back = update(group_member).where(theirs, group_member.c.ended_at.is_not(None), belongs)
    there = exists().where(
        group_member.c.group_id == group_institution.c.group_id,
        group_member.c.person_id == person_institution.c.person_id,
    )
    new = (
        select(group.c.id, person_institution.c.person_id, literal(MEMBER), literal(ILS), literal(now))
        .join_from(person_institution, group_institution, group_institution.c.folded == person_institution.c.folded)
        .join(group, group.c.id == group_institution.c.group_id)
        .where(people, group.c.closed_at.is_(None), ~there)
        .distinct()
    )
    columns = ["group_id", "person_id", "role", "origin", "since_at"]
    statements = (left, back.values(ended_at=None), insert(group_member).from_select(columns, new))
    return sum(connection.execute(statement).rowcount for statement in statements)
