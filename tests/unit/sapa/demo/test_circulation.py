"""Three years at the desk: what SLiMS would have written, and what a librarian would believe."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise

import pytest

from sapa.demo.masters import CATEGORIES
from tests.unit.sapa.demo.invented import TODAY, Library

CLEAN = "due_date <> '0000-00-00' AND coalesce(return_date, '') <> '0000-00-00'"


def test_nothing_happens_on_a_closed_day_or_in_the_future(library: Library) -> None:
    closed = set(library.column("SELECT holiday_date FROM holiday WHERE holiday_date IS NOT NULL"))
    for sql in (
        "SELECT DISTINCT loan_date FROM loan",
        "SELECT DISTINCT substr(last_update, 1, 10) FROM loan WHERE last_update IS NOT NULL",
        "SELECT DISTINCT substr(checkin_date, 1, 10) FROM visitor_count",
        "SELECT DISTINCT substr(reserve_date, 1, 10) FROM reserve",
        "SELECT DISTINCT fines_date FROM fines",
    ):
        days = library.column(sql)
        assert not closed & set(days)
        assert max(days) < TODAY.isoformat()
        assert all(date.fromisoformat(day).isoweekday() != 7 for day in days)


def test_the_first_loans_are_three_years_old(library: Library) -> None:
    assert "2023-11-24" <= library.one("SELECT min(loan_date) FROM loan") <= "2023-12-05"


def test_no_item_is_lent_twice_at_a_time(library: Library) -> None:
    assert (
        library.rows(
            "SELECT item_code, loan_date, back FROM (SELECT rtrim(item_code) AS item_code, loan_date,"
            " lag(CASE WHEN is_return = 1 THEN return_date ELSE '9999' END)"
            f" OVER (PARTITION BY lower(rtrim(item_code)) ORDER BY loan_id) AS back FROM loan WHERE {CLEAN})"
            " WHERE back > loan_date"
        )
        == []
    )


def test_few_loans_are_open_and_some_of_them_overdue(library: Library) -> None:
    opened = library.one("SELECT count(*) FROM loan WHERE is_lent = 1 AND is_return = 0")
    late = library.one(f"SELECT count(*) FROM loan WHERE is_return = 0 AND due_date < '{TODAY}'")
    assert 0.005 < opened / library.one("SELECT count(*) FROM loan") < 0.04
    assert 0.15 < late / opened < 0.6


def test_an_extension_leaves_a_return_date_and_a_return_ends_the_loan(library: Library) -> None:
    assert library.one("SELECT count(*) FROM loan WHERE is_return = 0 AND return_date IS NOT NULL AND renewed > 0") > 0
    assert library.one("SELECT count(*) FROM loan WHERE is_return = 0 AND return_date IS NOT NULL AND renewed = 0") == 0
    assert library.one("SELECT count(*) FROM loan WHERE is_return = 1 AND return_date IS NULL") == 0
    assert library.one(f"SELECT count(*) FROM loan WHERE {CLEAN} AND return_date < loan_date") == 0


def test_the_last_change_of_a_loan_is_the_moment_it_was_made_extended_or_returned(library: Library) -> None:
    rows = library.rows(
        f"SELECT loan_date, return_date, last_update FROM loan WHERE {CLEAN} AND last_update IS NOT NULL"
    )
    assert all(changed[:10] == (returned or lent) for lent, returned, changed in rows)


def test_history_mirrors_its_loan_but_for_the_due_date_of_an_extension(library: Library) -> None:
    differing = library.one(
        "SELECT count(*) FROM loan JOIN loan_history AS h USING (loan_id) WHERE loan.item_code IS NOT h.item_code"
        " OR loan.loan_date IS NOT h.loan_date OR loan.renewed IS NOT h.renewed OR loan.is_lent IS NOT h.is_lent"
        " OR loan.is_return IS NOT h.is_return OR loan.return_date IS NOT h.return_date"
        " OR loan.input_date IS NOT h.input_date"
    )
    assert differing == 0
    rows = library.rows(
        "SELECT loan.renewed, loan.due_date > h.due_date FROM loan JOIN loan_history AS h USING (loan_id)"
        " WHERE loan.due_date <> '0000-00-00'"
    )
    assert not any(later for renewed, later in rows if not renewed)
    assert sum(later for renewed, later in rows if renewed) > 0.9 * sum(renewed > 0 for renewed, _ in rows)
    assert library.one("SELECT count(*) FROM loan_history WHERE loan_id NOT IN (SELECT loan_id FROM loan)") == 0


def test_history_is_missing_for_one_day_only(library: Library) -> None:
    days = library.column("SELECT DISTINCT loan_date FROM loan WHERE loan_id NOT IN (SELECT loan_id FROM loan_history)")
    assert len(days) == 1


def test_loans_number_their_order_with_gaps_where_a_purge_took_some(library: Library) -> None:
    moments = library.column("SELECT input_date FROM loan ORDER BY loan_id")
    assert moments == sorted(moments)
    assert library.one("SELECT max(loan_id) - count(*) FROM loan") > 0


def test_nobody_has_more_at_home_than_allowed(library: Library) -> None:
    limits = {category.name: category.limit for category in CATEGORIES}
    events: dict[tuple[str, str], list[tuple[str, int, int]]] = defaultdict(list)
    for patron, kind, lent, returned in library.rows(
        "SELECT member_id, member_type_name, loan_date, CASE WHEN is_return = 1 THEN return_date ELSE '9999' END"
        " FROM loan_history WHERE coalesce(return_date, '') <> '0000-00-00'"
    ):
        events[patron, kind] += [(lent, 1, 1), (returned, 0, -1)]
    for (_, kind), changes in events.items():
        at_home = 0
        for _, _, change in sorted(changes):
            at_home += change
            assert at_home <= limits[kind]


def test_a_visit_stands_in_the_book_on_every_day_of_a_loan(library: Library) -> None:
    missing = library.one(
        "SELECT count(*) FROM loan_history AS h WHERE NOT EXISTS (SELECT 1 FROM visitor_count AS v"
        " WHERE v.member_id = h.member_id AND substr(v.checkin_date, 1, 10) = h.loan_date)"
    )
    assert missing == 0


def test_a_fine_is_charged_when_something_came_back_late(library: Library) -> None:
    fines = library.rows("SELECT fines_date, member_id, debet, credit FROM fines")
    assert len(fines) > 100
    assert all(debet > 0 and debet % 500 == 0 for _, _, debet, _ in fines)
    paid = sum(credit == debet for _, _, debet, credit in fines)
    assert 0.7 < paid / len(fines) < 0.95
    unexplained = library.one(
        "SELECT count(*) FROM fines WHERE description <> '' AND NOT EXISTS (SELECT 1 FROM loan"
        " WHERE loan.member_id = fines.member_id AND fines.description LIKE '%' || loan.item_code"
        " AND loan_date < fines_date AND (return_date = fines_date OR renewed > 0))"
    )
    assert unexplained < 0.03 * len(fines)  # the loan was purged, or its item code mistyped


def test_what_is_reserved_is_known_and_wanted_by_somebody(library: Library) -> None:
    assert library.one("SELECT count(*) FROM reserve") > 0
    assert library.one("SELECT count(*) FROM reserve WHERE member_id NOT IN (SELECT member_id FROM member)") == 0
    assert library.one("SELECT count(*) FROM reserve WHERE item_code NOT IN (SELECT item_code FROM item)") == 0


def test_a_renumbered_card_takes_its_loans_along_and_leaves_its_history_behind(library: Library) -> None:
    old = library.column(
        "SELECT DISTINCT h.member_id FROM loan JOIN loan_history AS h USING (loan_id)"
        " WHERE loan.member_id <> h.member_id"
    )
    assert old
    for number in old:
        assert library.one(f"SELECT count(*) FROM loan WHERE member_id = '{number}'") == 0
        assert library.one(f"SELECT count(*) FROM member WHERE member_id = '{number}'") == 0
        assert library.one(f"SELECT count(*) FROM visitor_count WHERE member_id = '{number}'") > 0


def test_deletions_leave_orphans(library: Library) -> None:
    gone = library.column("SELECT DISTINCT member_id FROM loan WHERE member_id NOT IN (SELECT member_id FROM member)")
    assert gone
    assert library.one(f"SELECT count(*) FROM loan WHERE is_return = 0 AND member_id IN ('{gone[0]}')") == 0
    items = (
        "SELECT count(*) FROM loan WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.item_code = rtrim(loan.item_code))"
    )
    assert library.one(items) > 0
    assert library.one(f"{items} AND is_return = 0") == 0


@pytest.mark.parametrize("ending", ["-R"])
def test_a_relabelled_item_keeps_its_old_code_in_old_loans(library: Library, ending: str) -> None:
    codes = library.column(f"SELECT item_code FROM item WHERE item_code LIKE '%{ending}'")
    assert codes
    assert all(
        library.one(f"SELECT count(*) FROM loan WHERE item_code = '{code.removesuffix(ending)}'") for code in codes
    )


def test_favourites_are_borrowed_a_lot_and_part_of_the_stock_never(library: Library) -> None:
    lent = Counter(library.column("SELECT biblio_id FROM loan_history"))
    tenth = sum(count for _, count in lent.most_common(len(lent) // 10))
    assert tenth / sum(lent.values()) > 0.25
    assert 0.1 < len(lent) / library.one("SELECT count(*) FROM biblio") < 0.85


def test_readers_have_tastes(library: Library) -> None:
    shelves: dict[str, Counter[str]] = defaultdict(Counter)
    for patron, title in library.rows(
        "SELECT member_id, topic FROM loan_history JOIN biblio_topic USING (biblio_id) JOIN mst_topic USING (topic_id)"
        " WHERE level = 1"
    ):
        shelves[patron][title] += 1
    keen = [counts for counts in shelves.values() if sum(counts.values()) >= 15]
    assert len(keen) > 30
    shares = sorted(sum(count for _, count in counts.most_common(5)) / sum(counts.values()) for counts in keen)
    assert shares[len(shares) // 2] > 0.5


def test_there_is_every_kind_of_reader(library: Library) -> None:
    days: dict[str, list[date]] = defaultdict(list)
    for patron, day in library.rows(
        "SELECT member_id, loan_date FROM loan UNION SELECT member_id, substr(checkin_date, 1, 10) FROM visitor_count"
        " WHERE member_id IS NOT NULL ORDER BY 2"
    ):
        days[patron].append(date.fromisoformat(day))
    members = dict(library.rows("SELECT member_id, member_since_date FROM member"))
    borrowers = set(library.column("SELECT member_id FROM loan"))
    quiet = {patron: (TODAY - found[-1]).days for patron, found in days.items()}
    assert sum((TODAY - date.fromisoformat(since)).days < 84 for since in members.values()) >= 5
    assert sum(patron not in days for patron in members) >= 15
    assert sum(1 for patron in members if patron in days and patron not in borrowers) >= 8
    assert sum(quiet.get(patron, 999) <= 60 for patron in members) >= 40
    assert sum(180 < quiet.get(patron, 0) <= 365 for patron in members) >= 5
    assert sum(quiet.get(patron, 0) > 365 for patron in members) >= 15
    pauses = {
        patron: max(later - earlier for earlier, later in pairwise(found)).days
        for patron, found in days.items()
        if len(found) > 9
    }
    assert sum(pause > 180 and quiet[patron] < 60 for patron, pause in pauses.items()) >= 2
    assert any(len(found) > 90 and quiet[patron] < 30 for patron, found in days.items())


def test_guests_come_too_and_some_in_classes(library: Library) -> None:
    guests = library.one("SELECT count(*) FROM visitor_count WHERE member_id IS NULL")
    assert 0.15 < guests / library.one("SELECT count(*) FROM visitor_count") < 0.45
    assert library.one("SELECT count(*) FROM visitor_count WHERE member_name LIKE 'Rombongan %'") > 0


def test_rooms_are_asked_for_since_they_have_codes(library: Library) -> None:
    assert library.one("SELECT min(checkin_date) FROM visitor_count WHERE room_code IS NOT NULL") > "2024-12"
    rooms = set(library.column("SELECT unique_code FROM mst_visitor_room"))
    assert set(library.column("SELECT DISTINCT room_code FROM visitor_count WHERE room_code IS NOT NULL")) <= rooms
