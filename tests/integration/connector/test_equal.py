"""G1: after a sync the live copy equals the source, whatever the source's engine, character set, clock and version."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import numbers
from tests.integration.connector.conftest import opened
from tests.library import Library, settings_of
from tests.servers import Database, MariaDBServer
from tests.slims_truth import ENTITIES, copied, differences

ENGINE = "ALTER TABLE `{}` ENGINE=InnoDB"
CHARSET = "ALTER TABLE `{}` CONVERT TO CHARACTER SET "
CONVERSIONS = {
    "innodb": ENGINE,
    "latin1": CHARSET + "latin1",
    "utf8mb4": CHARSET + "utf8mb4 COLLATE utf8mb4_unicode_ci",
    "bytewise": CHARSET + "utf8mb4 COLLATE utf8mb4_bin",
}


@pytest.fixture
def whole_library(lean_template: Database, crm_url: str) -> Iterator[Library]:
    """Give the whole dump, never synced, once per kind of CRM database."""
    with opened(crm_url) as engine:
        yield Library(lean_template, engine, settings_of(lean_template))


def assert_equal(library: Library) -> None:
    """Fail unless both the truth worked out in tests and Sapa's own proof find the copy equal."""
    assert differences(library) == []
    report = library.verify()
    assert (report.equal, report.differences) == (True, [])


def tables(database: Database) -> list[str]:
    """Return the names of a database's tables."""
    return [name for (name,) in database.execute("SHOW TABLES")]


def test_the_first_copy_of_a_real_library_equals_it_with_all_its_dirt(whole_library: Library) -> None:
    report = whole_library.sync()
    assert_equal(whole_library)
    assert {name: len(copied(whole_library, name)) for name in ENTITIES} == {
        name: each.inserted for name, each in report.entities.items()
    }
    assert not report.needs_look


@pytest.mark.parametrize("conversion", CONVERSIONS)
def test_a_converted_library_is_copied_anew_and_followed_alike(
    library: Library, conversion: str, tmp_path: Path
) -> None:
    library.change(*(CONVERSIONS[conversion].format(table) for table in tables(library.slims)))
    library.change(
        "UPDATE member SET member_name = 'Žluťoučký — Café Müller ÿ €' WHERE member_id = 'TK-0000'",
        "UPDATE biblio SET title = 'Ça alors ¿? «ñandú»' WHERE biblio_id = 1",
    )
    library.sync()
    assert_equal(library)
    assert library.copy("SELECT title FROM ils_title WHERE `key` = 1") == [("Ça alors ¿? «ñandú»",)]
    with opened(f"sqlite:///{tmp_path / 'anew.db'}") as engine:
        anew = Library(library.slims, engine, library.settings)
        anew.sync()
        assert_equal(anew)


def test_tables_of_different_character_sets_are_joined_and_fingerprinted(library: Library) -> None:
    library.change(
        "ALTER TABLE member_custom MODIFY member_id varchar(20) CHARACTER SET latin1 NOT NULL",
        "ALTER TABLE mst_item_status CONVERT TO CHARACTER SET latin1 COLLATE latin1_general_cs",
        "ALTER TABLE mst_publisher CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
        "ALTER TABLE biblio MODIFY sor varchar(200) CHARACTER SET latin1",
        "ALTER TABLE member MODIFY member_notes text CHARACTER SET utf8mb4, MODIFY postal_code int",
    )
    library.change(
        "UPDATE biblio SET sor = 'José' WHERE biblio_id = 2",
        "UPDATE member SET member_notes = '🙂 é' WHERE member_id = 'TK-0000'",
        "UPDATE mst_publisher SET publisher_name = '出版社 🏛' WHERE publisher_id = 1",
    )
    library.sync()
    assert_equal(library)


def test_four_byte_text_of_custom_fields_survives(either_library: Library) -> None:
    told = "👩\u200d👩\u200d👧\u200d👦 𠀋 🙂"
    either_library.change(f"UPDATE member_custom SET cf_97c41 = '{told}' WHERE member_id = 'TK-0000'")
    either_library.sync()
    assert_equal(either_library)
    assert told in either_library.copy("SELECT custom FROM ils_patron WHERE `key` = 'TK-0000'")[0][0]


