"""``examine_source`` on what a database holds: clocks, custom fields, oddities; and on files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connector import dirt
from connector.clocks import fitting_offset
from connector.doctor import Step, examine_source
from connector.settings import SourceSettings
from crm.clock import utc_now
from sapa.demo.library import Size, build
from tests.examined import COUNTS, FACTS, examined, noted, remedy, sentence
from tests.library import settings_of
from tests.servers import Database


@pytest.mark.parametrize(("minutes", "word"), [(3, "behind"), (-3, "ahead"), (-60 * 24, "ahead")])
def test_a_clock_that_is_off_either_way_shows_both_times(lean: Database, minutes: int, word: str) -> None:
    ours = utc_now() + timedelta(minutes=minutes)
    step = examined(settings_of(lean), lambda: ours)["clock"]
    assert step.status == "warning"
    assert f"s {word}: " in sentence(step)
    assert f"{ours.isoformat(' ', 'seconds')} UTC here" in sentence(step)
    assert abs(step.values["seconds"] - abs(minutes) * 60) <= 30
    assert "NTP" in remedy(step)


@pytest.mark.parametrize("seconds", [0, 90, -90])
def test_a_clock_that_is_nearly_right_is_right(lean: Database, seconds: int) -> None:
    assert examined(settings_of(lean), lambda: utc_now() + timedelta(seconds=seconds))["clock"].status == "ok"


def test_a_zone_that_puts_the_desk_into_the_future_is_doubted(lean: Database) -> None:
    noted(lean, datetime.now(ZoneInfo("Asia/Jayapura")).replace(tzinfo=None, microsecond=0))
    step = examined(settings_of(lean, "Asia/Jakarta"))["timezone"]
    assert step.status == "warning"
    assert 118 <= step.values["minutes"] <= 120
    assert "UTC+09:00 fits" in remedy(step)
    assert examined(settings_of(lean, "Asia/Jayapura"))["timezone"].status == "ok"
    assert examined(settings_of(lean, "America/Lima"))["timezone"].values["offset"] == "UTC+09:00"


def test_a_time_that_no_zone_explains_is_told_as_such(lean: Database) -> None:
    noted(lean, utc_now() + timedelta(days=40))
    step = examined(settings_of(lean))["timezone"]
    assert step.status == "warning"
    assert "lies 39 days in the future" in sentence(step)


def test_zero_and_missing_times_say_nothing_about_the_zone(lean: Database) -> None:
    with lean.server.connection(lean.name) as opened, opened.cursor() as cursor:
        cursor.execute("SET sql_mode = ''")
        cursor.execute("UPDATE loan SET input_date = '0000-00-00 00:00:00'")
        cursor.execute("DELETE FROM visitor_count")
    step = examined(settings_of(lean))["timezone"]
    assert (step.status, "No loan or visit shows yet" in sentence(step)) == ("ok", True)


def test_a_zone_that_does_not_exist_fails(lean: Database) -> None:
    assert examined(settings_of(lean, "Asia/Atlantis"))["timezone"].status == "failed"


@pytest.mark.parametrize(
    ("ahead", "offset"),
    [
        (timedelta(hours=7), "UTC+07:00"),
        (timedelta(hours=6, minutes=20), "UTC+07:00"),
        (timedelta(hours=7, seconds=60), "UTC+07:00"),
        (timedelta(hours=7, minutes=30), "UTC+08:00"),
        (timedelta(hours=-5), "UTC-05:00"),
        (timedelta(0), "UTC+00:00"),
    ],
)
def test_the_offset_that_fits_is_the_westernmost(ahead: timedelta, offset: str) -> None:
    assert fitting_offset(ahead) == offset


def test_custom_fields_are_listed_and_undecodable_ones_named(lean: Database) -> None:
    found = examined(settings_of(lean))
    assert found["custom"].values["count"] == 6
    assert "Fakultas" in sentence(found["custom"])
    lean.execute("UPDATE mst_custom_field SET data = 'a:1:{broken' WHERE label = 'Fakultas'")
    lean.execute("ALTER TABLE member_custom ADD shoe_size INT")
    found = examined(settings_of(lean))
    assert (found["options"].status, found["options"].values["labels"]) == ("warning", "Fakultas")
    assert (found["custom"].status, found["custom"].values["columns"]) == ("warning", "shoe_size")


def rows(database: Database, table: str) -> list[dict[str, Any]]:
    """Return a whole table, by column."""
    columns = [name for name, *_ in database.execute(f"SHOW COLUMNS FROM `{table}`")]
    return [dict(zip(columns, row, strict=True)) for row in database.execute(f"SELECT * FROM `{table}`")]


def is_impossible(value: object) -> bool:
    """Tell whether a DATE or DATETIME is none; the driver hands such over as text."""
    return isinstance(value, str)


def count(rows: list[dict[str, Any]], condition: Callable[[dict[str, Any]], bool]) -> int:
    """Return how many rows meet a condition."""
    return sum(1 for row in rows if condition(row))


def truth(database: Database) -> dict[str, dict[str, int]]:
    """Return what is odd in a database, found out in Python."""
    members, loans, items = rows(database, "member"), rows(database, "loan"), rows(database, "item")
    mails = Counter(mail for row in members if (mail := (row["member_email"] or "").strip().lower()))
    types = {row["member_type_id"] for row in rows(database, "mst_member_type")}
    known = {row["member_id"].lower().rstrip() for row in members}
    codes = {row["item_code"].lower().rstrip() for row in items}
    days = ("birth_date", "member_since_date", "register_date", "expire_date", "input_date")
    entity = re.compile(r"&#?[a-zA-Z0-9]+;")
    texts = ("member_name", "member_address", "inst_name", "member_notes")

    def is_stray(row: dict[str, Any]) -> bool:
        return bool((row["member_id"] or "").strip()) and row["member_id"].lower().rstrip() not in known

    return {
        "patrons": {
            "rows": len(members),
            "dates": count(members, lambda row: any(is_impossible(row[day]) for day in days)),
            "blank": count(members, lambda row: not (row["member_email"] or "").strip()),
            "shared": sum(number for number in mails.values() if number > 1),
            "entities": count(members, lambda row: any(entity.search(row[text] or "") for text in texts)),
            "types": count(members, lambda row: row["member_type_id"] not in types),
            "keys": count(members, lambda row: not row["member_id"].strip()),
        },
        "loans": {
            "rows": len(loans),
            "patrons": count(loans, is_stray),
            "items": count(loans, lambda row: row["item_code"].lower().rstrip() not in codes),
        },
        "items": {"rows": len(items), "dates": count(items, lambda row: is_impossible(row["received_date"]))},
        "visits": {"patrons": count(rows(database, "visitor_count"), is_stray)},
        "holds": {"patrons": count(rows(database, "reserve"), is_stray)},
        "charges": {"patrons": count(rows(database, "fines"), is_stray)},
    }


def told(found: dict[str, Step], wanted: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Return the counts that the steps told, of those that are known."""
    return {name: {each: found[name].values[each] for each in counts} for name, counts in wanted.items()}


