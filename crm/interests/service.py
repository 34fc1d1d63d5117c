"""Keeps interests up to date, and does what staff decide about topics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, Engine, and_, delete, select, true

from crm import touched
from crm.database import reading, writing
from crm.interests import consent, folding, mapping, taxonomy, weights
from crm.interests.coverage import measured
from crm.interests.rules import RuleBook
from crm.interests.state import State, read_state, set_days, write_state
from crm.schema.people import person
from crm.schema.profiles import interest_base, person_touched
from crm.scope import Scope
from crm.settings import ProfileSettings
from crm.statistics import learn_sizes

PEOPLE_PER_UNIT = 1_500
UNFINISHED = ""  # in place of the hash of the rules


def refresh(engine: Engine, profile: ProfileSettings, scope: Scope, today: date, now: datetime) -> int:
    """Map titles that changed, and work out the interests of the people in ``scope``; return how many rows moved.

    Everything is done where the rules or the half-life are not those of the last time.
    """
    with writing(engine) as connection:
        written = taxonomy.bring_in(connection)
        rules = taxonomy.rules_of(connection)
        is_all_touched = touched.pending(connection).is_everything
        before = read_state(connection)
        hash_of_rules = taxonomy.fingerprint(rules)
        state = _begun(connection, before, profile.interests.half_life_days, hash_of_rules, now)
    remap = is_all_touched or before is None or before.rules != hash_of_rules
    book = RuleBook(rules)
    written += mapping.map_everything(engine, book) if remap else mapping.map_touched(engine, book)
    if remap:
        learn_sizes(engine)  # of the titles that have topics now
    terms = weights.Terms(today, profile.lifecycle.children_categories)
    state = _folded(engine, state, terms, folding.kept_from(today, profile.interests.keep_loan_links_months))
    terms = replace(terms, links_kept_from=state.links_kept_from)
    everyone = scope.is_everything or state.rules == UNFINISHED
    for first, last in spans(engine, everyone=everyone):
        with writing(engine) as connection:
            written += _work_out(connection, terms, (first, last), everyone=everyone)
    with writing(engine) as connection:
        coverage = measured(connection) if remap else state.coverage
        write_state(connection, replace(state, rules=hash_of_rules, coverage=coverage, mapped_at=now))
    return written


def _begun(connection: Connection, before: State | None, half_life_days: int, rules: str, now: datetime) -> State:
    """Return the state to go on from, marked as unfinished where everything has to be done; set the table of days."""
    if before is None or before.half_life_days != half_life_days:
        set_days(connection, half_life_days)
    if before is None:
        return State(UNFINISHED, half_life_days, now)
    is_same = (before.rules, before.half_life_days) == (rules, half_life_days)
    return before if is_same else replace(before, rules=UNFINISHED, half_life_days=half_life_days)


def _folded(engine: Engine, state: State, terms: weights.Terms, kept_from: date | None) -> State:
    """Give up the links of loans before ``kept_from``, after finishing what was begun."""
    if state.folding_to is not None:
        state = folding.fold(engine, state, terms, spans(engine, everyone=True))
    if kept_from is None or (state.links_kept_from is not None and state.links_kept_from >= kept_from):
        return state
    return folding.fold(engine, replace(state, folding_to=kept_from), terms, spans(engine, everyone=True))


def spans(engine: Engine, *, everyone: bool) -> Iterator[tuple[int, int]]:
    """Yield ranges of person ids, each of some hundred people, of everyone or of those in ``person_touched``."""
    column = person.c.id if everyone else person_touched.c.person_id
    last: int | None = None
    while True:
        query = select(column).order_by(column).limit(PEOPLE_PER_UNIT)
        with reading(engine) as connection:
            ids = list(connection.scalars(query if last is None else query.where(column > last)))
        if not ids:
            return
        yield ids[0], (last := ids[-1])


def _work_out(connection: Connection, terms: weights.Terms, span: tuple[int, int], *, everyone: bool) -> int:
    is_in_scope = true() if everyone else person.c.id.in_(select(person_touched.c.person_id))
    meant = and_(person.c.id.between(*span), is_in_scope)
    left_out = select(person.c.id).where(meant, consent.is_left_out(terms.today, terms.children_categories))
    gone = connection.execute(delete(interest_base).where(interest_base.c.person_id.in_(left_out))).rowcount
    return gone + weights.weigh(connection, terms, meant)
