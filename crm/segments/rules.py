"""What a rule is: conditions, and groups of which all, any or none have to hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

ALL, ANY, NONE = "all", "any", "none"
KINDS = (ALL, ANY, NONE)


@dataclass(frozen=True)
class Condition:
    """One statement about a reader: a fact of the catalogue, and its fields as they were read; lists are tuples."""

    fact: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Group:
    """Several rules of which all, any or none have to hold."""

    kind: str
    parts: tuple[Rule, ...]


Rule: TypeAlias = Condition | Group


def conditions(rule: Rule, path: str = "") -> Iterator[tuple[str, Condition]]:
    """Yield every condition of a rule with its path, such as ``all[1].any[0]``; '' where it is the whole rule."""
    if isinstance(rule, Condition):
        yield path, rule
        return
    for at, part in enumerate(rule.parts):
        yield from conditions(part, inner(path, rule.kind, at))


def inner(path: str, kind: str, at: int) -> str:
    """Return the path of a group's part."""
    return f"{path}.{kind}[{at}]".lstrip(".")


def as_document(rule: Rule) -> dict[str, Any]:
    """Return a rule as the JSON document it is written as."""
    if isinstance(rule, Group):
        return {rule.kind: [as_document(part) for part in rule.parts]}
    return {"fact": rule.fact, **{name: _plain(value) for name, value in rule.values.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
