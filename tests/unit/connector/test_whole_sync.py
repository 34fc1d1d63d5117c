"""The fast smoke of everything: an invented SLiMS, synced into an embedded CRM, changed, synced again and proven."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from connector.entity_sync import FEW_ROWS, SyncOptions
from connector.progress import Silence, StoppedError
from connector.report import SyncReport
from connector.settings import SourceSettings
from connector.sync import sync_source
from connector.verify import VerifyReport, verify_source
from crm.database import check, open_engine
from crm.errors import SourceEmptied
from crm.i18n import Message, translator
from crm.schema.ils import COPIED
from crm.status import copy_status, rejected_rows
from sapa.demo.library import Size, build
from tests.unit.connector.sources import write

TODAY = date(2026, 11, 24)


class Town:
    """A library of the demo, its copy and its calendar."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "slims.db"
        self.crm: Engine = open_engine(f"sqlite:///{folder / 'crm.db'}")
        self.settings = SourceSettings("main", "slims", f"sqlite:///{self.path}")
        self.now = datetime(2026, 11, 24, 2, 0)

    def sync(self, **options: Any) -> SyncReport:
        """Sync an hour later."""
        self.now += timedelta(hours=1)
        return sync_source(self.crm, self.settings, SyncOptions(**options), clock=lambda: self.now)

    def verify(self) -> VerifyReport:
        """Prove the copy."""
        return verify_source(self.crm, self.settings)

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        """Ask the copy."""
        with self.crm.connect() as connection:
            return [tuple(row) for row in connection.execute(text(question))]


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invent a library and sync it once; tests get copies of the two files."""
    folder = tmp_path_factory.mktemp("town")
    build(folder / "slims.db", seed=7, today=TODAY, size=Size.SMALL)
    town = Town(folder)
    report = town.sync()
    town.crm.dispose()
    assert set(report.entities) == set(COPIED)
    assert all(each.inserted == each.scanned > 0 for each in report.entities.values())
    return folder


@pytest.fixture
def town(synced: Path, tmp_path: Path) -> Iterator[Town]:
    """Give a library that is synced."""
    for name in ("slims.db", "crm.db"):
        shutil.copyfile(synced / name, tmp_path / name)
    found = Town(tmp_path)
    yield found
    found.crm.dispose()


def test_the_copy_is_equal_whole_and_as_of_the_run(town: Town) -> None:
    proof = town.verify()
    assert proof.equal, proof.differences[:5]
    assert all(each.source_rows == each.copy_rows > 0 for each in proof.entities.values())
    [status] = copy_status(town.crm)
    assert (status.name, status.ils, status.as_of) == ("main", "slims", datetime(2026, 11, 24, 3, 0))
    assert status.last_run is not None
    assert status.last_run.outcome == "done"
    assert town.ask("SELECT type FROM event") == [("source.baseline",)]


@pytest.mark.parametrize("signal", [KeyboardInterrupt, StoppedError])
def test_a_run_that_is_interrupted_is_recorded_as_failed_for_that_reason(
    town: Town, signal: type[BaseException]
) -> None:
    class Watcher(Silence):
        def end(self) -> None:
            raise signal

    with pytest.raises(signal):
        sync_source(town.crm, town.settings, progress=Watcher())
    run = copy_status(town.crm)[0].last_run
    assert run is not None
    assert (run.outcome, run.reason) == ("failed", Message("interrupted"))
    town.sync()
    assert town.verify().equal


def test_a_run_that_failed_tells_its_reason_in_the_language_of_whoever_asks(town: Town) -> None:
    write(town.path, "DELETE FROM fines")
    with pytest.raises(SourceEmptied) as stopped:
        town.sync()
    run = copy_status(town.crm)[0].last_run
    assert run is not None
    assert run.reason is not None
    for translate in (str, translator("id")):
        assert run.reason.said(translate) == stopped.value.lines(translate)[0]


def test_the_indexes_that_the_first_copy_left_out_are_there_in_the_end(town: Town) -> None:
    assert check(town.crm) == []


def test_a_sync_without_a_change_reads_no_bucket_and_writes_no_row(town: Town) -> None:
    report = town.sync()
    assert all(each.buckets_read == 0 for each in report.entities.values())
    assert all(each.inserted == each.updated == each.gone == 0 for each in report.entities.values())
    assert town.ask("SELECT count(*) FROM event") == [(1,)]


CHANGES = (
    "UPDATE member SET member_phone = '+62 811 000' WHERE member_id = (SELECT min(member_id) FROM member)",
    "DELETE FROM loan WHERE loan_id = (SELECT min(loan_id) FROM loan)",
    "UPDATE loan SET due_date = '2027-01-01', renewed = renewed + 1 WHERE loan_id = (SELECT max(loan_id) FROM loan)",
    "INSERT INTO biblio_author (biblio_id, author_id, level) SELECT max(biblio_id), 999999, 2 FROM biblio",
    "UPDATE mst_publisher SET publisher_name = publisher_name || ' (baru)' WHERE publisher_id = 1",
    "UPDATE fines SET credit = debet WHERE fines_id = (SELECT max(fines_id) FROM fines)",
    "DELETE FROM reserve WHERE reserve_id = (SELECT max(reserve_id) FROM reserve)",
    "UPDATE mst_custom_field SET label = label || '?' WHERE primary_table = 'member'",
)


def test_changes_are_seen_told_and_proven(town: Town) -> None:
    write(town.path, *CHANGES)
    assert not town.verify().equal
    report = town.sync()
    proof = town.verify()
    assert proof.equal, proof.differences[:5]
    entities = report.entities
    assert (entities["loan"].updated, entities["loan"].gone) == (1, 1)
    assert (entities["hold"].gone, entities["charge"].updated, entities["author"].inserted) == (1, 1, 1)
    assert entities["patron"].updated > 100
    types = {kind for (kind,) in town.ask("SELECT type FROM event")}
    assert types >= {"loan.gone", "loan.extended", "hold.gone", "charge.updated", "title.updated", "patron.updated"}
    assert town.ask("SELECT count(*) FROM ils_loan WHERE gone_at IS NOT NULL") == [(1,)]


def test_a_dry_run_counts_and_changes_nothing(town: Town) -> None:
    write(town.path, CHANGES[1])
    assert town.sync(dry_run=True).entities["loan"].gone == 1
    assert town.ask("SELECT count(*) FROM ils_loan WHERE gone_at IS NOT NULL") == [(0,)]
    assert not town.verify().equal


def test_one_entity_alone_leaves_the_others_and_the_time_as_they_were(town: Town) -> None:
    write(town.path, CHANGES[0], CHANGES[1])
    report = town.sync(entities=("loan",))
    assert list(report.entities) == ["loan"]
    differing = {name for name, each in town.verify().entities.items() if each.missing or each.extra or each.different}
    assert differing == {"patron"}
    assert copy_status(town.crm)[0].as_of == datetime(2026, 11, 24, 3, 0)


def test_a_row_that_cannot_be_copied_is_kept_apart_and_the_rest_goes_on(town: Town) -> None:
    write(
        town.path,
        "UPDATE loan SET renewed = 'banyak' WHERE loan_id = (SELECT max(loan_id) FROM loan)",
        "UPDATE member SET member_id = ' ' WHERE member_id = (SELECT max(member_id) FROM member)",
        CHANGES[5],
    )
    report = town.sync()
    assert report.needs_look
    assert (report.entities["loan"].rejected, report.entities["patron"].rejected) == (1, 1)
    assert report.entities["charge"].updated == 1
    assert {each.reason for each in rejected_rows(town.crm, "main")} == {
        "The key is blank.",
        "renewals is not a whole number that fits 64 bits.",
    }
    assert {each.message.said(translator("id")) for each in rejected_rows(town.crm, "main")} == {
        "Kuncinya kosong.",
        "renewals bukan bilangan bulat yang muat dalam 64 bit.",
    }
    proof = town.verify()
    assert proof.equal, proof.differences[:5]
    assert (proof.entities["loan"].rejected, proof.entities["patron"].rejected) == (1, 1)


def test_an_emptied_table_stops_the_sync_until_it_is_said_to_be_right(town: Town) -> None:
    write(town.path, "DELETE FROM fines")
    with pytest.raises(SourceEmptied) as stopped:
        town.sync()
    message, hint = stopped.value.lines(str)
    assert stopped.value.exit_code == 3
    assert "main" in message
    assert " has no charges at all any more" in message
    assert "--accept-empty" in hint
    assert "tidak punya tagihan lagi" in stopped.value.lines(translator("id"))[0]
    assert copy_status(town.crm)[0].last_run.outcome == "stopped"  # type: ignore[union-attr]
    report = town.sync(accept_empty=True)
    assert report.entities["charge"].gone > 0
    assert town.verify().equal


def test_the_last_few_holds_may_go_for_they_were_fulfilled(town: Town) -> None:
    held = town.ask("SELECT count(*) FROM ils_hold WHERE gone_at IS NULL")[0][0]
    assert 0 < held <= FEW_ROWS
    write(town.path, "DELETE FROM reserve")
    assert town.sync().entities["hold"].gone == held


def test_many_holds_that_vanish_at_once_are_asked_about(town: Town) -> None:
    columns = "member_id, biblio_id, item_code, reserve_date"
    for number in range(1, FEW_ROWS):
        more = f"SELECT reserve_id + {number} * 1000, {columns} FROM reserve WHERE reserve_id < 1000"
        write(town.path, f"INSERT INTO reserve (reserve_id, {columns}) {more}")
    town.sync()
    write(town.path, "DELETE FROM reserve")
    with pytest.raises(SourceEmptied):
        town.sync()


def test_another_time_zone_makes_every_time_anew(town: Town) -> None:
    before = town.ask("SELECT min(added_at) FROM ils_title")
    town.settings = SourceSettings("main", "slims", town.settings.database_url, "Asia/Jayapura")
    report = town.sync(entities=("title",))
    assert report.entities["title"].updated == report.entities["title"].scanned
    assert town.ask("SELECT datetime(min(added_at), '+2 hours') FROM ils_title") == before
