"""Random rules over every fact of the catalogue."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from crm.segments import shapes
from crm.segments.catalogue import FACTS
from crm.segments.shapes import Fact, Field
from crm.segments.vocabulary import FIXED
from tests.integration.crm.segments.population import NAMES, TODAY

OPEN_WORDS = {"tag": ["relawan", "guru", 'a"b'], "value": ["S1", "S2", "SMA", "membaca", 'a"b']}
SPANS = st.sampled_from([0, 1, 2, 29, 30, 31, 90, 100, 365, 400])
NUMBERS = st.sampled_from([0, 1, 2, 3])
SHARES = st.sampled_from([0, 0.1, 0.25, 0.5, 0.7, 0.9, 1.0])


def vocabulary(of: str) -> list[str]:
    """Return the words that a field may take."""
    return OPEN_WORDS.get(of) or list(FIXED.get(of, ())) or NAMES.known(of)


def values(fact: Fact, field: Field) -> st.SearchStrategy[Any]:
    """Return values for a field as they are written in JSON."""
    if field.kind in (shapes.WORDS, shapes.WORD):
        words = st.sampled_from(vocabulary(field.of))
        return words if field.kind == shapes.WORD else st.lists(words, min_size=1, max_size=3, unique=True)
    if field.kind in (shapes.FLAG, shapes.DATE):
        dates = [TODAY.isoformat(), "2027-06-01", "2028-03-01"]
        return st.booleans() if field.kind == shapes.FLAG else st.sampled_from(dates)
    return numbers(fact, field)


def numbers(fact: Fact, field: Field) -> st.SearchStrategy[float]:
    """Return numbers on and beside the edges."""
    if field.name in ("days", "within_days", "last_days", "older_than_days"):
        return SPANS.filter(lambda days: field.least <= days <= field.most)
    if field.name == "top_percent":
        return st.sampled_from([1, 20, 50, 100])
    if fact.name == "age":
        return st.sampled_from([12, 13, 15, 16, 18, 38])
    return SHARES if field.most == 1 else NUMBERS


@st.composite
def conditions(draw: st.DrawFn, name: str | None = None) -> dict[str, Any]:
    """Invent one condition, about the fact ``name`` or any."""
    fact = FACTS[name or draw(st.sampled_from(list(FACTS)))]
    fields = {field.name: field for field in fact.fields}
    wanted = {field.name for field in fact.fields if field.is_required}
    if fact.needs:
        wanted.add(draw(st.sampled_from(fact.needs)))
    extra = draw(st.sets(st.sampled_from(list(fields)), max_size=2))
    document = {name: draw(values(fact, fields[name])) for name in fields if name in wanted | extra}
    for first, second in (("is", "is_not"), ("has", "has_not")):
        if first in document:
            document.pop(second, None)
    for low, high in (("at_least", "at_most"), ("from", "until")):
        if low in document and high in document:
            document[low], document[high] = sorted((document[low], document[high]))
    if document.get("known") is False:
        document = {"known": False}
    return {"fact": fact.name, **document}


def groups(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Invent groups of rules."""
    return st.builds(
        lambda kind, parts: {kind: parts},
        st.sampled_from(["all", "any", "none"]),
        st.lists(inner, min_size=1, max_size=3),
    )


def negated(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Invent the opposites of rules."""
    return inner.map(lambda rule: {"none": [rule]})


rules = st.recursive(conditions(), groups, max_leaves=6)
