"""``sapa doctor``: every step named, with a remedy where something is wrong."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from crm import heartbeat
from crm.clock import utc_now
from crm.database import open_engine, writing
from crm.schema import ils
from tests.functional.running import Sapa, Write
from tests.servers import Database

OWN = (
    "config",
    "config.mode",
    "config.secret",
    "crm.open",
    "crm.schema",
    "crm.sqlite",
    "crm.mode",
    "crm.space",
    "clock",
    "worker",
)


def steps(sapa: Sapa) -> dict[str, dict[str, str]]:
    return {step["name"]: step for step in json.loads(sapa("doctor", "--json").stdout)["steps"]}


def test_a_healthy_library_passes_every_test(sapa: Sapa, write_config: Write, slims_reader_url: str) -> None:
    write_config(slims_reader_url)
    sapa("sync")
    result = sapa("doctor")
    assert result.exit_code == 0
    assert "fail" not in result.stdout
    found = steps(sapa)
    assert tuple(found)[: len(OWN)] == OWN
    assert {name.partition(".")[0] for name in tuple(found)[len(OWN) :]} == {"main"}
    assert {found[name]["status"] for name in OWN} == {"ok", "warning"}
    assert found["worker"]["status"] == "warning"


def test_json_is_one_document_and_tells_whether_all_is_well(sapa: Sapa, write_config: Write) -> None:
    write_config()
    result = sapa("doctor", "--json")
    document = json.loads(result.stdout)
    assert (result.exit_code, document["ok"]) == (1, False)
    assert all(set(step) == {"name", "status", "message", "hint", "seconds"} for step in document["steps"])
    failed = [step for step in document["steps"] if step["status"] == "failed"]
    assert [step["name"] for step in failed] == ["main.reachable"]
    assert failed[0]["hint"]


def test_without_a_configuration_doctor_says_how_to_get_one(sapa: Sapa) -> None:
    result = sapa("doctor")
    assert result.exit_code == 1
    first, second = result.stdout.splitlines()
    assert first.startswith("fail    config           There is no configuration file config.toml.")
    assert "sapa init" in second


def test_a_file_others_may_read_is_a_warning_and_no_refusal(sapa: Sapa, write_config: Write) -> None:
    write_config().chmod(0o644)
    step = steps(sapa)["config.mode"]
    assert step["status"] == "warning"
    assert step["hint"] == "Run: chmod 600 config.toml"


def test_a_database_that_others_may_read_is_a_warning(sapa: Sapa, write_config: Write) -> None:
    write_config()
    assert steps(sapa)["crm.mode"]["status"] == "ok"
    Path("sapa.db").chmod(0o644)
    step = steps(sapa)["crm.mode"]
    assert step["status"] == "warning"
    assert step["hint"].startswith("Run: chmod 600 ")


def test_a_database_of_something_else_is_not_called_empty(sapa: Sapa, write_config: Write) -> None:
    write_config()
    with closing(sqlite3.connect("sapa.db")) as other:
        other.execute("CREATE TABLE member (member_id TEXT)")
    assert steps(sapa)["crm.schema"]["status"] == "failed"
    assert "not Sapa's" in sapa("db", "check").stderr


def test_a_source_that_there_is_not_is_an_error(sapa: Sapa, write_config: Write) -> None:
    write_config()
    result = sapa("doctor", "--source", "mian")
    assert result.exit_code == 1
    assert "There is no source called mian." in result.stderr
    assert "Did you mean main?" in result.stderr


def test_a_configuration_without_a_source_fails(sapa: Sapa, write_config: Write) -> None:
    path = write_config()
    path.write_text(path.read_text().partition("[[sources]]")[0])
    assert steps(sapa)["config"]["status"] == "failed"


def test_a_short_secret_is_a_warning(sapa: Sapa, write_config: Write) -> None:
    path = write_config()
    path.write_text(path.read_text().replace("a key that is only for tests and long enough", "short"))
    assert steps(sapa)["config.secret"]["status"] == "warning"


def test_doctor_creates_no_tables(sapa: Sapa, write_config: Write) -> None:
    write_config()
    found = steps(sapa)
    assert found["crm.schema"]["status"] == "warning"
    assert "sapa db upgrade" in found["crm.schema"]["hint"]
    assert "worker" not in found
    tables = sqlite3.connect("sapa.db")
    assert tables.execute("SELECT COUNT(*) FROM sqlite_master").fetchone() == (0,)
    tables.close()


def test_a_database_that_cannot_be_opened_ends_the_questions_about_it(sapa: Sapa, write_config: Write) -> None:
    write_config(crm_url="sqlite:///nowhere/sapa.db")
    found = steps(sapa)
    assert found["crm.open"]["status"] == "failed"
    assert "crm.schema" not in found
    assert "main.reachable" in found


def test_a_worker_that_was_just_seen_is_alive(sapa: Sapa, write_config: Write) -> None:
    write_config()
    sapa("db", "upgrade")
    assert steps(sapa)["worker"]["status"] == "warning"
    engine = open_engine(f"sqlite:///{Path('sapa.db').absolute()}")
    heartbeat.beat(engine, "desk:42", utc_now())
    alive = steps(sapa)["worker"]
    assert alive["status"] == "ok"
    assert "desk:42" in alive["message"]
    heartbeat.beat(engine, "desk:42", utc_now() - timedelta(minutes=5))
    engine.dispose()
    assert steps(sapa)["worker"]["status"] == "warning"


def test_a_copy_from_the_future_means_a_wrong_clock(sapa: Sapa, write_config: Write, slims_reader_url: str) -> None:
    write_config(slims_reader_url)
    sapa("sync")
    assert steps(sapa)["clock"]["status"] == "ok"
    engine = open_engine(f"sqlite:///{Path('sapa.db').absolute()}")
    with writing(engine) as connection:
        connection.execute(update(ils.source).values(as_of=utc_now() + timedelta(days=1)))
    engine.dispose()
    assert steps(sapa)["clock"]["status"] == "warning"


@pytest.mark.usefixtures("mariadb")
def test_a_crm_on_mariadb_is_examined_too(sapa: Sapa, write_config: Write, crm_mariadb: str) -> None:
    write_config(crm_url=crm_mariadb)
    sapa("db", "upgrade")
    found = steps(sapa)
    assert {found[name]["status"] for name in ("crm.open", "crm.schema", "clock")} == {"ok"}
    assert "crm.sqlite" not in found
    assert "keeper-of-tests" not in found["crm.open"]["message"]


def test_a_newcomer_is_told_which_grants_may_fail_beside_the_statements(
    sapa: Sapa, write_config: Write, slims: Database
) -> None:
    slims.server.execute("CREATE USER 'newcomer'@'127.0.0.1' IDENTIFIED BY 'x'")
    write_config(slims.server.url(slims.name, "newcomer", "x"))
    result = sapa("doctor", "--grants")
    slims.server.execute("DROP USER 'newcomer'@'127.0.0.1'")
    assert result.exit_code == 0
    assert {line.partition(" SELECT ")[0] for line in result.stdout.splitlines()} == {"GRANT"}
    assert result.stderr == (
        "Older versions of SLiMS have no loan_history, mst_custom_field, visitor_count.room_code:"
        " if the server says so, all is well.\n"
    )


def test_grants_are_one_statement_a_line_and_nothing_else(
    sapa: Sapa, write_config: Write, slims: Database, slims_reader_url: str
) -> None:
    write_config(slims_reader_url)
    result = sapa("doctor", "--grants")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert len(lines) > 10
    assert [line for line in lines if not (line.startswith("GRANT SELECT") and line.endswith(";"))] == []
    assert not any(f"`{slims.name}`.`user`" in line for line in lines)
    assert "mpasswd" not in result.stdout
