"""Contact points that staff or the reader give, and what is learnt of any."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from crm.errors import ActionRefused, NotThere
from crm.i18n import N_
from crm.patrons.contact_points import (
    BOUNCED,
    EMAIL,
    INVALID,
    MARKED,
    OPTED_OUT,
    PHONE,
    VALID,
    ContactPoint,
    mails,
    phones,
)
from crm.patrons.many import existing
from crm.patrons.traits import ILS, READER, STAFF
from crm.schema.people import contact_point
from crm.staff import audit
from crm.touched import touch_persons


@dataclass(frozen=True)
class Given:
    """A number or address as it was typed: ``kind`` is phone or email, ``origin`` staff or reader."""

    kind: str
    text: str
    origin: str
    at: datetime
    by: int | None = None


def add_points(connection: Connection, person_id: int, given: Given, country: str) -> list[int]:
    """Keep the numbers or addresses of one field; return the ids of those that are new.

    Raises ActionRefused, saying why, where one of them is none.
    """
    found = mails(given.text) if given.kind == EMAIL else phones(given.text, country)
    wrong = next((point for point in found if point.status == INVALID), None)
    if not found or wrong or given.origin not in (STAFF, READER) or given.kind not in (PHONE, EMAIL):
        hint = (wrong and wrong.reason) or N_("Write a telephone number or a mail address.")
        raise ActionRefused(N_("This is no way to reach somebody."), hint)
    existing(connection, {person_id})
    ids = [
        _add(connection, person_id, point, given) for point in found if not _has(connection, person_id, point, given)
    ]
    audit.record(connection, given.at, given.by, "person.contact_point", "person", person_id, {"kind": given.kind})
    touch_persons(connection, [person_id])
    return ids


def _has(connection: Connection, person_id: int, point: ContactPoint, given: Given) -> bool:
    """Tell whether the person has it from there; one that was taken away is given back."""
    mine = (
        contact_point.c.person_id == person_id,
        contact_point.c.value == point.value,
        contact_point.c.origin == given.origin,
    )
    return connection.execute(
        update(contact_point).where(*mine).values(gone_at=None, raw=point.raw)
    ).rowcount > 0 or bool(connection.scalar(select(contact_point.c.id).where(*mine)))


def _add(connection: Connection, person_id: int, point: ContactPoint, given: Given) -> int:
    current = (contact_point.c.value == point.value, contact_point.c.gone_at.is_(None))
    others = select(func.count(contact_point.c.person_id.distinct())).where(
        *current, contact_point.c.person_id != person_id
    )
    sharers = (connection.scalar(others) or 0) + 1
    values = {"person_id": person_id, "since_at": given.at, "origin": given.origin, "sharers": sharers, **vars(point)}
    return int(connection.execute(insert(contact_point).values(values)).lastrowid)


def set_status(connection: Connection, point_id: int, status: str, at: datetime, by: int | None) -> None:
    """Note that a contact point works, is wrong, bounced, or is not to be used; a sync does not change that.

    Raises NotThere for one that is gone, ActionRefused for another status or one that could never work.
    """
    row = _current(connection, point_id)
    if status not in (VALID, INVALID, BOUNCED, OPTED_OUT) or row.kind == PHONE:
        raise ActionRefused(N_("This cannot be noted of it."), N_("Correct the number or the address first."))
    values = {"status": status, "reason": MARKED if status == INVALID else None}
    _change(connection, row, values)
    details = {"point": point_id, "status": status}
    audit.record(connection, at, by, "person.contact_point", "person", row.person_id, details)


def remove_point(connection: Connection, point_id: int, at: datetime, by: int | None) -> None:
    """Take away what staff or the reader gave; what the ILS says is corrected there."""
    row = _current(connection, point_id)
    if row.origin == ILS:
        raise ActionRefused(N_("This comes from the ILS."), N_("Correct it there, or note that it is wrong."))
    _change(connection, row, {"gone_at": at})
    details = {"point": point_id, "removed": True}
    audit.record(connection, at, by, "person.contact_point", "person", row.person_id, details)


def _current(connection: Connection, point_id: int) -> Row[Any]:
    mine = (contact_point.c.id == point_id, contact_point.c.gone_at.is_(None))
    row = connection.execute(select(contact_point).where(*mine)).first()
    if row is None:
        raise NotThere(N_("This contact point is not there any more."), N_("Look at the page once more."))
    return row


def _change(connection: Connection, row: Row[Any], values: dict[str, Any]) -> None:
    connection.execute(update(contact_point).where(contact_point.c.id == row.id).values(values))
    touch_persons(connection, [row.person_id])
