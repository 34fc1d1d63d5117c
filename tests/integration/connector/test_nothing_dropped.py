"""G5: a row that the copy cannot hold is kept apart with its reason, everything else goes on; dirt is no reject."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.report import SyncReport
from crm.status import copy_status, rejected_rows
from tests.library import NAME, Library
from tests.slims_truth import differences

Rejects = list[tuple[str, str, str]]


def rejects(library: Library) -> Rejects:
    """Return entity, key and reason of what is kept apart."""
    found: Rejects = library.copy("SELECT entity, `key`, reason FROM ils_reject ORDER BY entity, `key`")
    return found


def assert_rejected(library: Library, report: SyncReport, expected: Rejects) -> None:
    """Fail unless exactly ``expected`` was rejected, counted everywhere alike, and the rest is equal."""
    assert rejects(library) == expected
    assert report.needs_look is bool(expected)
    counted = {name: each.rejected for name, each in report.entities.items() if each.rejected}
    assert sum(counted.values()) == len(expected)
    assert set(counted) == {entity for entity, _, _ in expected}
    proof = library.verify()
    assert (proof.equal, proof.differences) == (True, [])
    assert {name: each.rejected for name, each in proof.entities.items() if each.rejected} == counted
    (status,) = copy_status(library.crm)
    assert {each.entity: each.rejected for each in status.entities if each.rejected} == counted
    assert status.last_run
    assert status.last_run.outcome == ("review" if expected else "done")
    assert {(each.entity, each.key) for each in rejected_rows(library.crm, NAME)} == {each[:2] for each in expected}


def goes_through(library: Library, spoil: Callable[[], object], expected: Rejects, mend: Callable[[], object]) -> None:
    """Check a reject when it appears, while it stays and after it is mended."""
    spoil()
    assert_rejected(library, library.sync(), expected)
    library.change("UPDATE loan SET renewed = 8 WHERE loan_id = 77")
    assert_rejected(library, library.sync(), expected)
    assert library.copy("SELECT renewals FROM ils_loan WHERE `key` = 77") == [(8,)]
    mend()
    assert_rejected(library, library.sync(), [])
    assert differences(library) == []


@pytest.mark.parametrize("key", ["''", "' '", r"'\t'"], ids=["empty", "blank", "tab"])
def test_a_blank_key_is_rejected_until_it_is_mended(library: Library, key: str) -> None:
    goes_through(
        library,
        lambda: library.change(f"UPDATE member SET member_id = {key} WHERE member_id = 'TK-0000'"),
        [("patron", "", "The key is blank.")],
        lambda: library.change(f"UPDATE member SET member_id = 'TK-0000' WHERE member_id = {key}"),
    )
    assert library.copy("SELECT gone_at FROM ils_patron WHERE `key` = 'TK-0000'") == [(None,)]


def test_a_barcode_too_long_for_the_copy_is_rejected_until_it_is_mended(library: Library) -> None:
    library.change("ALTER TABLE item MODIFY item_code varchar(300)")
    goes_through(
        library,
        lambda: library.change("UPDATE item SET item_code = REPEAT('é', 192) WHERE item_id IN (7)"),
        [("item", "7", "barcode is longer than 191 characters.")],
        lambda: library.change("UPDATE item SET item_code = REPEAT('é', 191) WHERE item_id = 7"),
    )


def test_a_key_too_long_for_the_copy_is_rejected_until_it_is_mended(library: Library) -> None:
    long = "x" * 192
    library.change("ALTER TABLE member MODIFY member_id varchar(250) NOT NULL")
    goes_through(
        library,
        lambda: library.change(f"UPDATE member SET member_id = '{long}' WHERE member_id = 'TK-0005'"),
        [("patron", long, "key is longer than 191 characters.")],
        lambda: library.change(f"UPDATE member SET member_id = 'TK-0005' WHERE member_id = '{long}'"),
    )


def test_keys_beyond_64_bits_are_rejected_until_they_are_mended(either_library: Library) -> None:
    either_library.change("ALTER TABLE visitor_count MODIFY visitor_id BIGINT UNSIGNED NOT NULL")
    reason = "key is not a whole number that fits 64 bits."
    goes_through(
        either_library,
        lambda: either_library.change(
            f"UPDATE visitor_count SET visitor_id = {2**63} WHERE visitor_id = 5",
            f"UPDATE visitor_count SET visitor_id = {2**64 - 1} WHERE visitor_id = 6",
        ),
        [("visit", str(2**64 - 1), reason), ("visit", str(2**63), reason)],
        lambda: either_library.change(
            f"UPDATE visitor_count SET visitor_id = {2**63 - 1} WHERE visitor_id = {2**63}",
            f"DELETE FROM visitor_count WHERE visitor_id = {2**64 - 1}",
        ),
    )


def test_a_number_beyond_64_bits_is_rejected_until_it_is_mended(library: Library) -> None:
    library.change("ALTER TABLE item MODIFY biblio_id BIGINT UNSIGNED")
    goes_through(
        library,
        lambda: library.change(f"UPDATE item SET biblio_id = {2**63} WHERE item_id = 7"),
        [("item", "7", "title_key is not a whole number that fits 64 bits.")],
        lambda: library.change(f"UPDATE item SET biblio_id = {2**63 - 1} WHERE item_id = 7"),
    )


def test_rejects_of_a_first_copy_are_kept_apart_too(new_library: Library) -> None:
    new_library.change(
        "UPDATE member SET member_id = '' WHERE member_id = 'TK-0000'",
        "UPDATE mst_location SET location_id = '' WHERE location_id = 'FH'",
        "ALTER TABLE visitor_count MODIFY visitor_id BIGINT UNSIGNED NOT NULL",
        f"UPDATE visitor_count SET visitor_id = {2**64 - 1} WHERE visitor_id = 5",
    )
    expected = [
        ("branch", "", "The key is blank."),
        ("patron", "", "The key is blank."),
        ("visit", str(2**64 - 1), "key is not a whole number that fits 64 bits."),
    ]
    for _ in range(2):
        assert_rejected(new_library, new_library.sync(), expected)
    new_library.change(
        "UPDATE member SET member_id = 'TK-0000' WHERE member_id = ''",
        "DELETE FROM mst_location WHERE location_id = ''",
        f"DELETE FROM visitor_count WHERE visitor_id = {2**64 - 1}",
    )
    assert_rejected(new_library, new_library.sync(), [])
    assert differences(new_library) == []


def test_dates_that_never_were_are_null_and_no_rejects(either_library: Library) -> None:
    either_library.change(
        "UPDATE member SET birth_date = '2020-02-31', expire_date = '0000-00-00', input_date = '2020-00-10',"
        " register_date = '2020-01-00' WHERE member_id = 'TK-0000'",
        "UPDATE member_custom SET cf_ce52e = '2021-02-29' WHERE member_id = 'TK-0000'",
        "UPDATE visitor_count SET checkin_date = '0000-00-00 00:00:00' WHERE visitor_id = 1",
        "UPDATE visitor_count SET checkin_date = '2020-02-31 10:00:00' WHERE visitor_id = 2",
        "UPDATE loan SET due_date = '9999-12-31', loan_date = '1000-01-01' WHERE loan_id = 1",
    )
    assert_rejected(either_library, either_library.sync(), [])
    assert either_library.copy(
        "SELECT birth_date, expires_on, added_on, registered_on FROM ils_patron WHERE `key` = 'TK-0000'"
    ) == [(None, None, None, None)]
    assert either_library.copy("SELECT visited_at FROM ils_visit WHERE `key` < 3") == [(None,), (None,)]
    assert either_library.copy("SELECT loaned_on, due_on FROM ils_loan WHERE `key` = 1") == [
        ("1000-01-01", "9999-12-31")
    ]
    assert differences(either_library) == []


def test_orphans_duplicates_and_broken_custom_values_are_no_rejects(library: Library) -> None:
    broken = 'a:2:{i:0;s:5:"x";}'
    library.change(
        "UPDATE member SET member_email = 'same@example.test', member_name = 'Same'",
        "DELETE FROM item WHERE item_id < 100",
        "DELETE FROM mst_author WHERE author_id < 20",
        f"UPDATE member_custom SET cf_42efc = '{broken}', cf_b2c0a = '77' WHERE member_id = 'TK-0000'",
    )
    report = library.sync()
    assert_rejected(library, report, [])
    ((custom,),) = library.copy("SELECT custom FROM ils_patron WHERE `key` = 'TK-0000'")
    assert '"Minat Baca":"a:2:{i:0;s:5:\\"x\\";}"' in custom
    assert '"Fakultas":"77"' in custom
