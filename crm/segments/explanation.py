"""Says why somebody belongs to a segment, and what would bring him in: every condition with what is the case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crm.segments import reference, shapes
from crm.segments.catalogue import FACTS
from crm.segments.question import Question
from crm.segments.reference import Reader
from crm.segments.rules import ALL, NONE, Condition, Rule, conditions


@dataclass(frozen=True)
class Finding:
    """One condition, at its path, whether it holds, and what is the case: a word, a number, a date, words or None."""

    path: str
    condition: Condition
    holds: bool
    actual: Any


@dataclass(frozen=True)
class Explanation:
    """Whether somebody belongs; ``hidden`` where the rule does not look at people of his state at all.

    ``lacking`` is the shortest list of conditions that would have to become true, or false under ``none``.
    """

    belongs: bool
    hidden: bool
    findings: tuple[Finding, ...]
    lacking: tuple[Finding, ...]


def explain(reader: Reader, rule: Rule, question: Question) -> Explanation:
    """Hold a rule against one reader and keep every single answer."""
    findings = {
        path: Finding(path, each, reference.holds(reader, each, question), actual(reader, each, question))
        for path, each in conditions(rule)
    }
    sees = reference.is_in_sight(reader, rule, question)
    lacking = to_change(rule, lambda each: reference.holds(reader, each, question))
    return Explanation(
        belongs=sees and not lacking,
        hidden=not sees,
        findings=tuple(findings.values()),
        lacking=tuple(finding for finding in findings.values() if any(finding.condition is one for one in lacking)),
    )


def to_change(rule: Rule, holds: Callable[[Rule], bool], *, wanted: bool = True) -> list[Condition]:
    """Return the fewest conditions that would have to change for the rule to be as ``wanted``."""
    if holds(rule) == wanted:
        return []
    if isinstance(rule, Condition):
        return [rule]
    wanted_inside = wanted != (rule.kind == NONE)
    each = [to_change(part, holds, wanted=wanted_inside) for part in rule.parts]
    needs_every_part = (rule.kind == ALL) == wanted if rule.kind != NONE else wanted
    if needs_every_part:
        return [condition for part in each for condition in part]
    return min(each, key=len, default=[])


def actual(reader: Reader, condition: Condition, question: Question) -> Any:
    """Return what is the case with the fact that a condition asks about."""
    shape, values = FACTS[condition.fact].shape, condition.values
    if isinstance(shape, shapes.OneOf | shapes.Amount | shapes.Day | shapes.Flag):
        return reader.columns.get(shape.column)
    if isinstance(shape, shapes.Birthday | shapes.Age):
        return reader.columns.get("birth_date")
    if isinstance(shape, shapes.Counted):
        return reference.how_often(reader, shape.what, values, question)
    found = _ACTUAL.get(type(shape))
    return found(reader, condition, question) if found else None


_ACTUAL: dict[type, Callable[[Reader, Condition, Question], Any]] = {
    shapes.Linked: lambda reader, asked, _: sorted(
        {"tag": reader.tags, "group": reader.groups, "attended": reader.attended}[asked.fact]
    ),
    shapes.Interested: lambda reader, asked, question: max(
        (reader.interests.get(slug, 0) for slug in question.names.topics_below(asked.values["topic"])), default=0
    ),
    shapes.Declared: lambda reader, asked, question: sorted(
        {reader.wishes[slug] for slug in question.names.topics_below(asked.values["topic"]) if slug in reader.wishes}
    ),
    shapes.Trait: lambda reader, asked, _: reader.traits.get(asked.values["name"]),
    shapes.Top: lambda reader, _asked, _question: reader.better + 1,
    shapes.Reach: lambda reader, _asked, _question: sorted(reader.channels),
    shapes.Permission: lambda reader, asked, _: sorted(reference.answers_to(reader, asked.values)),
    shapes.InSegment: lambda reader, asked, question: sorted(
        slug
        for slug in (*asked.values.get("is", ()), *asked.values.get("is_not", ()))
        if slug in question.names.segments and reference.belongs(reader, question.names.segments[slug].rule, question)
    ),
}
