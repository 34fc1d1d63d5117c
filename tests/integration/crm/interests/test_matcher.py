"""Who would care for a title, and what suits a reader."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from crm.database import reading, writing
from crm.i18n import translator
from crm.interests.matcher import Match, Terms, alerts, arrivals_for_reader, readers_for_title
from crm.interests.topics import By, declare
from tests.integration.crm.interests.shelves import CHILD, NOW, TODAY, Shelves

TERMS = Terms(TODAY)
LATELY = TODAY - timedelta(days=10)
SINCE = datetime(2026, 11, 1)
NEW = 9


@pytest.fixture
def stocked(shelves: Shelves) -> Shelves:
    """Give a library with three cookery books, two novels, and a new cookery book of which one copy is free."""
    for key, number in ((1, "641.5"), (2, "641.8"), (3, "641"), (4, "813"), (5, "FIK")):
        shelves.title(key, number, added_at=datetime(2020, 1, 1))
        shelves.item(key, key, acquired_on=date(2020, 1, 1))
    shelves.title(NEW, "641.5", added_at=datetime(2026, 11, 20))
    shelves.item(NEW, NEW, acquired_on=date(2026, 11, 19))
    for reader in (1, 2, 3, 4):
        shelves.person(reader)
    for reader, titles in ((1, (1, 2, 3)), (2, (1, 4)), (3, (4, 5))):
        for title in titles:
            shelves.loan(reader, title, LATELY)
    return shelves


def matched(shelves: Shelves, title: int = NEW, terms: Terms = TERMS) -> list[Match]:
    with reading(shelves.engine) as connection:
        return readers_for_title(connection, 1, title, terms)


def wish(shelves: Shelves, person_id: int, slug: str, word: str) -> None:
    with writing(shelves.engine) as connection:
        declare(connection, person_id, slug, word, "reader", By(NOW))
    shelves.refresh()


def people(found: list[Match]) -> list[int]:
    return [match.person_id for match in found]


def test_those_who_read_such_books_are_found_best_first(stocked: Shelves) -> None:
    stocked.refresh()
    found = matched(stocked)
    assert people(found) == [1, 2]
    said = [each.reason("en").said(translator("en")) for each in found]
    assert said == ["You often borrow about Cooking.", "You have borrowed about Cooking."]


def test_old_interests_count_less(stocked: Shelves) -> None:
    stocked.refresh()
    scores = [each.score for each in matched(stocked)]
    later = [each.score for each in matched(stocked, terms=replace(TERMS, today=TODAY + timedelta(180)))]
    assert later == pytest.approx([score / 2 for score in scores])


def test_nobody_hears_of_what_is_not_on_the_shelf(stocked: Shelves) -> None:
    stocked.refresh()
    stocked.loan(3, NEW, TODAY, item_key=NEW, is_open=True)
    assert matched(stocked) == []


def test_no_more_readers_hear_of_it_than_the_copies_bear(stocked: Shelves) -> None:
    stocked.refresh()
    assert people(matched(stocked, terms=replace(TERMS, readers_per_copy=1))) == [1]
    stocked.item(10, NEW)
    assert people(matched(stocked, terms=replace(TERMS, readers_per_copy=1))) == [1, 2]


@pytest.mark.parametrize("state", [{"is_loanable": False}, {"gone_at": NOW}])
def test_a_copy_that_may_not_be_lent_is_none(stocked: Shelves, state: dict[str, object]) -> None:
    stocked.title(8, "641.5")
    stocked.item(8, 8, **state)
    stocked.refresh()
    assert matched(stocked, 8) == []


@pytest.mark.parametrize("state", [{"is_hidden": True}, {"gone_at": NOW}])
def test_hidden_titles_stay_hidden(stocked: Shelves, state: dict[str, object]) -> None:
    stocked.title(8, "641.5", added_at=NOW, **state)
    stocked.item(8, 8)
    stocked.refresh()
    assert matched(stocked, 8) == []
    with reading(stocked.engine) as connection:
        assert {match.title_key for match in alerts(connection, SINCE, TERMS)} == {NEW}


def test_nobody_hears_of_what_he_has_had(stocked: Shelves) -> None:
    stocked.loan(1, NEW, LATELY)
    stocked.refresh()
    assert people(matched(stocked)) == [2]


def test_a_wish_for_more_goes_first(stocked: Shelves) -> None:
    stocked.refresh()
    wish(stocked, 4, "memasak", "more")
    found = matched(stocked)
    assert people(found) == [1, 4, 2]
    assert found[1].reason("id").values == {"topics": "Memasak"}
    wish(stocked, 2, "memasak", "more")
    assert people(matched(stocked)) == [2, 1, 4]


def test_a_wish_for_less_or_never_is_heard(stocked: Shelves) -> None:
    stocked.refresh()
    before = {match.person_id: match.score for match in matched(stocked)}
    wish(stocked, 2, "memasak", "less")
    assert {match.person_id: match.score for match in matched(stocked)}[2] == pytest.approx(before[2] / 2)
    wish(stocked, 1, "memasak", "never")
    assert people(matched(stocked)) == [2]


def test_never_blocks_a_title_whatever_else_it_is_about(stocked: Shelves) -> None:
    stocked.title(8, "641.5", "Komik", added_at=NOW)
    stocked.item(8, 8)
    stocked.refresh()
    wish(stocked, 1, "komik", "never")
    assert people(matched(stocked, 8)) == [2]
    with reading(stocked.engine) as connection:
        assert [match.title_key for match in arrivals_for_reader(connection, 1, SINCE, TERMS)] == [NEW]


def test_a_sensitive_title_is_for_those_alone_who_asked_and_is_not_named(stocked: Shelves) -> None:
    stocked.title(8, "616.8", added_at=NOW)
    stocked.item(8, 8)
    stocked.title(7, "616.8")
    stocked.loan(1, 7, LATELY)
    stocked.refresh()
    wish(stocked, 3, "kesehatan-jiwa", "more")
    (match,) = matched(stocked, 8)
    assert match.person_id == 3
    assert match.reason("en").said(translator("en")) == "It is about a topic that you chose yourself."
    with reading(stocked.engine) as connection:
        assert [each.title_key for each in arrivals_for_reader(connection, 3, SINCE, TERMS)] == [8]
        assert [each.title_key for each in arrivals_for_reader(connection, 1, SINCE, TERMS)] == [NEW]


def test_new_arrivals_suit_a_reader(stocked: Shelves) -> None:
    stocked.item(50, 2, acquired_on=date(2026, 11, 15))
    stocked.refresh()
    with reading(stocked.engine) as connection:
        found = {number: arrivals_for_reader(connection, number, SINCE, TERMS) for number in (1, 2, 3, 4)}
    titles = {number: {match.title_key for match in some} for number, some in found.items()}
    assert titles == {1: {NEW}, 2: {2, NEW}, 3: set(), 4: set()}
    assert found[1][0].score == pytest.approx(matched(stocked)[0].score)


def test_alerts_tell_of_every_new_title(stocked: Shelves) -> None:
    stocked.refresh()
    with reading(stocked.engine) as connection:
        pairs = [(match.person_id, match.title_key) for match in alerts(connection, SINCE, TERMS)]
        assert pairs == [(1, NEW), (2, NEW)]
        assert list(alerts(connection, NOW + timedelta(days=1), TERMS)) == []


def test_minors_and_objectors_are_matched_by_their_own_wishes_alone(stocked: Shelves) -> None:
    stocked.person(5, CHILD)
    stocked.permit(1, "refused")
    for number in (1, 5):
        stocked.loan(number, 1, LATELY)
    stocked.refresh()
    assert people(matched(stocked)) == [2]
    wish(stocked, 5, "memasak", "more")
    assert people(matched(stocked)) == [5, 2]


def test_a_person_who_died_or_was_merged_hears_nothing(stocked: Shelves) -> None:
    stocked.person(6, deceased_on=TODAY)
    stocked.loan(6, 1, LATELY)
    stocked.refresh()
    assert people(matched(stocked)) == [1, 2]
