"""School mode: what the guardians of a class have signed, slip by slip and purpose by purpose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy import Connection, Engine, delete, insert

from crm.database import writing
from crm.i18n import N_, Translate
from crm.programmes import group_store
from crm.programmes.groups import existing
from crm.schema.people import permission
from crm.schema.programmes import class_consent
from crm.staff import audit
from crm.touched import touch_persons

PURPOSE_NOTICES = {  # what the slip says, and is kept with the consent
    "profiling": N_("The library may work out from the loans which topics my child likes, to suggest books."),
    "alerts": N_("The library may tell my child of new books on these topics."),
    "news": N_("The library may tell my child of programmes and events."),
    "surveys": N_("The library may ask my child how satisfied it is."),
    "naming": N_("The library may name my child in public, for example as reader of the month."),
}
PURPOSE_WORDS = {
    "profiling": N_("reading suggestions"),
    "alerts": N_("new books"),
    "news": N_("programmes"),
    "surveys": N_("surveys"),
    "naming": N_("naming"),
}
AGREED, REFUSED = "agreed", "refused"

Slip = tuple[int, str]  # person id, purpose


@dataclass(frozen=True)
class Changes:
    """The slips that were ticked anew on a page, and those that were unticked."""

    signed: frozenset[Slip]
    withdrawn: frozenset[Slip]

    @classmethod
    def between(cls, shown: Iterable[Slip], ticked: Iterable[Slip]) -> Self:
        """Compare what was ticked when the page was made and when it came back; others' entries meanwhile stay."""
        before, after = frozenset(shown), frozenset(ticked)
        return cls(after - before, before - after)


def enter_slips(
    engine: Engine, group_id: int, changes: Changes, notice: Translate, now: datetime, by: int | None
) -> tuple[int, int]:
    """Keep slips as signed or as taken back; return both numbers. ``notice`` gives the text as it was printed.

    UU PDP 27/2022, article 25: it is a minor's guardian who consents.
    """
    with writing(engine) as connection:
        existing(connection, group_id, locks=True)
        members = {row.person_id for row in connection.execute(group_store.members(group_id))}
        there = group_store.consents(connection, group_id)
        signed = _sound(changes.signed, members) - there
        withdrawn = _sound(changes.withdrawn, members) & there
        _put(connection, group_id, signed, withdrawn, now)
        _permit(connection, {AGREED: signed, REFUSED: withdrawn}, notice, now, by)
        touch_persons(connection, sorted({person_id for person_id, _ in signed | withdrawn}))
        details = {"signed": len(signed), "withdrawn": len(withdrawn)}
        audit.record(connection, now, by, "group.slips", "group", group_id, details)
        return len(signed), len(withdrawn)


def _sound(slips: frozenset[Slip], members: set[int]) -> set[Slip]:
    return {(person_id, purpose) for person_id, purpose in slips if purpose in PURPOSE_NOTICES and person_id in members}


def _put(connection: Connection, group_id: int, signed: set[Slip], withdrawn: set[Slip], now: datetime) -> None:
    for purpose in PURPOSE_NOTICES:
        people = [person_id for person_id, what in signed | withdrawn if what == purpose]
        its = class_consent.c.person_id.in_(people) & (class_consent.c.purpose == purpose)
        connection.execute(delete(class_consent).where(class_consent.c.group_id == group_id, its))
    rows = [
        {"group_id": group_id, "person_id": person_id, "purpose": purpose, "signed_on": now.date()}
        for person_id, purpose in sorted(signed)
    ]
    if rows:
        connection.execute(insert(class_consent), rows)


def _permit(
    connection: Connection, slips: Mapping[str, set[Slip]], notice: Translate, now: datetime, by: int | None
) -> None:
    shared = {"means": "paper", "at": now, "by": by}
    rows = [
        {"person_id": who, "purpose": purpose, "state": state, "notice": notice(PURPOSE_NOTICES[purpose]), **shared}
        for state, those in slips.items()
        for who, purpose in sorted(those)
    ]
    if rows:
        connection.execute(insert(permission), rows)
