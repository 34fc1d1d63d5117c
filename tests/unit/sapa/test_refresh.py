"""The refresh of all profiles: for whom, in which order, and what happens when it is cut off."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update

from connector.progress import StoppedError
from crm.database import ensure_current, open_engine, reading, writing
from crm.errors import AlreadyRunning
from crm.locks import refreshing_alone
from crm.schema import ils
from crm.schema.people import person
from crm.schema.profiles import facts, touched
from crm.scope import Scope
from crm.settings import CrmSettings, LibrarySettings, ProfileSettings
from crm.touched import touch_everything, touch_persons
from sapa import refresh as refreshing
from sapa.jobs import StopWatch, profiles_job
from sapa.refresh import Refreshed, refresh
from sapa.settings import ServeSettings, Settings

NOW = datetime(2026, 11, 24, 5)
EVENING = datetime(2026, 11, 24, 17)  # a new day in Jakarta
SETTINGS = Settings(Path("x"), LibrarySettings("Uji"), CrmSettings("", ""), (), ServeSettings())
ORDER = ["patrons", "groups", "interests", "facts", "segments", "reports"]


class Steps:
    """Notes how each package was called, and works nothing out; ``fails`` names one that fails."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, bool, date]] = []
        self.fails = ""

    def __call__(self) -> dict[str, Any]:
        return {name: self._step(name) for name in ORDER}

    def _step(self, name: str) -> Any:
        def step(_engine: Engine, _profile: ProfileSettings, scope: Scope, today: date, _now: datetime) -> int:
            if name == self.fails:
                raise RuntimeError("the power went")
            self.calls.append((name, scope.is_everything, today))
            return 1

        return step

    def taken(self) -> list[tuple[str, bool, date]]:
        """Return the calls and forget them."""
        calls, self.calls = self.calls, []
        return calls


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    """Put notes in place of the packages."""
    found = Steps()
    monkeypatch.setattr(refreshing, "steps", found)
    return found


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Engine]:
    """Give a database with a whole copy and a person whose facts are of today."""
    engine = open_engine(f"sqlite:///{tmp_path / 'crm.db'}")
    ensure_current(engine)
    counts = {column.name: 0 for column in facts.c if not column.nullable}
    words = {"person_id": 1, "state": "member", "stage": "new", "worked_out_on": date(2026, 11, 24)}
    row = {"id": 1, "is_placeholder_birth": False, "created_at": NOW, "changed_at": NOW}
    with writing(engine) as connection:
        connection.execute(insert(ils.source).values(id=1, name="main", ils="slims", as_of=NOW))
        connection.execute(insert(person).values(row))
        connection.execute(insert(facts).values(counts | words | {"is_minor": False}))
    yield engine
    engine.dispose()


def touch(engine: Engine) -> None:
    with writing(engine) as connection:
        touch_persons(connection, [1])


