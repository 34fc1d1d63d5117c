"""G2: restored, reloaded, grown and shrunk tables, ids handed out again, another configuration or mapping."""

from __future__ import annotations

import pytest

from connector.report import SyncReport
from tests.library import Library
from tests.servers import numbers_to
from tests.slims_truth import ENTITIES, differences


def assert_equal(library: Library) -> None:
    """Fail unless the copy equals the source, by the tests' truth and by Sapa's own proof."""
    assert differences(library) == []
    assert library.verify().equal


def counts(report: SyncReport, entity: str) -> tuple[int, int, int]:
    """Return how many rows were inserted, updated and gone."""
    found = report.entities[entity]
    return found.inserted, found.updated, found.gone


def is_untouched(report: SyncReport) -> bool:
    """Tell whether a sync found nothing to do."""
    return not any(sum(counts(report, entity)) for entity in report.entities)


def test_a_member_edited_twice_on_one_day_is_seen_twice(either_library: Library) -> None:
    for phone in ("0811", "0812"):
        either_library.change(
            f"UPDATE member SET member_phone = '{phone}', last_update = '2026-11-24' WHERE member_id = 'P2100001'"
        )
        assert counts(either_library.sync(), "patron") == (0, 1, 0)
        assert either_library.copy("SELECT phone FROM ils_patron WHERE `key` = 'P2100001'") == [(phone,)]
    assert_equal(either_library)


def test_a_change_taken_back_is_seen_as_well(library: Library) -> None:
    for credit in (5_000, 0):
        library.change(f"UPDATE fines SET credit = {credit} WHERE fines_id = 1")
        library.sync()
        assert library.copy("SELECT paid FROM ils_charge WHERE `key` = 1") == [(credit,)]
    assert_equal(library)


def test_a_title_whose_list_is_emptied_and_filled_again_follows(either_library: Library) -> None:
    question = "SELECT position, name FROM ils_author WHERE title_key = 2 ORDER BY position"
    before = either_library.copy(question)
    either_library.change(
        "CREATE TABLE kept AS SELECT * FROM biblio_author WHERE biblio_id = 2",
        "DELETE FROM biblio_author WHERE biblio_id = 2",
    )
    either_library.sync()
    assert either_library.copy(question) == []
    either_library.change("INSERT INTO biblio_author SELECT * FROM kept ORDER BY author_id DESC", "DROP TABLE kept")
    either_library.sync()
    assert either_library.copy(question) == before
    assert_equal(either_library)


def test_tables_restored_from_an_older_backup_are_followed(either_library: Library) -> None:
    ((loans,),) = either_library.source("SELECT count(*) FROM loan")
    either_library.change(
        "DROP TRIGGER insert_loan_history",  # it refuses loans of items that are gone
        "CREATE TABLE backup_loan AS SELECT * FROM loan WHERE loan_id <= 400",
        "CREATE TABLE backup_fines AS SELECT * FROM fines WHERE fines_id <= 500",
        "UPDATE loan SET due_date = '2027-01-01' WHERE loan_id < 20",
    )
    either_library.sync()
    either_library.change(
        "DELETE FROM loan", "INSERT INTO loan SELECT * FROM backup_loan",
        "DELETE FROM fines", "INSERT INTO fines SELECT * FROM backup_fines",
        "DROP TABLE backup_loan", "DROP TABLE backup_fines",
        # and the desk went on, with the ids that had been given before
        "INSERT INTO loan (loan_id, item_code, member_id, loan_date, due_date, is_lent)"
        " VALUES (401, 'B00001', 'TK-0000', '2026-11-24', '2026-12-01', 1)",
        "INSERT INTO fines VALUES (501, '2026-11-24', 'TK-0000', 500, 0, 'baru')",
    )  # fmt: skip
    report = either_library.sync()
    assert counts(report, "loan") == (0, 20, loans - 401)
    assert counts(report, "charge") == (0, 1, 57)
    assert either_library.copy("SELECT patron_key, is_open FROM ils_loan WHERE `key` = 401") == [("TK-0000", 1)]
    assert_equal(either_library)


def test_a_table_reloaded_in_another_order_changes_nothing(either_library: Library) -> None:
    either_library.change(
        "DROP TRIGGER insert_loan_history",
        *(
            statement
            for table, key in (("member", "member_name"), ("loan", "due_date"), ("biblio_author", "author_id"))
            for statement in (
                f"CREATE TABLE kept AS SELECT * FROM {table}",
                f"DELETE FROM {table}",
                f"INSERT INTO {table} SELECT * FROM kept ORDER BY {key} DESC",
                "DROP TABLE kept",
            )
        ),
    )
    assert is_untouched(either_library.sync())
    assert_equal(either_library)


