from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from crm.patrons.identity import Known, Renames, Seen, by_facts
from crm.patrons.portrait import Registration

NOW = datetime(2026, 11, 24, 9, 0)
OLD = Registration(
    1, "A1", "A1", "Ani", "f", date(1990, 2, 3), None, None, None, None, date(2020, 5, 5), None,
    NOW - timedelta(days=300), NOW,
)  # fmt: skip
NEW = replace(OLD, key="B1", card_number="B1", first_seen_at=NOW, gone_at=None)


def renames(*gone: Registration, moved: int = 0, people: dict[str, int] | None = None) -> Renames:
    whose = {(1, one.key): (people or {}).get(one.key, at) for at, one in enumerate(gone, 1)}
    return Renames(by_facts(gone), whose, {(1, gone[0].key, "B1"): moved} if moved else {})


def test_a_key_that_came_as_its_like_went_is_a_rename() -> None:
    assert renames(OLD).former(NEW) == {"old_key": "A1", "same": ["name", "birth_date", "added_on"], "loans": 0}


def test_another_name_birth_date_or_day_of_entry_is_no_rename() -> None:
    for other in ({"name": "Ana"}, {"birth_date": date(1990, 2, 4)}, {"added_on": date(2020, 5, 6)}, {"source_id": 2}):
        assert renames(OLD, moved=3).former(replace(NEW, **other)) is None


def test_two_cards_that_lived_beside_each_other_are_no_rename() -> None:
    assert renames(OLD).former(replace(NEW, first_seen_at=NOW - timedelta(days=2))) is None


def test_loans_confirm_what_would_be_in_doubt() -> None:
    early = replace(NEW, first_seen_at=NOW - timedelta(days=2))
    found = renames(OLD, moved=3).former(early)
    assert found is not None
    assert found["loans"] == 3


def test_a_missing_birth_date_needs_loans() -> None:
    old, new = replace(OLD, birth_date=None), replace(NEW, birth_date=None)
    assert renames(old).former(new) is None
    assert renames(old, moved=1).former(new) is not None


def test_of_two_possible_old_keys_neither_is_taken_without_loans() -> None:
    assert renames(OLD, replace(OLD, key="A2")).former(NEW) is None
    found = renames(OLD, replace(OLD, key="A2"), moved=1).former(NEW)
    assert found is not None
    assert found["old_key"] == "A1"


def test_two_old_keys_of_one_person_are_one() -> None:
    later = replace(OLD, key="A2", gone_at=NOW + timedelta(minutes=1))
    found = renames(OLD, later, people={"A1": 7, "A2": 7}).former(NEW)
    assert found is not None
    assert found["old_key"] == "A2"


def test_an_old_key_is_renamed_once() -> None:
    both = renames(OLD)
    assert both.former(NEW) is not None
    assert both.former(replace(NEW, key="B2")) is None


def test_a_key_that_is_gone_is_the_rename_of_nothing() -> None:
    assert renames(OLD).former(replace(NEW, gone_at=NOW)) is None


def test_what_becomes_of_a_key_follows_from_what_is_known_of_it() -> None:
    assert Seen(NEW, Known()).is_new
    assert Seen(OLD, Known(1)).has_ended
    assert not Seen(OLD, Known(1, is_ended=True)).has_ended
    assert Seen(NEW, Known(1, is_ended=True)).has_returned
    assert not Seen(NEW, Known(1)).has_returned
    assert Seen(NEW, Known(1, archive_id=4), 9).is_reused
    assert not Seen(NEW, Known(1, archive_id=9), 9).is_reused
