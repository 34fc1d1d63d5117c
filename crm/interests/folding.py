"""Keeps the interests of loans whose link to the person is given up: as a sum per topic, without title or day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, Engine, and_, delete, insert, select

from crm.database import writing
from crm.interests.decay import Base, added, factor
from crm.interests.state import State, write_state
from crm.interests.weights import Terms, choose, loan_sums, prepare
from crm.schema.people import person
from crm.schema.profiles import interest_base

Place = tuple[int, int]  # person, topic


def kept_from(today: date, months: int) -> date | None:
    """Return the day from which links are kept for ``months`` whole months, None where they are for ever."""
    if not months:
        return None
    number = today.year * 12 + today.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def fold(engine: Engine, state: State, terms: Terms, spans: Iterable[tuple[int, int]]) -> State:
    """Add the loans before ``state.folding_to`` to the sums, people by people, and return the state after it.

    How far it came is written down with every part, so that one that was killed adds nothing twice.
    """
    for first, last in spans:
        begin = max(first, (state.folded_upto or 0) + 1)
        if begin <= last:
            with writing(engine) as connection:
                state = replace(state, folded_upto=last)
                _fold_some(connection, state, terms, (begin, last))
                write_state(connection, state)
    state = replace(state, links_kept_from=state.folding_to, folding_to=None, folded_upto=None)
    with writing(engine) as connection:
        write_state(connection, state)
    return state


def _fold_some(connection: Connection, state: State, terms: Terms, span: tuple[int, int]) -> None:
    prepare(connection)
    choose(connection, terms, person.c.id.between(*span))
    new: dict[Place, Base] = {}
    for row in connection.execute(loan_sums(terms, since=state.links_kept_from, until=state.folding_to)):
        weight = row.weight / factor(row.last_on, state.half_life_days)
        new[row.person_id, row.topic_id] = Base(weight, row.loans, row.last_on)
    there = {}
    for row in connection.execute(select(interest_base).where(interest_base.c.person_id.between(*span))):
        there[row.person_id, row.topic_id] = Base(row.weight, row.loans, row.last_on)
    both = {place: added(filter(None, (base, there.get(place))), state.half_life_days) for place, base in new.items()}
    put(connection, both, there)


def put(connection: Connection, sums: dict[Place, Base], there: Iterable[Place]) -> None:
    """Write sums in place of those that are ``there``."""
    replaced: dict[int, list[int]] = defaultdict(list)
    for person_id, topic_id in sums.keys() & set(there):
        replaced[topic_id].append(person_id)
    for topic_id, people in replaced.items():
        is_meant = and_(interest_base.c.topic_id == topic_id, interest_base.c.person_id.in_(people))
        connection.execute(delete(interest_base).where(is_meant))
    if sums:
        rows = [{"person_id": who, "topic_id": topic_id, **vars(base)} for (who, topic_id), base in sums.items()]
        connection.execute(insert(interest_base), rows)