def test_a_table_that_grows_tenfold_and_shrinks_again_is_dealt_into_other_buckets(either_library: Library) -> None:
    columns = "member_name, gender, birth_date, member_type_id, expire_date, input_date"
    either_library.change(
        f"INSERT INTO member (member_id, {columns}) SELECT CONCAT(member_id, '~', seq), {columns}"
        f" FROM member JOIN {numbers_to(9)}"
    )
    before = either_library.copy("SELECT width FROM sync_entity WHERE entity = 'patron'")
    assert counts(either_library.sync(), "patron") == (289 * 9, 0, 0)
    assert is_untouched(either_library.sync())
    assert either_library.copy("SELECT width FROM sync_entity WHERE entity = 'patron'") < before
    assert not any(each.buckets_read for each in either_library.sync().entities.values())
    either_library.change("UPDATE member SET member_phone = '1' WHERE member_id = 'TK-0000~7'")
    either_library.sync()
    assert_equal(either_library)
    either_library.change("DELETE FROM member WHERE member_id LIKE '%~%'")
    assert counts(either_library.sync(), "patron") == (0, 0, 289 * 9)
    assert is_untouched(either_library.sync())
    assert_equal(either_library)


def test_a_changed_mapping_makes_every_row_new_to_the_sync(
    either_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    either_library.spoil(  # as an older mapping could have left them
        "UPDATE ils_patron SET gender = NULL",
        "UPDATE ils_title SET publisher = 'x' WHERE `key` < 100",
        "UPDATE ils_subject SET kind = 't'",
        "DELETE FROM ils_author WHERE title_key = 3",
    )
    assert is_untouched(either_library.sync())
    monkeypatch.setattr("connector.extract.MAPPING_VERSION", 1_000)
    report = either_library.sync()
    assert all(each.buckets_read == each.buckets for each in report.entities.values())
    assert counts(report, "title") == (0, 99, 0)
    assert counts(report, "loan") == (0, 0, 0)
    assert_equal(either_library)


def test_an_optional_column_that_comes_and_goes_is_followed(library: Library) -> None:
    library.change("ALTER TABLE visitor_count DROP COLUMN room_code", "ALTER TABLE member DROP COLUMN inst_name")
    library.sync(accept_empty=True)
    assert library.copy("SELECT DISTINCT room FROM ils_visit") == [(None,)]
    assert library.copy("SELECT DISTINCT institution FROM ils_patron") == [(None,)]
    assert library.verify().equal
    library.change(
        "ALTER TABLE visitor_count ADD COLUMN room_code varchar(5) DEFAULT 'R1'",
        "ALTER TABLE member ADD COLUMN inst_name varchar(100) DEFAULT 'SMA'",
    )
    library.sync()
    assert library.copy("SELECT DISTINCT room FROM ils_visit") == [("R1",)]
    assert_equal(library)


def test_custom_fields_given_up_altogether_leave_no_value(library: Library) -> None:
    library.change("DROP TABLE member_custom")
    library.sync(accept_empty=True)
    assert library.copy("SELECT count(*) FROM ils_patron WHERE custom IS NOT NULL") == [(0,)]
    assert library.verify().equal


def test_only_the_buckets_that_differ_are_read_again(library: Library) -> None:
    library.change(
        "UPDATE loan SET renewed = 5 WHERE loan_id IN (150, 160, 434)",
        "UPDATE member SET member_phone = '1' WHERE member_id = 'TK-0000'",
    )
    report = library.sync()
    read = {name: each.buckets_read for name, each in report.entities.items() if each.buckets_read}
    assert read == {"loan": 2, "patron": 1}
    assert {name: each.scanned for name, each in report.entities.items()} == {
        name: library.copy(f"SELECT count(*) FROM ils_{name}")[0][0] for name in ENTITIES
    }


def test_a_dry_run_counts_and_leaves_everything_as_it_was(either_library: Library) -> None:
    either_library.change(
        "UPDATE loan SET renewed = 5 WHERE loan_id IN (150, 160, 434)", "DELETE FROM fines WHERE fines_id = 7",
        "INSERT INTO reserve VALUES (61, 'TK-0000', 1, 'B00001', '2026-11-24 09:00:00')",
    )  # fmt: skip
    before = either_library.copy("SELECT * FROM sync_bucket ORDER BY entity, bucket")
    dry, again, wet = (either_library.sync(dry_run=is_dry) for is_dry in (True, True, False))
    for entity in ENTITIES:
        assert counts(dry, entity) == counts(again, entity) == counts(wet, entity)
    assert counts(wet, "loan") == (0, 3, 0)
    assert before != either_library.copy("SELECT * FROM sync_bucket ORDER BY entity, bucket")
    assert_equal(either_library)


@pytest.mark.parametrize("engine", ["InnoDB", "Aria"])
def test_changes_are_seen_in_tables_of_other_engines(library: Library, engine: str) -> None:
    library.change(*(f"ALTER TABLE {table} ENGINE={engine}" for table in ("member", "loan", "biblio", "mst_author")))
    assert is_untouched(library.sync())
    library.change(
        "DELETE FROM loan WHERE loan_id BETWEEN 300 AND 420",
        "UPDATE mst_author SET author_name = 'x' WHERE author_id = 1",
        "UPDATE member SET member_id = 'NEU' WHERE member_id = 'TK-0000'",
    )
    library.sync()
    assert_equal(library)
