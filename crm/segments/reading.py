"""Reads a rule as it is written in JSON; says of every field what is wrong with it, and what may be meant."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm.errors import SapaError
from crm.formats import Formats
from crm.i18n import N_, Message, Translate
from crm.segments import shapes
from crm.segments.catalogue import FACTS
from crm.segments.names import Names
from crm.segments.rules import ALL, KINDS, Condition, Group, Rule, inner
from crm.segments.shapes import Fact, Field
from crm.segments.vocabulary import FIXED, OPEN

DEEPEST, LONGEST_LIST, MOST_CONDITIONS, LONGEST_WORD = 10, 200, 100, 191


@dataclass(frozen=True)
class Problem:
    """What is wrong at one place of a rule; ``path`` is such as ``all[1].days``, '' for the whole rule."""

    path: str
    message: Message

    def said(self, translate: Translate) -> str:
        """Return the place and what is wrong there."""
        told = self.message.said(translate)
        return f"{self.path}: {told}" if self.path else told


class RuleRejected(SapaError):
    """The rule of a segment has to be corrected; ``problems`` says where and how."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in the order in which they stand in the rule."""
        self.problems = tuple(problems)
        super().__init__(N_("The rule cannot be used."), N_("Correct it; docs/segments.md shows every condition."))

    def lines(self, translate: Translate) -> list[str]:
        """Return what is wrong, a line per field, and where to read on."""
        return [translate(self.message), *(each.said(translate) for each in self.problems), translate(self.hint)]


