"""Ids of events sort by time and are never given twice, whatever the clock does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from crm.database import ensure_current, open_engine, writing
from crm.events import Event, EventIds, write_events
from crm.schema import ils
from crm.schema.events import event

NOW = datetime(2026, 11, 24, 9, 0)


def stopped(monkeypatch: pytest.MonkeyPatch, *milliseconds: int) -> None:
    """Let the clock show these times one after the other, the last one for ever."""
    times = list(milliseconds)
    monkeypatch.setattr(time, "time_ns", lambda: (times.pop(0) if len(times) > 1 else times[0]) * 1_000_000)


def test_ids_are_32_hexadecimal_digits_sorted_and_unique() -> None:
    ids = EventIds()
    made = [ids.next() for _ in range(5_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {len(each) for each in made} == {32}
    assert all(set(each) <= set("0123456789abcdef") for each in made)


def test_ids_of_one_millisecond_are_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped(monkeypatch, 1_800_000_000_000)
    ids = EventIds()
    made = [ids.next() for _ in range(1_000)]
    assert made == sorted(set(made))
    assert {each[:12] for each in made} == {f"{1_800_000_000_000:012x}"}


def test_a_clock_that_goes_back_does_not_take_the_ids_along(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped(monkeypatch, 2_000, 1_000, 500, 1_999, 2_000, 2_001)
    ids = EventIds()
    made = [ids.next() for _ in range(6)]
    assert made == sorted(set(made))
    assert [int(each[:12], 16) for each in made] == [2_000] * 5 + [2_001]


def test_two_runs_in_the_same_millisecond_give_different_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped(monkeypatch, 5)
    assert len({EventIds().next() for _ in range(200)}) == 200


def test_the_time_can_be_read_from_an_id(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped(monkeypatch, 1_800_000_000_123)
    assert int(EventIds().next()[:12], 16) == 1_800_000_000_123


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """Give a connection to a CRM database with one source."""
    engine = open_engine(f"sqlite:///{tmp_path / 'crm.db'}")
    ensure_current(engine)
    with writing(engine) as opened:
        opened.execute(insert(ils.source).values(id=1, name="main", ils="slims"))
        yield opened
    engine.dispose()


def test_events_are_written_with_the_names_of_columns_and_no_values(connection: Connection) -> None:
    events = [
        Event("loan.opened", "7", "2026-11-24 02:30:00"),
        Event("patron.updated", "A1", changed=["phone", "email"]),
        Event("source.bulk_change", "loan", NOW, counts={"entity": "loan", "gone": 5}),
    ]
    write_events(connection, 1, events, NOW, EventIds())
    rows = [tuple(row)[1:] for row in connection.execute(select(event).order_by(event.c.id))]
    assert rows == [
        ("loan.opened", 1, "7", datetime(2026, 11, 24, 2, 30), NOW, None, None),
        ("patron.updated", 1, "A1", None, NOW, ["phone", "email"], None),
        ("source.bulk_change", 1, "loan", NOW, NOW, None, {"entity": "loan", "gone": 5}),
    ]


def test_nothing_that_happened_is_no_statement(connection: Connection) -> None:
    write_events(connection, 1, [], NOW, EventIds())
    assert connection.execute(select(event)).all() == []
