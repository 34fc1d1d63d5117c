"""Reads the builder's form: a rule as JSON, with what was filled in and what a button is to do with it.

The form carries the whole rule and one group of fields per condition, named by where it stands: ``n`` is the rule,
``n-0`` its first part. Nothing is judged here: what cannot be a value stays as it was typed, for the reader of rules
to say what is wrong with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from crm.segments import shapes
from crm.segments.catalogue import FACTS
from crm.segments.names import Names
from crm.segments.rules import ALL, ANY, KINDS, NONE, inner
from crm.segments.shapes import Fact, Field
from crm.segments.vocabulary import FIXED, OPEN

ROOT = "n"
PAIRS = {"is": "is_not", "has": "has_not"}
UNITS = {"share": 100}
Document = dict[str, Any]


class FormUnreadable(ValueError):
    """The rule that the form carries was not made by Sapa."""


def kind_of(document: Mapping[str, Any]) -> str:
    """Return how a group's parts are joined, '' for a condition."""
    return next((kind for kind in KINDS if isinstance(document.get(kind), list)), "")


def as_group(document: Any) -> Document:
    """Return a rule whose outermost part is a group, so that something can be added to it."""
    if isinstance(document, dict) and kind_of(document):
        return document
    return {ALL: [document] if isinstance(document, dict) and document else []}


def walk(document: Mapping[str, Any], place: str = ROOT, path: str = "") -> Iterator[tuple[str, str, Document]]:
    """Yield every part of a rule: its place in the form, its path in messages, and itself."""
    yield place, path, dict(document)
    kind = kind_of(document)
    for at, part in enumerate(document[kind] if kind else ()):
        if isinstance(part, dict):
            yield from walk(part, f"{place}-{at}", inner(path, kind, at))


def is_pair(fact: Fact, field: Field) -> bool:
    """Tell whether a field is one of two that say the opposite of each other."""
    names = {each.name for each in fact.fields}
    return any(field.name in pair and set(pair) <= names for pair in PAIRS.items())


def is_percent(field: Field) -> bool:
    """Tell whether a number is a share, which people write in per cent."""
    return field.kind == shapes.NUMBER and field.most == 1


def read(form: MultiDict[str, str]) -> Document:
    """Return the rule of the form with all that was filled in; raises FormUnreadable."""
    try:
        document = json.loads(form.get("rule", '{"all": []}'))
    except ValueError:
        raise FormUnreadable from None
    if not isinstance(document, dict):
        raise FormUnreadable
    return _part(as_group(document), ROOT, form, 0)


def _part(document: Document, place: str, form: MultiDict[str, str], depth: int) -> Document:
    kind = kind_of(document)
    if not kind:
        return _condition(document, place, form)
    if depth > 12:
        raise FormUnreadable
    parts = [
        _part(part, f"{place}-{at}", form, depth + 1)
        for at, part in enumerate(document[kind])
        if isinstance(part, dict)
    ]
    wish = form.get(f"{place}.kind", kind)
    return {wish if wish in KINDS else kind: parts}


def _condition(document: Document, place: str, form: MultiDict[str, str]) -> Document:
    fact = FACTS.get(str(document.get("fact")))
    if fact is None or f"{place}.there" not in form:
        return document
    found: Document = {"fact": fact.name}
    for field in fact.fields:
        value = _value(field, place, form)
        name = _chosen(fact, field, place, form)
        if value not in (None, [], "") and name:
            found[name] = value
    return found


def _chosen(fact: Fact, field: Field, place: str, form: MultiDict[str, str]) -> str:
    """Return under which name a field counts: of a pair the one that was chosen, '' for the other half."""
    if not is_pair(fact, field):
        return field.name
    if field.name not in PAIRS:
        return ""
    return PAIRS[field.name] if form.get(f"{place}.{field.name}.not") else field.name


def _value(field: Field, place: str, form: MultiDict[str, str]) -> Any:
    name = f"{place}.{field.name}"
    if field.kind == shapes.WORDS and field.of in OPEN:
        return [word.strip() for word in form.get(name, "").split(",") if word.strip()]
    if field.kind == shapes.WORDS:
        added = [form[f"{name}.add"]] if form.get(f"{name}.add") else []
        return list(dict.fromkeys([*form.getlist(name), *added]))
    written = form.get(name, "").strip()
    if field.kind == shapes.FLAG:
        return {"yes": True, "no": False}.get(written)
    if field.kind in (shapes.WHOLE, shapes.NUMBER):
        return _number(field, written)
    return written


def _number(field: Field, written: str) -> Any:
    """Return a number as people of either language write it, or the text where it is none."""
    try:
        if field.kind == shapes.WHOLE:
            return int(written.replace(".", "").replace(",", "")) if written else None
        number = float(written.replace(",", ".")) if written else None
    except ValueError:
        return written
    if number is None:
        return None
    return round(number / 100, 6) if is_percent(field) else number


def done(document: Document, wish: str, names: Names) -> Document:
    """Return the rule after what a button asks: ``add:n:loans``, ``group:n:any``, ``remove:n-0``; else as it is."""
    action, _, rest = wish.partition(":")
    place, _, word = rest.partition(":")
    if action == "add" and word in FACTS:
        return _changed(document, place, lambda parts: [*parts, fresh(word, names)])
    if action == "group" and word in (ANY, NONE, ALL):
        return _changed(document, place, lambda parts: [*parts, {word: []}])
    if action == "remove" and "-" in place:
        outer, _, at = place.rpartition("-")
        return _changed(document, outer, lambda parts: [each for n, each in enumerate(parts) if str(n) != at])
    return document


def _changed(document: Document, place: str, change: Any) -> Document:
    kind = kind_of(document)
    here, _, deeper = place.partition("-")[2].partition("-")
    if not kind:
        return document
    if not here:
        return {kind: change(document[kind])}
    further = f"{ROOT}-{deeper}" if deeper else ROOT
    parts = [_changed(part, further, change) if str(at) == here else part for at, part in enumerate(document[kind])]
    return {kind: parts}


def fresh(word: str, names: Names) -> Document:
    """Return a condition to begin with: the example of its fact, without what this library does not have."""
    fact = FACTS[word]
    fields = {field.name: field for field in fact.fields}
    return {
        name: value
        for name, value in fact.examples[0].items()
        if name == "fact" or _is_possible(fields[name], value, names)
    }


def _is_possible(field: Field, value: Any, names: Names) -> bool:
    if field.kind not in (shapes.WORDS, shapes.WORD) or field.of in FIXED:
        return True
    if field.of in OPEN:
        return False
    return set(value if isinstance(value, list) else [value]) <= set(names.known(field.of))


def without_empty_groups(document: Document) -> Document:
    """Return a rule without groups in which nothing stands, as they are while one is being filled."""
    kind = kind_of(document)
    if not kind:
        return document
    parts = [without_empty_groups(part) for part in document[kind]]
    return {kind: [part for part in parts if not kind_of(part) or part[kind_of(part)]]}
