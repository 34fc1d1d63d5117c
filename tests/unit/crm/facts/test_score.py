"""The score of key patrons."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.facts.score import FULL, WEIGHTS, Use, key_score

NOTHING = Use(None, 0, 0, 0, 0, 0)
counts = st.integers(0, 300)
uses = st.builds(Use, st.none() | st.integers(-3, 800), counts, counts, counts, counts, counts)


def test_the_weights_add_up_to_a_hundred() -> None:
    assert sum(WEIGHTS.values()) == 100
    assert FULL.keys() == WEIGHTS.keys() - {"recency"}


def test_it_goes_from_nothing_to_a_hundred() -> None:
    assert key_score(NOTHING) == 0
    assert key_score(Use(0, 100, 12, 12, 100, 12)) == 100
    assert key_score(Use(0, 999, 99, 99, 999, 99)) == 100


@pytest.mark.parametrize(("idle", "points"), [(0, 20), (73, 16), (365, 0), (900, 0), (-4, 20)])
def test_recency_falls_evenly_over_a_year(idle: int, points: float) -> None:
    assert key_score(replace(NOTHING, idle=idle)) == points


def test_the_first_loans_say_more_than_later_ones() -> None:
    few, more, many = (key_score(replace(NOTHING, loans=number)) for number in (1, 10, 19))
    assert more - few > many - more > 0


@given(uses, st.sampled_from(["loans", "breadth", "holds", "visits", "questions"]))
def test_who_does_more_never_scores_less(use: Use, what: str) -> None:
    assert 0 <= key_score(use) <= key_score(replace(use, **{what: getattr(use, what) + 1})) <= 100
