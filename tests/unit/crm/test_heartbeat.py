"""The sign of life of the worker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from crm import heartbeat
from crm.database import open_engine, upgrade

NOW = datetime(2026, 11, 24, 3, 0)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Give a CRM database in which nobody has worked yet."""
    made = open_engine(f"sqlite:///{tmp_path / 'crm.db'}")
    upgrade(made)
    yield made
    made.dispose()


def test_without_a_worker_there_is_no_sign_of_life(engine: Engine) -> None:
    assert heartbeat.latest_beat(engine) is None


def test_the_latest_of_several_workers_counts(engine: Engine) -> None:
    heartbeat.beat(engine, "a:1", NOW)
    heartbeat.beat(engine, "b:2", NOW + timedelta(seconds=5))
    heartbeat.beat(engine, "a:1", NOW + timedelta(seconds=9))
    assert heartbeat.latest_beat(engine) == heartbeat.Beat("a:1", NOW + timedelta(seconds=9))


def test_a_worker_that_ends_in_order_leaves_no_sign(engine: Engine) -> None:
    heartbeat.beat(engine, "a:1", NOW)
    heartbeat.leave(engine, "a:1")
    assert heartbeat.latest_beat(engine) is None


def test_a_worker_silent_for_days_is_forgotten(engine: Engine) -> None:
    heartbeat.beat(engine, "a:1", NOW)
    heartbeat.beat(engine, "b:2", NOW + timedelta(days=2))
    heartbeat.leave(engine, "b:2")
    assert heartbeat.latest_beat(engine) is None


@pytest.mark.parametrize(("seconds", "is_alive"), [(0, True), (89, True), (90, False)])
def test_three_missed_beats_are_death(seconds: int, is_alive: object) -> None:
    assert heartbeat.Beat("a:1", NOW).is_alive(NOW + timedelta(seconds=seconds)) is is_alive
