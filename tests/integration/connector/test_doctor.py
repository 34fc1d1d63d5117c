"""``examine_source`` on real servers: every step finds what is there and says what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.engine import make_url

from connector.doctor import server_version
from connector.grants import grants
from connector.rights import beyond_reading
from connector.settings import SourceSettings
from tests.conftest import numbers
from tests.examined import COUNTS, FACTS, examined, noted, remedy, sentence
from tests.library import settings_of
from tests.servers import HOST, Database, MariaDBServer

PASSWORD = "only-reads"


def signed_in(database: Database, name: str = "doctored", password: str = PASSWORD) -> SourceSettings:
    """Return the settings of a source that is read by an account."""
    return replace(settings_of(database), database_url=database.server.url(database.name, name, password))


@pytest.fixture
def poor(slims: Database) -> Iterator[SourceSettings]:
    """Give ``slims`` as an account without any right sees it."""
    slims.server.execute(f"CREATE USER 'doctored'@'{HOST}' IDENTIFIED BY '{PASSWORD}'")
    yield signed_in(slims)
    slims.server.execute(f"DROP USER 'doctored'@'{HOST}'")


@pytest.fixture
def modest(slims: Database, poor: SourceSettings) -> SourceSettings:
    """Give ``slims`` as an account sees it that has what doctor prints."""
    for statement in grants(poor):
        slims.server.execute(statement)
    return poor


def test_a_library_with_what_is_granted_passes_every_step(slims: Database, modest: SourceSettings) -> None:
    noted(slims, datetime(2024, 5, 6, 7, 8, 9))
    found = examined(modest)
    assert tuple(found) == FACTS + COUNTS
    assert {name: sentence(step) for name, step in found.items() if step.status != "ok"} == {}
    assert re.fullmatch(r"(MariaDB|MySQL) [\d.]+ answers at 127\.0\.0\.1:\d+/slims_\d+\.", sentence(found["reachable"]))
    assert sentence(found["ils"]) == "By its tables this is SLiMS 9.7 or later."
    assert "every table and column" in sentence(found["columns"]).lower()


def test_older_layouts_say_what_they_lack_without_alarm(slims_layout: Database) -> None:
    found = examined(settings_of(slims_layout))
    absent = {"loan_history", "mst_custom_field"} - {name for (name,) in slims_layout.execute("SHOW TABLES")}
    told = sentence(found["columns"])
    assert {name for name in ("loan_history", "mst_custom_field") if name in told} == absent
    assert (found["columns"].status, found["columns"].hint) == ("ok", "")
    assert tuple(name for name in found if name in COUNTS) == COUNTS
    assert not any(step.status == "failed" for step in found.values())


def test_a_server_that_cannot_be_used_ends_the_examination(slims: Database, poor: SourceSettings) -> None:
    url = make_url(poor.database_url)
    broken = {
        "refused the user name or password": url.set(password="wrong"),
        "is not known": url.set(host="no-such-host.invalid"),
        "does not answer": url.set(port=1),
        "may not use the database": url,
        "is not one that Sapa understands": url.set(drivername="postgresql"),
        "There is no database at": make_url(slims.url).set(database="nowhere"),
    }
    for message, wrong in broken.items():
        found = examined(replace(poor, database_url=wrong.render_as_string(hide_password=False)))
        assert {name: step.status for name, step in found.items()} == {"reachable": "failed"}
        assert message in sentence(found["reachable"])
        assert PASSWORD not in sentence(found["reachable"]) + remedy(found["reachable"])
    assert "sapa doctor --grants" in remedy(examined(poor)["reachable"])


def test_another_programs_database_is_named(mariadb: MariaDBServer) -> None:
    blog = mariadb.create_database(f"blog_{next(numbers)}")
    blog.execute("CREATE TABLE wp_posts (id INT)")
    found = examined(settings_of(blog))
    blog.drop()
    assert {name: step.status for name, step in found.items()} == {
        "reachable": "ok",
        "ils": "failed",
        "grants": "warning",
        "clock": "ok",
    }
    assert "WordPress" in sentence(found["ils"])


def test_an_ils_that_sapa_cannot_read_fails_at_that_step(slims: Database) -> None:
    found = examined(replace(settings_of(slims), ils="koha"))
    assert found["ils"].status == "failed"
    assert "columns" not in found


@pytest.mark.parametrize("table", ["member", "loan", "mst_gmd"])
def test_a_table_that_is_not_granted_is_named(slims: Database, modest: SourceSettings, table: str) -> None:
    slims.server.execute(f"REVOKE ALL PRIVILEGES ON `{slims.name}`.`{table}` FROM 'doctored'@'{HOST}'")
    found = examined(modest)
    assert found["ils"].status == "ok"
    assert found["columns"].status == "failed"
    assert f": {table} (not there or not granted)" in sentence(found["columns"])
    assert tuple(found) == ("reachable", "ils", "columns", "grants", "clock")


def test_with_few_tables_granted_it_is_still_slims(slims: Database, poor: SourceSettings) -> None:
    slims.server.execute(f"GRANT SELECT ON `{slims.name}`.item TO 'doctored'@'{HOST}'")
    found = examined(poor)
    assert found["ils"].status == "ok"
    assert "biblio" in sentence(found["columns"])


def test_optional_columns_that_are_not_granted_are_each_named(slims: Database, modest: SourceSettings) -> None:
    account = f"'doctored'@'{HOST}'"
    slims.server.execute(f"REVOKE SELECT (member_phone, member_email) ON `{slims.name}`.member FROM {account}")
    slims.server.execute(f"REVOKE SELECT ON `{slims.name}`.mst_custom_field FROM {account}")
    found = examined(modest)
    assert found["columns"].status == "warning"
    told = sentence(found["columns"])
    assert told.startswith("Not there or not granted")
    assert set(re.findall(r"[\w.]+", told.partition(":")[2].rstrip("."))) == {
        "member.member_phone",
        "member.member_email",
        "mst_custom_field",
    }
    assert "sapa doctor --grants" in remedy(found["columns"])
    assert found["custom"].status == "warning"
    assert found["patrons"].values["blank"] == found["patrons"].values["rows"]


def test_a_column_that_every_version_has_is_missed_even_by_the_administrator(slims: Database) -> None:
    slims.execute("ALTER TABLE member DROP member_email")
    columns = examined(settings_of(slims))["columns"]
    assert (columns.status, columns.values["columns"]) == ("warning", "member.member_email")


@pytest.mark.parametrize(
    ("granted", "told"),
    [
        ("INSERT, UPDATE ON `{slims}`.*", "more than read: `{slims}`.* (INSERT, UPDATE)"),
        ("DELETE ON `{slims}`.loan", "more than read: `{slims}`.`loan` (DELETE)"),
        ("UPDATE (member_name) ON `{slims}`.member", "more than read: `{slims}`.`member` (UPDATE)"),
        ("FILE ON *.*", "more than read: *.* (FILE)"),
        ("SELECT (pin) ON `{slims}`.member", "may read member.pin, which"),
        ("SELECT (mpasswd) ON `{slims}`.member", "may read member.mpasswd, which"),
        ("SELECT ON `{slims}`.user", "may read user, which"),
        ("SELECT (realname) ON `{slims}`.user", "may read user, which"),
        ("SELECT ON `{slims}`.*", "may read user, member.mpasswd, member.pin, which"),
        ("ALL ON `{slims}`.*", "(ALL PRIVILEGES). It may also read user, member.mpasswd, member.pin."),
    ],
)
def test_rights_beyond_need_are_told_with_what_takes_them_away(
    slims: Database, modest: SourceSettings, granted: str, told: str
) -> None:
    slims.server.execute(f"GRANT {granted.format(slims=slims.name)} TO 'doctored'@'{HOST}'")
    step = examined(modest)["grants"]
    assert step.status == "warning"
    assert told.format(slims=slims.name) in sentence(step)
    assert "PASSWORD" not in sentence(step) + remedy(step)
    (revoke,) = re.findall(r"REVOKE [^;]+;", remedy(step))
    for statement in (revoke, *grants(modest)):
        slims.server.execute(statement)
    after = examined(modest)
    assert after["grants"].status == "ok"
    assert after["columns"].status == "ok"


def test_rights_through_a_role_count(slims: Database, modest: SourceSettings) -> None:
    role = f"desk_{next(numbers)}"
    for statement in (
        f"CREATE ROLE {role}",
        f"GRANT UPDATE ON `{slims.name}`.fines TO {role}",
        f"GRANT {role} TO 'doctored'@'{HOST}'",
        f"SET DEFAULT ROLE {role} {'TO' if slims.server.is_mysql else 'FOR'} 'doctored'@'{HOST}'",
    ):
        slims.server.execute(statement)
    step = examined(modest)["grants"]
    slims.server.execute(f"DROP ROLE {role}")
    assert f"`{slims.name}`.`fines` (UPDATE)" in sentence(step)


def test_the_lines_of_other_servers_are_understood() -> None:
    assert beyond_reading(
        [
            "GRANT USAGE ON *.* TO 'a'@'%' IDENTIFIED BY PASSWORD '*1234'",
            "GRANT SELECT (`a`, `b`), INSERT (`c`) ON `x`.`member` TO `a`@`%`",
            "GRANT PROCESS, SHOW DATABASES ON *.* TO `a`@`%`",
            "GRANT BACKUP_ADMIN,ROLE_ADMIN,XA_RECOVER_ADMIN,SET_USER_ID ON *.* TO `a`@`%` WITH GRANT OPTION",
            "GRANT `reading`@`%` TO `a`@`%`",
            "GRANT PROXY ON ''@'%' TO 'a'@'%'",
            "GRANT EXECUTE ON PROCEDURE `x`.`tidy` TO `a`@`%`",
        ]
    ) == [
        "`x`.`member` (INSERT)",
        "*.* (BACKUP_ADMIN, ROLE_ADMIN, XA_RECOVER_ADMIN, …)",
        "''@'%' (PROXY)",
        "PROCEDURE `x`.`tidy` (EXECUTE)",
    ]


@pytest.mark.parametrize(
    ("text", "product", "version"),
    [
        ("10.11.19-MariaDB-0+deb12u1", "MariaDB", (10, 11, 19)),
        ("5.5.5-10.4.32-MariaDB", "MariaDB", (10, 4, 32)),
        ("8.0.36-0ubuntu0.22.04.1", "MySQL", (8, 0, 36)),
        ("5.7.44", "MySQL", (5, 7, 44)),
    ],
)
def test_the_servers_own_version_is_understood(text: str, product: str, version: tuple[int, ...]) -> None:
    assert server_version(text) == (product, version)


def test_a_server_that_is_too_old_is_refused(slims: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connector.doctor.OLDEST", {"MariaDB": (99,), "MySQL": (99,)})
    found = examined(settings_of(slims))
    assert {name: step.status for name, step in found.items()} == {"reachable": "failed"}
    assert "too old" in sentence(found["reachable"])
