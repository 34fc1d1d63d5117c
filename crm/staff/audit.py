"""What was done by whom: every write, every export and every reading of a patron's page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from crm.i18n import N_
from crm.schema.staff import audit, staff

PAGE = 50

SUBJECT_WORDS = {
    "group": N_("group"),
    "institution": N_("institution"),
    "patron": N_("patron"),
    "person": N_("person"),
    "programme": N_("programme"),
    "segment": N_("segment"),
    "staff": N_("account"),
}

ACTION_WORDS = {
    "contact.add": N_("contact added"),
    "group.accept": N_("group made of an institution"),
    "group.add": N_("people added to a group"),
    "group.change": N_("group changed"),
    "group.close": N_("group closed"),
    "group.dismiss": N_("institution is no group"),
    "group.make": N_("group made"),
    "group.remove": N_("person taken out of a group"),
    "group.reopen": N_("group opened again"),
    "group.role": N_("role in a group changed"),
    "group.slips": N_("consent slips of a group printed"),
    "person.contact_point": N_("contact point changed"),
    "person.distinct": N_("found to be different people"),
    "person.follow_up": N_("follow-up finished"),
    "person.merge": N_("two people merged"),
    "person.note": N_("note written"),
    "person.permission": N_("answer of a reader recorded"),
    "person.tag": N_("tag added"),
    "person.trait": N_("trait changed"),
    "person.wish": N_("wish of a reader noted"),
    "person.unmerge": N_("merge undone"),
    "person.untag": N_("tag taken off"),
    "programme.came": N_("attendance noted"),
    "programme.cancel": N_("programme cancelled"),
    "programme.change": N_("programme changed"),
    "programme.export": N_("list of a programme exported"),
    "programme.headcount": N_("guests counted"),
    "programme.not_came": N_("attendance taken back"),
    "programme.plan": N_("programme planned"),
    "programme.sign_up": N_("signed up for a programme"),
    "programme.take_off": N_("sign-up taken back"),
    "programme.take_up_again": N_("cancelled programme taken up again"),
    "segment.archive": N_("segment archived"),
    "segment.export": N_("segment exported"),
    "segment.members": N_("members of a segment listed"),
    "segment.save": N_("segment saved"),
    "sign_in": N_("signed in"),
    "sign_in.refused": N_("sign-in refused"),
    "sign_out": N_("signed out"),
    "staff.add": N_("account made"),
    "staff.password": N_("password changed"),
    "staff.role": N_("role changed"),
    "staff.disable": N_("account disabled"),
    "staff.enable": N_("account enabled"),
    "patron.export": N_("list of patrons exported"),
    "patron.read": N_("patron page read"),
    "topic.create": N_("topic made"),
    "topic.rename": N_("topic renamed"),
    "topic.hide": N_("topic hidden"),
    "topic.unhide": N_("topic used again"),
    "topic.sensitive": N_("topic called sensitive"),
    "topic.open": N_("topic called not sensitive"),
    "topic.rule": N_("rule of a topic made"),
    "topic.drop": N_("rule of a topic taken back"),
}
"""What an action is called on the page; other packages' actions are shown as they are until they are listed here."""


@dataclass(frozen=True)
class Entry:
    """One line of the log; ``who`` is None where Sapa itself or the command line acted."""

    id: int
    at: datetime
    who: str | None
    action: str
    subject: str | None
    subject_id: str | None
    details: Mapping[str, Any] | None


@dataclass(frozen=True)
class Wanted:
    """Which entries to list: all that is None is left open; ``since`` and ``until`` are naive UTC, the latter excluded.

    ``before`` is the id of the last entry of the page before.
    """

    staff_id: int | None = None
    action: str | None = None
    subject: str | None = None
    subject_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def record(  # noqa: PLR0913, PLR0917 - the whole line of the log, one argument per column
    connection: Connection,
    at: datetime,
    staff_id: int | None,
    action: str,
    subject: str | None = None,
    subject_id: object = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Note what was done, in the transaction that does it.

    ``at`` is naive UTC, ``staff_id`` None for Sapa and the command line, ``action`` at most 32 characters such as
    "patron.read", ``subject`` the kind of thing and ``subject_id`` its id; ``details`` carry no personal data.
    """
    values = {"at": at, "staff_id": staff_id, "action": action, "subject": subject, "details": details}
    identity = None if subject_id is None else str(subject_id)
    connection.execute(insert(audit).values(subject_id=identity, **values))


def listed(connection: Connection, wanted: Wanted, limit: int = PAGE) -> tuple[list[Entry], int | None]:
    """Return the latest entries first, and the ``before`` of the next page, None on the last one; one statement."""
    query = (
        select(
            audit.c.id,
            audit.c.at,
            staff.c.username,
            audit.c.action,
            audit.c.subject,
            audit.c.subject_id,
            audit.c.details,
        )
        .join(staff, staff.c.id == audit.c.staff_id, isouter=True)
        .where(*_conditions(wanted))
        .order_by(audit.c.id.desc())
        .limit(limit + 1)
    )
    found = [Entry(*row) for row in connection.execute(query)]
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def _conditions(wanted: Wanted) -> list[Any]:
    equal = {
        audit.c.staff_id: wanted.staff_id,
        audit.c.action: wanted.action,
        audit.c.subject: wanted.subject,
        audit.c.subject_id: wanted.subject_id,
    }
    found = [column == value for column, value in equal.items() if value is not None]
    if wanted.since is not None:
        found.append(audit.c.at >= wanted.since)
    if wanted.until is not None:
        found.append(audit.c.at < wanted.until)
    if wanted.before is not None:
        found.append(audit.c.id < wanted.before)
    return found
