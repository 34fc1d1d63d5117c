"""G5: rows with one key, in a table that lost its primary key or among keys with invalid bytes, stop no sync."""

from __future__ import annotations

import pytest

from crm.words import DOUBLE_KEY
from tests.library import Library
from tests.raw_bytes import write_raw
from tests.servers import numbers_to
from tests.slims_truth import differences

FIRST, SECOND = "member_name = 'Pertama'", "member_name = 'Kedua'"


def rejects(library: Library) -> list[tuple[str, str]]:
    """Return entity and key of what is kept apart for its double key."""
    found = library.copy("SELECT entity, `key`, reason FROM ils_reject ORDER BY entity, `key`")
    assert {reason for _, _, reason in found} <= {DOUBLE_KEY}
    return [(entity, key) for entity, key, _ in found]


def assert_kept_apart(library: Library, *expected: tuple[str, str]) -> None:
    """Sync, and fail unless just these rows are missing from the copy."""
    report = library.sync()
    assert rejects(library) == list(expected)
    assert report.needs_look is bool(expected)
    proof = library.verify()
    assert (proof.equal, proof.differences) == (True, [])
    assert sum(each.rejected for each in proof.entities.values()) == len(expected)


def without_primary_keys(library: Library) -> None:
    """Bring two tables into the state in which a botched restore leaves them."""
    library.change(
        "ALTER TABLE member DROP PRIMARY KEY",
        "ALTER TABLE loan MODIFY loan_id int NOT NULL, DROP PRIMARY KEY",
        "DROP TRIGGER IF EXISTS insert_loan_history",
        "CREATE TABLE twin AS SELECT * FROM loan WHERE loan_id IN (5, 6)",
        "UPDATE twin SET renewed = 9",
        "INSERT INTO loan SELECT * FROM twin",
        "CREATE TABLE again AS SELECT * FROM member WHERE member_id = 'TK-0000'",
        "INSERT INTO member SELECT * FROM again",
    )


TWINS = (("loan", "5"), ("loan", "6"), ("patron", "TK-0000"))


def test_of_rows_with_one_key_the_first_is_copied_and_the_others_are_kept_apart(either_library: Library) -> None:
    without_primary_keys(either_library)
    assert_kept_apart(either_library, *TWINS)
    again = either_library.sync()
    assert not any(each.buckets_read for each in again.entities.values())
    either_library.change("DELETE FROM loan WHERE loan_id IN (5, 6) AND renewed <> 9", "DELETE FROM member LIMIT 0")
    assert_kept_apart(either_library, ("patron", "TK-0000"))
    assert either_library.copy("SELECT renewals FROM ils_loan WHERE `key` IN (5, 6)") == [(9,), (9,)]


def test_the_same_change_in_identical_rows_of_one_key_is_seen(either_library: Library) -> None:
    without_primary_keys(either_library)
    either_library.sync()
    either_library.change("UPDATE member SET member_phone = '0811' WHERE member_id = 'TK-0000'")
    assert_kept_apart(either_library, *TWINS)
    assert either_library.copy("SELECT phone FROM ils_patron WHERE `key` = 'TK-0000'") == [("0811",)]


def test_rows_with_one_key_do_not_stop_a_first_copy(new_library: Library) -> None:
    without_primary_keys(new_library)
    assert_kept_apart(new_library, *TWINS)
    new_library.change("DELETE FROM member WHERE member_id = 'TK-0000' LIMIT 1", "DELETE FROM loan WHERE renewed = 9")
    assert_kept_apart(new_library)
    assert differences(new_library) == []


def test_a_proof_finds_what_differs_among_rows_with_one_key(library: Library) -> None:
    without_primary_keys(library)
    library.sync()
    library.spoil("UPDATE ils_loan SET renewals = 77 WHERE `key` = 5")
    library.spoil("UPDATE ils_patron SET notes = 'x' WHERE `key` = 'TK-0000'")
    found = [(each.entity, each.kind, each.key) for each in library.verify().differences]
    assert found == [("patron", "extra", "TK-0000"), ("loan", "extra", "5")]


def test_more_rows_of_one_key_than_a_window_holds_are_read_to_the_end(library: Library) -> None:
    library.change(
        "ALTER TABLE member DROP PRIMARY KEY",
        "CREATE TABLE again AS SELECT * FROM member WHERE member_id = 'TK-0000'",
        f"INSERT INTO member SELECT again.* FROM again JOIN {numbers_to(12000)}",
    )
    report = library.sync()
    assert report.entities["patron"].rejected == 12_000
    assert library.copy("SELECT count(*) FROM ils_patron WHERE `key` = 'TK-0000'") == [(1,)]
    proof = library.verify()
    assert proof.equal
    assert proof.entities["patron"].rejected == 12_000


@pytest.fixture
def mended(library: Library) -> Library:
    """Give two patrons whose keys are one once their invalid bytes became U+FFFD."""
    library.change(
        "ALTER TABLE member MODIFY member_id varchar(20) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin NOT NULL",
        "UPDATE member SET member_name = 'Pertama' WHERE member_id = 'TK-0000'",
        "UPDATE member SET member_name = 'Kedua' WHERE member_id = 'TK-0005'",
    )
    library.sync()
    return library


def test_keys_that_invalid_bytes_make_one_are_kept_apart(mended: Library) -> None:
    write_raw(mended, "member", "member_id", {FIRST: b"A\xe9", SECOND: b"A\xea"})
    assert_kept_apart(mended, ("patron", "A\ufffd"))
    mended.change(f"UPDATE member SET member_id = 'A1' WHERE {SECOND}")
    mended.sync()
    mended.change(f"UPDATE member SET member_phone = '1' WHERE {FIRST}")
    assert_kept_apart(mended)


def test_a_key_that_becomes_one_with_a_patron_read_before_is_kept_apart(mended: Library) -> None:
    write_raw(mended, "member", "member_id", {FIRST: b"A\xe9"})
    assert_kept_apart(mended)
    write_raw(mended, "member", "member_id", {FIRST: b"A\xe9", SECOND: b"A\xea"})
    assert_kept_apart(mended, ("patron", "A\ufffd"))
    assert mended.copy("SELECT name FROM ils_patron WHERE `key` = 'A\ufffd'") == [("Pertama",)]
