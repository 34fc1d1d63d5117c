"""Weights stay when the links between loans and people are given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from crm.database import reading, writing
from crm.interests import folding, service
from crm.interests.topics import merge_topics
from crm.schema import ils
from crm.schema.people import person
from crm.schema.profiles import interest_base
from crm.settings import InterestSettings
from tests.integration.crm.interests.shelves import TODAY, Shelves

LOANS = ((1, date(2024, 1, 5)), (2, date(2024, 2, 6)), (1, date(2025, 7, 8)), (2, date(2026, 9, 9)), (3, TODAY))
HALF_LIFE = 180


@pytest.fixture
def read(shelves: Shelves) -> Shelves:
    """Give a library with two readers and some years of loans."""
    for key, number in ((1, "641.5"), (2, "813"), (3, "959.8")):
        shelves.title(key, number)
    for reader in (1, 2):
        shelves.person(reader)
        for title, day in LOANS:
            shelves.loan(reader, title, day)
    return shelves


def keep(shelves: Shelves, months: int) -> None:
    shelves.settings = replace(shelves.settings, keep_loan_links_months=months)


def drop_links(shelves: Shelves, before: date) -> None:
    with writing(shelves.engine) as connection:
        connection.execute(delete(ils.loan).where(ils.loan.c.loaned_on < before))


def test_the_interests_are_the_same_after_the_links_are_gone(read: Shelves) -> None:
    read.refresh()
    before = read.interests(1)
    keep(read, 12)
    read.refresh()
    assert read.interests(1) == before
    drop_links(read, date(2025, 11, 1))
    read.refresh()
    assert read.interests(1) == before


def test_giving_up_links_month_by_month_leads_to_the_same(read: Shelves) -> None:
    read.refresh()
    before = read.interests(1)
    for months in (30, 24, 12, 6, 1):
        keep(read, months)
        read.refresh()
        assert read.interests(1) == before
    keep(read, 0)
    read.refresh()
    assert read.interests(1) == before


def test_nothing_is_added_twice(read: Shelves) -> None:
    keep(read, 12)
    for _ in range(3):
        read.refresh()
    with reading(read.engine) as connection:
        assert sum(connection.scalars(select(interest_base.c.loans))) == 6


def test_one_that_was_killed_half_way_is_finished(read: Shelves, monkeypatch: pytest.MonkeyPatch) -> None:
    read.refresh()
    before = [read.interests(number) for number in (1, 2)]
    keep(read, 12)
    monkeypatch.setattr(service, "PEOPLE_PER_UNIT", 1)
    done = folding._fold_some

    def dies_at_the_second(*given: Any) -> None:
        if given[-1] == (2, 2):
            raise KeyboardInterrupt
        done(*given)

    monkeypatch.setattr(folding, "_fold_some", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        read.refresh()
    monkeypatch.setattr(folding, "_fold_some", done)
    drop_links(read, date(2024, 1, 1))
    read.refresh()
    assert [read.interests(number) for number in (1, 2)] == before


def test_the_sums_of_a_merged_person_count_for_the_other(read: Shelves) -> None:
    keep(read, 1)
    read.refresh()
    with writing(read.engine) as connection:
        connection.execute(update(person).where(person.c.id == 2).values(merged_into=1))
        connection.execute(delete(ils.loan))
    read.refresh()
    assert read.interests(2) == {}
    assert set(read.interests(1)) == {"memasak", "novel"}


def test_merged_topics_are_summed_together(read: Shelves) -> None:
    keep(read, 1)
    read.refresh()
    with writing(read.engine) as connection:
        merge_topics(connection, "memasak", "novel", HALF_LIFE)
    read.refresh()
    assert set(read.interests(1)) == {"novel", "sejarah-indonesia"}
    with reading(read.engine) as connection:
        assert [row.loans for row in connection.execute(select(interest_base))] == [4, 4]


def test_another_half_life_changes_the_shares(read: Shelves) -> None:
    read.refresh()
    before = read.interests(1)
    read.settings = InterestSettings(half_life_days=3650)
    read.refresh(2)
    assert read.interests(1)["memasak"] > before["memasak"]
