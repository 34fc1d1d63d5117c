"""The first page as it is read, on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from crm.database import reading
from crm.reports import service, today
from crm.reports.rules import YEAR, Compared
from crm.reports.tasks import COPY_FAILED, COPY_LATE, DUPLICATES, FOLLOW_UP, FOLLOW_UPS, MOST, REJECTED, UNMAPPED, Task
from crm.reports.today import Move, Today
from crm.schema import ils, people, profiles, sync
from crm.scope import Scope
from crm.settings import ProfileSettings
from tests.integration.crm.reports.rows import NOW, TODAY, answer, contact, loans, persons, put, source, visits
from tests.statements import count_statements

LATE = {"source-1": timedelta(minutes=15)}
LAST = date(2026, 11, 16)


def refresh(engine: Engine, day: date = TODAY) -> None:
    service.refresh(engine, ProfileSettings(), Scope(is_everything=True), day, NOW)


def show(engine: Engine, now: datetime = NOW) -> Today:
    with reading(engine) as connection:
        return today.show(connection, TODAY, now, LATE)


def promise(engine: Engine, number: int, day: date = TODAY, **values: object) -> None:
    rows = [
        {
            "person_id": 1,
            "kind": "talk",
            "words": f"janji {at}",
            "at": NOW,
            "follow_up_on": day,
            "done_at": None,
            **values,
        }
        for at in range(number)
    ]
    put(engine, people.note, rows)


def test_an_empty_library_has_an_empty_page(crm: Engine) -> None:
    found = show(crm)
    assert found.sources.all == ()
    assert (found.tasks, found.suggestions, found.moves, found.rising) == ((), (), (), ())
    assert found.visits == Compared(0, None)
    assert found.counted_on is None
    assert [stage.now for stage in found.stages] == [0] * 6
    assert len(found.thisyear) == len(found.lastyear) == 26


def test_the_first_copy_is_told(crm: Engine) -> None:
    source(crm, as_of=None)
    assert show(crm).sources.first == ("source-1",)


def test_four_numbers_stand_beside_those_of_last_year(crm: Engine) -> None:
    source(crm)
    loans(crm, [LAST] * 6 + [LAST - YEAR] * 4, patron_key="siti")
    visits(crm, [datetime(2026, 11, 20, 3), datetime(2025, 11, 20, 3), datetime(2025, 11, 20, 4)])
    persons(crm, ["active", "active"])
    contact(crm, 1)
    contact(crm, 2, "email")
    answer(crm, 1, "agreed")
    refresh(crm)
    found = show(crm)
    assert (found.loans, found.visits, found.readers) == (Compared(6, 4), Compared(1, 2), Compared(1, 1))
    assert (found.agreed, found.reachable) == (Compared(1, None), 2)


def test_permission_is_compared_once_a_year_was_counted(crm: Engine) -> None:
    persons(crm, ["active"])
    contact(crm, 1)
    refresh(crm, TODAY - YEAR - timedelta(days=2))
    answer(crm, 1, "agreed")
    refresh(crm)
    assert show(crm).agreed == Compared(1, 0)


def test_stages_tell_who_came_and_left(crm: Engine) -> None:
    persons(crm, ["active", "active", "lapsing"])
    refresh(crm, TODAY - timedelta(days=40))
    with crm.begin() as connection:
        connection.execute(profiles.facts.update().where(profiles.facts.c.person_id == 1).values(stage="lapsing"))
    refresh(crm, TODAY - timedelta(days=3))
    refresh(crm)
    found = show(crm)
    stages = {stage.word: (stage.now, stage.before, stage.came, stage.left) for stage in found.stages}
    assert stages["active"] == (1, 2, 0, 1)
    assert stages["lapsing"] == (2, 1, 1, 0)
    assert found.moves == (Move("active", "lapsing", 1),)


def test_what_is_worth_doing_has_people_in_it(crm: Engine) -> None:
    persons(crm, ["lapsing", "lapsing", "new"])
    contact(crm, 1)
    refresh(crm)
    found = {each.listed.word: (each.people.people, each.people.reachable) for each in show(crm).suggestions}
    assert found["lapsing"] == (2, 1)
    assert found["welcome"] == (1, 0)
    assert len(found) <= 3


def test_what_was_promised_comes_first_and_the_rest_is_counted(crm: Engine) -> None:
    source(crm)
    persons(crm, ["active"])
    promise(crm, 1, TODAY - timedelta(days=2))
    promise(crm, 9)
    promise(crm, 3, TODAY + timedelta(days=1))
    promise(crm, 2, done_at=NOW)
    tasks = show(crm).tasks
    assert len(tasks) == MOST
    assert [task.kind for task in tasks] == [FOLLOW_UP] * 7 + [FOLLOW_UPS]
    assert tasks[0].day == TODAY - timedelta(days=2)
    assert tasks[-1].number == 3


def test_data_that_needs_a_look_is_on_the_list(crm: Engine) -> None:
    source(crm)
    persons(crm, ["active", "active", "active"])
    promise(crm, 20)
    reject = {"source_id": 1, "entity": "patron", "key": "a", "position": 1, "reason": "x", "seen_at": NOW}
    put(crm, ils.reject, [reject])
    pair = {"score": 90, "reasons": [], "found_at": NOW}
    put(crm, people.duplicate, [{"first_id": 1, "second_id": 2, "state": "proposed", **pair},
                                {"first_id": 1, "second_id": 3, "state": "dismissed", **pair}])  # fmt: skip
    loans(crm, [TODAY] * 5)  # of titles that nobody knows
    refresh(crm)
    tasks = show(crm, NOW + timedelta(hours=1)).tasks
    assert len(tasks) == MOST
    assert tasks[-4:] == (
        Task(COPY_LATE, name="source-1"), Task(REJECTED, 1), Task(DUPLICATES, 1), Task(UNMAPPED, share=1.0),
    )  # fmt: skip


@pytest.mark.parametrize("outcome", ["failed", "stopped"])
def test_a_copy_that_failed_is_not_called_late_too(crm: Engine, outcome: str) -> None:
    source(crm)
    put(crm, sync.run, [{"source_id": 1, "started_at": NOW, "outcome": "done"}])
    put(crm, sync.run, [{"source_id": 1, "started_at": NOW, "outcome": outcome}])
    assert show(crm, NOW + timedelta(hours=1)).tasks == (Task(COPY_FAILED, name="source-1"),)


def test_the_page_makes_the_same_statements_for_any_library(crm: Engine) -> None:
    with count_statements(crm) as empty:
        show(crm)
    source(crm)
    source(crm, 2)
    persons(crm, ["active"] * 30 + ["lapsing"] * 30)
    promise(crm, 30)
    loans(crm, [TODAY - timedelta(days=at) for at in range(400)])
    refresh(crm, TODAY - timedelta(days=40))
    refresh(crm)
    with count_statements(crm) as full:
        show(crm)
    assert len(full) <= 20
    assert len(full) - len(empty) <= 3  # the days that were counted are read only where there are any
    assert not [each for each in full if "ils_loan" in each or "ils_visit" in each]
