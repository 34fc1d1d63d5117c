"""How loans lose weight."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.interests.decay import FIRST_DAY, LAST_DAY, Base, added, all_days, clamped, factor
from crm.interests.folding import kept_from

days = st.dates(FIRST_DAY, LAST_DAY)
half_lives = st.integers(30, 3650)


@given(days, half_lives)
def test_a_loan_weighs_half_after_a_half_life(day: date, half_life: int) -> None:
    later = day + timedelta(days=half_life)
    assert factor(later, half_life) == pytest.approx(2 * factor(day, half_life))


def test_every_day_has_a_weight_even_with_the_shortest_half_life() -> None:
    rows = all_days(30)
    assert (rows[0]["day"], rows[-1]["day"]) == (FIRST_DAY, LAST_DAY)
    assert all(0 < row["factor"] < float("inf") for row in rows)  # type: ignore[operator]


def test_a_date_that_cannot_be_counts_as_the_nearest_that_can() -> None:
    today = date(2026, 11, 24)
    assert clamped(date(2205, 1, 1), today) == today
    assert clamped(date(1905, 1, 1), today) == FIRST_DAY
    assert clamped(date(2020, 2, 2), today) == date(2020, 2, 2)


@given(st.lists(days, min_size=1, max_size=20), half_lives, st.integers(0, 20))
def test_a_sum_weighs_what_its_loans_weigh(loans: list[date], half_life: int, cut: int) -> None:
    parts = [part for part in (loans[:cut], loans[cut:]) if part]
    bases = [added((Base(1, 1, day) for day in part), half_life) for part in parts]
    whole = added(bases, half_life)
    assert whole.weight * factor(whole.last_on, half_life) == pytest.approx(
        sum(factor(day, half_life) for day in loans)
    )
    assert (whole.loans, whole.last_on) == (len(loans), max(loans))


@pytest.mark.parametrize(
    ("today", "months", "day"),
    [
        (date(2026, 11, 24), 0, None),
        (date(2026, 11, 24), 1, date(2026, 10, 1)),
        (date(2026, 1, 31), 12, date(2025, 1, 1)),
        (date(2026, 12, 1), 24, date(2024, 12, 1)),
    ],
)
def test_links_are_kept_for_whole_months(today: date, months: int, day: date | None) -> None:
    assert kept_from(today, months) == day
