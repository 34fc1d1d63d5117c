"""Key patrons: ranked by their score, within a part of the readers, with reasons."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, update

from crm.database import reading, writing
from crm.facts.key_patrons import KeyPatron, Part, key_patrons
from crm.i18n import translator
from crm.schema import people, profiles, programmes
from tests.readers import NOW, TODAY, add, add_loan, add_patron, add_person, furnish

ANI, BUDI, CICI, DEDI = 1, 2, 3, 4


def days(number: int) -> date:
    return TODAY - timedelta(days=number)


@pytest.fixture
def town(crm: Engine) -> Engine:
    """Give four readers: Budi before Ani before Cici; Dedi does nothing."""
    with writing(crm) as connection:
        furnish(connection)
        add_patron(connection, ANI, "Ani", "A", key_score=40.0, loans_365=9, breadth=2, folded="ani")
        add_patron(connection, BUDI, "Budi", "B", key_score=60.0, category_key="2", holds_365=3, folded="budi")
        add_patron(connection, CICI, "Cici", "C", key_score=20.0, branch_key="002", folded="cici")
        add_patron(connection, DEDI, "Dedi", "D", key_score=0.0, folded="dedi")
    return crm


def ranked(engine: Engine, part: Part | None = None, limit: int = 20) -> list[KeyPatron]:
    with reading(engine) as connection:
        return key_patrons(connection, TODAY, part, limit)


def names(engine: Engine, **part: Any) -> list[str | None]:
    return [each.name for each in ranked(engine, Part(**part))]


def answer(connection: Connection, person_id: int, state: str) -> None:
    values = {"purpose": "profiling", "means": "desk", "at": NOW}
    add(connection, people.permission, {"person_id": person_id, "state": state, **values})


def test_the_highest_score_comes_first_and_who_does_nothing_not_at_all(town: Engine) -> None:
    assert names(town) == ["Budi", "Ani", "Cici"]
    assert [each.name for each in ranked(town, limit=1)] == ["Budi"]


def test_equals_are_in_the_order_of_their_names(town: Engine) -> None:
    with writing(town) as connection:
        connection.execute(update(profiles.facts).values(key_score=5.0))
    assert names(town) == ["Ani", "Budi", "Cici", "Dedi"]


def test_a_part_of_the_readers_has_key_patrons_of_its_own(town: Engine) -> None:
    with writing(town) as connection:
        topics = [(ANI, 3, days(365)), (BUDI, 0, days(1)), (CICI, 3, days(366))]
        for person_id, loans, last in topics:
            row = {"person_id": person_id, "topic_id": 1, "weight": 1.0, "loans": loans, "last_on": last}
            add(connection, profiles.interest, row)
        add(connection, programmes.group, {"id": 7, "name": "SMPN 1", "kind": "school", "created_at": NOW})
        for person_id, ended in ((ANI, NOW), (CICI, None)):
            row = {"group_id": 7, "person_id": person_id, "role": "member", "origin": "staff", "since_at": NOW}
            add(connection, programmes.group_member, row | {"ended_at": ended})
    assert names(town, category_key="2") == ["Budi"]
    assert names(town, branch_key="002") == ["Cici"]
    assert names(town, topic_id=1) == ["Ani"]
    assert names(town, group_id=7) == ["Cici"]
    assert names(town, group_id=7, branch_key="001") == []
    assert names(town, source_id=2) == []


def test_who_objects_is_left_out_until_he_agrees_again(town: Engine) -> None:
    with writing(town) as connection:
        answer(connection, BUDI, "refused")
    assert names(town) == ["Ani", "Cici"]
    with writing(town) as connection:
        answer(connection, BUDI, "agreed")
    assert names(town) == ["Budi", "Ani", "Cici"]


def test_a_minor_needs_a_guardians_consent(town: Engine) -> None:
    with writing(town) as connection:
        connection.execute(update(profiles.facts).where(profiles.facts.c.person_id == ANI).values(is_minor=True))
    assert names(town) == ["Budi", "Cici"]
    with writing(town) as connection:
        answer(connection, ANI, "agreed")
    assert names(town) == ["Budi", "Ani", "Cici"]


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        (people.person, people.person.c.id, {"deceased_on": TODAY}),
        (people.person, people.person.c.id, {"merged_into": 9}),
        (profiles.facts, profiles.facts.c.person_id, {"state": "gone"}),
        (profiles.facts, profiles.facts.c.person_id, {"state": "contact"}),
    ],
)
def test_who_is_out_of_sight_is_no_key_patron(town: Engine, table: Any, column: Any, values: dict[str, Any]) -> None:
    with writing(town) as connection:
        add_person(connection, 9, "Other")
        connection.execute(update(table).where(column == BUDI).values(values))
    assert names(town) == ["Ani", "Cici"]


def test_the_reasons_say_what_was_done_and_nothing_else(town: Engine) -> None:
    with writing(town) as connection:
        for key, day in enumerate((0, 1, 40, 340, 370), 1):
            add_loan(connection, key, "A", day)
    ani = next(each for each in ranked(town) if each.name == "Ani")
    assert [each.said(translator("en")) for each in ani.reasons] == [
        "borrowed in 3 of the last 12 months", "2 topics",
    ]  # fmt: skip
    assert [each.said(translator("id")) for each in ani.reasons] == [
        "meminjam dalam 3 dari 12 bulan terakhir", "2 topik",
    ]  # fmt: skip
