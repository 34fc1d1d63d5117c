"""Guarantee 3, processes: a sync killed at any instant leaves no unit half visible, and the next run completes it.

SAPA_TEST_KILLS sets how many kills have to land: at random moments and at random statements, in first copies and in
updates, on each kind of CRM database; eight times as many in all.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import numbers
from tests.desk import Desk
from tests.servers import Database, MariaDBServer
from tests.victim import Victim

KILLS = int(os.environ.get("SAPA_TEST_KILLS", "8"))


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


@pytest.mark.parametrize("at", ["moment", "statement"])
def test_a_killed_first_copy_is_completed_by_the_next_run(
    new_crm: Callable[[], str], large_slims: Database, chance: random.Random, at: str
) -> None:
    whole = Victim(new_crm(), large_slims, chance).complete()
    tries = landed = 0
    while landed < KILLS:
        victim = Victim(new_crm(), large_slims, chance)
        for _ in range(4):
            if not victim.kill(at, whole).was_killed:
                break
        victim.complete()
        tries, landed = tries + victim.tries, landed + victim.landed
        assert tries <= 4 * KILLS, f"only {landed} of {tries} kills landed"


@pytest.mark.parametrize("at", ["moment", "statement"])
def test_a_killed_update_is_completed_by_the_next_run(
    new_crm: Callable[[], str], large_slims: Database, chance: random.Random, at: str
) -> None:
    victim, desk = Victim(new_crm(), large_slims, chance), Desk(large_slims, chance)
    victim.complete()
    desk.work_a_day()
    whole = victim.complete()
    while victim.landed < KILLS:
        desk.work_a_day()
        for _ in range(4):
            if not victim.kill(at, whole).was_killed:
                break
        victim.complete()
        assert victim.tries <= 4 * KILLS, f"only {victim.landed} of {victim.tries} kills landed"
