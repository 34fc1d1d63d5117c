"""Guarantee 6: two syncs of a source never work at once, and a sync without changes writes nothing."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from connector import loading
from connector.copy import Runner, open_copy
from connector.entity_sync import SyncOptions
from connector.state import take_fence
from crm.clock import utc_now
from crm.database import open_engine, writing
from crm.errors import AlreadyRunning
from crm.i18n import Message
from crm.locks import is_running, running_alone
from crm.schema import ils
from tests.copies import assert_whole, changed_keys, dump, snapshot
from tests.desk import Desk
from tests.library import Library, settings_of
from tests.servers import Database
from tests.syncs import Ending, Job, SyncProcess, assert_equal, completed, run

SLOW = {"connector.pipeline.ROWS_PER_UNIT": 100}


@pytest.fixture
def job(crm_url: str, large_slims: Database) -> Job:
    """Give a first copy into an empty CRM database, slow enough to be met at work."""
    return Job(crm_url, settings_of(large_slims), patches=SLOW)


def waiting(job: Job, seconds: float) -> Job:
    """Return a job that waits for another one for at most ``seconds``."""
    return replace(job, options=SyncOptions(wait_seconds=seconds))


class Freezer:
    """Starts syncs and freezes them (SIGSTOP) between two commit units, as a computer that falls asleep would."""

    def __init__(self) -> None:
        self.started: list[SyncProcess] = []

    def start(self, job: Job) -> SyncProcess:
        """Start a sync that is killed at the end of the test."""
        self.started.append(SyncProcess(job))
        return self.started[-1]

    def at_work(self, job: Job) -> SyncProcess:
        """Start a sync and freeze it once it holds the lease and has copied something."""
        process = self.start(job)
        deadline = time.monotonic() + 60
        while not has_copied(job.crm_url):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        self.freeze(process, job)
        return process

    def freeze(self, process: SyncProcess, job: Job) -> None:
        """Freeze a sync at a moment when others may write."""
        for _ in range(200):
            process.send_signal(signal.SIGSTOP)
            if is_writable(job.crm_url):
                return
            process.send_signal(signal.SIGCONT)
            time.sleep(0.003)
        raise AssertionError("the sync never let go of the lock")

    def kill_all(self) -> None:
        """End what still runs; a frozen process would not hear anything gentler."""
        for process in self.started:
            process.send_signal(signal.SIGKILL)


@pytest.fixture
def freezer() -> Iterator[Freezer]:
    """Give a freezer."""
    freezer = Freezer()
    yield freezer
    freezer.kill_all()


def has_copied(crm_url: str) -> bool:
    """Tell whether a sync has committed something."""
    engine = create_engine(crm_url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            return connection.scalar(text("SELECT 1 FROM sync_bucket LIMIT 1")) is not None
    except DBAPIError:  # there are no tables yet
        return False


def is_writable(crm_url: str) -> bool:
    """Tell whether nobody holds SQLite's write lock, or the row of the lease on MariaDB."""
    engine = create_engine(crm_url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA busy_timeout = 20")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                connection.exec_driver_sql("ROLLBACK")
            else:
                connection.exec_driver_sql("SELECT fence FROM sync_lease FOR UPDATE NOWAIT").all()
    except OperationalError:
        return False
    return True


def take_over(job: Job) -> None:
    """Take the lease as a run on another computer would."""
    engine = open_engine(job.crm_url)
    with writing(engine) as connection:
        source_id = connection.scalar(text("SELECT id FROM ils_source"))
        take_fence(connection, source_id, "another computer, process 1", utc_now())
    engine.dispose()


@contextmanager
def closing_engine(crm_url: str) -> Iterator[Engine]:
    """Open the CRM database for a moment."""
    engine = open_engine(crm_url)
    yield engine
    engine.dispose()


def assert_told_who(ending: Ending, holder: SyncProcess) -> None:
    """Fail unless a sync gave way to another one and named it."""
    assert ending.error == "AlreadyRunning", ending.lines
    assert len(ending.lines) == 2
    assert f"process {holder.process.pid} " in ending.lines[0]


def test_the_second_of_two_syncs_waits_and_then_says_who_is_at_work(job: Job, freezer: Freezer) -> None:
    first = freezer.at_work(job)
    second = run(waiting(job, 1))
    assert_told_who(second, first)
    assert second.seconds == pytest.approx(1, abs=0.7)
    with closing_engine(job.crm_url) as engine:
        assert is_running(engine, job.source.name)
    first.send_signal(signal.SIGCONT)
    assert first.ending().error is None
    with closing_engine(job.crm_url) as engine:
        assert not is_running(engine, job.source.name)
    completed(job)


def test_who_waits_is_told_for_whom_and_how_long(job: Job, freezer: Freezer) -> None:
    first = freezer.at_work(job)
    told: list[Message] = []
    with (
        closing_engine(job.crm_url) as engine,
        pytest.raises(AlreadyRunning),
        running_alone(engine, job.source.name, 1, told.append),
    ):
        pass
    [reason] = [message.said(str) for message in told]
    assert f"process {first.process.pid};" in reason
    assert "up to 1 seconds" in reason


def test_a_sync_that_waits_begins_when_the_other_is_done(job: Job, freezer: Freezer) -> None:
    first = freezer.at_work(job)
    second = freezer.start(waiting(job, 60))
    time.sleep(0.3)
    first.send_signal(signal.SIGCONT)
    endings = [first.ending(), second.ending()]
    assert [ending.error for ending in endings] == [None, None]
    assert endings[1].report is not None
    assert sum(entity["inserted"] for entity in endings[1].report["entities"].values()) == 0
    assert_equal(job.crm_url, job.source)


def test_several_syncs_that_begin_at_once_on_an_empty_database_copy_everything_once(job: Job, freezer: Freezer) -> None:
    processes = [freezer.start(waiting(replace(job, patches={}), 60)) for _ in range(4)]
    assert [process.ending().error for process in processes] == [None] * 4
    found = snapshot(job.crm_url)
    assert_whole(found)
    assert found.events == [("source.baseline", "main", "")]
    assert_equal(job.crm_url, job.source)


def test_a_killed_sync_frees_its_place_at_once(job: Job, freezer: Freezer) -> None:
    freezer.at_work(job).kill()
    assert completed(waiting(job, 2)).seconds < 30


def test_two_sources_are_synced_side_by_side(job: Job, freezer: Freezer, slims: Database) -> None:
    first = freezer.at_work(job)
    other = run(replace(waiting(job, 1), source=replace(settings_of(slims), name="other")))
    assert other.error is None, other.lines
    first.send_signal(signal.SIGCONT)
    assert first.ending().error is None
    assert_equal(job.crm_url, job.source)


def test_what_another_first_copy_did_to_the_indexes_meanwhile_is_no_error(
    either_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_has", lambda *_: False)  # so it was when this one looked
    with writing(either_library.crm) as connection:
        fence = take_fence(connection, 1, "this test", utc_now())
    with open_copy(either_library.crm, Runner(fence, utc_now, has_baseline=True)) as copy:
        loading.ensure_indexes(copy, ils.loan)
        with copy.committing() as connection:
            loading.drop_indexes(connection, ils.loan)
            loading.drop_indexes(connection, ils.loan)
        loading.ensure_indexes(copy, ils.loan)
    with either_library.crm.connect() as connection:
        found = {each["name"] for each in inspect(connection).get_indexes("ils_loan")}
    assert {index.name for index in ils.loan.indexes} <= found


def test_a_run_that_slept_while_another_took_over_commits_no_more(job: Job, freezer: Freezer) -> None:
    sleeper = freezer.at_work(job)
    take_over(job)
    before = dump(job.crm_url)
    sleeper.send_signal(signal.SIGCONT)
    ending = sleeper.ending()
    assert ending.error == "AlreadyRunning", ending.lines
    assert len(ending.lines) == 2
    assert dump(job.crm_url) == before
    completed(job)


def test_a_newer_run_and_a_sleeper_do_not_mix(
    job: Job, freezer: Freezer, large_slims: Database, chance: random.Random
) -> None:
    completed(job)
    before = snapshot(job.crm_url)
    Desk(large_slims, chance).work_a_day()
    sleepy = replace(job, patches={"connector.transfer.CHANGES_PER_COMMIT": 5})
    sleeper = freezer.start(sleepy)
    time.sleep(chance.uniform(0, 0.3))
    freezer.freeze(sleeper, job)
    take_over(job)
    sleeper.send_signal(signal.SIGCONT)
    assert sleeper.ending().error in {None, "AlreadyRunning"}
    completed(job)
    after = snapshot(job.crm_url)
    subjects: dict[str, set[str]] = {}
    for kind, subject, _ in after.events[1:]:
        subjects.setdefault(kind.partition(".")[0], set()).add(subject)
    assert len(after.events) == len(set(after.events))
    assert subjects == changed_keys(before, after)


def test_a_repeated_sync_writes_nothing(job: Job, large_slims: Database) -> None:
    completed(job)
    before, written = dump(job.crm_url), witness(job.crm_url)
    report = completed(job).report
    assert dump(job.crm_url) == before
    assert written() == []
    assert report is not None
    for entity, counts in report["entities"].items():
        changes = {name: counts[name] for name in ("inserted", "updated", "gone", "buckets_read")}
        assert not any(changes.values()), (entity, changes)


def witness(crm_url: str) -> Callable[[], list[str]]:
    """Return a function that names the tables in which a row was written since, even if with the same values."""
    engine = open_engine(crm_url)
    quiet = [name for name in dump(crm_url) if name != "ils_source"]
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE witnessed (name VARCHAR(64))"))
        for name in quiet:
            for action in ("INSERT", "UPDATE", "DELETE"):
                note = f"INSERT INTO witnessed VALUES ('{name}');"
                body = f"BEGIN {note} END" if engine.dialect.name == "sqlite" else note.rstrip(";")
                connection.execute(
                    text(f"CREATE TRIGGER t_{name}_{action} AFTER {action} ON {name} FOR EACH ROW {body}")
                )

    def written() -> list[str]:
        with engine.connect() as connection:
            return sorted(set(connection.scalars(text("SELECT name FROM witnessed"))))

    return written