def test_oddities_are_counted_as_they_are(lean: Database) -> None:
    wanted = truth(lean)
    assert told(examined(settings_of(lean)), wanted) == wanted
    assert wanted["patrons"]["shared"] > 1 < wanted["loans"]["items"]


def test_oddities_of_every_kind_are_seen(lean: Database) -> None:
    before = examined(settings_of(lean))
    with lean.server.connection(lean.name) as opened, opened.cursor() as cursor:
        cursor.execute("SET sql_mode = 'ALLOW_INVALID_DATES'")
        for key, born, mail in (
            ("ODD1", "2001-02-30", "x@y"), ("ODD2", "2001-00-00", "two words@y.id"), ("ODD3", "0000-00-00", "   "),
            ("", "2001-02-28", "one@example.test"), ("ODD4", None, " ONE@example.test"),
        ):  # fmt: skip
            cursor.execute(
                "INSERT INTO member (member_id, member_name, gender, birth_date, member_type_id, member_email,"
                " expire_date) VALUES (%s, 'Tom &amp; Siti', 1, %s, 77, %s, '2030-01-01')",
                [key, born, mail],
            )
        cursor.execute("UPDATE item SET item_status_id = 'ZZ', biblio_id = 987654 ORDER BY item_id LIMIT 3")
        cursor.execute("UPDATE biblio SET title = ' ' ORDER BY biblio_id LIMIT 2")
    after = examined(settings_of(lean))
    grown = {
        name: {
            each: after[name].values[each] - before[name].values.get(each, 0)
            for each in after[name].values
            if isinstance(after[name].values[each], int)
        }
        for name in ("patrons", "items", "titles")
    }
    assert grown["patrons"] == {
        "rows": 5, "dates": 3, "blank": 1, "invalid": 2, "entities": 5, "types": 5, "keys": 1, "shared": 2,
    }  # fmt: skip
    assert (grown["items"]["titles"], grown["items"]["statuses"], grown["titles"]["blank"]) == (3, 3, 2)
    assert after["patrons"].status == "warning"
    assert remedy(after["patrons"]).startswith("1 of them without a member ID")


