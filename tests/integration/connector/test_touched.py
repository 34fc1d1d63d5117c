"""What a sync notes for the profiles: whose data and which titles moved, in the copy's own transaction."""

from __future__ import annotations

import pytest

from crm.database import reading, writing
from crm.touched import done, pending, touch_persons
from tests.library import Library

Touched = set[tuple[str, str | None]]

LOAN_OF_ANI = (
    "INSERT INTO loan (loan_id, item_code, member_id, loan_date, due_date, is_lent, is_return)"
    " VALUES (3001, 'B00001', 'TK-0000', '2026-11-24', '2026-12-01', 1, 0)"
)
VISIT = "INSERT INTO visitor_count VALUES (2001, {}, '', '', '', '2026-11-24 08:02:03')"
STORIES: dict[str, tuple[tuple[str, ...], Touched]] = {
    "a patron": (("UPDATE member SET member_name = 'x' WHERE member_id = 'TK-0000'",), {("patron", "TK-0000")}),
    "a patron who leaves": (("DELETE FROM member WHERE member_id = 'TK-0000'",), {("patron", "TK-0000")}),
    "two loans of a patron": ((LOAN_OF_ANI, LOAN_OF_ANI.replace("3001", "3002")), {("patron", "TK-0000")}),
    "a visit": ((VISIT.format("'TK-0000'"),), {("patron", "TK-0000")}),
    "a guest's visit": ((VISIT.format("NULL"),), set()),
    "a reservation": (
        ("INSERT INTO reserve VALUES (61, 'TK-0000', 1, 'B00001', '2026-11-24 09:00:00')",),
        {("patron", "TK-0000")},
    ),
    "a fine": (("INSERT INTO fines VALUES (600, '2026-11-24', 'TK-0000', 500, 0, '')",), {("patron", "TK-0000")}),
    "a title": (("UPDATE biblio SET classification = '005' WHERE biblio_id = 40",), {("title", "40")}),
    "authors and topics": (
        ("INSERT INTO biblio_author VALUES (40, 50, 3)", "DELETE FROM biblio_topic WHERE biblio_id = 41"),
        {("title", "40"), ("title", "41")},
    ),
    "an item's status": (("UPDATE item SET item_status_id = 'MIS' WHERE item_id = 1",), set()),
    "an item's collection": (("UPDATE item SET coll_type_id = NULL WHERE item_id = 1",), {("title", "8")}),
    "a category's loan days": (
        ("UPDATE mst_member_type SET loan_periode = 99 WHERE member_type_id = 6",),
        {("all", None)},
    ),
    "a closed day": (("DELETE FROM holiday WHERE holiday_id = 9",), {("all", None)}),
    "a branch": (("UPDATE mst_location SET location_name = 'x' WHERE location_id = 'FH'",), set()),
}


def touched(library: Library) -> list[tuple[str, str | None]]:
    """Return what waits, in the order of writing."""
    return [(kind, key) for kind, key in library.copy("SELECT kind, `key` FROM touched ORDER BY id")]


def forget(library: Library) -> None:
    """Take everything off the list."""
    library.spoil("DELETE FROM touched")


@pytest.mark.parametrize("story", STORIES)
def test_a_change_says_whose_profile_it_is_about(either_library: Library, story: str) -> None:
    statements, expected = STORIES[story]
    forget(either_library)
    either_library.change(*statements)
    either_library.sync()
    found = touched(either_library)
    assert set(found) == expected
    assert len(found) == len(expected)
    either_library.sync()
    assert touched(either_library) == found


def test_a_loan_of_another_patron_touches_both(either_library: Library) -> None:
    ((before,),) = either_library.source("SELECT member_id FROM loan WHERE loan_id = 60")
    forget(either_library)
    either_library.change("UPDATE loan SET member_id = 'TK-0019' WHERE loan_id = 60")
    either_library.sync()
    assert before != "TK-0019"
    assert sorted(touched(either_library)) == [("patron", key) for key in sorted((before, "TK-0019"))]


def test_a_purged_loan_touches_its_patron(either_library: Library) -> None:
    ((patron,),) = either_library.source("SELECT member_id FROM loan WHERE loan_id = 60")
    forget(either_library)
    either_library.change("DELETE FROM loan WHERE loan_id = 60")
    either_library.sync()
    assert touched(either_library) == [("patron", patron)]


def test_an_item_of_another_title_touches_both(library: Library) -> None:
    ((before,),) = library.source("SELECT biblio_id FROM item WHERE item_id = 1")
    forget(library)
    library.change("UPDATE item SET biblio_id = 77 WHERE item_id = 1")
    library.sync()
    assert sorted(touched(library)) == sorted([("title", str(before)), ("title", "77")])


def test_a_row_says_of_which_source_it_is(library: Library) -> None:
    forget(library)
    library.change(*STORIES["a patron"][0])
    library.sync()
    assert library.copy("SELECT t.source_id = s.id FROM touched t JOIN ils_source s ON s.name = 'main'") == [(1,)]


def test_the_first_copy_touches_everybody(new_library: Library) -> None:
    new_library.sync()
    assert set(touched(new_library)) == {("all", None)}


def test_a_bulk_change_touches_everybody_with_one_row(either_library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connector.entity_sync.BULK_ROWS", 20)
    forget(either_library)
    either_library.change("UPDATE loan SET renewed = renewed + 1")
    either_library.sync()
    assert touched(either_library) == [("all", None)]


def test_a_dry_run_touches_nobody(library: Library) -> None:
    forget(library)
    library.change(*STORIES["a patron"][0])
    library.sync(dry_run=True)
    assert touched(library) == []


def test_what_comes_while_work_is_done_stays(either_library: Library) -> None:
    forget(either_library)
    with writing(either_library.crm) as connection:
        touch_persons(connection, [1, 2, 3])
    either_library.spoil("DELETE FROM touched WHERE `key` = '2'")
    with reading(either_library.crm) as connection:
        work = pending(connection)
    with writing(either_library.crm) as connection:
        touch_persons(connection, [4])
    with writing(either_library.crm) as connection:
        done(connection, work)
    assert touched(either_library) == [("person", "4")]


def test_a_row_that_was_numbered_early_and_committed_late_stays(either_library: Library) -> None:
    forget(either_library)
    with writing(either_library.crm) as connection:
        touch_persons(connection, [1, 2, 3])
    ((late,),) = either_library.copy("SELECT id FROM touched WHERE `key` = '2'")
    either_library.spoil("DELETE FROM touched WHERE `key` = '2'")
    with reading(either_library.crm) as connection:
        work = pending(connection)
    either_library.spoil(f"INSERT INTO touched (id, kind, `key`) VALUES ({late}, 'person', '2')")
    with writing(either_library.crm) as connection:
        done(connection, work)
    assert touched(either_library) == [("person", "2")]
