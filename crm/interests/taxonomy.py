"""The topics that come with Sapa: read from its tables, and brought into the database."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from crm.interests.rules import CLASS, Rule, rule_values
from crm.schema.profiles import topic, topic_rule

DIVISION_SLUG = "class-"


@dataclass(frozen=True)
class ShippedTopic:
    """A topic with its names in both languages; ``rules`` are pairs of field and value."""

    slug: str
    kind: str
    name_id: str
    name_en: str
    is_sensitive: bool
    rules: tuple[tuple[str, str], ...]


@cache
def shipped_topics() -> tuple[ShippedTopic, ...]:
    """Return the topics readers understand, the sensitive ones, and the hundred divisions of the classification."""
    return (*_topics("topics.tsv"), *_topics("sensitive.tsv", is_sensitive=True), *_divisions())


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("crm.interests.data").joinpath(name).read_text("utf-8")
    yield from csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)


def _topics(name: str, *, is_sensitive: bool = False) -> Iterator[ShippedTopic]:
    for row in _rows(name):
        pairs = [("class", each) for each in _split(row["classes"])]
        pairs += [("subject", each) for each in _split(row["subjects"])]
        pairs += [(each.partition(":")[0], each.partition(":")[2]) for each in _split(row["others"])]
        yield ShippedTopic(
            row["slug"], row["kind"], row["indonesian"], row["english"], is_sensitive, tuple(_ruled(pairs))
        )


def _divisions() -> Iterator[ShippedTopic]:
    for row in _rows("divisions.tsv"):
        rules = (("class", row["class"][:2]),)
        yield ShippedTopic(f"{DIVISION_SLUG}{row['class']}", CLASS, row["indonesian"], row["english"], False, rules)  # noqa: FBT003 - as in the class


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(",") if part.strip()]


def _ruled(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name, value in dict.fromkeys(pairs):
        yield from ((name, each) for each in rule_values(name, value))


def bring_in(connection: Connection) -> int:
    """Add the shipped topics and rules that are missing and drop shipped rules that are no more; return the rows.

    Names, hiding and rules of staff are left as they are.
    """
    known = {slug: topic_id for topic_id, slug in connection.execute(select(topic.c.id, topic.c.slug))}
    missing = [each for each in shipped_topics() if each.slug not in known]
    if missing:
        connection.execute(insert(topic), [_as_row(each) for each in missing])
        known = {slug: topic_id for topic_id, slug in connection.execute(select(topic.c.id, topic.c.slug))}
    wanted = {(known[each.slug], name, value) for each in shipped_topics() for name, value in each.rules}
    return len(missing) + _bring_in_rules(connection, wanted)


def _bring_in_rules(connection: Connection, wanted: set[tuple[int, str, str]]) -> int:
    columns = (topic_rule.c.id, topic_rule.c.topic_id, topic_rule.c.field, topic_rule.c.value)
    there = connection.execute(select(*columns).where(topic_rule.c.is_shipped)).all()
    stale = [row.id for row in there if tuple(row)[1:] not in wanted]
    new = sorted(wanted - {tuple(row)[1:] for row in there})
    if stale:
        connection.execute(delete(topic_rule).where(topic_rule.c.id.in_(stale)))
    if new:
        rows = [dict(zip(("topic_id", "field", "value"), rule, strict=True), is_shipped=True) for rule in new]
        connection.execute(insert(topic_rule), rows)
    return len(stale) + len(new)


def _as_row(each: ShippedTopic) -> dict[str, Any]:
    names = {"slug": each.slug, "kind": each.kind, "name_id": each.name_id, "name_en": each.name_en}
    return {**names, "is_sensitive": each.is_sensitive, "is_shipped": True}


def rules_of(connection: Connection) -> list[Rule]:
    """Return all rules; those of a topic that was merged into another lead to the other, hidden ones are marked."""
    columns = (topic.c.id, topic.c.kind, topic.c.is_sensitive, topic.c.merged_into, topic.c.hidden_at)
    topics = {row.id: row for row in connection.execute(select(*columns))}
    found = []
    for row in connection.execute(select(topic_rule).order_by(topic_rule.c.id)):
        target = topics[row.topic_id]
        while target.merged_into is not None:
            target = topics[target.merged_into]
        is_hidden = target.hidden_at is not None
        found.append(Rule(target.id, target.kind, target.is_sensitive, row.field, row.value, row.is_shipped, is_hidden))
    return found


def fingerprint(rules: Iterable[Rule]) -> str:
    """Return a hash of the rules, by which it is seen that they have changed."""
    return hashlib.sha256(repr(sorted(map(repr, rules))).encode()).hexdigest()
