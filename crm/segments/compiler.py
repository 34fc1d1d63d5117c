"""Turns a rule into SQL: one SELECT of person ids, for SQLite, MariaDB and MySQL alike.

Every condition becomes an expression over ``person`` joined with ``person_facts`` that is true or false, never NULL:
what is not known fulfils no condition, and ``none`` is the exact opposite of ``any``.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, false, not_, or_, select, true

from crm.schema.people import person
from crm.schema.profiles import facts
from crm.segments import columns, links, shapes
from crm.segments.catalogue import FACTS
from crm.segments.question import Question, hidden_states
from crm.segments.rules import ALL, NONE, Condition, Rule

Expression = ColumnElement[bool]


def people(rule: Rule, question: Question) -> Select[tuple[int]]:
    """Return the SELECT of the ids of all people for whom a rule holds.

    People who were merged into another or have died are nobody's; contacts and those gone from the ILS are left out
    unless the rule asks for that state. The rule must not depend on itself (see ``refuse_cycles``).
    """
    return select(facts.c.person_id).select_from(JOINED).where(belongs(rule, question))


JOINED = facts.join(person, person.c.id == facts.c.person_id)


def belongs(rule: Rule, question: Question) -> Expression:
    """Return the expression over ``JOINED`` that tells whether somebody is meant by a rule."""
    return and_(in_sight(rule, question), holds(rule, question))


def in_sight(rule: Rule, question: Question) -> Expression:
    """Return the expression that tells whether somebody is looked at by a rule at all."""
    hidden = hidden_states(rule, question.names)
    alive = and_(person.c.merged_into.is_(None), person.c.deceased_on.is_(None))
    return and_(alive, facts.c.state.not_in(hidden)) if hidden else alive


def holds(rule: Rule, question: Question) -> Expression:
    """Return the expression that tells whether the conditions of a rule hold for somebody."""
    if isinstance(rule, Condition):
        return condition(rule, question)
    parts = [holds(part, question) for part in rule.parts]
    if rule.kind == ALL:
        return and_(true(), *parts)
    return not_(or_(false(), *parts)) if rule.kind == NONE else or_(false(), *parts)


def condition(asked: Condition, question: Question) -> Expression:
    """Return the expression of one condition."""
    shape = FACTS[asked.fact].shape
    if isinstance(shape, shapes.InSegment):
        return in_segment(asked, question)
    return WRITERS[type(shape)](shape, asked.values, question)


WRITERS = {**columns.WRITERS, **links.WRITERS}


def in_segment(asked: Condition, question: Question) -> Expression:
    """Return whether somebody belongs to one of the named segments; to one that is not there nobody does."""
    named = asked.values.get("is", asked.values.get("is_not", ()))
    known = question.names.segments
    inside = or_(false(), *(belongs(known[slug].rule, question) for slug in named if slug in known))
    return inside if "is" in asked.values else not_(inside)
