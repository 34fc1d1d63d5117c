"""Decides what a title is about: pure rules over what the catalogue says of it."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crm.interests.notation import CHILD, THESIS, notation_of, rule_notations

TOPIC, CLASS, LANGUAGE, MATERIAL, AUTHOR = "topic", "class", "language", "material", "author"
FIELDS = ("class", "subject", "author", "language", "material", "collection")
KEYED = ("language", "author")  # compared as a whole; the others also by the words they contain
CHILD_COLLECTIONS = {"anak", "children", "childrens", "juvenile", "kids", "child"}

Topics = frozenset[int]
NONE: Topics = frozenset()


@dataclass(frozen=True)
class Rule:
    """One reason for a title to have a topic; kind, whether sensitive and whether hidden are the topic's."""

    topic_id: int
    kind: str
    is_sensitive: bool
    field: str
    value: str
    is_shipped: bool = True
    is_hidden: bool = False


@dataclass(frozen=True)
class TitleWords:
    """What the catalogue says of one title, as the ILS has it."""

    classification: str | None = None
    call_number: str | None = None
    language: str | None = None
    material: str | None = None
    subjects: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mapped:
    """The topics of a title: those that interests may be derived from, or the sensitive ones, never both."""

    topics: Topics = NONE
    sensitive: Topics = NONE


def folded(text: str) -> str:
    """Return a term for comparison: lower case, without accents, marks and double blanks."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", letters))


@dataclass
class _Terms:
    """The rules of one field: by the whole term, and by their first word to find them within longer ones."""

    whole: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    starting: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    known: dict[str, Topics] = field(default_factory=dict)

    def add(self, value: str, topic_id: int) -> None:
        self.whole[value].add(topic_id)
        self.starting[value.partition(" ")[0]].add(value)

    def within(self, term: str) -> Topics:
        """Return the topics of a term: those of the whole, else those of every rule whose words it contains."""
        if term not in self.known:
            self.known[term] = self._found(folded(term))
        return self.known[term]

    def _found(self, term: str) -> Topics:
        if term in self.whole:
            return frozenset(self.whole[term])
        padded = f" {term} "
        rules = (rule for word in set(term.split()) for rule in self.starting.get(word, ()))
        return frozenset(topic for rule in rules if f" {rule} " in padded for topic in self.whole[rule])

    def exactly(self, term: str) -> Topics:
        """Return the topics of a whole term alone."""
        return frozenset(self.whole.get(folded(term), ()))


class RuleBook:
    """All rules, ready to be asked about many titles."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Take the rules; one of staff stands in place of all shipped ones of the same field and value."""
        chosen = in_force(rules)
        self.sensitive = frozenset(rule.topic_id for rule in chosen if rule.is_sensitive)
        self.hidden = frozenset(rule.topic_id for rule in chosen if rule.is_hidden)
        self.has_authors = any(rule.field == AUTHOR for rule in chosen)
        self._classes: dict[str, set[int]] = defaultdict(set)
        self._divisions: dict[str, set[int]] = defaultdict(set)
        self._terms: dict[str, _Terms] = {name: _Terms() for name in FIELDS}
        for rule in chosen:
            if rule.field == "class":
                classes = self._divisions if rule.kind == CLASS else self._classes
                classes[rule.value].add(rule.topic_id)
            else:
                self._terms[rule.field].add(rule.value, rule.topic_id)

    def mapped(self, title: TitleWords) -> Mapped:
        """Return what a title is about.

        The most exact class that has a rule counts, and every subject, material, language, author and collection. The
        division of the classification stands in where that gives no topic. A title with a sensitive topic has no
        other, so that nothing can be inferred from it.
        """
        notation = notation_of(title.classification, title.call_number)
        is_child = notation.is_child or any(map(_is_for_children, title.collections))
        found = {*self._by_terms(title), *_nearest(self._classes, notation.digits)}
        sensitive = found & self.sensitive
        if sensitive:
            return Mapped(sensitive=frozenset(sensitive - self.hidden))
        if is_child and notation.digits:
            found = {*self._by_terms(title), *_nearest(self._classes, f"{CHILD}{notation.digits}")}
        if notation.is_thesis:
            found |= self._classes.get(THESIS, set())
        found -= self.hidden
        if not found:
            found = {*_nearest(self._divisions, notation.digits)}
        return Mapped(frozenset(found - self.hidden))

    def _by_terms(self, title: TitleWords) -> set[int]:
        parts = (("subject", title.subjects), ("collection", title.collections), ("material", (title.material or "",)))
        found = {topic for name, words in parts for word in words for topic in self._terms[name].within(word)}
        keyed = (("language", (title.language or "",)), ("author", title.authors))
        return found.union(*(self._terms[name].exactly(word) for name, words in keyed for word in words))


def _nearest(classes: Mapping[str, set[int]], digits: str) -> set[int]:
    """Return the topics of the most exact class that begins ``digits``."""
    for length in range(len(digits), 0, -1):
        if digits[:length] in classes:
            return classes[digits[:length]]
    return set()


def _is_for_children(collection: str) -> bool:
    return not CHILD_COLLECTIONS.isdisjoint(folded(collection).split())


def in_force(rules: Iterable[Rule]) -> list[Rule]:
    """Return the rules that count: those of staff push out shipped ones of the same field and value."""
    listed = list(rules)
    own = {(rule.field, rule.value) for rule in listed if not rule.is_shipped}
    return [rule for rule in listed if not rule.is_shipped or (rule.field, rule.value) not in own]


def rule_values(name: str, value: str) -> tuple[str, ...]:
    """Return a rule's value as it is kept and compared; a range of classes becomes several.

    Raises ValueError, NotAClass among them, where a class is none, or nothing is left of a term.
    """
    if name == "class":
        return rule_notations(value)
    term = folded(value)
    if not term:
        raise ValueError(value)
    return (term,)
