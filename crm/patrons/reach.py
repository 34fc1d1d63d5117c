"""Who can be reached how, and who agreed to what: questions to build on."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, func, select

from crm.errors import NotThere
from crm.i18n import N_
from crm.patrons.contact_points import EMAIL, LANDLINE, MOBILE, VALID
from crm.patrons.registry import SAME_KEY
from crm.schema import ils
from crm.schema.people import contact_point, membership, permission, person

LETTER = "letter"
KINDS_OF = {"whatsapp": (MOBILE,), "email": (EMAIL,), "phone": (MOBILE, LANDLINE), "sms": (MOBILE,)}
CHANNELS = (*KINDS_OF, LETTER)
AGREED, REFUSED = "agreed", "refused"


def reachable(channel: str) -> Select[int]:
    """Return the ids of people who can be reached by whatsapp, email, phone, sms or letter.

    A valid number or address that is current and not opted out; for letters an address of a live membership. Not who
    is known to have died, nor who was merged into another. Raises NotThere for another channel.
    """
    if channel == LETTER:
        return _with_address()
    if channel not in KINDS_OF:
        raise NotThere(N_("{channel} is no channel."), N_("Allowed: {allowed}."), channel=channel, allowed=_allowed())
    point = contact_point.c
    usable = (point.kind.in_(KINDS_OF[channel]), point.status == VALID, point.gone_at.is_(None))
    joined = select(point.person_id).join(person, person.c.id == point.person_id)
    return joined.where(*usable, *_in_sight()).distinct()


def _allowed() -> str:
    return ", ".join(CHANNELS)


def _with_address() -> Select[int]:
    living = (membership.c.ended_at.is_(None), ils.patron.c.gone_at.is_(None), ils.patron.c.address.is_not(None))
    joined = select(membership.c.person_id).join(ils.patron, SAME_KEY)
    return joined.join(person, person.c.id == membership.c.person_id).where(*living, *_in_sight()).distinct()


def _in_sight() -> tuple[ColumnElement[bool], ...]:
    return person.c.merged_into.is_(None), person.c.deceased_on.is_(None)


def agreed(purpose: str, channel: str | None = None) -> Select[int]:
    """Return the ids of people whose last word on a purpose is yes; without ``channel`` in at least one channel.

    Who was never asked has not agreed (UU PDP 27/2022).
    """
    last = select(func.max(permission.c.id)).where(permission.c.purpose == purpose)
    last = last.group_by(permission.c.person_id, permission.c.channel)
    if channel is not None:
        last = last.where(permission.c.channel == channel)
    return select(permission.c.person_id).where(permission.c.id.in_(last), permission.c.state == AGREED).distinct()
