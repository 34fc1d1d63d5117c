"""What holds for a programme's times, seats, address and headcount."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import FormRefused
from crm.programmes import rules
from crm.programmes.rules import Draft, Programme, Standing, checked, slug_of, standing, times, walk_ins
from crm.programmes.service import draft_of, read_draft

ZONE = "Asia/Jakarta"
DAY = date(2026, 12, 1)
DRAFT = Draft("Lomba mewarnai", DAY, time(9), time(12), "Aula", "Bawa krayon", 30)
PLANNED = Programme(
    1, "x", "Lomba", None, None, datetime(2026, 12, 1, 2), datetime(2026, 12, 1, 5), 30,
    is_public=True, group_id=None, cancelled_at=None,
)  # fmt: skip


def test_times_are_entered_in_the_librarys_zone_and_kept_in_utc() -> None:
    assert times(DRAFT, ZONE) == (datetime(2026, 12, 1, 2), datetime(2026, 12, 1, 5))
    assert times(DRAFT, "Asia/Jayapura") == (datetime(2026, 12, 1, 0), datetime(2026, 12, 1, 3))


def test_a_programme_past_midnight_ends_on_the_next_day() -> None:
    assert times(replace(DRAFT, begins=time(21), ends=time(1)), ZONE)[1] == datetime(2026, 12, 1, 18)


def test_a_form_shows_what_was_entered() -> None:
    starts_at, ends_at = times(DRAFT, ZONE)
    planned = replace(
        PLANNED, title=DRAFT.title, place="Aula", about="Bawa krayon", starts_at=starts_at, ends_at=ends_at
    )
    assert draft_of(planned, ZONE) == DRAFT


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"place": "x" * 201}, "place"),
        ({"about": "x" * 4001}, "about"),
        ({"day": None}, "day"),
        ({"begins": None}, "begins"),
        ({"seats": 0}, "seats"),
        ({"seats": 100_001}, "seats"),
    ],
)
def test_what_is_missing_or_wrong_is_told_at_its_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(FormRefused) as refused:
        checked(replace(DRAFT, **changes))  # type: ignore[arg-type]
    assert refused.value.fields.keys() == {field}


def test_a_form_is_read_as_it_is_written() -> None:
    form = {"title": "Lomba", "day": "2026-12-01", "begins": "09:00", "ends": "", "seats": " 30 ", "is_public": "yes"}
    assert read_draft(form) == Draft("Lomba", DAY, time(9), seats=30)
    with pytest.raises(FormRefused) as refused:
        read_draft({**form, "day": "31-12", "begins": "nine", "seats": "many"})
    assert refused.value.fields.keys() == {"day", "begins", "seats"}


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (datetime(2026, 12, 1, 1, 59), "upcoming"),
        (datetime(2026, 12, 1, 2), "running"),
        (datetime(2026, 12, 1, 5), "past"),
    ],
)
def test_the_state_follows_the_clock_until_somebody_cancels(now: datetime, state: str) -> None:
    assert rules.state_of(PLANNED, now) == state
    assert rules.takes_sign_ups(PLANNED, now) is (state != "past")
    cancelled = replace(PLANNED, cancelled_at=now)
    assert rules.state_of(cancelled, now) == "cancelled"
    assert not rules.takes_sign_ups(cancelled, now)
    assert not rules.takes_arrivals(cancelled, now)


def test_phones_check_in_from_two_hours_before_to_two_hours_after() -> None:
    minute = timedelta(minutes=1)
    opened, closed = PLANNED.starts_at - timedelta(hours=2), PLANNED.end + timedelta(hours=2)
    moments = (opened - minute, opened, closed, closed + minute)
    assert [rules.takes_arrivals(PLANNED, moment) for moment in moments] == [False, True, True, False]


@given(st.lists(st.booleans(), max_size=60), st.integers(1, 30))
def test_never_more_seats_than_there_are_and_nobody_waits_while_one_is_free(live: list[bool], seats: int) -> None:
    standings = [standing(place, seats) for place in range(1, sum(live) + 1)]
    assert sum(each.has_seat for each in standings) == min(sum(live), seats)
    assert [each.waiting for each in standings if not each.has_seat] == [*range(1, max(sum(live) - seats, 0) + 1)]


def test_without_a_limit_everybody_has_a_seat() -> None:
    assert standing(100_000, None) == Standing()


def test_the_address_names_the_programme_and_its_day() -> None:
    assert slug_of("Lomba Méwarnai: anak & remaja!", DAY, ()) == "lomba-mewarnai-anak-remaja-2026-12-01"
    assert slug_of("Lomba", DAY, {"lomba-2026-12-01", "lomba-2026-12-01-2"}) == "lomba-2026-12-01-3"
    assert slug_of("読書会", DAY, ()) == "program-2026-12-01"


def test_only_numbers_of_people_are_a_headcount() -> None:
    assert walk_ins({("f", "child"): "7", ("m", "teen"): "", ("-", "unknown"): "0"}) == {("f", "child"): 7}
    for text in ("-1", "1.5", "many", "1000001"):
        with pytest.raises(FormRefused):
            walk_ins({("f", "child"): text})
