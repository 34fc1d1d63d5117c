"""What a reader likes, all in all: the interests derived from loans and what the reader has said."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    case,
    func,
    literal,
    null,
    select,
    true,
    type_coerce,
    union_all,
)

from crm.interests.weights import NEVER
from crm.schema.profiles import declared, interest

MORE, LESS = "more", "less"
WISHES = (MORE, LESS, NEVER)
LESS_TIMES = 0.5


def tastes(
    declared_weight: float, topic_ids: Any = None, person_ids: Any = None
) -> Select[Any]:  # fmt: skip
    """Return (person_id, topic_id, weight, loans, last_on, is_declared) of every topic that a person cares for.

    A wish for more adds ``declared_weight`` to the share of the topic and never decays; one for less halves the share;
    a topic that the person never wants to hear of is not there. ``topic_ids`` and ``person_ids``, lists or selects,
    say of whom and what alone.
    """
    both = union_all(
        _derived(declared_weight).where(_among(interest.c, topic_ids, person_ids)),
        _only_declared(declared_weight).where(_among(declared.c, topic_ids, person_ids)),
    )
    return select(both.subquery("taste"))


def _among(columns: Any, topic_ids: Any, person_ids: Any) -> ColumnElement[bool]:
    is_topic = true() if topic_ids is None else columns.topic_id.in_(topic_ids)
    is_person = true() if person_ids is None else columns.person_id.in_(person_ids)
    return and_(is_topic, is_person)


_IS_SAME = and_(declared.c.person_id == interest.c.person_id, declared.c.topic_id == interest.c.topic_id)


def _derived(declared_weight: float) -> Select[Any]:
    weight = case(
        (declared.c.wish == MORE, interest.c.weight + declared_weight),
        (declared.c.wish == LESS, interest.c.weight * LESS_TIMES),
        else_=interest.c.weight,
    )
    ids = (interest.c.person_id, interest.c.topic_id)
    is_declared = case((declared.c.wish == MORE, 1), else_=0).label("is_declared")
    return (
        select(*ids, weight.label("weight"), interest.c.loans, interest.c.last_on, is_declared)
        .join_from(interest, declared, _IS_SAME, isouter=True)
        .where(func.coalesce(declared.c.wish, "") != NEVER)
    )


def _only_declared(declared_weight: float) -> Select[Any]:
    values = (
        literal(declared_weight).label("weight"),
        literal(0).label("loans"),
        type_coerce(null(), Date).label("last_on"),
        literal(1).label("is_declared"),
    )
    return select(declared.c.person_id, declared.c.topic_id, *values).where(
        declared.c.wish == MORE, ~select(interest.c.person_id).where(_IS_SAME).exists()
    )
