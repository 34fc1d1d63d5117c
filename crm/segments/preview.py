"""Counts whom a rule means before it is saved: how many, how they can be reached, ten of them, and what emptied it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, Select, and_, case, func, not_, or_, select, true

from crm.patrons.reach import reachable
from crm.schema.people import membership, person
from crm.segments.compiler import JOINED, holds, in_sight, people
from crm.segments.question import Question
from crm.segments.rules import ALL, ANY, Condition, Group, Rule, inner
from crm.segments.vocabulary import CHANNELS

SAMPLE = 10


@dataclass(frozen=True)
class Sample:
    """One of the readers whom a rule means."""

    person_id: int
    name: str | None


@dataclass(frozen=True)
class Preview:
    """Whom a rule means at the moment.

    ``channels`` counts who can be reached by each; ``split`` adds up to ``count``: by WhatsApp, else by mail, else
    ``unreachable`` by either. ``emptied_by`` has the paths of the conditions that leave nobody, where nobody is left.
    """

    count: int
    channels: dict[str, int]
    split: dict[str, int]
    sample: tuple[Sample, ...]
    emptied_by: tuple[str, ...] = ()


def count(connection: Connection, rule: Rule, question: Question) -> int:
    """Return how many people a rule means."""
    return connection.scalar(select(func.count()).select_from(people(rule, question).subquery("found"))) or 0


def preview(connection: Connection, rule: Rule, question: Question) -> Preview:
    """Return whom a rule means."""
    total, *numbers = (int(number or 0) for number in connection.execute(_reach(rule, question)).one())
    channels = dict(zip(CHANNELS, numbers, strict=False))
    split = dict(zip(("whatsapp", "email", "unreachable"), numbers[len(CHANNELS) :], strict=True))
    sample = tuple(Sample(row[0], row[1]) for row in connection.execute(_sample(rule, question))) if total else ()
    return Preview(total, channels, split, sample, () if total else emptied_by(connection, rule, question))


def _reach(rule: Rule, question: Question) -> Executable:
    """Return the one statement that counts everybody and every channel."""
    found = people(rule, question).subquery("found")
    by = {channel: found.c.person_id.in_(reachable(channel)) for channel in CHANNELS}
    split = (by["whatsapp"], and_(not_(by["whatsapp"]), by["email"]), and_(not_(by["whatsapp"]), not_(by["email"])))
    counts: list[ColumnElement[int]] = [func.count(), *map(_how_many, (*by.values(), *split))]
    return select(*counts).select_from(found)


def _how_many(test: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((test, 1), else_=0))


def _sample(rule: Rule, question: Question) -> Select[Any]:
    """Return ten readers from all over the list, the same ones each time."""
    scattered = (person.c.id * 7919) % 10007
    return people(rule, question).add_columns(person.c.name).order_by(scattered, person.c.id).limit(SAMPLE)


def patron_keys(connection: Connection, rule: Rule, question: Question) -> list[str]:
    """Return the keys of all live memberships of the people whom a rule means, sorted bytewise."""
    query = select(membership.c.patron_key).where(
        membership.c.ended_at.is_(None), membership.c.person_id.in_(people(rule, question))
    )
    return sorted(connection.scalars(query))


def emptied_by(connection: Connection, rule: Rule, question: Question) -> tuple[str, ...]:
    """Return the paths of the conditions, or groups, without which somebody would be left; nobody is at present.

    Of a group of which all have to hold: those that nobody fulfils even alone, else the one without which most would
    be left, else the first that leaves nobody with those before it.
    """
    return tuple(_emptied(connection, rule, question, in_sight(rule, question), ""))


def _emptied(
    connection: Connection, rule: Rule, question: Question, sight: ColumnElement[bool], path: str
) -> list[str]:
    if isinstance(rule, Condition) or rule.kind not in (ALL, ANY):
        return [path]
    paths = [inner(path, rule.kind, at) for at in range(len(rule.parts))]
    blamed = list(range(len(paths)))
    if rule.kind == ALL and len(paths) > 1:
        blamed = _blamed(_counts(connection, rule, question, sight), len(paths))
    return [
        each for at in blamed for each in _emptied(connection, rule.parts[at], question, sight, paths[at])
    ]  # fmt: skip


def _counts(connection: Connection, rule: Group, question: Question, sight: ColumnElement[bool]) -> list[int]:
    """Return how many fulfil each part alone, all parts but each, and the parts up to each."""
    tests = [holds(part, question) for part in rule.parts]
    others = [and_(true(), *tests[:at], *tests[at + 1 :]) for at in range(len(tests))]
    upto = [and_(true(), *tests[: at + 1]) for at in range(len(tests))]
    query = select(*(_how_many(test) for test in (*tests, *others, *upto)))
    row = connection.execute(query.select_from(JOINED).where(sight, or_(*tests))).one()
    return [int(number or 0) for number in row]


def _blamed(counts: Sequence[int], parts: int) -> list[int]:
    alone, others, upto = counts[:parts], counts[parts : 2 * parts], counts[2 * parts :]
    if not all(alone):
        return [at for at in range(parts) if not alone[at]]
    if any(others):
        return [max(range(parts), key=lambda at: others[at])]
    return [next(at for at in range(parts) if not upto[at])]
