"""Guarantee 3, processes: a sync killed at any instant leaves no unit half visible, and the next run completes it.

SAPA_TEST_KILLS sets how many kills have to land in each of the two kinds of runs on each kind of CRM database.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import numbers
from tests.copies import Snapshot, assert_between, assert_whole, changed_keys, snapshot
from tests.desk import Desk, enlarge_loans
from tests.library import settings_of
from tests.servers import Database, MariaDBServer
from tests.syncs import SMALL_UNITS, Ending, Job, SyncProcess, completed, run

KILLS = int(os.environ.get("SAPA_TEST_KILLS", "12"))
LOANS = 8_000


@pytest.fixture
def chance() -> random.Random:
    """Give chance a seed that a failing test shows."""
    seed = random.randrange(1 << 32)
    print(f"seed of this test: {seed}")
    return random.Random(seed)


@pytest.fixture(scope="module")
def large_slims(mariadb: MariaDBServer, slims_template: Database) -> Iterator[Database]:
    """Give a SLiMS library of 8,000 loans."""
    database = mariadb.copy_database(slims_template.name, "slims_crash")
    enlarge_loans(database, LOANS)
    yield database
    database.drop()


class Victim:
    """One CRM database whose syncs are killed; between two proofs, every bucket is as before or as after."""

    def __init__(self, crm_url: str, slims: Database, chance: random.Random) -> None:
        """Begin with whatever the CRM database holds."""
        self.job = Job(crm_url, settings_of(slims), patches=SMALL_UNITS)
        self.chance = chance
        self.before = snapshot(crm_url)
        self.seen: list[Snapshot] = []
        self.tries = self.landed = 0

    def kill(self, seconds: float) -> Ending:
        """Kill a sync after at most ``seconds`` and look at what it left."""
        process = SyncProcess(self.job)
        time.sleep(self.chance.uniform(0, seconds))
        return self._look(process.kill())

    def kill_before_step(self, step: int) -> Ending:
        """Let a sync kill itself before its ``step``th statement or commit and look at what it left."""
        return self._look(run(Job(**{**vars(self.job), "dies_before_step": step})))

    def _look(self, ending: Ending) -> Ending:
        assert ending.error is None, ending.lines
        self.tries += 1
        self.landed += ending.was_killed
        found = snapshot(self.job.crm_url)
        assert_whole(found)
        self.seen.append(found)
        return ending

    def complete(self) -> Ending:
        """Run one sync to its end, prove the copy, and hold all that was seen since the last proof against it."""
        ending = completed(self.job)
        after = snapshot(self.job.crm_url)
        assert_whole(after)
        for found in self.seen:
            assert_between(found, self.before, after)
        if self.before.as_of is None:
            assert after.events == [("source.baseline", "main", "")]
        else:
            self._assert_told_once(after)
        self.before, self.seen = after, []
        return ending

    def _assert_told_once(self, after: Snapshot) -> None:
        told = Counter(after.events)
        told.subtract(Counter(self.before.events))
        subjects: dict[str, set[str]] = {}
        for (kind, subject, columns), times in told.items():
            if times:
                assert times == 1, f"{kind} of {subject} ({columns}) was told {times} times"
                subjects.setdefault(kind.partition(".")[0], set()).add(subject)
        assert subjects == changed_keys(self.before, after)


@pytest.fixture(params=["sqlite", "mariadb"])
def new_crm(request: pytest.FixtureRequest, mariadb: MariaDBServer, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Give a function that returns the URL of one more empty CRM database."""
    made: list[Database] = []

    def on_mariadb() -> str:
        made.append(mariadb.create_database(f"crm_crash_{next(numbers)}"))
        return made[-1].url

    yield on_mariadb if request.param == "mariadb" else lambda: f"sqlite:///{tmp_path / f'crm-{next(numbers)}.db'}"
    for database in made:
        database.drop()


def test_a_first_copy_killed_at_random_moments_is_completed_by_the_next_run(
    new_crm: Callable[[], str], large_slims: Database, chance: random.Random
) -> None:
    whole = Victim(new_crm(), large_slims, chance).complete().seconds
    tries = landed = 0
    while landed < KILLS:
        victim = Victim(new_crm(), large_slims, chance)
        for _ in range(4):
            if not victim.kill(0.8 * whole).was_killed:
                break
        victim.complete()
        tries, landed = tries + victim.tries, landed + victim.landed
        assert tries < 3 * KILLS, f"only {landed} of {tries} kills landed"


def test_an_update_killed_at_random_moments_is_completed_by_the_next_run(
    new_crm: Callable[[], str], large_slims: Database, chance: random.Random
) -> None:
    victim, desk = Victim(new_crm(), large_slims, chance), Desk(large_slims, chance)
    victim.complete()
    desk.work_a_day()
    whole = victim.complete().seconds
    while victim.landed < KILLS:
        desk.work_a_day()
        for _ in range(4):
            if not victim.kill(0.8 * whole).was_killed:
                break
        victim.complete()
        assert victim.tries < 3 * KILLS, f"only {victim.landed} of {victim.tries} kills landed"


@pytest.mark.xfail(strict=False, reason="one seed fails on MariaDB; open")
def test_a_run_killed_at_any_statement_is_completed_by_the_next_run(
    new_crm: Callable[[], str], large_slims: Database, chance: random.Random
) -> None:
    steps = Victim(new_crm(), large_slims, chance).complete().steps
    victim, desk = Victim(new_crm(), large_slims, chance), Desk(large_slims, chance)
    for step in sorted(chance.sample(range(1, steps), KILLS // 2)):
        victim.kill_before_step(step)
    victim.complete()
    desk.work_a_day()
    steps = victim.complete().steps
    for _ in range(KILLS // 4):
        desk.work_a_day()
        for step in chance.sample(range(1, steps), 4):
            victim.kill_before_step(step)
        victim.complete()
    assert victim.landed > victim.tries / 2
