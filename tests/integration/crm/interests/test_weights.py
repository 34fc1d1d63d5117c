"""The weights of interests: in sets by the database, as one would reckon them loan by loan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, insert, select

from crm.database import reading, writing
from crm.interests.weights import Terms, weigh
from crm.schema import ils
from crm.schema.people import membership, person
from crm.schema.profiles import declared, interest, title_topic
from tests.integration.crm.interests.shelves import NOW, TODAY, Shelves

PEOPLE, TITLES = (1, 2, 3), (1, 2, 3, 4)
HALF_LIFE = 180


@dataclass(frozen=True)
class Loan:
    """A loan as the oracle sees it."""

    person_id: int
    title_key: int | None
    loaned_on: date | None
    is_gone: bool


loans = st.builds(
    Loan,
    st.sampled_from(PEOPLE),
    st.sampled_from((*TITLES, None)),
    st.dates(date(1970, 1, 1), date(2030, 1, 1)) | st.dates(TODAY - timedelta(400), TODAY) | st.none(),
    st.booleans() | st.just(False),  # noqa: FBT003
)
abouts = st.fixed_dictionaries({title: st.sets(st.integers(1, 5), max_size=3) for title in TITLES})
refusals = st.sets(st.tuples(st.sampled_from(PEOPLE), st.integers(1, 5)), max_size=3)


def expected(
    some: Iterable[Loan], about: dict[int, set[int]], refused: set[tuple[int, int]]
) -> dict[tuple[int, int], tuple[float, int, date]]:
    """Reckon weights loan by loan, in words as the manual has them."""
    sums: dict[tuple[int, int], list[Any]] = defaultdict(lambda: [0.0, 0, date.min])
    for loan in some:
        if loan.is_gone or loan.title_key is None or loan.loaned_on is None:
            continue
        day = max(min(loan.loaned_on, TODAY), date(1980, 1, 1))
        for topic_id in about[loan.title_key]:
            if (loan.person_id, topic_id) not in refused:
                one = sums[loan.person_id, topic_id]
                one[0] += 0.5 ** ((TODAY - day).days / HALF_LIFE)
                one[1] += 1
                one[2] = max(one[2], day)
    totals: dict[int, float] = defaultdict(float)
    for (person_id, _), one in sums.items():
        totals[person_id] += one[0]
    return {place: (one[0] / totals[place[0]], one[1], one[2]) for place, one in sums.items()}


@pytest.fixture
def known(shelves: Shelves) -> Shelves:
    """Give a library with people and topics, whose table of days is made."""
    for number in PEOPLE:
        shelves.person(number)
    shelves.refresh()
    return shelves


def fill(engine: Engine, some: Sequence[Loan], about: dict[int, set[int]], refused: set[tuple[int, int]]) -> None:
    with writing(engine) as connection:
        for table in (ils.loan, title_topic, declared, interest):
            connection.execute(delete(table))
        rows = [
            {"source_id": 1, "key": number, "patron_key": f"P{loan.person_id}", "title_key": loan.title_key,
             "loaned_on": loan.loaned_on, "first_seen_at": NOW, "gone_at": NOW if loan.is_gone else None}
            for number, loan in enumerate(some)
        ]  # fmt: skip
        pairs = [
            {"source_id": 1, "title_key": title, "topic_id": each} for title, topics in about.items() for each in topics
        ]
        wishes = [
            {"person_id": who, "topic_id": each, "wish": "never", "origin": "reader", "set_at": NOW}
            for who, each in refused
        ]
        for table, some_rows in ((ils.loan, rows), (title_topic, pairs), (declared, wishes)):
            if some_rows:
                connection.execute(insert(table), some_rows)


@given(some=st.lists(loans, max_size=25), about=abouts, refused=refusals)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_reckons_as_one_would_loan_by_loan(
    known: Shelves, some: list[Loan], about: dict[int, set[int]], refused: set[tuple[int, int]]
) -> None:
    fill(known.engine, some, about, refused)
    with writing(known.engine) as connection:
        weigh(connection, Terms(TODAY), person.c.id.in_(PEOPLE))
        again = weigh(connection, Terms(TODAY), person.c.id.in_(PEOPLE))
    with reading(known.engine) as connection:
        rows = connection.execute(select(interest)).all()
    found = {(row.person_id, row.topic_id): (row.weight, row.loans, row.last_on) for row in rows}
    wanted = expected(some, about, refused)
    assert found.keys() == wanted.keys()
    for place, (weight, count, last_on) in wanted.items():
        assert found[place] == (pytest.approx(weight, abs=1e-9), count, last_on)
    assert again == 0


def test_weights_do_not_change_while_days_pass(shelves: Shelves) -> None:
    shelves.person(1)
    shelves.title(1, "641.5")
    shelves.title(2, "813")
    shelves.loan(1, 1, date(2026, 1, 1))
    shelves.loan(1, 2, date(2026, 6, 30))
    shelves.refresh()
    before = shelves.interests(1)
    assert before == {"memasak": 0.333333, "novel": 0.666667}
    assert shelves.refresh(today=date(2027, 6, 1)) == 0
    assert shelves.interests(1) == before


def test_loans_of_all_memberships_of_one_person_count_together(shelves: Shelves) -> None:
    shelves.person(1)
    shelves.add(membership, source_id=1, patron_key="old", person_id=1, how="rename", since_at=NOW, ended_at=NOW)
    for key, number in ((1, "641.5"), (2, "813")):
        shelves.title(key, number)
    shelves.loan(1, 1, TODAY)
    shelves.loan(1, 2, TODAY, patron_key="old")
    shelves.refresh()
    assert shelves.interests(1) == {"memasak": 0.5, "novel": 0.5}


def test_only_those_who_are_touched_are_worked_out(shelves: Shelves) -> None:
    for number in (1, 2):
        shelves.person(number)
    shelves.title(1, "641.5")
    shelves.refresh()
    for number in (1, 2):
        shelves.loan(number, 1, TODAY)
    assert shelves.refresh(2) == 1
    assert (shelves.interests(1), shelves.interests(2)) == ({}, {"memasak": 1.0})


def test_a_person_merged_into_another_has_no_interests(shelves: Shelves) -> None:
    shelves.person(1)
    shelves.person(2, merged_into=1)
    shelves.title(1, "641.5")
    shelves.loan(2, 1, TODAY)
    shelves.refresh()
    assert shelves.interests(2) == {}