def waiting(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return list(connection.scalars(select(touched.c.kind).order_by(touched.c.id)))


def calls(today: date = date(2026, 11, 24), *, everything: bool) -> list[tuple[str, bool, date]]:
    return [(name, everything, today) for name in ORDER]


def test_the_real_packages_are_called_in_this_order() -> None:
    assert list(refreshing.steps()) == ORDER


def test_nothing_is_done_where_nothing_waits(crm: Engine, steps: Steps) -> None:
    assert refresh(crm, SETTINGS, NOW) == Refreshed()
    assert steps.taken() == []


def test_what_waits_is_worked_out_once(crm: Engine, steps: Steps) -> None:
    touch(crm)
    report = refresh(crm, SETTINGS, NOW)
    assert (report.is_everything, report.rows) == (False, dict.fromkeys(ORDER, 1))
    assert steps.taken() == calls(everything=False)
    assert waiting(crm) == []
    refresh(crm, SETTINGS, NOW)
    assert steps.taken() == []


def test_everybody_is_meant_where_the_list_says_so_or_it_is_asked_for(crm: Engine, steps: Steps) -> None:
    with writing(crm) as connection:
        touch_everything(connection)
    refresh(crm, SETTINGS, NOW)
    assert steps.taken() == calls(everything=True)
    refresh(crm, SETTINGS, NOW, everything=True)
    assert steps.taken() == calls(everything=True)
    assert waiting(crm) == []


def test_a_new_day_in_the_library_means_everybody(crm: Engine, steps: Steps) -> None:
    refresh(crm, SETTINGS, EVENING - timedelta(seconds=1))
    assert steps.taken() == []
    refresh(crm, SETTINGS, EVENING)
    assert steps.taken() == calls(date(2026, 11, 25), everything=True)


def test_patrons_without_any_facts_mean_everybody(crm: Engine, steps: Steps) -> None:
    with writing(crm) as connection:
        connection.execute(facts.delete())
    refresh(crm, SETTINGS, NOW)
    assert steps.taken() == calls(everything=True)


def test_nothing_is_done_before_the_first_copy_is_whole(crm: Engine, steps: Steps) -> None:
    with writing(crm) as connection:
        connection.execute(update(ils.source).values(as_of=None))
        touch_everything(connection)
    assert refresh(crm, SETTINGS, NOW, everything=True) == Refreshed()
    assert steps.taken() == []
    assert waiting(crm) == ["all"]


@pytest.mark.parametrize("step", ORDER)
@pytest.mark.parametrize("at", [NOW, EVENING])
def test_a_refresh_that_was_cut_off_is_done_again(crm: Engine, steps: Steps, step: str, at: datetime) -> None:
    touch(crm)
    steps.fails = step
    with pytest.raises(RuntimeError, match="the power went"):
        refresh(crm, SETTINGS, at)
    with writing(crm) as connection:  # as the facts were worked out by then
        connection.execute(update(facts).values(worked_out_on=date(2026, 11, 25)))
    steps.fails = ""
    steps.taken()
    refresh(crm, SETTINGS, at)
    assert steps.taken() == calls((at + timedelta(hours=7)).date(), everything=at is EVENING)
    assert waiting(crm) == []


def test_what_comes_while_it_runs_waits_for_the_next(
    crm: Engine, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change_something(*_: object) -> int:
        touch(crm)
        return 1

    def busy() -> dict[str, Any]:
        return {**steps(), "facts": change_something}

    monkeypatch.setattr(refreshing, "steps", busy)
    touch(crm)
    refresh(crm, SETTINGS, NOW)
    assert waiting(crm) == ["person"]


def test_one_runs_at_a_time(crm: Engine, steps: Steps) -> None:
    touch(crm)
    with refreshing_alone(crm, 0), pytest.raises(AlreadyRunning):
        refresh(crm, SETTINGS, NOW, wait_seconds=0)
    assert steps.taken() == []
    refresh(crm, SETTINGS, NOW, wait_seconds=0)
    assert steps.taken() == calls(everything=False)


def test_the_worker_stops_it_between_two_packages(crm: Engine, steps: Steps) -> None:
    stop = threading.Event()
    stop.set()
    touch(crm)
    with pytest.raises(StoppedError):
        refresh(crm, SETTINGS, NOW, progress=StopWatch(stop))
    assert waiting(crm) == ["person"]
    assert steps.taken() == []


def test_the_workers_job_tells_what_it_did_and_is_quiet_otherwise(
    crm: Engine, steps: Steps, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    job = profiles_job(crm, SETTINGS, threading.Event(), str)
    with writing(crm) as connection:
        connection.execute(update(facts).values(worked_out_on=date(9999, 1, 1)))
    job.run()
    assert caplog.messages == []
    touch(crm)
    job.run()
    assert [message.partition(",")[0] for message in caplog.messages] == ["profiles: profiles of 1 people"]
    assert [name for name, *_ in steps.taken()] == ORDER
