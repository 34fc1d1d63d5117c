"""The patrons of a real SLiMS 9.7 database."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import Engine, delete, select

from connector.sync import sync_source
from crm.database import ensure_current, open_engine, reading, writing
from crm.patrons import service
from crm.schema import ils
from crm.schema.people import contact_point, duplicate, membership, person, trait
from crm.schema.profiles import touched
from crm.scope import Scope
from crm.settings import PatronSettings, ProfileSettings
from tests.integration.crm.patrons.register import START, TODAY
from tests.library import settings_of
from tests.servers import Database

SETTINGS = ProfileSettings(patrons=PatronSettings({"hobbies": "Minat Baca", "phone": "Nomor WhatsApp"}))


@pytest.fixture(scope="module")
def real(slims_template: Database, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Give an embedded database with the persons of the dump."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('crm') / 'crm.db'}")
    ensure_current(engine)
    sync_source(engine, settings_of(slims_template))
    service.refresh(engine, SETTINGS, Scope(is_everything=True), TODAY, START)
    return engine


def ask(engine: Engine, *columns: object) -> list[tuple[object, ...]]:
    with reading(engine) as connection:
        return [tuple(row) for row in connection.execute(select(*columns))]  # type: ignore[call-overload]


def name_of(engine: Engine, key: str) -> object:
    with reading(engine) as connection:
        mine = select(person.c.name).join(membership).where(membership.c.patron_key == key)
        return connection.scalar(mine)


def test_every_member_is_a_person(real: Engine) -> None:
    assert len(ask(real, person.c.id)) == len(ask(real, ils.patron.c.key)) == 289


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("TK-0040", "José María"),
        ("222250041", "Renée Désiré"),
        ("202920042", "Siti Nur'aini"),
        ("19710222000043", "Ahmad & Fatimah"),
        ("194480044", "Budi"),
        ("214190045", None),
        ("211110048", "Tab Dalam"),
        ("262910050", None),
    ],
)
def test_dirty_names_are_shown_as_they_were_meant(real: Engine, key: str, name: str | None) -> None:
    assert name_of(real, key) == name


def test_every_shape_of_number_is_understood_or_explained(real: Engine) -> None:
    rows = ask(real, contact_point.c.kind, contact_point.c.status)
    assert Counter(rows) == {
        ("mobile", "valid"): 300,
        ("landline", "valid"): 4,
        ("phone", "invalid"): 18,  # 7 cut short, 11 with six digits in Jakarta, which has no such numbers
        ("email", "valid"): 242,
        ("email", "invalid"): 5,
    }


def test_placeholders_are_no_birth_dates(real: Engine) -> None:
    born = dict(Counter(ask(real, person.c.is_placeholder_birth)))
    assert born == {(False,): 270, (True,): 19}


def test_the_eleven_double_members_are_proposed_and_nobody_else(real: Engine) -> None:
    second = membership.alias()
    with reading(real) as connection:
        pairs = connection.execute(
            select(membership.c.patron_key, second.c.patron_key)
            .join(duplicate, duplicate.c.first_id == membership.c.person_id)
            .join(second, duplicate.c.second_id == second.c.person_id)
        ).all()
    assert {frozenset(pair) for pair in pairs} == {
        frozenset(pair)
        for pair in (
            ("TK-0000", "233350280"), ("P2100001", "U00281"), ("194830003", "244240283"), ("213260004", "201360284"),
            ("TK-0005", "234550285"), ("222890006", "212110286"), ("232290007", "231630287"), ("TK-0008", "P2000288"),
            ("254710009", "19810712000289"), ("19810113000010", "19760515000290"), ("234120011", "201970291"),
        )
    }  # fmt: skip


def test_checklists_become_hobbies(real: Engine) -> None:
    values = ask(real, trait.c.value)
    assert values
    assert {one for (value,) in values for one in value} <= {"Novel", "Komik", "Sains", "Sejarah", "Agama"}  # type: ignore[attr-defined]


def test_a_second_look_writes_nothing(real: Engine) -> None:
    with writing(real) as connection:
        connection.execute(delete(touched))
    assert service.refresh(real, SETTINGS, Scope(is_everything=True), TODAY, START) == 0
    assert service.refresh(real, SETTINGS, Scope(is_everything=False), TODAY, START) == 0
