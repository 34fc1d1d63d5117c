"""From an empty folder to a proven copy of a real SLiMS, by the command alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.functional.running import Sapa, Write
from tests.servers import Database

ENTITIES = (
    "branch", "category", "closed_day", "patron", "title", "author", "subject", "item", "loan", "hold", "visit",
    "charge",
)  # fmt: skip


@pytest.fixture
def configured(write_config: Write, slims_reader_url: str) -> Path:
    """Write a configuration for the SLiMS of this test."""
    return write_config(slims_reader_url)


@pytest.mark.usefixtures("configured")
def test_sync_verify_and_status_agree(sapa: Sapa, slims: Database) -> None:
    first = sapa("sync", "--json")
    assert (first.exit_code, first.stderr) == (0, "")
    report = json.loads(first.stdout)["source"]["main"]
    assert tuple(report["entities"]) == ENTITIES
    loans = slims.execute("SELECT COUNT(*) FROM loan")[0][0]
    assert report["entities"]["loan"]["scanned"] == report["entities"]["loan"]["inserted"] == loans
    assert report["as_of"].endswith("Z")
    assert report["seconds"] > 0

    proof = json.loads(sapa("verify", "--json").stdout)
    assert proof["equal"] is True
    counts = proof["source"]["main"]["loan"]
    assert (counts["source_rows"], counts["copy_rows"], counts["missing"]) == (loans, loans, 0)
    assert set(counts) >= {"source_rows", "copy_rows", "missing", "extra", "different", "rejected", "withheld"}

    state = json.loads(sapa("status", "--json").stdout)["source"]["main"]
    assert state["as_of"] == report["as_of"]
    assert state["entities"]["loan"] == {"rows": loans, "gone": 0, "rejected": 0}
    assert (state["last_run"]["outcome"], state["last_run"]["reason"]) == ("done", None)


@pytest.mark.usefixtures("configured")
def test_tables_are_written_for_people(sapa: Sapa, slims: Database) -> None:
    loans = slims.execute("SELECT COUNT(*) FROM loan")[0][0]
    lines = sapa("sync").stdout.splitlines()
    assert lines[0].startswith("main · data as of ")
    assert lines[1].split() == ["rows", "scanned", "new", "changed", "gone", "rejected"]
    loan_line = next(line for line in lines if line.startswith("  loans"))
    assert loan_line.split()[1:] == [f"{loans:,}", f"{loans:,}", "-", "-", "-"]
    assert {len(line) for line in lines[1:14]} == {len(lines[1])}
    assert "the copy equals the ILS" in sapa("verify").stdout
    assert "last run: done" in sapa("status").stdout


def test_tables_speak_indonesian(sapa: Sapa, write_config: Write, slims_reader_url: str, slims: Database) -> None:
    write_config(slims_reader_url, language="id")
    loans = f"{slims.execute('SELECT COUNT(*) FROM loan')[0][0]:,}".replace(",", ".")
    lines = sapa("sync").stdout.splitlines()
    assert lines[0].startswith("main · data per ")
    assert next(line for line in lines if line.startswith("  peminjaman")).split()[1] == loans
    assert "salinan sama dengan sistem perpustakaan" in sapa("verify").stdout


@pytest.mark.usefixtures("configured")
def test_a_difference_is_listed_with_its_key_and_exit_code_3(sapa: Sapa, slims: Database) -> None:
    sapa("sync")
    key = slims.execute("SELECT MIN(member_id) FROM member")[0][0]
    slims.execute("UPDATE member SET member_name = CONCAT(member_name, ' ') WHERE member_id = %s", values=[key])
    result = sapa("verify")
    assert result.exit_code == 3
    assert "the copy differs from the ILS" in result.stdout
    assert f"  different: patrons {key} (name)" in result.stdout.splitlines()
    document = json.loads(sapa("verify", "--json").stdout)
    assert document["equal"] is False
    assert document["differences"]["main"] == [
        {"entity": "patron", "kind": "different", "key": key, "columns": ["name"]}
    ]


@pytest.mark.usefixtures("configured")
def test_a_key_cannot_command_the_terminal(sapa: Sapa, slims: Database) -> None:
    sapa("sync")
    slims.execute(
        "INSERT INTO member (member_id, member_name, gender, expire_date) VALUES (%s, 'Merah', 1, '2030-01-01')",
        values=["\x1b[31mX\nY"],
    )
    result = sapa("verify")
    assert r"  missing: patrons \x1b[31mX\nY" in result.stdout.splitlines()
    assert "\x1b" not in result.stdout


@pytest.mark.usefixtures("configured")
def test_a_rejected_row_is_told_by_sync_and_status_with_exit_code_3(sapa: Sapa, slims: Database) -> None:
    slims.execute(
        "INSERT INTO member (member_id, member_name, gender, expire_date) VALUES ('', 'Tanpa Nomor', 1, '2030-01-01')"
    )
    synced = sapa("sync")
    assert synced.exit_code == 3
    assert "1 rows could not be copied; `sapa status` shows them." in synced.stdout
    told = sapa("status")
    assert told.exit_code == 3
    assert "The key is blank." in told.stdout
    assert "Tanpa Nomor" not in told.stdout
    document = json.loads(sapa("status", "--json").stdout)["source"]["main"]
    assert document["entities"]["patron"]["rejected"] == 1
    assert document["latest_rejects"][0]["entity"] == "patron"


@pytest.mark.usefixtures("configured")
def test_a_dry_run_tells_and_changes_nothing(sapa: Sapa, slims: Database) -> None:
    sapa("sync")
    slims.execute("DELETE FROM fines LIMIT 1")
    told = json.loads(sapa("sync", "--dry-run", "--json").stdout)["source"]["main"]
    assert told["entities"]["charge"]["gone"] == 1
    assert sapa("verify").exit_code == 3
    before = json.loads(sapa("status", "--json").stdout)["source"]["main"]["last_run"]
    assert "Nothing was written" in sapa("sync", "--dry-run").stdout
    assert json.loads(sapa("status", "--json").stdout)["source"]["main"]["last_run"] == before


@pytest.mark.usefixtures("configured")
def test_one_entity_can_be_chosen(sapa: Sapa) -> None:
    report = json.loads(sapa("sync", "--entity", "loan", "--entity", "patron", "--json").stdout)["source"]["main"]
    assert set(report["entities"]) == {"loan", "patron"}


@pytest.mark.usefixtures("configured")
def test_an_emptied_table_stops_the_sync_until_it_is_accepted(sapa: Sapa, slims: Database) -> None:
    sapa("sync")
    slims.execute("DELETE FROM fines")
    stopped = sapa("sync")
    assert stopped.exit_code == 3
    assert "has no charges at all any more" in stopped.stderr
    assert "--accept-empty" in stopped.stderr
    assert f"  reason: {stopped.stderr.splitlines()[0].removeprefix('Error: ')}" in sapa("status").stdout.splitlines()
    assert json.loads(sapa("status", "--json").stdout)["source"]["main"]["last_run"]["reason"] in stopped.stderr
    assert sapa("sync", "--accept-empty").exit_code == 0
    assert sapa("verify").exit_code == 0


def test_one_broken_source_does_not_keep_the_others_waiting(
    sapa: Sapa, configured: Path, slims_reader_url: str
) -> None:
    broken = '[[sources]]\nname = "{}"\nils = "slims"\ndatabase_url = "sqlite:///none.db"\n'
    text = configured.read_text()
    configured.write_text(text.replace("[[sources]]", broken.format("first") + "[[sources]]"))
    result = sapa("sync", "--json")
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert list(document["source"]) == ["main"]
    assert "none.db" in document["failed"]["first"][0]
    assert "none.db" in result.stderr
    assert sapa("sync", "--source", "main").exit_code == 0
    assert slims_reader_url.rpartition("@")[0] not in result.output


@pytest.mark.usefixtures("configured")
def test_before_the_first_sync_status_says_what_to_do(sapa: Sapa) -> None:
    result = sapa("status")
    assert (result.exit_code, result.stdout) == (0, "There is no copy yet. Run `sapa sync` to make it.\n")
    assert json.loads(sapa("status", "--json").stdout) == {"source": {}}


@pytest.mark.usefixtures("configured")
def test_nothing_of_the_bars_reaches_a_pipe(sapa: Sapa) -> None:
    assert sapa("sync").stderr == ""