def read_rule(document: Any, names: Names | None = None) -> Rule:
    """Return the rule that a JSON document says.

    With ``names``, what the library does not have is refused too; a stored rule is read without. Raises RuleRejected.
    """
    reader = _Reader(names)
    rule = reader.rule(document, "", 1)
    if reader.problems or rule is None:
        raise RuleRejected(reader.problems)
    return rule


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that looks most like ``word``, '' where none does."""
    folded = {each.casefold(): each for each in known}
    found = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.5)
    return folded[found[0]] if found else ""


@dataclass
class _Reader:
    names: Names | None
    problems: list[Problem] = field(default_factory=list)
    count: int = 0

    def wrong(self, path: str, text: str, **values: object) -> None:
        self.problems.append(Problem(path, Message(text, values)))

    def rule(self, document: Any, path: str, depth: int) -> Rule | None:
        if not isinstance(document, Mapping):
            self.wrong(path, N_("A rule is an object: a group such as {example}, or a condition with “fact”."),
                       example='{"all": […]}')  # fmt: skip
            return None
        if "fact" in document:
            return self.condition(document, path)
        kinds = [kind for kind in KINDS if kind in document]
        if len(kinds) != 1 or len(document) != 1:
            self.wrong(path, N_("A group has one of “all”, “any” and “none” and nothing else; a condition has “fact”."))
            return None
        return self.group(kinds[0], document[kinds[0]], path, depth)

    def group(self, kind: str, parts: Any, path: str, depth: int) -> Rule | None:
        here = f"{path}.{kind}".lstrip(".")
        if not isinstance(parts, list):
            self.wrong(here, N_("A list of rules is expected."))
            return None
        if not parts and kind != ALL:
            self.wrong(here, N_("At least one condition is expected."))
            return None
        if depth > DEEPEST:
            self.wrong(here, N_("Groups lie at most {limit} deep in one another."), limit=DEEPEST)
            return None
        read = [self.rule(part, inner(path, kind, at), depth + 1) for at, part in enumerate(parts)]
        return Group(kind, tuple(part for part in read if part is not None))

    def condition(self, document: Mapping[str, Any], path: str) -> Condition | None:
        self.count += 1
        if self.count == MOST_CONDITIONS + 1:
            self.wrong(path, N_("A rule has at most {limit} conditions."), limit=MOST_CONDITIONS)
        fact = FACTS.get(document["fact"]) if isinstance(document["fact"], str) else None
        if fact is None:
            self.unknown(_at(path, "fact"), document["fact"], FACTS, N_("There is no fact {word}."))
            return None
        before = len(self.problems)
        fields = {each.name: each for each in fact.fields}
        for name in document:
            if name not in fields and name != "fact":
                self.unknown(_at(path, name), name, fields, N_("This fact has no field {word}."))
        values = {name: self.value(each, document[name], _at(path, name))
                  for name, each in fields.items() if name in document}  # fmt: skip
        self.completeness(fact, document, path)
        if len(self.problems) == before:
            self.consistency(values, path)
        return Condition(fact.name, values)

    def completeness(self, fact: Fact, document: Mapping[str, Any], path: str) -> None:
        for each in fact.fields:
            if each.is_required and each.name not in document:
                self.wrong(_at(path, each.name), N_("This field is missing."))
        if fact.needs and not any(name in document for name in fact.needs):
            self.wrong(path, N_("One of these fields is needed: {names}."), names=", ".join(fact.needs))

    def consistency(self, values: Mapping[str, Any], path: str) -> None:
        for low, high in (("at_least", "at_most"), ("from", "until")):
            if low in values and high in values and values[low] > values[high]:
                self.wrong(_at(path, high), N_("This is less than “{other}”."), other=low)
        for first, second in (("is", "is_not"), ("has", "has_not")):
            if first in values and second in values:
                self.wrong(_at(path, second), N_("Only one of “{first}” and “{second}” is possible."),
                           first=first, second=second)  # fmt: skip
        if values.get("known") is False and len(values) > 1:
            self.wrong(_at(path, "known"), N_("A date that is not known cannot lie anywhere."))

    def value(self, each: Field, value: Any, path: str) -> Any:
        if each.kind == shapes.WORDS:
            return self.words(each, value, path)
        if each.kind == shapes.WORD:
            return self.word(each, value, path)
        if each.kind == shapes.FLAG:
            if not isinstance(value, bool):
                self.wrong(path, N_("true or false is expected."))
            return value
        return self.day(value, path) if each.kind == shapes.DATE else self.number(each, value, path)

    def words(self, each: Field, value: Any, path: str) -> tuple[str, ...]:
        if isinstance(value, str):
            return (self.word(each, value, path),)
        if not isinstance(value, list) or not value:
            self.wrong(path, N_("A word or a list of words is expected."))
            return ()
        if len(value) > LONGEST_LIST:
            self.wrong(path, N_("At most {limit} words are possible."), limit=LONGEST_LIST)
            return ()
        return tuple(dict.fromkeys(self.word(each, word, f"{path}[{at}]") for at, word in enumerate(value)))

    def word(self, each: Field, value: Any, path: str) -> str:
        if not isinstance(value, str) or not value or len(value) > LONGEST_WORD:
            self.wrong(path, N_("A word is expected."))
            return ""
        if each.of in OPEN or (each.of not in FIXED and self.names is None):
            return value
        known = list(FIXED[each.of]) if each.of in FIXED else self.names.known(each.of) if self.names else []
        if value not in known:
            self.unknown(path, value, known, N_("There is no {word} here."))
        return value

    def number(self, each: Field, value: Any, path: str) -> float:
        is_whole = each.kind == shapes.WHOLE
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not is_number or (is_whole and not isinstance(value, int)) or not each.least <= value <= each.most:
            text = N_("A whole number from {least} to {most} is expected.") if is_whole else N_(
                "A number from {least} to {most} is expected.")  # fmt: skip
            self.wrong(path, text, least=_shown(each.least), most=_shown(each.most))
            return 0
        return value  # type: ignore[no-any-return]

    def day(self, value: Any, path: str) -> date | None:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.wrong(path, N_("A date such as 2026-12-31 is expected."))
            return None

    def unknown(self, path: str, word: Any, known: Iterable[str], text: str) -> None:
        shown = f"“{word}”"
        meant = nearest(str(word), known)
        self.wrong(path, text, word=shown)
        if meant:
            self.problems[-1] = Problem(path, Message(_WITH_NEAREST[text], {"word": shown, "nearest": f"“{meant}”"}))


_WITH_NEAREST = {
    "There is no fact {word}.": N_("There is no fact {word}; did you mean {nearest}?"),
    "This fact has no field {word}.": N_("This fact has no field {word}; did you mean {nearest}?"),
    "There is no {word} here.": N_("There is no {word} here; did you mean {nearest}?"),
}


def _at(path: str, name: str) -> str:
    return f"{path}.{name}".lstrip(".")


def _shown(bound: float) -> str:
    return Formats("en", "UTC").number(bound)
