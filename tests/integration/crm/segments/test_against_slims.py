"""On a real SLiMS library segments find whom independent SQL on the library itself finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from connector.settings import SourceSettings
from connector.sync import sync_source
from crm.database import ensure_current, open_engine, reading
from crm.facts import service as facts
from crm.interests import service as interests
from crm.patrons import service as patrons
from crm.scope import Scope
from crm.segments import preview, service
from crm.settings import ProfileSettings
from tests.servers import Database, MariaDBServer

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 5)
MINE = "member_id = m.member_id"


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def lent(days: int, how_often: str) -> str:
    rows = f"FROM loan WHERE {MINE} AND loan_date BETWEEN '{ago(days)}' AND '{TODAY}'"
    return f"(SELECT COUNT(*) {rows}) {how_often}"


def came(days: int) -> str:
    rows = f"FROM visitor_count WHERE {MINE} AND checkin_date >= '{ago(days)}' AND checkin_date < '{ago(-1)}'"
    return f"EXISTS (SELECT 1 {rows})"


CASES: list[tuple[dict[str, Any], str]] = [
    ({"fact": "gender", "is": "f"}, "gender = 0"),
    ({"fact": "category", "is": "1"}, "member_type_id = 1"),
    ({"fact": "state", "is": "blocked"}, "is_pending = 1"),
    ({"fact": "expires_on", "within_days": 60}, f"expire_date BETWEEN '{TODAY}' AND '{ago(-60)}'"),
    ({"fact": "loans", "days": 90, "at_least": 1}, lent(90, ">= 1")),
    ({"fact": "loans", "days": 100, "at_least": 2}, lent(100, ">= 2")),
    ({"fact": "loans", "days": 45, "at_most": 0}, lent(45, "= 0")),
    ({"fact": "loans", "at_least": 12}, f"(SELECT COUNT(*) FROM loan WHERE {MINE}) >= 12"),
    ({"fact": "visits", "days": 30, "at_least": 1}, came(30)),
    ({"fact": "visits", "days": 33, "at_least": 1}, came(33)),
    ({"fact": "holds", "at_least": 1}, f"EXISTS (SELECT 1 FROM reserve WHERE {MINE})"),
    ({"fact": "balance", "at_least": 1000}, f"(SELECT SUM(debet - credit) FROM fines WHERE {MINE}) >= 1000"),
    (
        {"fact": "overdue_loans", "at_least": 1},
        f"EXISTS (SELECT 1 FROM loan WHERE {MINE} AND is_lent = 1 AND is_return = 0 AND due_date < '{TODAY}')",
    ),
    (
        {"all": [{"fact": "gender", "is": "f"}, {"none": [{"fact": "loans", "days": 365, "at_least": 1}]}]},
        f"gender = 0 AND {lent(365, '= 0')}",
    ),
]


@pytest.fixture(scope="module", params=["sqlite", "mariadb"])
def profiled(
    request: pytest.FixtureRequest,
    mariadb: MariaDBServer,
    slims_template: Database,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Engine]:
    """Give a copy of the library with everybody's profile."""
    folder = tmp_path_factory.mktemp("profiled")
    database = mariadb.create_database("crm_profiled") if request.param == "mariadb" else None
    engine = open_engine(database.url if database else f"sqlite:///{folder / 'crm.db'}")
    ensure_current(engine)
    sync_source(engine, SourceSettings(name="main", ils="slims", database_url=slims_template.url))
    for refresh in (patrons.refresh, interests.refresh, facts.refresh):
        refresh(engine, ProfileSettings(), Scope(is_everything=True), TODAY, NOON)
    yield engine
    engine.dispose()
    if database:
        database.drop()


@pytest.mark.parametrize(("rule", "where"), CASES, ids=[str(rule) for rule, _ in CASES])
def test_a_segment_finds_whom_the_library_itself_has(
    profiled: Engine, slims_template: Database, rule: dict[str, Any], where: str
) -> None:
    expected = sorted(key for (key,) in slims_template.execute(f"SELECT member_id FROM member m WHERE {where}"))
    with reading(profiled) as connection:
        asked = service.ask(connection, rule, service.Day(TODAY, "Asia/Jakarta"))
        assert preview.patron_keys(connection, asked.rule, asked.question) == expected
        assert preview.count(connection, asked.rule, asked.question) == len(expected)
    assert expected
