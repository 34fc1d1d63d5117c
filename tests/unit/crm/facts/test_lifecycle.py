"""The lifecycle: in which stage a reader is, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.facts import rules
from crm.facts.rules import Belonging, Idleness, earliest, leading, month_days, stage, state, unit_days, usual_gap
from crm.facts.words import WHY, WITHOUT_NUMBERS, why_words
from crm.i18n import translator
from crm.settings import LifecycleSettings

USUAL = LifecycleSettings()
OLD = 5_000


@pytest.mark.parametrize(
    ("loan_days", "unit"), [(None, 14), (0, 14), (-3, 14), (1, 7), (7, 7), (21, 21), (30, 30), (99, 30)]
)
def test_the_unit_is_the_loan_period_from_seven_to_thirty_days(loan_days: int | None, unit: int) -> None:
    assert unit_days(loan_days, USUAL) == unit


def test_six_months_are_183_days_and_twelve_are_365() -> None:
    assert (month_days(6), month_days(12)) == (183, 365)


@pytest.mark.parametrize(
    ("joined", "idle", "gap", "loan_days", "word"),
    [
        (83, None, None, 7, "new"),
        (83, 400, None, 7, "new"),
        (-5, None, None, 7, "new"),
        (84, None, None, 7, "never"),
        (None, None, None, 7, "never"),
        (None, 0, None, 7, "active"),
        (84, 60, None, 7, "active"),
        (OLD, 61, None, 7, "occasional"),
        (OLD, 61, None, 15, "occasional"),
        (OLD, 60, None, 15, "active"),
        (OLD, 120, None, 30, "active"),
        (OLD, 121, None, 30, "occasional"),
        (OLD, 61, 30.5, 7, "occasional"),
        (OLD, 62, 30.5, 7, "lapsing"),
        (OLD, 60, 1.0, 7, "active"),
        (OLD, 183, None, 7, "occasional"),
        (OLD, 184, None, 7, "lapsing"),
        (OLD, 184, 300.0, 7, "lapsing"),
        (OLD, 365, None, 7, "lapsing"),
        (OLD, 366, None, 7, "lapsed"),
        (OLD, 366, 300.0, 7, "lapsed"),
    ],
)
def test_the_stage_follows_from_joining_activity_and_the_own_gap(
    joined: int | None, idle: int | None, gap: float | None, loan_days: int, word: str
) -> None:
    assert stage(Idleness(joined, idle, gap, loan_days), USUAL)[0] == word


def test_the_thresholds_are_those_of_the_configuration() -> None:
    strict = replace(USUAL, weeks_new=1, active_days=10, active_units=1, occasional_months=1, lapsed_months=2)
    words = [stage(Idleness(7, idle, None, 7), strict)[0] for idle in (10, 11, 31, 61, 62)]
    assert words == ["active", "occasional", "lapsing", "lapsing", "lapsed"]
    assert stage(Idleness(6, None), strict)[0] == "new"


idles = st.none() | st.integers(0, 800)


@given(joined=idles, idle=st.integers(0, 800), more=st.integers(0, 100), loan_days=st.none() | st.integers(-5, 90))
def test_who_stays_away_longer_is_never_in_an_earlier_stage(
    joined: int | None, idle: int, more: int, loan_days: int | None
) -> None:
    order = ["new", "active", "occasional", "lapsing", "lapsed"]
    first, second = (stage(Idleness(joined, days, 40.0, loan_days), USUAL)[0] for days in (idle, idle + more))
    assert order.index(first) <= order.index(second)


@given(joined=idles, idle=idles, gap=st.none() | st.floats(0, 900), loan_days=st.none() | st.integers(-5, 90))
def test_every_stage_can_say_why_in_both_languages(
    joined: int | None, idle: int | None, gap: float | None, loan_days: int | None
) -> None:
    word, why = stage(Idleness(joined, idle, gap, loan_days), USUAL)
    said = [why_words(word, why).said(translator(language)) for language in ("en", "id")]
    assert all(said)
    assert said[0] != said[1]


def test_the_reason_holds_the_numbers() -> None:
    word, why = stage(Idleness(OLD, 62, 30.52, 7), USUAL)
    assert (word, why) == ("lapsing", {"rule": "gap", "days": 62, "gap": 30.5, "times": 2})
    assert why_words(word, why).said(str) == (
        "Last active 62 days ago; usually comes every 30.5 days, and 2 times that has passed."
    )


@pytest.mark.parametrize(
    ("word", "why"), [("contact", {"rule": "contact"}), ("never", {"rule": "never"}), ("never", None)]
)
def test_who_did_nothing_has_a_reason_without_numbers(word: str, why: dict[str, Any] | None) -> None:
    assert why_words(word, why).said(str) == WITHOUT_NUMBERS[word]


def test_every_reason_with_numbers_is_one_that_a_rule_gives() -> None:
    cases = [Idleness(1, None), Idleness(OLD, 1), Idleness(OLD, 100), Idleness(OLD, 300), Idleness(OLD, 100, 10.0)]
    assert {stage(each, USUAL)[1]["rule"] for each in cases} == set(WHY)


@pytest.mark.parametrize(
    ("has_ended", "is_blocked", "expires", "word"),
    [
        (True, True, 1, "gone"),
        (False, True, 1, "blocked"),
        (False, False, 9, "expired"),
        (False, False, 10, "member"),
        (False, False, None, "member"),
    ],
)
def test_a_membership_is_gone_before_it_is_blocked_before_it_has_expired(
    has_ended: bool, is_blocked: bool, expires: int | None, word: str
) -> None:
    assert state(has_ended=has_ended, is_blocked=is_blocked, expires=expires, today=10) == word


@pytest.mark.parametrize(("first", "last", "count", "gap"), [(None, None, 0, None), (5, 5, 1, None), (5, 15, 3, 5.0)])
def test_the_usual_gap_is_the_mean_between_days_of_activity(
    first: int | None, last: int | None, count: int, gap: float | None
) -> None:
    assert usual_gap(first, last, count) == gap


def test_a_live_membership_counts_before_a_later_ended_one() -> None:
    live, ended = Belonging(1, "a", has_ended=False, since="2020"), Belonging(2, "b", has_ended=True, since="2026")
    assert leading([live, ended]) == live
    later = replace(live, since="2021", patron_key="c")
    assert leading([live, later, ended]) == later
    assert leading([live, replace(live, source_id=2)]) == live


def test_who_registers_anew_joined_when_he_first_did() -> None:
    day = date(2020, 1, 2).toordinal()
    one = Belonging(1, "a", has_ended=False, since="2020")
    assert earliest([replace(one, joined=day + 9), one, replace(one, joined=day)]) == day
    assert earliest([one]) is None


def test_every_stage_has_its_word() -> None:
    assert rules.STAGES == ("new", "active", "occasional", "lapsing", "lapsed", "never", "contact")
