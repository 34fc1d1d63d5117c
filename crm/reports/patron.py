"""One person as the pages show him: who he is, what he was promised, how he is reached, what he likes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, func, select

from crm.reports.likings import Topic, declared_by
from crm.schema.ils import branch, category, charge, loan, patron, source, title
from crm.schema.people import contact_point, duplicate, membership, note, permission, person, tag, trait
from crm.schema.profiles import facts
from crm.schema.programmes import group, group_member
from crm.schema.staff import staff

MOST_LOANS = 50  # open ones that are listed; more are counted
OF_THE_PERSON = (
    "id", "name", "gender", "birth_date", "is_placeholder_birth", "deceased_on", "merged_into", "created_at",
    "referred_by",
)  # fmt: skip
PROFILING = "profiling"
REFUSED = "refused"


@dataclass(frozen=True)
class Membership:
    """A membership in an ILS, with what that ILS says now; ``is_gone`` where it says nothing any more."""

    source: str
    key: str
    card_number: str | None
    category: str | None
    branch: str | None
    institution: str | None
    address: str | None
    notes: str | None
    raw_name: str | None
    joined_on: date | None
    expires_on: date | None
    is_blocked: bool
    is_gone: bool
    ended_at: datetime | None


@dataclass(frozen=True)
class OpenLoan:
    """An item that is out with the person."""

    title: str | None
    barcode: str | None
    due_on: date | None
    renewals: int


@dataclass(frozen=True)
class Note:
    """A talk, call, letter or question; ``by`` wrote it, ``follow_up_on`` is the day something was promised for."""

    id: int
    kind: str
    words: str
    at: datetime
    by: str | None
    follow_up_on: date | None


@dataclass(frozen=True)
class Point:
    """A way to reach the person, with what the ILS or a person wrote of it."""

    id: int
    kind: str
    value: str
    raw: str | None
    status: str
    reason: str | None
    origin: str
    sharers: int
    since_at: datetime
    gone_at: datetime | None


@dataclass(frozen=True)
class Permission:
    """What the person said last about a purpose, and a channel where it needs one."""

    purpose: str
    channel: str | None
    state: str
    notice: str | None
    means: str
    at: datetime
    by: str | None


@dataclass(frozen=True)
class TraitValue:
    """One value of a trait with its origin; ``guardian`` is the name of the person a guardian's value means."""

    name: str
    origin: str
    value: Any
    set_at: datetime
    by: str | None
    guardian: str | None


@dataclass(frozen=True)
class Group:
    """A group the person belongs to."""

    id: int
    name: str
    kind: str
    role: str


@dataclass(frozen=True)
class Likeness:
    """Somebody who might be the same person, and what speaks for it."""

    id: int
    name: str | None
    score: int
    reasons: Sequence[str]


@dataclass(frozen=True)
class Patron:
    """A person with all that the page needs; ``facts`` is the row of ``person_facts``, None until it is worked out."""

    id: int
    name: str | None
    gender: str | None
    birth_date: date | None
    is_placeholder_birth: bool
    deceased_on: date | None
    merged_into: int | None
    created_at: datetime
    referred_by: int | None
    referrer: str | None
    facts: Any
    memberships: tuple[Membership, ...]
    loans: tuple[OpenLoan, ...]
    balance: Decimal
    promised: tuple[Note, ...]
    last_notes: tuple[Note, ...]
    points: tuple[Point, ...]
    permissions: tuple[Permission, ...]
    traits: tuple[TraitValue, ...]
    tags: tuple[str, ...]
    declared: tuple[Topic, ...]
    groups: tuple[Group, ...]
    likenesses: tuple[Likeness, ...]

    @property
    def is_contact(self) -> bool:
        """Whether no ILS knows the person."""
        return not self.memberships

    @property
    def objects(self) -> bool:
        """Whether the person refuses profiling: then neither past titles nor inferred interests are shown."""
        return any(each.purpose == PROFILING and each.state == REFUSED for each in self.permissions)


