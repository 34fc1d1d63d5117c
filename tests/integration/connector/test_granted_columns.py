"""The columns that ``sapa doctor --grants`` opens: those that are read, whatever a version or a library lacks."""

from __future__ import annotations

import random
import re

import pymysql
import pytest

from connector.grants import doubtful, grants
from connector.ils import slims as mapping
from connector.ils.recognise import layout_of
from connector.source import Source
from tests.desk import Desk, enlarge_loans
from tests.examined import examined
from tests.granting import (
    PASSWORD,
    administer,
    administer_until_refused,
    columns_of,
    furnish,
    needed,
    readable,
    signed_in,
)
from tests.library import Library, settings_of
from tests.servers import Database

SOME_LOANS = 2_000


def test_exactly_the_columns_that_are_asked_for_are_granted(slims: Database, poor: str) -> None:
    with Source(settings_of(slims)) as source:
        extracts = layout_of(source).extracts
    statements = grants(signed_in(slims, poor))
    sql = " ".join(" ".join([each.tables, each.key, *(part.sql for part in each.parts)]) for each in extracts)
    read: dict[str, set[str]] = {"mst_custom_field": {"primary_table", "dbfield", "label", "type", "data"}}
    for table, column in re.findall(r"\b([a-z]\w*)\.(\w+)", sql):
        read.setdefault(table, set()).add(column)
    (shelf,) = filter(None, (each.shelf for each in extracts))
    for query in filter(None, (shelf.items, shelf.history)):
        (chosen, table), *_ = re.findall(r"SELECT (.+?) FROM (\w+)", query)
        read.setdefault(table, set()).update(chosen.split(", "))
    assert len(read.pop("member_custom")) > 1
    columns = columns_of(statements)
    assert columns.pop("member_custom") == []
    assert {table: sorted(names) for table, names in columns.items()} == {
        table: sorted(names) for table, names in read.items()
    }


def test_what_is_granted_opens_nothing_else_on_the_server(slims_layout: Database, poor: str) -> None:
    furnish(slims_layout)
    administer(slims_layout, grants(signed_in(slims_layout, poor)))
    assert readable(slims_layout, poor) == needed(slims_layout)


def test_whatever_a_version_lacks_a_client_that_stops_at_an_error_has_granted_the_rest(
    slims_layout: Database, poor: str
) -> None:
    administer_until_refused(slims_layout, grants(signed_in(slims_layout, poor)))
    assert readable(slims_layout, poor) == needed(slims_layout)


def test_doctor_is_content_with_what_is_granted(slims_layout: Database, poor: str) -> None:
    furnish(slims_layout)
    settings = signed_in(slims_layout, poor)
    unknown = administer(slims_layout, grants(settings))
    found = examined(settings)
    assert [name for name, step in found.items() if step.status == "failed"] == []
    assert found["grants"].status == "ok"
    told = re.findall(r"[a-z_.]+", str(found["columns"].values.get("columns", "")))
    assert told == [name for name in mapping.LATER if name in doubtful(settings)]
    assert len(told) == len(unknown)


def test_a_day_at_the_desk_is_followed_with_what_is_granted(
    new_library: Library, poor: str, chance: random.Random
) -> None:
    enlarge_loans(new_library.slims, SOME_LOANS)
    settings = signed_in(new_library.slims, poor)
    administer(new_library.slims, grants(settings))
    new_library.settings = settings
    new_library.sync()
    Desk(new_library.slims, chance).work_a_day()
    assert new_library.sync().entities["loan"].updated
    assert new_library.verify().equal


@pytest.mark.parametrize("lacking", ["loan.input_date", "member.postal_code", "mst_gmd.gmd_name"])
def test_a_column_that_a_library_lacks_closes_no_other_one_for_good(slims: Database, poor: str, lacking: str) -> None:
    table, column = lacking.split(".")
    slims.execute(f"ALTER TABLE {table} DROP {column}")
    settings = signed_in(slims, poor)
    (spoiled,) = administer(slims, grants(settings))
    assert column in columns_of([spoiled])[table]
    with Source(settings) as source:
        assert lacking in layout_of(source).not_supplied
    statements = grants(settings)
    assert [columns_of([each]) for each in administer(slims, statements)] in ([{table: [column]}], [])
    assert readable(slims, poor) == needed(slims)


def test_a_client_that_stops_at_a_column_that_a_library_lacks_has_granted_what_a_sync_needs(
    slims: Database, poor: str
) -> None:
    slims.execute("ALTER TABLE member DROP postal_code")
    settings = signed_in(slims, poor)
    left = administer_until_refused(slims, grants(settings))
    assert "postal_code" in columns_of(left[:1])["member"]
    assert readable(slims, poor) == {table: set(columns) for table, columns in mapping.REQUIRED.items()}
    administer(slims, left)
    administer(slims, grants(settings))
    assert readable(slims, poor) == needed(slims)


def test_a_custom_field_of_later_is_read_without_another_grant(slims: Database, poor: str) -> None:
    settings = signed_in(slims, poor)
    administer(slims, grants(settings))
    slims.execute("ALTER TABLE member_custom ADD cf_abcde VARCHAR(20)")
    slims.execute(
        "INSERT INTO mst_custom_field (primary_table, dbfield, label, type, data)"
        " VALUES ('member', 'cf_abcde', 'Shoe size', 'text', '')"
    )
    with Source(settings) as source:
        labels = [field.label for extract in layout_of(source).extracts for field in extract.custom]
    assert "Shoe size" in labels


@pytest.mark.parametrize(
    "secret",
    [
        "SELECT * FROM member",
        "SELECT pin FROM member",
        "SELECT mpasswd FROM member",
        "SELECT member_id FROM member WHERE mpasswd > ''",
        "SELECT member_name FROM visitor_count",
        "SELECT * FROM visitor_count",
        "SELECT visitor_id FROM visitor_count ORDER BY member_name",
        "SELECT member_name FROM loan_history",
        "SELECT title FROM loan_history",
        "SELECT COUNT(member_id) FROM loan_history",
        "SELECT uid FROM loan",
        "SELECT invoice FROM item",
        "SELECT price FROM item",
        "SELECT note FROM mst_custom_field",
        "SELECT username FROM `user`",
        "SELECT passwd FROM `user`",
        "SELECT user FROM mysql.user",
    ],
)
def test_secrets_stay_closed(slims: Database, poor: str, secret: str) -> None:
    administer(slims, grants(signed_in(slims, poor)))
    with slims.server.connection(slims.name, poor, PASSWORD) as opened, opened.cursor() as cursor:
        assert cursor.execute("SELECT member_id FROM member")
        with pytest.raises(pymysql.OperationalError, match="denied"):
            cursor.execute(secret)


def test_a_column_that_is_visibly_absent_is_left_out(slims: Database) -> None:
    slims.execute("ALTER TABLE member DROP postal_code")
    statements = grants(settings_of(slims))
    assert "postal_code" not in columns_of(statements)["member"]
    assert "inst_name" in columns_of(statements)["member"]