def test_amounts_are_exact_decimals(either_library: Library) -> None:
    amounts = ["1234567890123.45", "0.10", "-5.50", "0.01", "99999.99"]
    either_library.change("ALTER TABLE fines MODIFY debet decimal(15,2), MODIFY credit decimal(20,6)")
    for number, amount in enumerate(amounts, start=1):
        either_library.change(f"UPDATE fines SET debet = {amount}, credit = {amount} WHERE fines_id = {number}")
    either_library.sync()
    assert_equal(either_library)
    found = either_library.copy("SELECT amount, paid FROM ils_charge WHERE `key` <= 5 ORDER BY `key`")
    assert [tuple(map(Decimal, map(str, row))) for row in found] == [(Decimal(each), Decimal(each)) for each in amounts]


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("Asia/Jayapura", "2026-03-01 01:30:00", "2026-02-28 16:30:00"),
        ("Asia/Kolkata", "2026-03-01 01:30:59", "2026-02-28 20:00:59"),
        ("Asia/Kathmandu", "2026-03-01 12:59:59", "2026-03-01 07:14:59"),
        ("America/New_York", "2026-03-08 01:59:59", "2026-03-08 06:59:59"),
        ("America/New_York", "2026-03-08 02:30:00", "2026-03-08 07:30:00"),  # a time that no clock showed
        ("America/New_York", "2026-03-08 03:00:00", "2026-03-08 07:00:00"),
        ("America/New_York", "2026-11-01 01:30:00", "2026-11-01 05:30:00"),  # shown twice: the first
        ("America/New_York", "2026-11-01 02:00:00", "2026-11-01 07:00:00"),
        ("Australia/Lord_Howe", "2026-10-04 02:45:00", "2026-10-03 15:45:00"),  # half an hour of summer time
        ("America/Goose_Bay", "2010-11-07 00:30:00", "2010-11-07 04:30:00"),  # clocks changed at 00:01
    ],
)
def test_times_are_converted_from_any_zone(library: Library, zone: str, local: str, utc: str) -> None:
    library.move(zone)
    library.change(
        f"UPDATE visitor_count SET checkin_date = '{local}' WHERE visitor_id = 7",
        f"UPDATE visitor_count SET checkin_date = '{local[:14]}00:00' WHERE visitor_id = 6",
    )
    library.sync(entities=("visit",))
    assert library.copy("SELECT visited_at FROM ils_visit WHERE `key` = 7") == [(utc,)]
    assert differences(library, "visit") == []


def test_changing_the_zone_changes_every_time_and_no_date(either_library: Library) -> None:
    either_library.move("America/New_York")
    report = either_library.sync()
    assert_equal(either_library)
    updated = {name for name, each in report.entities.items() if each.updated}
    assert updated == {"title", "loan", "hold", "visit"}


def shared_columns(table: str, *databases: Database) -> list[str]:
    """Return the columns that ``table`` has in all of ``databases``."""
    found = [[name for name, *_ in each.execute(f"SHOW COLUMNS FROM `{table}`")] for each in databases]
    return [name for name in found[0] if all(name in names for names in found)]


@pytest.fixture(params=["slims-8.3.1-schema", "slims-9.0.0-schema"])
def older(request: pytest.FixtureRequest, mariadb: MariaDBServer, lean_template: Database) -> Iterator[Database]:
    """Give an older SLiMS with some hundred rows of the real library."""
    database = mariadb.load_dump(request.param, f"slims_{next(numbers)}")
    with mariadb.connection(database.name) as connection, connection.cursor() as cursor:
        cursor.execute("SET sql_mode = ''")
        for trigger, *_ in database.execute("SHOW TRIGGERS"):  # they refuse loans of items that are gone
            cursor.execute(f"DROP TRIGGER `{trigger}`")
        for table in set(tables(lean_template)) & set(tables(database)):
            columns = ", ".join(f"`{name}`" for name in shared_columns(table, lean_template, database))
            cursor.execute(f"TRUNCATE `{table}`")
            cursor.execute(f"INSERT IGNORE INTO `{table}` ({columns}) "
                           f"SELECT {columns} FROM `{lean_template.name}`.`{table}` LIMIT 120")  # fmt: skip
    yield database
    database.drop()


def test_older_releases_are_copied_with_null_for_what_they_do_not_have(older: Database, crm_sqlite: str) -> None:
    with opened(crm_sqlite) as engine:
        library = Library(older, engine, settings_of(older))
        library.sync()
        assert_equal(library)
        assert all(copied(library, name) for name in ENTITIES)
        assert library.copy("SELECT DISTINCT room FROM ils_visit") == [(None,)]
        older.execute("UPDATE loan SET renewed = 9, last_update = NULL WHERE loan_id = 3")
        older.execute("DELETE FROM visitor_count WHERE visitor_id = 5")
        library.sync()
        assert_equal(library)


def test_small_windows_read_the_same_rows_as_large_ones(
    lean: Database, crm_sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FIRST_WINDOW", "SMALLEST_WINDOW", "LARGEST_WINDOW"):
        monkeypatch.setattr(f"connector.reader.{name}", 20)
    with opened(crm_sqlite) as engine:
        library = Library(lean, engine, settings_of(lean))
        library.change("UPDATE loan SET loan_id = -loan_id WHERE loan_id < 260")
        library.sync()
        assert_equal(library)
        again = library.sync()
        assert {name: each.buckets_read for name, each in again.entities.items()} == dict.fromkeys(ENTITIES, 0)
