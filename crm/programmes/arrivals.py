"""Who came: ticked off by staff, checked in by a phone on site, or only counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, Engine

from crm.database import writing
from crm.errors import NotThere
from crm.i18n import N_
from crm.programmes import people, store
from crm.programmes.people import Visitor
from crm.programmes.rules import QR, STAFF, Programme, takes_arrivals, walk_ins
from crm.programmes.sign_ups import SignUpClosed, locked
from crm.schema.programmes import programme
from crm.staff import audit
from crm.touched import touch_persons


def check_in(engine: Engine, programme_id: int, who: Visitor, now: datetime) -> Programme:
    """Note that somebody came who says so on his phone; raise SignUpClosed outside the time of the programme.

    He is looked for among all people by name and contact point, then on the list by his name alone where it stands
    there once; else he is a new contact. The answer is the same for all.
    """
    with writing(engine) as connection:
        planned = locked(connection, programme_id)
        if not takes_arrivals(planned, now):
            raise SignUpClosed(N_("Checking in is open from two hours before to two hours after the programme."))
        known = people.recognise(connection, who) or _on_list(connection, planned, who)
        _came(connection, planned, known or people.keep(connection, who, people.READER, now), QR, now)
        return planned


def _on_list(connection: Connection, planned: Programme, who: Visitor) -> int | None:
    rows = connection.execute(store.people_on(planned.id)).all()
    alike = [row.person_id for row in rows if row.folded == who.folded]
    return alike[0] if len(alike) == 1 else None


def _came(connection: Connection, planned: Programme, person_id: int, how: str, now: datetime) -> None:
    row = store.on_list(connection, planned.id, person_id)
    if row is not None and row.came_at is not None:
        return
    arrived = {"came_at": now, "cancelled_at": None}
    store.put(connection, planned.id, person_id, arrived if row is not None else {**arrived, "how": how})
    touch_persons(connection, [person_id])


def tick(engine: Engine, programme_id: int, person_id: int, now: datetime, by: int | None) -> None:
    """Note that somebody came."""
    with writing(engine) as connection:
        planned = locked(connection, programme_id)
        people.in_sight(connection, [person_id])
        _came(connection, planned, person_id, STAFF, now)
        audit.record(connection, now, by, "programme.came", "programme", programme_id, {"person": person_id})


def untick(engine: Engine, programme_id: int, person_id: int, now: datetime, by: int | None) -> None:
    """Take back that somebody came; who was not signed up leaves the list."""
    with writing(engine) as connection:
        locked(connection, programme_id)
        row = store.on_list(connection, programme_id, person_id)
        if row is None:
            raise NotThere(N_("This person is not on the list."), N_("Load the page again."))
        if row.number is None:
            store.take_off(connection, programme_id, person_id)
        else:
            store.put(connection, programme_id, person_id, {"came_at": None})
        touch_persons(connection, [person_id])
        audit.record(connection, now, by, "programme.not_came", "programme", programme_id, {"person": person_id})


def walk_in(engine: Engine, programme_id: int, who: Visitor, now: datetime, by: int | None) -> int:
    """Note that somebody came who had not signed up and gives his name; return his person id."""
    with writing(engine) as connection:
        planned = locked(connection, programme_id)
        known = people.recognise(connection, who) or _on_list(connection, planned, who)
        person_id = known or people.keep(connection, who, people.STAFF, now)
        _came(connection, planned, person_id, STAFF, now)
        audit.record(connection, now, by, "programme.came", "programme", programme_id, {"person": person_id})
        return person_id


def count_walk_ins(
    engine: Engine, programme_id: int, entered: Mapping[tuple[str, str], str], now: datetime, by: int | None
) -> int:
    """Replace the headcount of those who gave no name, by (sex, age band); return their number."""
    counted = walk_ins(dict(entered))
    with writing(engine) as connection:
        locked(connection, programme_id)
        store.set_walk_ins(connection, programme_id, counted)
        people_counted = sum(counted.values())
        audit.record(connection, now, by, "programme.headcount", "programme", programme_id, {"people": people_counted})
    return people_counted


def open_for_phones(connection: Connection, programme_id: int, now: datetime) -> Programme:
    """Return the programme whose QR code was scanned; raise NotThere or SignUpClosed."""
    planned = store.find(connection, programme.c.id == programme_id)
    if planned is None:
        raise NotThere(N_("There is no such programme."), N_("The address may be mistyped."))
    if not takes_arrivals(planned, now):
        raise SignUpClosed(N_("Checking in is open from two hours before to two hours after the programme."))
    return planned
