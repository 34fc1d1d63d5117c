from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.patrons.likeness import ENOUGH, POINTS, WORDS, Alike, Candidate, Reason, alike, pile, reasons, score

BORN = date(2001, 5, 14)
WORD = st.sampled_from(["muhammad", "siti", "rina", "rini", "ahmad", "r", "nur", "aini", "nuraini", "hidayat"])
NAME = st.lists(WORD, min_size=1, max_size=4).map(" ".join)


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("kania budiyanto", "kania budiyanto", Alike.SAME),
        ("nur aini", "nuraini", Alike.SAME),
        ("budiyanto kania", "kania budiyanto", Alike.SAME),
        ("dodo", "dodo sihotang", Alike.PART),
        ("rizki hidayat", "muhammad rizki hidayat", Alike.SAME),
        ("rizki", "muhammad rizki", Alike.PART),
        ("muhammad rizki h", "muhammad rizki hidayat", Alike.INITIALS),
        ("rina megantara", "rini megantara", None),
        ("siti aminah", "siti aisyah", None),
        ("muhammad hasan", "muhammad husain", None),
        ("sihotang", "dodo sihotang", None),
        ("budi santoso", "andi santoso", None),
        ("", "", None),
    ],
)
def test_names_agree_or_they_do_not(one: str, other: str, how: Alike | None) -> None:
    assert alike(one, other) == how


@given(NAME, NAME)
def test_names_agree_either_way_round(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)


@given(NAME)
def test_every_name_agrees_with_itself_and_lies_on_its_pile(name: str) -> None:
    assert alike(name, name) is Alike.SAME
    assert pile(name) == pile(" ".join(reversed(name.split())))


def points(one: Candidate, other: Candidate, *shared: Reason) -> int:
    return score(reasons(one, other, shared))


def person(name: str, **values: Any) -> Candidate:
    return Candidate(name, **values)


def test_twins_who_share_all_but_their_names_are_two() -> None:
    everything = (Reason.MOBILE, Reason.EMAIL, Reason.ADDRESS)
    assert points(person("rina lubis", birth_date=BORN), person("rini lubis", birth_date=BORN), *everything) == 0


def test_father_and_son_of_one_name_and_number_are_two() -> None:
    father, son = person("ahmad lubis", birth_date=date(1970, 3, 2)), person("ahmad lubis", birth_date=BORN)
    assert points(father, son, Reason.MOBILE, Reason.ADDRESS) < ENOUGH


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (person("ani", birth_date=BORN), person("ani", birth_date=BORN), ()),
        (person("ani lubis"), person("ani lubis", birth_date=BORN), (Reason.MOBILE,)),
        (person("ani"), person("ani lubis"), (Reason.MOBILE, Reason.EMAIL, Reason.ADDRESS)),
        (
            person("ani lubis", birth_date=date(2001, 5, 4)),
            person("ani lubis", birth_date=date(2001, 4, 5)),
            (Reason.EMAIL,),
        ),
        (person("ani lubis"), person("budi"), (Reason.LOANS,)),
    ],
)
def test_enough_in_common_makes_a_proposal(one: Candidate, other: Candidate, shared: tuple[Reason, ...]) -> None:
    assert points(one, other, *shared) >= ENOUGH


def test_a_name_alone_is_not_enough() -> None:
    assert points(person("siti aminah"), person("siti aminah")) < ENOUGH


def test_a_contact_who_may_have_joined_is_told_so() -> None:
    found = reasons(person("ani", is_contact=True), person("ani"), [Reason.EMAIL])
    assert Reason.JOINED in found


def test_every_reason_has_points_and_words() -> None:
    assert POINTS.keys() == WORDS.keys() == {*Alike, *Reason}