def patron_of(connection: Connection, person_id: int) -> Patron | None:
    """Return a person, None where there is none; always the same few statements."""
    friend = person.alias("friend")
    theirs = select(*(person.c[name] for name in OF_THE_PERSON), friend.c.name.label("referrer"))
    joined = theirs.select_from(person.outerjoin(friend, friend.c.id == person.c.referred_by))
    row = connection.execute(joined.where(person.c.id == person_id)).mappings().first()
    if row is None:
        return None
    return Patron(
        **row,
        facts=connection.execute(select(facts).where(facts.c.person_id == person_id)).first(),
        memberships=_memberships(connection, person_id),
        loans=_open_loans(connection, person_id),
        balance=_balance(connection, person_id),
        promised=_notes(connection, _open_follow_ups(person_id)),
        last_notes=_notes(connection, _latest_notes(person_id)),
        points=_points(connection, person_id),
        permissions=_permissions(connection, person_id),
        traits=_traits(connection, person_id),
        tags=tuple(connection.scalars(select(tag.c.name).where(tag.c.person_id == person_id).order_by(tag.c.name))),
        declared=declared_by(connection, person_id),
        groups=_groups(connection, person_id),
        likenesses=_likenesses(connection, person_id),
    )


def person_of_key(connection: Connection, source_name: str, patron_key: str) -> int | None:
    """Return the id of the person to whom a key of an ILS leads."""
    found: int | None = connection.scalar(
        select(func.coalesce(person.c.merged_into, person.c.id))
        .join(membership, membership.c.person_id == person.c.id)
        .join(source, source.c.id == membership.c.source_id)
        .where(source.c.name == source_name, membership.c.patron_key == patron_key)
    )
    return found


def person_of_number(connection: Connection, number: str) -> int | None:
    """Return the id of the one patron with a card number or key, None where there is none or more than one."""
    his = (patron.c.source_id == membership.c.source_id) & (patron.c.key == membership.c.patron_key)
    wanted = (
        select(person.c.id)
        .join(membership, membership.c.person_id == person.c.id)
        .outerjoin(patron, his)
        .where((membership.c.patron_key == number) | (patron.c.card_number == number), person.c.merged_into.is_(None))
        .distinct()
        .limit(2)
    )
    found = connection.scalars(wanted).all()
    return found[0] if len(found) == 1 else None


def _memberships(connection: Connection, person_id: int) -> tuple[Membership, ...]:
    here = patron.c.source_id == membership.c.source_id
    joined = (
        membership.join(source, source.c.id == membership.c.source_id)
        .outerjoin(patron, here & (patron.c.key == membership.c.patron_key))
        .outerjoin(category, (category.c.source_id == patron.c.source_id) & (category.c.key == patron.c.category_key))
        .outerjoin(branch, (branch.c.source_id == patron.c.source_id) & (branch.c.key == patron.c.branch_key))
    )
    wanted = select(
        source.c.name.label("source"),
        membership.c.patron_key.label("key"),
        *(patron.c[name] for name in ("card_number", "institution", "address", "notes", "expires_on", "gone_at")),
        func.coalesce(category.c.name, patron.c.category_key).label("category"),
        func.coalesce(branch.c.name, patron.c.branch_key).label("branch"),
        patron.c.name.label("raw_name"),
        func.coalesce(patron.c.member_since, patron.c.registered_on).label("joined_on"),
        func.coalesce(patron.c.is_blocked, False).label("is_blocked"),
        membership.c.ended_at,
        patron.c.key.label("there"),
    ).select_from(joined)
    rows = connection.execute(wanted.where(membership.c.person_id == person_id)).mappings()
    found = [
        Membership(
            **{name: value for name, value in row.items() if name not in ("gone_at", "there", "is_blocked")},
            is_blocked=bool(row["is_blocked"]),
            is_gone=row["there"] is None or row["gone_at"] is not None,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda each: (each.ended_at is not None, each.is_gone, each.source, each.key)))


def _open_loans(connection: Connection, person_id: int) -> tuple[OpenLoan, ...]:
    its = (title.c.source_id == loan.c.source_id) & (title.c.key == loan.c.title_key)
    wanted = (
        select(title.c.title, loan.c.item_barcode, loan.c.due_on, func.coalesce(loan.c.renewals, 0))
        .select_from(_joined(loan).outerjoin(title, its))
        .where(membership.c.person_id == person_id, loan.c.is_open.is_(True), loan.c.gone_at.is_(None))
        .order_by(func.coalesce(loan.c.due_on, date.max), loan.c.key)
        .limit(MOST_LOANS)
    )
    return tuple(OpenLoan(*row) for row in connection.execute(wanted))


def _joined(table: Any) -> Any:
    return membership.join(
        table, (table.c.source_id == membership.c.source_id) & (table.c.patron_key == membership.c.patron_key)
    )


