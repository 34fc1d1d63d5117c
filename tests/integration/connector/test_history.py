"""G7: the copy keeps what the ILS loses, knows who was renamed, and lets nothing inherit under a reused id."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.library import Library
from tests.slims_truth import ENTITIES, differences

VANISHING = {
    "branch": ("mst_location", "location_id = 'FH'", "'FH'"),
    "category": ("mst_member_type", "member_type_id = 6", "'6'"),
    "closed_day": ("holiday", "holiday_id = 9", "9"),
    "patron": ("member", "member_id = 'TK-0005'", "'TK-0005'"),
    "title": ("biblio", "biblio_id = 20", "20"),
    "item": ("item", "item_id = 19", "19"),
    "loan": ("loan", "loan_id = 77", "77"),
    "hold": ("reserve", "reserve_id = 2", "2"),
    "visit": ("visitor_count", "visitor_id = 100", "100"),
    "charge": ("fines", "fines_id = 3", "3"),
}
LOAN = "SELECT item_key, title_key FROM ils_loan WHERE `key` = {}"


def row(library: Library, entity: str, key: str) -> dict[str, Any]:
    """Return a row of the copy, gone or not, by column."""
    with library.crm.connect() as connection:
        return dict(connection.exec_driver_sql(f"SELECT * FROM ils_{entity} WHERE `key` = {key}").mappings().one())


def archived(library: Library, entity: str) -> list[tuple[str, dict[str, Any]]]:
    """Return keys and rows that were put away."""
    found = library.copy("SELECT `key`, `row` FROM ils_archive WHERE entity = :entity ORDER BY id", entity=entity)
    return [(key, json.loads(text)) for key, text in found]


def test_rows_that_vanish_stay_with_their_time_and_live_again_when_they_return(either_library: Library) -> None:
    before = {entity: row(either_library, entity, key) for entity, (_, _, key) in VANISHING.items()}
    for table, where, _ in VANISHING.values():
        either_library.change(f"CREATE TABLE kept_{table} AS SELECT * FROM {table} WHERE {where}",
                              f"DELETE FROM {table} WHERE {where}")  # fmt: skip
    report = either_library.sync()
    assert {name: each.gone for name, each in report.entities.items() if each.gone} == dict.fromkeys(VANISHING, 1)
    gone_at = str(either_library.now)
    for entity, (_, _, key) in VANISHING.items():
        found = row(either_library, entity, key)
        assert str(found.pop("gone_at"))[:19] == gone_at
        assert found == {name: value for name, value in before[entity].items() if name != "gone_at"}
    assert differences(either_library) == []
    either_library.sync()
    assert str(row(either_library, "loan", "77")["gone_at"])[:19] == gone_at
    for table, _, _ in VANISHING.values():
        either_library.change(f"INSERT INTO {table} SELECT * FROM kept_{table}", f"DROP TABLE kept_{table}")
    either_library.sync()
    assert {entity: row(either_library, entity, key) for entity, (_, _, key) in VANISHING.items()} == before
    assert archived(either_library, "patron") == []
    assert differences(either_library) == []


def test_a_row_that_returns_changed_is_live_with_its_new_values(either_library: Library) -> None:
    first = row(either_library, "patron", "'TK-0005'")
    either_library.change("CREATE TABLE kept AS SELECT * FROM member WHERE member_id = 'TK-0005'",
                          "DELETE FROM member WHERE member_id = 'TK-0005'")  # fmt: skip
    either_library.sync()
    either_library.change("INSERT INTO member SELECT * FROM kept", "DROP TABLE kept",
                          "UPDATE member SET member_name = 'Raisa N.' WHERE member_id = 'TK-0005'")  # fmt: skip
    either_library.sync()
    found = row(either_library, "patron", "'TK-0005'")
    assert (found["name"], found["gone_at"]) == ("Raisa N.", None)
    assert found["first_seen_at"] == first["first_seen_at"]
    assert archived(either_library, "patron") == []  # the birth date is the same: one name changed


def test_every_loan_of_the_first_copy_has_the_title_that_it_was_of(new_library: Library) -> None:
    new_library.change("UPDATE loan SET item_code = 'b00001 ' WHERE loan_id = 5")
    new_library.sync()
    items = {code.casefold(): (item, title) for item, code, title in new_library.source(
        "SELECT item_id, item_code, biblio_id FROM item"
    )}  # fmt: skip
    history: dict[int, int] = dict(new_library.source("SELECT loan_id, biblio_id FROM loan_history"))
    for key, barcode, item, title in new_library.copy("SELECT `key`, item_barcode, item_key, title_key FROM ils_loan"):
        expected = items.get((barcode or "").rstrip(" ").casefold(), (None, history.get(key)))
        assert (key, item, title) == (key, *expected)
    assert new_library.copy(LOAN.format(5)) == [(1, 8)]
    assert new_library.copy("SELECT count(*) FROM ils_loan WHERE item_key IS NULL AND title_key IS NOT NULL") > [(0,)]


def test_a_loan_keeps_its_title_when_the_item_is_renamed_deleted_or_its_code_reused(either_library: Library) -> None:
    loans = either_library.copy("SELECT `key` FROM ils_loan WHERE item_barcode = 'B00022' ORDER BY `key`")
    assert len(loans) == 4
    steps = (
        "UPDATE item SET item_code = 'B-NEW' WHERE item_code = 'B00022'",
        "UPDATE item SET item_code = 'B00022' WHERE item_id = 30",
        "DELETE FROM item WHERE item_code = 'B-NEW'",
        "UPDATE item SET biblio_id = 1 WHERE item_id = 30",
        "DELETE FROM loan_history",
        "UPDATE loan SET renewed = renewed + 1 WHERE item_code = 'B00022'",
        "DELETE FROM item",
    )
    for step in steps:
        either_library.change(step)
        either_library.sync(accept_empty=True)
        found = either_library.copy("SELECT item_key, title_key FROM ils_loan WHERE item_barcode = 'B00022'")
        assert found == [(12, 85)] * 4
    assert differences(either_library) == []


def test_a_new_loan_finds_its_item_however_the_code_was_typed(either_library: Library) -> None:
    codes = {4001: "b00001", 4002: "B00001 ", 4003: "NOWHERE", 4004: "", 4005: "b00006-x"}
    either_library.change("DROP TRIGGER insert_loan_history")
    for key, code in codes.items():
        either_library.change(
            "INSERT INTO loan (loan_id, item_code, member_id, loan_date, due_date, is_lent)"
            f" VALUES ({key}, '{code}', 'TK-0000', '2026-11-24', '2026-12-01', 1)"
        )
    either_library.change("INSERT INTO loan_history (loan_id, biblio_id) VALUES (4003, 44), (4001, 45)")
    either_library.sync()
    found = either_library.copy("SELECT `key`, item_key, title_key FROM ils_loan WHERE `key` > 4000")
    assert sorted(found) == [(4001, 1, 8), (4002, 1, 8), (4003, None, 44), (4004, None, None), (4005, 6, 12)]


def test_codes_of_a_bytewise_column_are_matched_without_case_too(library: Library) -> None:
    library.change(
        "ALTER TABLE item MODIFY item_code varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        "DROP TRIGGER insert_loan_history",
        "INSERT INTO loan (loan_id, item_code, member_id, loan_date, due_date, is_lent)"
        " VALUES (4001, 'B00001', 'TK-0000', '2026-11-24', '2026-12-01', 1),"
        " (4002, 'b00007 ', 'TK-0000', '2026-11-24', '2026-12-01', 1)",
    )
    library.sync()
    assert library.copy(LOAN.format(4001)) == [(1, 8)]
    assert library.copy(LOAN.format(4002)) == [(7, 4)]


def test_a_loan_that_is_corrected_to_another_item_finds_that_one(either_library: Library) -> None:
    assert either_library.copy(LOAN.format(60)) != [(1, 8)]
    either_library.change("UPDATE loan SET item_code = 'B00001' WHERE loan_id = 60")
    either_library.sync()
    assert either_library.copy(LOAN.format(60)) == [(1, 8)]
    assert archived(either_library, "loan") == []


def test_a_renamed_member_is_evidenced_by_each_loan(either_library: Library) -> None:
    loans = [key for (key,) in either_library.source("SELECT loan_id FROM loan WHERE member_id = 'TK-0008' ORDER BY 1")]
    names = [("TK-0008", "TK-8888"), ("TK-8888", "TK-0008"), ("TK-0008", "TK-8888")]
    for old, new in names:
        either_library.change(
            f"UPDATE member SET member_id = '{new}' WHERE member_id = '{old}'",
            f"UPDATE loan SET member_id = '{new}' WHERE member_id = '{old}'",
        )
        either_library.sync()
    seen = either_library.copy(
        "SELECT loan_key, old_patron_key, new_patron_key FROM ils_rekeyed ORDER BY seen_at, loan_key"
    )
    assert seen == [(loan, old, new) for old, new in names for loan in loans]
    assert row(either_library, "patron", "'TK-0008'")["gone_at"] is not None
    assert row(either_library, "patron", "'TK-8888'")["gone_at"] is None
    assert archived(either_library, "patron") == []
    assert differences(either_library) == []


def test_loans_that_get_or_lose_a_member_are_no_rename(library: Library) -> None:
    library.change(
        "UPDATE loan SET member_id = NULL WHERE loan_id = 5", "UPDATE loan SET renewed = 3 WHERE loan_id = 6"
    )
    library.sync()
    library.change("UPDATE loan SET member_id = 'TK-0000' WHERE loan_id = 5", "DELETE FROM loan WHERE loan_id = 7")
    library.sync()
    assert library.copy("SELECT * FROM ils_rekeyed") == []


def reuse_patron(library: Library, name: str, birth_date: str) -> None:
    """Let a member vanish and another one come under the same id."""
    library.change("DELETE FROM member WHERE member_id = 'TK-0008'")
    library.sync()
    library.change(
        "INSERT INTO member (member_id, member_name, gender, birth_date, expire_date)"
        f" VALUES ('TK-0008', '{name}', 1, '{birth_date}', '2030-01-01')"
    )
    library.sync()


def test_another_person_under_an_old_id_inherits_nothing(either_library: Library) -> None:
    old = row(either_library, "patron", "'TK-0008'")
    reuse_patron(either_library, "Orang Lain", "2001-01-02")
    found = row(either_library, "patron", "'TK-0008'")
    assert (found["name"], found["email"], found["gone_at"]) == ("Orang Lain", None, None)
    assert str(found["first_seen_at"])[:19] == str(either_library.now)
    ((key, kept),) = archived(either_library, "patron")
    assert (key, kept["name"], kept["email"]) == ("TK-0008", old["name"], old["email"])
    assert kept["gone_at"] is not None
    assert ("patron.reused", "TK-0008") in either_library.events("patron")
    assert differences(either_library) == []


@pytest.mark.parametrize(("name", "birth_date"), [("Eva Kuswoyo", "2001-01-02"), ("Eva Maria", "1996-05-19")])
def test_the_same_name_or_birth_date_is_the_same_person(library: Library, name: str, birth_date: str) -> None:
    first = row(library, "patron", "'TK-0008'")
    reuse_patron(library, name, birth_date)
    assert row(library, "patron", "'TK-0008'")["first_seen_at"] == first["first_seen_at"]
    assert archived(library, "patron") == []


def test_another_loan_under_an_old_number_is_archived_and_found_anew(either_library: Library) -> None:
    old = row(either_library, "loan", "60")
    either_library.change(
        "UPDATE loan SET item_code = 'B00001', member_id = 'TK-0000', loan_date = '2026-11-24',"
        " due_date = '2026-12-01' WHERE loan_id = 60"
    )
    either_library.sync()
    found = row(either_library, "loan", "60")
    assert (found["item_key"], found["title_key"], found["patron_key"]) == (1, 8, "TK-0000")
    assert str(found["first_seen_at"])[:19] == str(either_library.now)
    ((key, kept),) = archived(either_library, "loan")
    assert key == "60"
    assert {name: kept[name] for name in ("item_key", "title_key", "patron_key", "item_barcode")} == {
        name: old[name] for name in ("item_key", "title_key", "patron_key", "item_barcode")
    }
    assert either_library.copy("SELECT * FROM ils_rekeyed") == []
    assert differences(either_library) == []


def test_another_loan_of_nothing_known_inherits_no_title(either_library: Library) -> None:
    either_library.change(
        "UPDATE loan SET item_code = 'NOWHERE', loan_date = '2026-11-24' WHERE loan_id = 60",
        "DELETE FROM loan_history WHERE loan_id = 60",
    )
    either_library.sync()
    assert either_library.copy(LOAN.format(60)) == [(None, None)]


@pytest.mark.parametrize(
    ("table", "where", "replacement", "entity", "key"),
    [
        ("item", "item_id = 19", "(19, 3, 'ANDERS')", "item", "19"),
        ("biblio", "biblio_id = 20", "(20, 'Buku lain', '2026-11-24 08:00:00')", "title", "20"),
    ],
)
def test_another_item_or_title_under_an_old_number_is_archived(
    either_library: Library, table: str, where: str, replacement: str, entity: str, key: str
) -> None:
    columns = {"item": "item_id, biblio_id, item_code", "biblio": "biblio_id, title, input_date"}[table]
    either_library.change(f"DELETE FROM {table} WHERE {where}")
    either_library.sync()
    either_library.change(f"INSERT INTO {table} ({columns}) VALUES {replacement}")
    either_library.sync()
    assert [each for each, _ in archived(either_library, entity)] == [key]
    assert str(row(either_library, entity, key)["first_seen_at"])[:19] == str(either_library.now)
    assert (f"{entity}.reused", key) in either_library.events(entity)
    assert differences(either_library, entity) == []


def test_first_seen_is_kept_by_every_other_change(either_library: Library) -> None:
    stamps = {
        entity: either_library.copy(f"SELECT min(first_seen_at), max(first_seen_at) FROM ils_{entity}")
        for entity in set(ENTITIES) - {"author", "subject"}
    }
    either_library.change(
        "UPDATE loan SET renewed = renewed + 1", "UPDATE member SET member_notes = 'x'",
        "UPDATE biblio SET sor = 'x'", "UPDATE fines SET credit = 1",
    )  # fmt: skip
    either_library.sync()
    assert stamps == {
        entity: either_library.copy(f"SELECT min(first_seen_at), max(first_seen_at) FROM ils_{entity}")
        for entity in stamps
    }
    assert differences(either_library) == []