def test_windows_of_any_size_count_the_same(lean: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {name: step.values for name, step in examined(settings_of(lean)).items() if name in COUNTS}
    for size in ("FIRST_WINDOW", "SMALLEST_WINDOW", "LARGEST_WINDOW"):
        monkeypatch.setattr(dirt, size, 50)
    found = examined(settings_of(lean))
    assert {name: step.values for name, step in found.items() if name in COUNTS} == wanted


def test_a_table_that_takes_long_is_looked_at_from_its_newest_rows(
    lean: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lean.execute("UPDATE loan SET member_id = 'nobody' ORDER BY loan_id DESC LIMIT 10")
    for size in ("FIRST_WINDOW", "SMALLEST_WINDOW", "LARGEST_WINDOW"):
        monkeypatch.setattr(dirt, size, 10)
    monkeypatch.setattr(dirt, "ENOUGH_SECONDS", 0)
    values = examined(settings_of(lean))["loans"].values
    assert (values["rows"], values["patrons"]) == (10, 10)


def test_tables_of_different_collations_are_compared(lean: Database) -> None:
    wanted = truth(lean)
    lean.execute("ALTER TABLE loan CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
    lean.execute("ALTER TABLE visitor_count CONVERT TO CHARACTER SET latin1")
    assert told(examined(settings_of(lean)), wanted) == wanted


def test_a_table_that_vanishes_meanwhile_fails_its_own_step_alone(lean: Database) -> None:
    steps = []
    for step in examine_source(settings_of(lean)):
        if step.name == "main.patrons":
            lean.execute("DROP TABLE fines")
        steps.append(step)
    failed = [step for step in steps if step.status == "failed"]
    assert [step.name for step in failed] == ["main.charges"]
    assert "is not there" in sentence(failed[0])


def test_examining_writes_nothing(lean: Database) -> None:
    question = (
        "SELECT TABLE_NAME, UPDATE_TIME, CREATE_TIME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"
    )
    before = lean.execute(question)
    examined(settings_of(lean))
    assert lean.execute(question) == before


@pytest.fixture(scope="module")
def file_source(tmp_path_factory: pytest.TempPathFactory) -> SourceSettings:
    """Give the demo's library."""
    path = tmp_path_factory.mktemp("demo") / "slims.db"
    build(path, size=Size.SMALL)
    return SourceSettings("demo", "slims", f"sqlite:///{path}")


def test_of_an_sqlite_file_only_what_makes_sense_is_examined(file_source: SourceSettings) -> None:
    found = examined(file_source)
    assert tuple(found) == tuple(name for name in FACTS if name not in {"grants", "clock"}) + COUNTS
    assert not any(step.status == "failed" for step in found.values())
    assert re.match(r"SQLite 3[\d.]+ answers at /", sentence(found["reachable"]))
    assert found["patrons"].values["dates"] > 0 < found["patrons"].values["shared"]


def test_a_file_that_is_not_there_or_no_database_is_said(tmp_path: Path) -> None:
    path = tmp_path / "slims.db"
    settings = SourceSettings("demo", "slims", f"sqlite:///{path}")
    assert "does not exist" in sentence(examined(settings)["reachable"])
    path.write_text("This is no database, but long enough to be looked at as one. " * 20)
    found = examined(settings)
    assert [step.status for step in found.values()].count("failed") == 1
    assert "columns" not in found