def _balance(connection: Connection, person_id: int) -> Decimal:
    """Return what is owed and not yet paid."""
    rows = connection.execute(
        select(charge.c.amount, charge.c.paid)
        .select_from(_joined(charge))
        .where(membership.c.person_id == person_id, charge.c.gone_at.is_(None))
    )
    return sum(((row.amount or Decimal()) - (row.paid or Decimal()) for row in rows), Decimal())


def _written(person_id: int) -> Select[Any]:
    by = select(staff.c.name).where(staff.c.id == note.c.by).scalar_subquery()
    columns = (note.c.id, note.c.kind, note.c.words, note.c.at, by.label("by"), note.c.follow_up_on)
    return select(*columns).where(note.c.person_id == person_id)


def _open_follow_ups(person_id: int) -> Select[Any]:
    is_open = note.c.follow_up_on.is_not(None) & note.c.done_at.is_(None)
    return _written(person_id).where(is_open).order_by(note.c.follow_up_on, note.c.id)


def _latest_notes(person_id: int) -> Select[Any]:
    return _written(person_id).order_by(note.c.at.desc(), note.c.id.desc()).limit(1)


def _notes(connection: Connection, wanted: Select[Any]) -> tuple[Note, ...]:
    return tuple(Note(*row) for row in connection.execute(wanted))


def _points(connection: Connection, person_id: int) -> tuple[Point, ...]:
    names = ("id", "kind", "value", "raw", "status", "reason", "origin", "sharers", "since_at", "gone_at")
    wanted = select(*(contact_point.c[name] for name in names)).where(contact_point.c.person_id == person_id)
    return tuple(Point(*row) for row in connection.execute(wanted.order_by(contact_point.c.kind, contact_point.c.id)))


def _permissions(connection: Connection, person_id: int) -> tuple[Permission, ...]:
    by = select(staff.c.name).where(staff.c.id == permission.c.by).scalar_subquery()
    names = ("purpose", "channel", "state", "notice", "means", "at")
    wanted: Select[Any] = select(*(permission.c[name] for name in names), by)
    wanted = wanted.where(permission.c.person_id == person_id)
    rows = connection.execute(wanted.order_by(permission.c.id))
    last = {(row.purpose, row.channel): Permission(*row) for row in rows}
    return tuple(last[key] for key in sorted(last, key=lambda pair: (pair[0], pair[1] or "")))


def _traits(connection: Connection, person_id: int) -> tuple[TraitValue, ...]:
    by = select(staff.c.name).where(staff.c.id == trait.c.set_by).scalar_subquery().label("by")
    wanted = select(trait.c.name, trait.c.origin, trait.c.value, trait.c.set_at, by)
    rows = connection.execute(wanted.where(trait.c.person_id == person_id).order_by(trait.c.name)).all()
    guardians = {int(row.value) for row in rows if row.name == "guardian" and str(row.value).isdecimal()}
    named = connection.execute(select(person.c.id, person.c.name).where(person.c.id.in_(guardians)))
    names = {str(row.id): row.name for row in named}
    return tuple(TraitValue(*row, names.get(str(row.value)) if row.name == "guardian" else None) for row in rows)


def _groups(connection: Connection, person_id: int) -> tuple[Group, ...]:
    wanted = (
        select(group.c.id, group.c.name, group.c.kind, group_member.c.role)
        .join(group_member, group_member.c.group_id == group.c.id)
        .where(group_member.c.person_id == person_id, group_member.c.ended_at.is_(None), group.c.closed_at.is_(None))
        .order_by(group.c.id)
    )
    return tuple(Group(*row) for row in connection.execute(wanted))


def _likenesses(connection: Connection, person_id: int) -> tuple[Likeness, ...]:
    found = []
    for mine, other in ((duplicate.c.first_id, duplicate.c.second_id), (duplicate.c.second_id, duplicate.c.first_id)):
        wanted = (
            select(person.c.id, person.c.name, duplicate.c.score, duplicate.c.reasons)
            .select_from(duplicate.join(person, person.c.id == other))
            .where(mine == person_id, duplicate.c.state == "proposed", person.c.merged_into.is_(None))
        )
        found += [Likeness(*row) for row in connection.execute(wanted)]
    return tuple(sorted(found, key=lambda each: (-each.score, each.id)))
