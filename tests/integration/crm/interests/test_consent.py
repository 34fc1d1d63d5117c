"""About whom nothing is inferred."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert, select

from crm.database import reading, writing
from crm.interests import service
from crm.interests.topics import By, declare
from crm.schema import ils
from crm.schema.profiles import declared, interest_base
from crm.scope import Scope
from crm.settings import LifecycleSettings, ProfileSettings
from tests.integration.crm.interests.shelves import CHILD, NOW, TODAY, Shelves


@pytest.fixture
def cook(shelves: Shelves) -> Shelves:
    """Give a library with one title."""
    shelves.title(1, "641.5")
    return shelves


def borrow(shelves: Shelves, *people: int) -> None:
    for number in people:
        shelves.loan(number, 1, TODAY)


def test_nothing_is_inferred_about_one_who_objects(cook: Shelves) -> None:
    borrow(cook, cook.person(1))
    cook.refresh()
    assert cook.interests(1) == {"memasak": 1.0}
    with writing(cook.engine) as connection:
        declare(connection, 1, "novel", "more", "reader", By(NOW))
    cook.permit(1, "refused")
    cook.refresh(1)
    assert cook.interests(1) == {}
    with reading(cook.engine) as connection:
        assert connection.scalar(select(declared.c.wish)) == "more"


def test_the_last_word_counts(cook: Shelves) -> None:
    borrow(cook, cook.person(1))
    for state in ("refused", "agreed", "refused", "agreed"):
        cook.permit(1, state)
    cook.refresh()
    assert cook.interests(1) == {"memasak": 1.0}


def test_minors_need_the_consent_of_a_guardian(cook: Shelves) -> None:
    borrow(cook, cook.person(1, CHILD), cook.person(2, CHILD))
    cook.permit(2, "agreed")
    cook.refresh()
    assert (cook.interests(1), cook.interests(2)) == ({}, {"memasak": 1.0})


@pytest.mark.parametrize(
    ("born", "today", "is_adult"),
    [
        (date(2008, 11, 24), date(2026, 11, 24), True),
        (date(2008, 11, 25), date(2026, 11, 24), False),
        (date(2006, 2, 28), date(2024, 2, 29), True),
        (date(2006, 3, 1), date(2024, 2, 29), False),
        (None, date(2024, 2, 29), True),
    ],
)
def test_one_is_of_age_on_the_eighteenth_birthday(
    cook: Shelves, born: date | None, today: date, is_adult: bool
) -> None:  # fmt: skip
    borrow(cook, cook.person(1, born))
    cook.refresh(today=today)
    assert bool(cook.interests(1)) is is_adult


def test_a_category_of_children_makes_minors_of_those_without_a_birth_date(cook: Shelves) -> None:
    with writing(cook.engine) as connection:
        connection.execute(
            insert(ils.category).values(source_id=1, key="7", key_hash=1, name="Anak", first_seen_at=NOW)
        )
    for number, born in ((1, None), (2, date(1990, 1, 1)), (3, None)):
        cook.person(number, born)
        category = "7" if number < 3 else "8"
        cook.add(ils.patron, source_id=1, key=f"P{number}", key_hash=1, category_key=category, first_seen_at=NOW)
    borrow(cook, 1, 2, 3)
    for names in (("Anak",), ("7",)):
        profile = ProfileSettings(lifecycle=LifecycleSettings(children_categories=names))
        service.refresh(cook.engine, profile, Scope(is_everything=True), TODAY, NOW)
        assert [cook.interests(number) for number in (1, 2, 3)] == [{}, {"memasak": 1.0}, {"memasak": 1.0}]


def test_what_was_summed_up_is_forgotten_with_the_objection(cook: Shelves) -> None:
    row = {"person_id": cook.person(1), "topic_id": 1, "weight": 2.0, "loans": 2, "last_on": TODAY}
    cook.add(interest_base, **row)
    cook.permit(1, "refused")
    cook.refresh()
    with reading(cook.engine) as connection:
        assert connection.execute(select(interest_base)).all() == []
