"""Many people at once: in pieces that every database takes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import Connection, select

from crm.errors import NotThere
from crm.i18n import N_
from crm.schema.people import person

AT_ONCE = 500

T = TypeVar("T")


def chunks(items: Sequence[T], size: int = AT_ONCE) -> Iterator[Sequence[T]]:
    """Cut a sequence into pieces of at most ``size``."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def existing(connection: Connection, person_ids: Collection[int], *, strict: bool = True) -> set[int]:
    """Return those of some people who are in sight: there, and not merged into another.

    Raises NotThere if one is missing, unless told otherwise.
    """
    wanted = select(person.c.id).where(person.c.id.in_(person_ids), person.c.merged_into.is_(None))
    found = set(connection.scalars(wanted))
    if strict and found != set(person_ids):
        raise NotThere(N_("This person is not there any more."), N_("Look for him in the list once more."))
    return found
