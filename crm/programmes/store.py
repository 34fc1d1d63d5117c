"""The SQL of programmes: what is planned, who is on the list, who came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, Row, Select, case, delete, func, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from crm.programmes.rules import Programme
from crm.schema.people import person
from crm.schema.profiles import facts
from crm.schema.programmes import attendance, headcount, programme

LIVE = attendance.c.number.is_not(None) & attendance.c.cancelled_at.is_(None)
COLUMNS = [programme.c[field] for field in Programme.__dataclass_fields__]


def add(connection: Connection, values: Mapping[str, Any]) -> int:
    """Insert a programme and return its id."""
    return key_of(connection.execute(insert(programme).values(values)))


def key_of(result: CursorResult[Any]) -> int:
    """Return the id that an inserted row was given."""
    key: Any = result.inserted_primary_key
    return int(key[0])


def change(connection: Connection, programme_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a programme."""
    connection.execute(update(programme).where(programme.c.id == programme_id).values(values))


def find(connection: Connection, where: ColumnElement[bool], *, locks: bool = False) -> Programme | None:
    """Return the one programme that fits; ``locks`` keeps others from changing its list until the end."""
    question = select(*COLUMNS).where(where)
    row = connection.execute(question.with_for_update() if locks else question).one_or_none()
    return Programme(*row) if row else None


def as_programme(row: Row[Any]) -> Programme:
    """Return the programme of a row that has more columns besides."""
    return Programme(**{field: getattr(row, field) for field in Programme.__dataclass_fields__})


def slugs_like(connection: Connection, beginning: str) -> set[str]:
    """Return the slugs that begin alike."""
    return {
        *connection.scalars(select(programme.c.slug).where(programme.c.slug.startswith(beginning, autoescape=True)))
    }


def overview(*, until: datetime | None = None, since: datetime | None = None) -> Select[Any]:
    """Select programmes that begin before ``until`` or from ``since`` on, with the numbers of their lists."""
    came = attendance.c.came_at.is_not(None)
    counted = (
        select(
            attendance.c.programme_id,
            func.sum(case((LIVE, 1), else_=0)).label("signed_up"),
            func.sum(case((came, 1), else_=0)).label("came"),
        )
        .group_by(attendance.c.programme_id)
        .subquery()
    )
    walked = (
        select(headcount.c.programme_id, func.sum(headcount.c.people).label("people"))
        .group_by(headcount.c.programme_id)
        .subquery()
    )
    question = (
        select(
            *COLUMNS,
            func.coalesce(counted.c.signed_up, 0).label("signed_up"),
            func.coalesce(counted.c.came, 0).label("came"),
            func.coalesce(walked.c.people, 0).label("walk_ins"),
        )
        .outerjoin_from(programme, counted, counted.c.programme_id == programme.c.id)
        .outerjoin(walked, walked.c.programme_id == programme.c.id)
    )
    if since is not None:
        return question.where(programme.c.starts_at >= since).order_by(programme.c.starts_at, programme.c.id)
    if until is not None:
        question = question.where(programme.c.starts_at < until)
    return question.order_by(programme.c.starts_at.desc(), programme.c.id.desc())


def on_list(connection: Connection, programme_id: int, person_id: int) -> Row[Any] | None:
    """Return somebody's row on the list of a programme."""
    return connection.execute(select(attendance).where(_row(programme_id, person_id))).one_or_none()


def by_code(connection: Connection, programme_id: int, code: str) -> Row[Any] | None:
    """Return the row that a link to cancel was made for."""
    found = (attendance.c.programme_id == programme_id) & (attendance.c.code == code)
    return connection.execute(select(attendance).where(found)).one_or_none()


def position(connection: Connection, programme_id: int, number: int) -> int:
    """Return how many of the sign-ups that are not cancelled have this number or an earlier one."""
    upto = (attendance.c.programme_id == programme_id) & (attendance.c.number <= number) & LIVE
    return connection.scalar(select(func.count()).select_from(attendance).where(upto)) or 0


def signed_up(connection: Connection, programme_id: int) -> tuple[int, int]:
    """Return how many sign-ups stand, and the highest number ever given."""
    counted = select(func.count(case((LIVE, 1))), func.coalesce(func.max(attendance.c.number), 0))
    standing, highest = connection.execute(counted.where(attendance.c.programme_id == programme_id)).one()
    return standing, highest


def put(connection: Connection, programme_id: int, person_id: int, values: Mapping[str, Any]) -> None:
    """Change somebody's row on the list, or add it."""
    if on_list(connection, programme_id, person_id) is not None:
        connection.execute(update(attendance).where(_row(programme_id, person_id)).values(values))
    else:
        row = {"programme_id": programme_id, "person_id": person_id, **values}
        connection.execute(insert(attendance).values(row))


def put_many(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows to lists."""
    if rows:
        connection.execute(insert(attendance), [dict(row) for row in rows])


def take_off(connection: Connection, programme_id: int, person_id: int) -> int:
    """Take somebody off a list who was put there by mistake; return the number of rows."""
    return connection.execute(delete(attendance).where(_row(programme_id, person_id))).rowcount


def people_on(programme_id: int) -> Select[Any]:
    """Select everybody on a list in the order of the sign-ups; those who just came follow."""
    return (
        select(
            attendance,
            person.c.name,
            person.c.folded,
            person.c.gender,
            person.c.referred_by,
            facts.c.age_band,
            facts.c.is_minor,
        )
        .join_from(attendance, person, person.c.id == attendance.c.person_id)
        .outerjoin(facts, facts.c.person_id == person.c.id)
        .where(attendance.c.programme_id == programme_id)
        .order_by(attendance.c.number.is_(None), attendance.c.number, person.c.id)
    )


def named_by_band(connection: Connection, programme_id: int) -> dict[tuple[str, str], int]:
    """Return how many of those with a name came, by sex and age band."""
    gender, band = func.coalesce(person.c.gender, "-"), func.coalesce(facts.c.age_band, "unknown")
    counted = (
        select(gender, band, func.count())
        .join_from(attendance, person, person.c.id == attendance.c.person_id)
        .outerjoin(facts, facts.c.person_id == person.c.id)
        .where(attendance.c.programme_id == programme_id, attendance.c.came_at.is_not(None))
        .group_by(gender, band)
    )
    return {(sex, age): people for sex, age, people in connection.execute(counted)}


def walk_ins(connection: Connection, programme_id: int) -> dict[tuple[str, str], int]:
    """Return the headcount of those without a name, by sex and age band."""
    rows = select(headcount.c.gender, headcount.c.age_band, headcount.c.people)
    found = connection.execute(rows.where(headcount.c.programme_id == programme_id))
    return {(sex, band): people for sex, band, people in found}


def set_walk_ins(connection: Connection, programme_id: int, counted: Mapping[tuple[str, str], int]) -> None:
    """Replace the headcount."""
    connection.execute(delete(headcount).where(headcount.c.programme_id == programme_id))
    rows = [
        {"programme_id": programme_id, "gender": sex, "age_band": band, "people": people}
        for (sex, band), people in counted.items()
    ]
    if rows:
        connection.execute(insert(headcount), rows)


def _row(programme_id: int, person_id: int) -> ColumnElement[bool]:
    return (attendance.c.programme_id == programme_id) & (attendance.c.person_id == person_id)
