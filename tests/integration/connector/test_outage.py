"""Guarantee 3, servers: one that dies or a connection that breaks in the middle of a sync costs nothing but time."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pymysql
import pytest

from crm.database import open_engine
from crm.i18n import Message
from crm.status import copy_status
from tests.conftest import numbers
from tests.desk import Desk, enlarge_loans
from tests.library import settings_of
from tests.servers import Database, MariaDBServer
from tests.syncs import Job, SyncProcess, command, completed
from tests.victim import Victim

OUTAGES = 3
OUTAGE = pytest.mark.parametrize("kind", ["server", "connection"])


@dataclass(frozen=True)
class Outage:
    """What happens to a database while a sync uses it: its server is killed, or its connections are."""

    database: Database
    kind: str

    def begin(self) -> None:
        """Break off."""
        if self.kind == "server":
            self.database.server.kill()
            return
        with self.database.server.connection() as opened, opened.cursor() as cursor:
            for number in connections(self.database):
                with suppress(pymysql.OperationalError):  # it has ended by itself
                    cursor.execute(f"KILL CONNECTION {number}")

    def last_until_noticed(self, process: subprocess.Popen[str]) -> None:
        """Begin, and break whatever the command connects anew, until it ends."""
        self.begin()
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
            if self.kind == "connection":
                self.begin()

    def end(self) -> None:
        """Bring the server back."""
        if self.kind == "server":
            self.database.server.restart()

    def cut(self, victim: Victim, seconds: float, family: str) -> None:
        """Begin at a random moment of a sync, within ``seconds``, and look at what it left once all is back."""
        process = SyncProcess(victim.job)
        time.sleep(victim.chance.uniform(0, seconds))
        self.begin()
        ending = process.ending()
        self.end()
        victim.look(ending, family)

    def cut_updates(self, victim: Victim, desk: Desk, family: str) -> None:
        """Break several updates off; each is completed by the next run."""
        desk.work_a_day()
        whole = victim.complete()
        tries = landed = 0
        while landed < OUTAGES:
            desk.work_a_day()
            before = victim.landed
            self.cut(victim, whole.seconds, family)
            victim.complete()
            tries, landed = tries + 1, landed + victim.landed - before
            assert tries < 10 * OUTAGES, f"only {landed} of {tries} outages were noticed"


def connections(database: Database) -> list[int]:
    """Return the numbers of the connections that use ``database``."""
    found = database.server.execute(
        "SELECT id FROM information_schema.processlist WHERE db = %s", None, [database.name]
    )
    return [number for (number,) in found]


def await_connection(database: Database, process: subprocess.Popen[str]) -> None:
    """Wait until a command has begun to use ``database``."""
    deadline = time.monotonic() + 60
    while not connections(database):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDBServer]:
    """Run a server that these tests may kill."""
    server = MariaDBServer(tmp_path_factory.mktemp("own"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def slims_elsewhere(own_server: MariaDBServer) -> Database:
    """Give a SLiMS library on the server that may be killed."""
    database = own_server.load_dump("slims-9.7.0", "slims_elsewhere")
    enlarge_loans(database, 8_000)
    return database


@pytest.fixture
def crm_elsewhere(own_server: MariaDBServer) -> Iterator[Database]:
    """Give an empty CRM database on the server that may be killed."""
    database = own_server.create_database(f"crm_{next(numbers)}")
    yield database
    database.drop()


@OUTAGE
def test_a_crm_database_that_breaks_off_is_completed_by_the_next_run(
    crm_elsewhere: Database, large_slims: Database, chance: random.Random, kind: str
) -> None:
    outage, victim = Outage(crm_elsewhere, kind), Victim(crm_elsewhere.url, large_slims, chance)
    for _ in range(OUTAGES):
        outage.cut(victim, 1.0, "CrmUnavailable")
    victim.complete()
    outage.cut_updates(victim, Desk(large_slims, chance), "CrmUnavailable")


@OUTAGE
def test_an_ils_that_breaks_off_is_read_to_its_end_by_the_next_run(
    slims_elsewhere: Database, crm_url: str, chance: random.Random, kind: str
) -> None:
    outage, victim = Outage(slims_elsewhere, kind), Victim(crm_url, slims_elsewhere, chance)
    for _ in range(OUTAGES):
        outage.cut(victim, 0.5, "SourceUnavailable")
    victim.complete()
    outage.cut_updates(victim, Desk(slims_elsewhere, chance), "SourceUnavailable")


def test_a_table_that_a_power_cut_left_open_is_read_once_the_server_has_mended_it(
    slims_elsewhere: Database, crm_sqlite: str
) -> None:
    job = Job(crm_sqlite, settings_of(slims_elsewhere))
    completed(job)
    slims_elsewhere.execute("UPDATE loan SET renewed = renewed + 1 WHERE loan_id = 1")
    slims_elsewhere.server.kill()
    slims_elsewhere.server.restart()
    ending = completed(job)
    assert ending.report is not None
    assert ending.report["entities"]["loan"]["updated"] == 1


@OUTAGE
@pytest.mark.parametrize("place", ["crm", "ils"])
def test_the_command_tells_of_an_outage_in_two_lines(
    slims_elsewhere: Database, crm_elsewhere: Database, crm_sqlite: str, tmp_path: Path, place: str, kind: str
) -> None:
    crm_url = crm_elsewhere.url if place == "crm" else crm_sqlite
    outage = Outage(crm_elsewhere if place == "crm" else slims_elsewhere, kind)
    process = command(tmp_path, crm_url, settings_of(slims_elsewhere))
    await_connection(outage.database, process)
    outage.last_until_noticed(process)
    shown, told = process.communicate(timeout=60)
    outage.end()
    assert process.returncode == 1, told
    assert shown == ""
    assert len(told.splitlines()) == 2, told
    assert told.startswith("Error: ")
    completed(Job(crm_url, settings_of(slims_elsewhere)))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_ends_in_good_order_when_it_is_told_to(
    large_slims: Database, crm_url: str, tmp_path: Path, number: int
) -> None:
    process = command(tmp_path, crm_url, settings_of(large_slims))
    await_connection(large_slims, process)
    process.send_signal(number)
    shown, told = process.communicate(timeout=60)
    assert (process.returncode, shown, told) == (130, "", "Interrupted.\n")
    engine = open_engine(crm_url)
    run = copy_status(engine)[0].last_run
    engine.dispose()
    assert run is not None
    assert (run.outcome, run.reason) == ("failed", Message("interrupted"))
    completed(Job(crm_url, settings_of(large_slims)))


def test_a_server_that_freezes_does_not_freeze_the_sync(slims_elsewhere: Database, crm_sqlite: str) -> None:
    server = slims_elsewhere.server.process
    assert server is not None
    patient = {"connector.source.STATEMENT_SECONDS": 1, "connector.source.ANSWER_SECONDS": 1}
    job = Job(crm_sqlite, settings_of(slims_elsewhere))
    process = SyncProcess(replace(job, patches=patient))
    time.sleep(0.2)
    os.kill(server.pid, signal.SIGSTOP)
    try:
        ending = process.ending(patience=20)
    finally:
        os.kill(server.pid, signal.SIGCONT)
    assert ending.error == "SourceUnavailable"
    assert len(ending.lines) == 2
    completed(job)
