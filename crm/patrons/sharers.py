"""How many people have each number and address: families share some, institutions many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Engine, Select, bindparam, case, distinct, func, or_, select, update

from crm.database import reading, writing
from crm.patrons.many import chunks
from crm.schema.people import contact_point

point = contact_point.c


def count(engine: Engine, person_ids: Sequence[int] | None) -> int:
    """Bring the column ``sharers`` up to date, for what some people have or for all; return how many values changed."""
    written = 0
    for question in _questions(person_ids):
        with reading(engine) as connection:
            stale = [{"its_value": value, "people": people} for value, people in connection.execute(question)]
        for chunk in chunks(stale):
            with writing(engine) as connection:
                statement = update(contact_point).where(point.value == bindparam("its_value"))
                connection.execute(statement.values(sharers=bindparam("people")), list(chunk))
        written += len(stale)
    return written


def _questions(person_ids: Sequence[int] | None) -> Iterable[Select[Any]]:
    people = func.count(distinct(case((point.gone_at.is_(None), point.person_id))))
    stale = select(point.value, people).group_by(point.value)
    stale = stale.having(or_(people != func.min(point.sharers), people != func.max(point.sharers)))
    if person_ids is None:
        yield stale
        return
    for chunk in chunks(person_ids):
        theirs = select(point.value).where(point.person_id.in_(chunk))
        yield stale.where(point.value.in_(theirs.scalar_subquery()))
