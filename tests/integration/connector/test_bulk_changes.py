"""G8: a change of very many rows is one event, whatever cuts the run off; the copy follows all the same."""

from __future__ import annotations

import pytest

from connector.entity_sync import EntitySync
from tests.library import Library
from tests.outbox import counted, told
from tests.servers import Database, numbers_to
from tests.slims_truth import differences


@pytest.fixture
def template(lean_template: Database) -> Database:
    """Change a table that is large enough."""
    return lean_template


def test_a_bulk_change_is_one_event_and_the_copy_follows(either_library: Library) -> None:
    either_library.change("UPDATE loan SET renewed = renewed + 1 WHERE loan_id <= 1500",
                          "DELETE FROM loan WHERE loan_id > 2990", "DELETE FROM fines WHERE fines_id = 3")  # fmt: skip
    either_library.sync()
    assert told(either_library) == [("source.bulk_change", "loan", None), ("charge.gone", "3", None)]
    assert counted(either_library, "source.bulk_change") == [
        {"entity": "loan", "inserted": 0, "updated": 1500, "gone": 10}
    ]
    assert differences(either_library) == []
    either_library.change("UPDATE loan SET renewed = 9 WHERE loan_id = 5")
    either_library.sync()
    assert told(either_library)[-1] == ("loan.extended", "5", ["renewals"])


def test_a_thousand_changes_are_told_singly_and_one_more_is_a_bulk(library: Library) -> None:
    library.change("UPDATE loan SET due_date = '2027-01-01' WHERE loan_id <= 1000")
    library.sync()
    assert told(library) == [("loan.updated", str(key), ["due_on"]) for key in range(1, 1001)]
    library.change("UPDATE loan SET due_date = '2027-01-02' WHERE loan_id <= 1001")
    library.sync()
    assert told(library)[1000:] == [("source.bulk_change", "loan", None)]


def test_many_changes_of_a_large_table_are_told_singly(library: Library) -> None:
    library.change("INSERT INTO visitor_count (visitor_id, member_name, checkin_date)"
                   f" SELECT seq + 10000, '', '2026-11-24 08:00:00' FROM {numbers_to(22000)}")  # fmt: skip
    library.sync()
    assert told(library) == [("source.bulk_change", "visit", None)]
    library.change("UPDATE visitor_count SET room_code = 'Z' WHERE visitor_id BETWEEN 10001 AND 11200")
    library.sync()
    assert told(library)[1:] == [("visit.updated", str(key), ["room"]) for key in range(10_001, 11_201)]


def test_a_bulk_change_cut_off_before_its_end_is_told_by_the_next_run(
    either_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the power went")

    either_library.change("UPDATE loan SET due_date = due_date + INTERVAL 1 DAY WHERE loan_id <= 1500")
    with monkeypatch.context() as patch:
        patch.setattr(EntitySync, "_finish", fail)
        with pytest.raises(RuntimeError, match="the power went"):
            either_library.sync()
    assert told(either_library) == []
    either_library.sync()
    assert told(either_library) == [("source.bulk_change", "loan", None)]
    either_library.change("UPDATE loan SET renewed = 9 WHERE loan_id = 5")
    either_library.sync()
    assert told(either_library)[1:] == [("loan.extended", "5", ["renewals"])]
