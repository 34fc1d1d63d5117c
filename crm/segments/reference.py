"""Holds rules against one reader at a time, in plain Python: the oracle of the SQL, and the source of every "why".

It shares with the compiler what a rule is and what a day means, and nothing of how the answer is found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm.segments import shapes
from crm.segments.catalogue import FACTS
from crm.segments.question import OUT_OF_SIGHT, Question, hidden_states
from crm.segments.rules import ALL, NONE, Condition, Rule

TOLERANCE = 0.000001
WINDOWS = (None, 30, 90, 365)  # counts that are worked out beforehand; None is ever


@dataclass(frozen=True)
class Happening:
    """One loan, visit, hold, programme or question: its local day, the topics of its title, its branch."""

    on: date | None
    topics: frozenset[str] = frozenset()
    branch: str | None = None


@dataclass(frozen=True)
class Reader:
    """Everything that rules ask of one person.

    ``columns`` are those of ``person`` and ``person_facts`` by name; ``better`` is the number of readers with a higher
    score of key patrons; ``traits`` has the values that count; ``answers`` the latest by purpose and channel, in the
    order in which they were given; the last on profiling counts for that, whatever its channel.
    """

    columns: Mapping[str, Any]
    happened: Mapping[str, tuple[Happening, ...]] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    attended: frozenset[str] = frozenset()
    traits: Mapping[str, Any] = field(default_factory=dict)
    interests: Mapping[str, float] = field(default_factory=dict)
    wishes: Mapping[str, str] = field(default_factory=dict)
    channels: frozenset[str] = frozenset()
    answers: Mapping[tuple[str, str | None], str] = field(default_factory=dict)
    better: int = 0


def belongs(reader: Reader, rule: Rule, question: Question) -> bool:
    """Tell whether somebody is meant by a rule."""
    return is_in_sight(reader, rule, question) and holds(reader, rule, question)


def is_in_sight(reader: Reader, rule: Rule, question: Question) -> bool:
    """Tell whether somebody is looked at by a rule at all."""
    if reader.columns.get("merged_into") is not None or reader.columns.get("deceased_on") is not None:
        return False
    return reader.columns["state"] not in hidden_states(rule, question.names)


def holds(reader: Reader, rule: Rule, question: Question) -> bool:
    """Tell whether the conditions of a rule hold for somebody."""
    if isinstance(rule, Condition):
        shape = FACTS[rule.fact].shape
        if isinstance(shape, shapes.InSegment):
            return _in_segment(reader, rule, question)
        return TESTS[type(shape)](reader, shape, rule.values, question)
    answers = [holds(reader, part, question) for part in rule.parts]
    if rule.kind == ALL:
        return all(answers)
    return not any(answers) if rule.kind == NONE else any(answers)


def _in_segment(reader: Reader, asked: Condition, question: Question) -> bool:
    named = asked.values.get("is", asked.values.get("is_not", ()))
    segments = [question.names.segments[slug].rule for slug in named if slug in question.names.segments]
    inside = any(belongs(reader, rule, question) for rule in segments)
    return inside == ("is" in asked.values)


Values = Mapping[str, Any]
Test = Callable[[Reader, Any, Values, Question], bool]


def _one_of(reader: Reader, shape: shapes.OneOf, values: Values, question: Question) -> bool:
    word = reader.columns.get(shape.column)
    if shape.column == "source_id":
        word = next((name for name, number in question.names.sources.items() if number == word), None)
    if "is" in values:
        return word in values["is"]
    return word not in values["is_not"]


def _lies(value: Any, values: Values, tolerance: float = 0) -> bool:
    if value is None:
        return False
    if "at_least" in values and value < values["at_least"] - tolerance:
        return False
    return not ("at_most" in values and value > values["at_most"] + tolerance)


def _amount(reader: Reader, shape: shapes.Amount, values: Values, _question: Question) -> bool:
    value = reader.columns.get(shape.column)
    if shape.unit == "money" and value is not None:
        value = float(value)
    return _lies(value, values, TOLERANCE if shape.unit == "share" else 0)


def _day(reader: Reader, shape: shapes.Day, values: Values, question: Question) -> bool:
    day = reader.columns.get(shape.column)
    if day is None:
        return values.get("known") is False
    if values.get("known") is False:
        return False
    distance = (day - question.today).days
    tests: dict[str, Callable[[Any], bool]] = {
        "within_days": lambda days: 0 <= distance <= days,
        "last_days": lambda days: -days <= distance <= 0,
        "older_than_days": lambda days: distance < -days,
        "from": lambda first: day >= first,
        "until": lambda last: day <= last,
        "known": lambda _: True,
    }
    return all(tests[name](value) for name, value in values.items())


def _birthday(reader: Reader, _shape: shapes.Birthday, values: Values, question: Question) -> bool:
    born = reader.columns.get("birth_date")
    if born is None:
        return False
    years = (question.today.year, question.today.year + 1)
    ahead = [(_anniversary(born, year) - question.today).days for year in years]
    on_the_day = (born.month, born.day) == (question.today.month, question.today.day)
    return on_the_day or any(0 <= days <= values["within_days"] for days in ahead)


def _anniversary(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 2, 28)


def _age(reader: Reader, _shape: shapes.Age, values: Values, question: Question) -> bool:
    born = reader.columns.get("birth_date")
    if born is None:
        return False
    before = (question.today.month, question.today.day) < (born.month, born.day)
    return _lies(question.today.year - born.year - before, values)


def _counted(reader: Reader, shape: shapes.Counted, values: Values, question: Question) -> bool:
    return _lies(how_often(reader, shape.what, values, question), values)


def how_often(reader: Reader, what: str, values: Values, question: Question) -> int:
    """Return how often something happened to somebody, as a condition's window, topics and branch have it."""
    days, about, branch = values.get("days"), values.get("about"), values.get("branch")
    if about is None and branch is None and days in WINDOWS:
        return int(reader.columns[f"{what}_{days or 'ever'}"])
    if about is not None and objects(reader):
        return 0
    topics = question.names.topics_below(about or ())
    return sum(
        (days is None or (each.on is not None and 0 <= (question.today - each.on).days <= days))
        and (about is None or bool(topics & each.topics))
        and (branch is None or each.branch in branch)
        for each in reader.happened.get(what, ())
    )


