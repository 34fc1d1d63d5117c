"""Signing up for a programme: seats in the order of the sign-ups, a waiting list behind them.

A sign-up has a number, given while the programme's row is locked. Who has a seat follows from the numbers alone, so
that a seat that gets free goes to the next by itself, and two who want the last one cannot both have it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from crm.database import reading, writing
from crm.errors import NotThere, SapaError
from crm.i18n import N_
from crm.programmes import people, store
from crm.programmes.people import Visitor
from crm.programmes.rules import LIST, PAGE, STAFF, Programme, Standing, standing, takes_sign_ups
from crm.schema.programmes import attendance, programme
from crm.staff import audit
from crm.touched import touch_persons


class SignUpClosed(SapaError):
    """The programme takes no sign-ups any more."""


@dataclass(frozen=True)
class SignUp:
    """What became of a sign-up; ``code`` and ``number`` make the link to cancel it."""

    programme: Programme
    code: str
    number: int
    standing: Standing


def sign_up(engine: Engine, slug: str, who: Visitor, code: str, now: datetime) -> SignUp:
    """Sign somebody up who filled in the public page; raise NotThere or SignUpClosed.

    A reader is recognised by name and contact point; the answer is the same for those who were known and for those who
    were on the list already, whose first sign-up counts: it never tells an outsider anything about anybody. ``code`` is
    a fresh random one.
    """
    with writing(engine) as connection:
        planned = store.find(connection, (programme.c.slug == slug) & programme.c.is_public, locks=True)
        if planned is None:
            raise _not_there()
        if not takes_sign_ups(planned, now):
            raise SignUpClosed(N_("This programme takes no sign-ups any more."), N_("Look at what else is planned."))
        known = people.recognise(connection, who)
        person_id = known or people.keep(connection, who, people.READER, now)
        taken, highest = store.signed_up(connection, planned.id)
        is_new = enter(connection, planned, person_id, PAGE, code, now)
        if is_new and who.brought_by:
            store.put(connection, planned.id, person_id, {"brought_by": who.brought_by})
        if not known:
            _note_referrer(connection, person_id, who, now)
        return SignUp(planned, code, highest + 1, standing(taken + 1, planned.seats))


def enter(connection: Connection, planned: Programme, person_id: int, how: str, code: str, now: datetime) -> bool:
    """Put a person on the list of a programme that is locked; False when he is on it already."""
    row = store.on_list(connection, planned.id, person_id)
    if row is not None and row.number is not None and row.cancelled_at is None:
        return False
    _, highest = store.signed_up(connection, planned.id)
    values = {"number": highest + 1, "code": code, "signed_up_at": now, "cancelled_at": None, "how": how}
    store.put(connection, planned.id, person_id, values)
    return True


def _note_referrer(connection: Connection, person_id: int, who: Visitor, now: datetime) -> None:
    """Note who brought a newcomer, where what he wrote names one person; of others staff see what was written."""
    referrer = people.named(connection, who.brought_by, who.country) if who.brought_by else None
    if referrer is not None:
        people.brought_by(connection, person_id, referrer, now)


def look(engine: Engine, slug: str, code: str, number: int) -> SignUp | None:
    """Return the sign-up behind a link, None where it was cancelled.

    A code that belongs to nobody was given to who signed up twice, and looks like that of a newcomer of that moment.
    """
    with reading(engine) as connection:
        planned = store.find(connection, programme.c.slug == slug)
        if planned is None:
            raise _not_there()
        row = store.by_code(connection, planned.id, code)
        if row is not None and row.cancelled_at is not None:
            return None
        place = store.position(connection, planned.id, number - 1) + 1
        return SignUp(planned, code, number, standing(place, planned.seats))


def cancel(engine: Engine, slug: str, code: str, now: datetime) -> Programme:
    """Cancel the sign-up behind a link; nothing happens where there is none."""
    with writing(engine) as connection:
        planned = store.find(connection, programme.c.slug == slug, locks=True)
        if planned is None:
            raise _not_there()
        row = store.by_code(connection, planned.id, code)
        if row is not None and row.cancelled_at is None and row.came_at is None:
            store.put(connection, planned.id, row.person_id, {"cancelled_at": now})
        return planned


def put_on_list(
    engine: Engine, programme_id: int, person_ids: Iterable[int], codes: Iterable[str], now: datetime, by: int | None
) -> int:
    """Sign up people for whom staff ask, a whole class too; return how many were not on the list yet."""
    with writing(engine) as connection:
        planned = locked(connection, programme_id)
        added = _enter_many(connection, planned, sorted(people.in_sight(connection, [*person_ids])), codes, now)
        audit.record(connection, now, by, "programme.sign_up", "programme", programme_id, {"people": added})
        return added


def _enter_many(
    connection: Connection, planned: Programme, person_ids: list[int], codes: Iterable[str], now: datetime
) -> int:
    """Add those who are on no list in one statement; those who had cancelled are few and follow one by one."""
    rows = connection.execute(select(attendance).where(attendance.c.programme_id == planned.id)).all()
    there = {row.person_id for row in rows}
    _, highest = store.signed_up(connection, planned.id)
    how = LIST if len(person_ids) > 1 else STAFF
    code = iter(codes)
    new = [
        {"programme_id": planned.id, "person_id": person_id, "number": highest + place, "code": next(code),
         "signed_up_at": now, "how": how}
        for place, person_id in enumerate((each for each in person_ids if each not in there), start=1)
    ]  # fmt: skip
    store.put_many(connection, new)
    again = [row.person_id for row in rows if row.person_id in person_ids]
    return len(new) + sum(enter(connection, planned, person_id, how, next(code), now) for person_id in again)


def take_off_list(engine: Engine, programme_id: int, person_id: int, now: datetime, by: int | None) -> None:
    """Cancel somebody's sign-up for him."""
    with writing(engine) as connection:
        locked(connection, programme_id)
        row = store.on_list(connection, programme_id, person_id)
        if row is None:
            raise NotThere(N_("This person is not on the list."), N_("Load the page again."))
        store.put(connection, programme_id, person_id, {"cancelled_at": now, "came_at": None})
        if row.came_at is not None:
            touch_persons(connection, [person_id])
        audit.record(connection, now, by, "programme.take_off", "programme", programme_id, {"person": person_id})


def locked(connection: Connection, programme_id: int) -> Programme:
    """Return a programme whose list nobody else changes until the end of the transaction; raise NotThere."""
    planned = store.find(connection, programme.c.id == programme_id, locks=True)
    if planned is None:
        raise _not_there()
    return planned


def _not_there() -> NotThere:
    return NotThere(
        N_("There is no such programme."), N_("The address may be mistyped, or the programme is not public.")
    )
