"""The loans and visits of every week, counted anew or as they come."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select, update

from crm.database import reading, writing
from crm.reports import weeks
from crm.reports.rules import YEAR, Week, last_full_week, local_day, monday, span_of
from crm.schema import ils
from crm.schema.profiles import week_count
from crm.scope import Scope
from tests.integration.crm.reports.rows import TODAY, ZONE, days_from, loans, source, visits

EVERYTHING, SOME = Scope(is_everything=True), Scope(is_everything=False)
LAST = date(2026, 11, 16)  # the Monday of the last week that is over


def kept(engine: Engine, since: date = date(2020, 1, 1)) -> dict[date, Week]:
    with reading(engine) as connection:
        return weeks.kept(connection, since)


def test_loans_and_visits_belong_to_the_week_of_their_local_day(crm: Engine) -> None:
    source(crm)
    loans(crm, [date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24)])
    visits(crm, [datetime(2026, 11, 22, 16, 59), datetime(2026, 11, 22, 17, 0)])  # midnight in Jakarta lies between
    weeks.refresh(crm, ZONE, EVERYTHING, TODAY)
    found = {week: (each.loans, each.visits) for week, each in kept(crm).items()}
    assert found == {LAST - YEAR: (0, 0), LAST: (1, 1), LAST + timedelta(days=7): (2, 1)}


def test_what_is_gone_from_the_ils_is_not_counted(crm: Engine) -> None:
    source(crm)
    loans(crm, [LAST, LAST])
    loans(crm, [LAST], first=9, gone_at=datetime(2026, 11, 23))
    weeks.refresh(crm, ZONE, EVERYTHING, TODAY)
    assert kept(crm)[LAST].loans == 2


def test_readers_are_counted_once_in_the_four_weeks_now_and_a_year_ago(crm: Engine) -> None:
    source(crm)
    begin, end = span_of(LAST)
    loans(crm, [begin, begin + timedelta(days=8), end], patron_key="siti")
    loans(crm, [begin - timedelta(days=1), end + timedelta(days=1)], first=10, patron_key="outside")
    loans(crm, [begin - YEAR], first=20, patron_key="budi")
    visits(crm, [datetime(2026, 11, 5, 3)], patron_key="ani")
    visits(crm, [datetime(2026, 11, 5, 3)], first=5)  # a guest is nobody we know
    weeks.refresh(crm, ZONE, EVERYTHING, TODAY)
    assert kept(crm)[LAST].readers == 2
    assert kept(crm)[LAST - YEAR].readers == 1


def test_of_two_sources_the_weeks_are_added_up(crm: Engine) -> None:
    source(crm)
    source(crm, 2)
    loans(crm, [LAST])
    loans(crm, [LAST, LAST], source_id=2)
    weeks.refresh(crm, ZONE, EVERYTHING, TODAY)
    assert (kept(crm)[LAST].loans, kept(crm)[LAST].readers) == (3, 3)


def test_a_loan_that_comes_is_counted_without_reading_the_old_ones(crm: Engine) -> None:
    source(crm)
    loans(crm, days_from(date(2026, 9, 1), 80))
    weeks.refresh(crm, ZONE, EVERYTHING, TODAY)
    before = kept(crm)
    with writing(crm) as connection:  # nobody reads them again: the old weeks keep what was counted
        connection.execute(delete(ils.loan).where(ils.loan.c.loaned_on < date(2026, 11, 1)))
    loans(crm, [TODAY], first=1000)
    assert weeks.refresh(crm, ZONE, SOME, TODAY) == 2
    after = kept(crm)
    assert after[monday(TODAY)].loans == before.get(monday(TODAY), Week(TODAY)).loans + 1
    assert after[LAST] == before[LAST]
    assert after[date(2026, 9, 7)].loans == 7


def test_a_loan_that_vanishes_leaves_its_week(crm: Engine) -> None:
    source(crm)
    loans(crm, days_from(LAST, 8))
    weeks.refresh(crm, ZONE, EVERYTHING, TODAY)
    with writing(crm) as connection:
        connection.execute(update(ils.loan).where(ils.loan.c.key == 8).values(gone_at=datetime(2026, 11, 24)))
    weeks.refresh(crm, ZONE, SOME, TODAY)
    assert monday(TODAY) not in kept(crm)
    assert kept(crm)[LAST].loans == 7


def test_counting_again_changes_nothing(crm: Engine) -> None:
    source(crm)
    loans(crm, days_from(date(2026, 10, 1), 50))
    visits(crm, [datetime(2026, 11, day, 3) for day in range(1, 24)])
    for scope in (EVERYTHING, EVERYTHING, SOME, SOME):
        weeks.refresh(crm, ZONE, scope, TODAY)
        with reading(crm) as connection:
            rows = connection.execute(select(week_count).order_by(week_count.c.week)).all()
        if scope is EVERYTHING:
            first = rows
        assert rows == first


def test_an_empty_library_has_only_empty_weeks(crm: Engine) -> None:
    weeks.refresh(crm, ZONE, EVERYTHING, TODAY)
    assert kept(crm) == {}
    source(crm, as_of=None)
    weeks.refresh(crm, ZONE, EVERYTHING, TODAY)
    assert {(each.loans, each.visits, each.readers) for each in kept(crm).values()} == {(0, 0, 0)}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lent=st.lists(st.dates(date(2025, 10, 1), TODAY), max_size=30),
    seen=st.lists(st.datetimes(datetime(2026, 10, 1), datetime(2026, 11, 24)), max_size=30),
)
def test_the_weeks_agree_with_counting_one_by_one(embedded: Engine, lent: list[date], seen: list[datetime]) -> None:
    with writing(embedded) as connection:
        for table in (ils.loan, ils.visit, ils.source):
            connection.execute(delete(table))
    source(embedded)
    loans(embedded, sorted(lent))
    visits(embedded, sorted(moment.replace(microsecond=0) for moment in seen))
    weeks.refresh(embedded, ZONE, EVERYTHING, TODAY)
    found = kept(embedded)
    for week, each in found.items():
        assert each.loans == sum(monday(day) == week for day in lent)
        local = [local_day(f"{moment:%Y-%m-%d %H}", ZONE) for moment in seen]
        assert each.visits == sum(monday(day) == week for day in local)
    assert sum(each.loans for each in found.values()) == len(lent)
    assert last_full_week(TODAY) in found