def _flag(reader: Reader, shape: shapes.Flag, values: Values, _question: Question) -> bool:
    wished: bool = values["is"]
    return bool(reader.columns[shape.column]) == wished


def _linked(reader: Reader, shape: shapes.Linked, values: Values, _question: Question) -> bool:
    mine = {"tag": reader.tags, "group": reader.groups, "programme": reader.attended}[shape.to]
    positive = values.get("has", values.get("is"))
    if positive is not None:
        return not mine.isdisjoint(positive)
    return mine.isdisjoint(values.get("has_not", values.get("is_not", ())))


def _interested(reader: Reader, _shape: shapes.Interested, values: Values, question: Question) -> bool:
    return any(_cares(reader, slug, values.get("at_least", 0)) for slug in question.names.topics_below(values["topic"]))


def _cares(reader: Reader, topic: str, least: float) -> bool:
    wish = reader.wishes.get(topic)
    if wish in ("more", "never"):
        return wish == "more"
    if objects(reader):
        return False
    weight = reader.interests.get(topic, 0)
    return weight > 0 and weight >= least - TOLERANCE


def _declared(reader: Reader, _shape: shapes.Declared, values: Values, question: Question) -> bool:
    topics = question.names.topics_below(values["topic"])
    return any(reader.wishes.get(topic) in values["is"] for topic in topics)


def _trait(reader: Reader, _shape: shapes.Trait, values: Values, _question: Question) -> bool:
    value = reader.traits.get(values["name"])
    said = set(value) if isinstance(value, list | tuple) else {value}
    return not said.isdisjoint(values["is"]) if "is" in values else said.isdisjoint(values["is_not"])


def _top(reader: Reader, _shape: shapes.Top, values: Values, question: Question) -> bool:
    columns = reader.columns
    if columns["state"] in OUT_OF_SIGHT or columns["key_score"] <= 0:
        return False
    return reader.better < question.top.get(values["top_percent"], 0)


def _reach(reader: Reader, _shape: shapes.Reach, values: Values, _question: Question) -> bool:
    wished: bool = values.get("is", True)
    return (not reader.channels.isdisjoint(values["channel"])) == wished


def _permission(reader: Reader, _shape: shapes.Permission, values: Values, _question: Question) -> bool:
    return not answers_to(reader, values).isdisjoint(values["is"])


def answers_to(reader: Reader, values: Values) -> set[str]:
    """Return the latest answers to a purpose, by the channel of a condition or by each."""
    channel = values.get("channel")
    said = {
        answer
        for (purpose, by), answer in reader.answers.items()
        if purpose == values["purpose"] and channel in (None, by)
    }
    return said or {"unasked"}


def objects(reader: Reader) -> bool:
    """Tell whether somebody's last word on profiling is no."""
    words = [answer for (purpose, _), answer in reader.answers.items() if purpose == "profiling"]
    return words[-1:] == ["refused"]


TESTS: dict[type, Test] = {
    shapes.OneOf: _one_of,
    shapes.Amount: _amount,
    shapes.Day: _day,
    shapes.Birthday: _birthday,
    shapes.Age: _age,
    shapes.Counted: _counted,
    shapes.Flag: _flag,
    shapes.Linked: _linked,
    shapes.Interested: _interested,
    shapes.Declared: _declared,
    shapes.Trait: _trait,
    shapes.Top: _top,
    shapes.Reach: _reach,
    shapes.Permission: _permission,
}
