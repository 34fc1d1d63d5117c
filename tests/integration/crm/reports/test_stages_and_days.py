"""Who moved between stages, who can be written to, and how many they are, day by day."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Engine, select, update

from crm.database import reading, writing
from crm.reports import days, stages
from crm.reports.days import People
from crm.schema import segments
from crm.schema.profiles import facts, person_touched, stage
from crm.scope import Scope
from tests.integration.crm.reports.rows import NOW, TODAY, answer, contact, persons, put

EVERYTHING, SOME = Scope(is_everything=True), Scope(is_everything=False)
LATER = TODAY + timedelta(days=3)


def rows(engine: Engine) -> dict[int, tuple[str, str | None, date]]:
    with reading(engine) as connection:
        found = connection.execute(select(stage.c.person_id, stage.c.stage, stage.c.before, stage.c.since_on))
        return {row[0]: (row[1], row[2], row[3]) for row in found}


def become(engine: Engine, person_id: int, word: str) -> None:
    with writing(engine) as connection:
        connection.execute(update(facts).where(facts.c.person_id == person_id).values(stage=word))


def test_the_first_time_nobody_has_moved(crm: Engine) -> None:
    persons(crm, ["active", "lapsing"])
    assert stages.refresh(crm, EVERYTHING, TODAY) == 2
    assert rows(crm) == {1: ("active", None, TODAY), 2: ("lapsing", None, TODAY)}
    assert stages.refresh(crm, EVERYTHING, LATER) == 0


def test_a_move_is_kept_with_where_it_came_from_and_its_day(crm: Engine) -> None:
    persons(crm, ["active", "active", "active"])
    stages.refresh(crm, EVERYTHING, TODAY)
    become(crm, 2, "occasional")
    assert stages.refresh(crm, EVERYTHING, LATER) == 1
    assert rows(crm)[2] == ("occasional", "active", LATER)
    with reading(crm) as connection:
        assert stages.moves(connection, LATER) == {("active", "occasional"): 1}
        assert stages.moves(connection, LATER + timedelta(days=1)) == {}
        assert list(connection.scalars(stages.moved("active", "occasional", TODAY))) == [2]


def test_only_those_who_were_touched_are_looked_at(crm: Engine) -> None:
    persons(crm, ["active", "active"])
    stages.refresh(crm, EVERYTHING, TODAY)
    become(crm, 1, "lapsing")
    become(crm, 2, "lapsing")
    put(crm, person_touched, [{"person_id": 2}])
    assert stages.refresh(crm, SOME, LATER) == 1
    assert {each: found[0] for each, found in rows(crm).items()} == {1: "active", 2: "lapsing"}


def test_who_lost_his_facts_is_forgotten(crm: Engine) -> None:
    persons(crm, ["active", "active"])
    stages.refresh(crm, EVERYTHING, TODAY)
    with writing(crm) as connection:
        connection.execute(facts.delete().where(facts.c.person_id == 1))
    stages.refresh(crm, EVERYTHING, TODAY)
    assert set(rows(crm)) == {2}


def test_a_day_counts_the_people_of_every_stage_and_who_can_be_written_to(crm: Engine) -> None:
    persons(crm, ["lapsing", "lapsing", "lapsing", "active"])
    contact(crm, 1)
    contact(crm, 2, "email")
    contact(crm, 3, status="invalid")
    answer(crm, 1, "agreed")
    answer(crm, 3, "agreed")  # whom no way leads to
    answer(crm, 2, "agreed", channel="whatsapp")  # by a channel he does not have
    stages.refresh(crm, EVERYTHING, TODAY)
    days.refresh(crm, TODAY, {"first": select(stage.c.person_id).where(stage.c.person_id <= 2)})
    with reading(crm) as connection:
        found = days.counted_on(connection, days.last_day(connection, TODAY))
    assert found == {"stage:lapsing": People(3, 2, 1), "stage:active": People(1, 0, 0), "list:first": People(2, 2, 1)}
    assert days.total(found, ("lapsing", "active", "never")) == People(4, 2, 1)


def test_the_latest_answer_counts(crm: Engine) -> None:
    persons(crm, ["active"])
    contact(crm, 1)
    answer(crm, 1, "agreed")
    stages.refresh(crm, EVERYTHING, TODAY)
    answer(crm, 1, "refused")
    assert stages.refresh(crm, EVERYTHING, TODAY) == 1
    days.refresh(crm, TODAY, {})
    with reading(crm) as connection:
        assert days.counted_on(connection, TODAY) == {"stage:active": People(1, 1, 0)}


def test_a_day_that_is_counted_twice_is_there_once_and_others_stay(crm: Engine) -> None:
    persons(crm, ["active", "new"])
    stages.refresh(crm, EVERYTHING, TODAY)
    days.refresh(crm, TODAY, {})
    become(crm, 2, "active")
    stages.refresh(crm, EVERYTHING, LATER)
    days.refresh(crm, LATER, {})
    days.refresh(crm, LATER, {})
    with reading(crm) as connection:
        assert days.counted_on(connection, TODAY) == {"stage:active": People(1), "stage:new": People(1)}
        assert days.counted_on(connection, LATER) == {"stage:active": People(2)}
        assert days.last_day(connection, LATER - timedelta(days=1)) == TODAY
        assert days.last_day(connection, TODAY - timedelta(days=1)) is None


def test_segments_are_counted_until_they_are_put_away(crm: Engine) -> None:
    persons(crm, ["active", "active"])
    contact(crm, 1)
    stamps = {"rule": {"all": []}, "is_shipped": False, "created_at": NOW, "changed_at": NOW}
    put(crm, segments.segment, [{"id": 1, "slug": "a", "name": "A", "archived_at": None, **stamps},
                                {"id": 2, "slug": "b", "name": "B", "archived_at": NOW, **stamps}])  # fmt: skip
    put(crm, segments.member, [{"segment_id": each, "person_id": 1, "entered_at": NOW} for each in (1, 2)])
    stages.refresh(crm, EVERYTHING, TODAY)
    days.refresh(crm, TODAY, {})
    with reading(crm) as connection:
        found = days.counted_on(connection, TODAY)
    assert found["segment:1"] == People(1, 1, 0)
    assert "segment:2" not in found
