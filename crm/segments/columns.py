"""The SQL of conditions that columns of ``person`` and ``person_facts`` answer.

A comparison with a column that may be NULL has ``IS NOT NULL`` beside it, so that its opposite is true for NULL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, extract, false, not_, select

from crm.schema.people import person
from crm.schema.profiles import facts
from crm.segments import shapes
from crm.segments.question import OUT_OF_SIGHT, Question

Expression = ColumnElement[bool]
Values = Mapping[str, Any]
Writer = Callable[[Any, Values, Question], Expression]

TABLES = {"person": person, "person_facts": facts}
TOLERANCE = 0.000001  # of shares: MariaDB keeps them in 32 bits


def known(column: ColumnElement[Any], comparison: Expression) -> Expression:
    """Return a comparison that is false where the column is NULL."""
    return and_(column.is_not(None), comparison)


def one_of(shape: shapes.OneOf, values: Values, question: Question) -> Expression:
    """Return whether a column holds one of some words."""
    column = TABLES[shape.table].c[shape.column]
    words: tuple[Any, ...] = values.get("is", values.get("is_not", ()))
    if shape.column == "source_id":
        words = tuple(question.names.sources[word] for word in words if word in question.names.sources)
    found = known(column, column.in_(words)) if words else false()
    return found if "is" in values else not_(found)


def bounds(column: ColumnElement[Any], values: Values, tolerance: float = 0) -> list[Expression]:
    """Return the comparisons of a number with ``at_least`` and ``at_most``."""
    found: list[Expression] = []
    if "at_least" in values:
        found.append(column >= (values["at_least"] - tolerance if tolerance else values["at_least"]))
    if "at_most" in values:
        found.append(column <= (values["at_most"] + tolerance if tolerance else values["at_most"]))
    return found


def amount(shape: shapes.Amount, values: Values, _question: Question) -> Expression:
    """Return whether a column's number lies between bounds."""
    column = facts.c[shape.column]
    if shape.unit == "money":
        values = {name: Decimal(str(value)) for name, value in values.items()}
    return known(column, and_(*bounds(column, values, TOLERANCE if shape.unit == "share" else 0)))


def day(shape: shapes.Day, values: Values, question: Question) -> Expression:
    """Return whether a date lies where it is to lie; all fields of the condition have to hold."""
    column = facts.c[shape.column]
    if values.get("known") is False:
        return column.is_(None)
    tests: dict[str, Callable[[Any], Expression]] = {
        "within_days": lambda days: column.between(question.today, question.day(days)),
        "last_days": lambda days: column.between(question.day(-days), question.today),
        "older_than_days": lambda days: column < question.day(-days),
        "from": lambda first: column >= first,
        "until": lambda last: column <= last,
    }
    return known(column, and_(column.is_not(None), *(tests[name](values[name]) for name in values if name in tests)))


def birthday(_shape: shapes.Birthday, values: Values, question: Question) -> Expression:
    """Return whether the next birthday is near."""
    column = person.c.birth_date
    number = extract("month", column) * 100 + extract("day", column)
    return known(column, number.in_(question.birthdays(values["within_days"])))


def age(_shape: shapes.Age, values: Values, question: Question) -> Expression:
    """Return whether the completed years lie between bounds."""
    column = person.c.birth_date
    tests: list[Expression] = []
    if "at_least" in values:
        tests.append(column <= question.years_ago(values["at_least"]))
    if "at_most" in values:
        tests.append(column > question.years_ago(values["at_most"] + 1))
    return known(column, and_(*tests))


def flag(shape: shapes.Flag, values: Values, _question: Question) -> Expression:
    """Return whether a column says yes, or no."""
    column = facts.c[shape.column]
    return column.is_(True) if values["is"] else column.is_(False)


def top(_shape: shapes.Top, values: Values, question: Question) -> Expression:
    """Return whether a score is among the best; equal scores stand or fall together, a score of nothing falls."""
    count = question.top.get(values["top_percent"], 0)
    if not count:
        return false()
    best = (
        select(facts.c.key_score.label("score"))
        .select_from(facts.join(person, person.c.id == facts.c.person_id))
        .where(person.c.merged_into.is_(None), person.c.deceased_on.is_(None), facts.c.state.not_in(OUT_OF_SIGHT))
        .order_by(facts.c.key_score.desc())
        .limit(count)
        .subquery("best")
    )
    lowest = select(best.c.score).order_by(best.c.score).limit(1).scalar_subquery()
    return and_(facts.c.key_score > 0, facts.c.key_score >= lowest, facts.c.state.not_in(OUT_OF_SIGHT))


def worked_out(shape: shapes.Counted, values: Values) -> Column[int] | None:
    """Return the column in which a count has been worked out already, None where the rows have to be counted."""
    if "about" in values or "branch" in values:
        return None
    return facts.c.get(f"{shape.what}_{values.get('days', 'ever')}")


WRITERS: dict[type, Writer] = {
    shapes.OneOf: one_of,
    shapes.Amount: amount,
    shapes.Day: day,
    shapes.Birthday: birthday,
    shapes.Age: age,
    shapes.Flag: flag,
    shapes.Top: top,
}
