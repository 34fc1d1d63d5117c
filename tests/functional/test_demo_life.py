"""What the demo's staff noted, asked and planned: no page of it is empty, and a second run adds nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Table, func, select

from connector.sync import sync_source
from crm.clock import utc_now
from crm.database import ensure_current, open_engine, reading
from crm.patrons.reach import agreed
from crm.programmes import store
from crm.schema.people import duplicate, merge, note, permission, person, tag, trait
from crm.schema.profiles import declared, facts, touched
from crm.schema.programmes import attendance, group, group_member, headcount, programme
from crm.schema.staff import audit
from sapa import config
from sapa.demo import accounts
from sapa.demo.crm_life import STEPS, enliven
from sapa.demo.folder import prepare
from sapa.demo.library import Size
from sapa.refresh import refresh

ZONE = "Asia/Jakarta"
KINDS = (merge, note, tag, trait, permission, declared, group, group_member, programme, attendance, headcount)
Count = Callable[..., int]


def made(folder: Path, now: datetime) -> Engine:
    """Make a small demo as the command does, up to its first refresh and its account."""
    settings = config.load(prepare(folder, "en", size=Size.SMALL), {})
    engine = open_engine(settings.crm.database_url)
    ensure_current(engine)
    for source in settings.sources:
        sync_source(engine, source)
    refresh(engine, settings, now)
    accounts.ensure(engine, settings.crm.secret_key)
    return engine


def rows(engine: Engine, table: Table) -> list[Any]:
    """Return all that a table says."""
    with reading(engine) as connection:
        return [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]


@pytest.fixture(scope="module")
def now() -> datetime:
    return utc_now().replace(hour=4, minute=30, second=0, microsecond=0)


@pytest.fixture(scope="module")
def lively(tmp_path_factory: pytest.TempPathFactory, now: datetime) -> Engine:
    engine = made(tmp_path_factory.mktemp("lively"), now)
    assert enliven(engine, ZONE, now) == len(STEPS)
    return engine


@pytest.fixture
def count(lively: Engine) -> Count:
    def counted(table: Table, *where: Any) -> int:
        with reading(lively) as connection:
            return connection.scalar(select(func.count()).select_from(table).where(*where)) or 0

    return counted


@pytest.mark.parametrize("table", KINDS, ids=lambda table: table.name)
def test_there_is_something_of_every_kind(count: Count, table: Table) -> None:
    assert count(table) > 0


def test_six_promises_are_due_or_overdue(count: Count, now: datetime) -> None:
    is_open = (note.c.follow_up_on.is_not(None), note.c.done_at.is_(None))
    assert count(note) == 40
    assert count(note, *is_open, note.c.follow_up_on == now.date()) == 4
    assert count(note, *is_open, note.c.follow_up_on < now.date()) == 2
    assert count(note, note.c.by.is_(None)) == 0


def test_about_a_quarter_were_asked_and_most_agreed(lively: Engine, count: Count) -> None:
    patrons = count(facts, facts.c.stage != "contact")
    with reading(lively) as connection:
        asked = len({*connection.scalars(select(permission.c.person_id))})
        yes = {
            (purpose, channel): len(connection.scalars(agreed(purpose, channel)).all())
            for purpose in ("news", "alerts")
            for channel in ("whatsapp", "email")
        }
    assert 0.2 * patrons < asked < 0.35 * patrons
    assert min(yes.values()) > 0
    assert yes["news", "whatsapp"] > 0.5 * asked


def test_nobody_is_asked_by_a_channel_that_does_not_reach_him(count: Count) -> None:
    no_minor_asked = (permission.c.means != "paper", permission.c.person_id.in_(_minors()))
    assert count(permission, *no_minor_asked) == 0


def _minors() -> Any:
    return select(facts.c.person_id).where(facts.c.is_minor)


def test_programmes_are_past_to_come_and_cancelled_and_one_has_a_waiting_list(lively: Engine, now: datetime) -> None:
    with reading(lively) as connection:
        planned = connection.execute(store.overview()).all()
    past = [row for row in planned if row.starts_at < now]
    assert len(planned) == 6
    assert len(past) == 4
    assert all(row.came > 0 and row.walk_ins > 0 for row in past)
    assert [row.signed_up > row.seats for row in planned if row.starts_at > now and not row.cancelled_at] == [True]
    assert sum(row.cancelled_at is not None for row in planned) == 1


def test_groups_have_classes_contact_persons_and_a_representative_who_agreed(count: Count) -> None:
    assert count(group, group.c.kind == "class") == 2
    assert count(group, group.c.kind == "school") == 1
    assert count(group, group.c.kind == "community") == 1
    assert count(group_member, group_member.c.role == "contact") >= 3
    assert count(group_member, group_member.c.role == "representative", group_member.c.consent_at.is_not(None)) == 1


def test_twelve_guests_are_known(count: Count) -> None:
    never_members = person.c.id > select(func.max(facts.c.person_id)).scalar_subquery()
    assert count(person, never_members) == 12
    assert count(person, never_members, person.c.referred_by.is_not(None)) >= 3


def test_nothing_was_done_before_it_could_be(count: Count, now: datetime) -> None:
    assert count(note, note.c.at > now) == 0
    assert count(attendance, attendance.c.came_at > now) == 0
    assert count(person, person.c.created_at > now + timedelta(days=1)) == 0


def test_a_second_run_adds_nothing(lively: Engine, now: datetime) -> None:
    before = {table.name: rows(lively, table) for table in (*KINDS, person, audit, touched)}
    assert enliven(lively, ZONE, now + timedelta(hours=1)) == 0
    assert {table.name: rows(lively, table) for table in (*KINDS, person, audit, touched)} == before


def test_the_same_library_gets_the_same_life(lively: Engine, now: datetime, tmp_path: Path) -> None:
    other = made(tmp_path, now)
    enliven(other, ZONE, now)
    assert [rows(other, table) for table in (*KINDS, duplicate)] == [
        rows(lively, table) for table in (*KINDS, duplicate)
    ]


def test_nothing_is_invented_before_there_are_profiles_and_an_account(tmp_path: Path, now: datetime) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    ensure_current(engine)
    assert enliven(engine, ZONE, now) == 0
