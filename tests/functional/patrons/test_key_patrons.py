"""The list of key patrons: ranked, explained, narrowed, and only for those who may see what is inferred."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, update

from crm.database import writing
from crm.schema import people
from crm.schema.profiles import facts, interest
from crm.schema.programmes import group, group_member
from tests.functional.patrons.sending import Enter, words
from tests.readers import BUDI, NOW, SITI, TODAY, add_patron
from tests.statements import count_statements


def made_busy(library: Engine, person_id: int, score: float, **values: object) -> None:
    with writing(library) as connection:
        connection.execute(update(facts).where(facts.c.person_id == person_id).values(key_score=score, **values))


def ranked(page: str, *names: str) -> list[str]:
    shown = words(page)
    return sorted((name for name in names if f"{name} A-" in shown), key=shown.index)


def test_the_highest_score_comes_first_with_its_reasons(outreach: FlaskClient, library: Engine) -> None:
    made_busy(library, SITI, 0.9, breadth=5, holds_365=3, visits_365=12)
    made_busy(library, BUDI, 0.95, visits_365=40)
    page = outreach.get("/patrons/key").text
    assert ranked(page, "Budi Santoso", "Dr. Siti Aminah, S.Pd.") == ["Budi Santoso", "Dr. Siti Aminah, S.Pd."]
    assert "5 topics, 3 reservations, 12 visits" in words(page)


def test_the_list_is_narrowed_by_category_topic_and_group(outreach: FlaskClient, library: Engine) -> None:
    names = ("Budi Santoso", "Dr. Siti Aminah, S.Pd.")
    with writing(library) as connection:
        row = {"person_id": SITI, "topic_id": 1, "weight": 1, "loans": 2, "last_on": TODAY}
        connection.execute(insert(interest).values(row))
        made = {"id": 1, "name": "SMA 1", "kind": "school", "created_at": NOW}
        connection.execute(insert(group).values(made))
        member = {"group_id": 1, "person_id": BUDI, "role": "member", "origin": "staff", "since_at": NOW}
        connection.execute(insert(group_member).values(member))
    assert ranked(outreach.get("/patrons/key?category=2").text, *names) == ["Budi Santoso"]
    assert ranked(outreach.get("/patrons/key?topic=1").text, *names) == ["Dr. Siti Aminah, S.Pd."]
    assert ranked(outreach.get("/patrons/key?group=1").text, *names) == ["Budi Santoso"]
    assert ranked(outreach.get("/patrons/key?topic=x&group=").text, *names) == list(reversed(names))
    assert "Nobody yet" in words(outreach.get("/patrons/key?branch=nowhere").text)


def test_who_objects_and_children_without_consent_are_left_out(outreach: FlaskClient, library: Engine) -> None:
    refused = {"person_id": BUDI, "purpose": "profiling", "state": "refused", "means": "desk", "at": NOW}
    with writing(library) as connection:
        connection.execute(insert(people.permission).values(refused))
    page = outreach.get("/patrons/key").text
    assert ranked(page, "Budi Santoso", "Ani", "Dr. Siti Aminah, S.Pd.") == ["Dr. Siti Aminah, S.Pd."]


def test_the_desk_does_not_see_what_is_inferred(desk: FlaskClient, enter: Enter) -> None:
    assert desk.get("/patrons/key").status_code == 403
    assert "/patrons/key" not in desk.get("/patrons").text
    assert "/patrons/key" in enter("outreach").get("/patrons").text


def test_the_list_takes_the_same_statements_for_few_and_many(outreach: FlaskClient, library: Engine) -> None:
    def counted() -> int:
        with count_statements(library) as statements:
            assert outreach.get("/patrons/key").status_code == 200
        return len(statements)

    few = counted()
    with writing(library) as connection:
        for number in range(10, 50):
            add_patron(connection, number, f"Anggota {number}", f"A-{number}", key_score=0.1)
    assert counted() == few
