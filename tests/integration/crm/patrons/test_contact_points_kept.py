"""Contact points over syncs: what the ILS says, what staff say, what was learnt."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from crm.database import reading, writing
from crm.errors import ActionRefused
from crm.patrons.contact_points import BOUNCED, INVALID, OPTED_OUT
from crm.patrons.points import Given, add_points, remove_point, set_status
from crm.patrons.reach import agreed, reachable
from crm.schema.people import contact_point, person
from tests.integration.crm.patrons.register import Register

MOBILE, LANDLINE = "+6281234567890", "+62614567890"


@pytest.fixture
def ani(register: Register) -> int:
    """Give a person with a mobile, a landline and a mail address."""
    register.add("A1", phone="081234567890 / 061-4567890", email="ani@example.test", address="Jl. Merdeka 1")
    register.refresh()
    return register.owner("A1")


def reached(register: Register, channel: str) -> list[int]:
    return [row[0] for row in register.rows(reachable(channel))]


def test_a_number_that_vanishes_from_the_ils_is_kept_as_gone(register: Register, ani: int) -> None:
    register.change("A1", phone="0813-1111-2222")
    register.refresh()
    assert list(register.points(ani)) == ["ani@example.test", "+6281311112222"]
    gone = register.rows(select(contact_point.c.value).where(contact_point.c.gone_at.is_not(None)))
    assert sorted(gone) == sorted([(MOBILE,), (LANDLINE,)])
    assert MOBILE[1:] not in register.person(ani).search


def test_the_raw_text_stays_visible(register: Register, ani: int) -> None:
    assert register.points(ani)[LANDLINE].raw == "061-4567890"


@pytest.mark.parametrize("status", [BOUNCED, OPTED_OUT, INVALID])
def test_what_was_learnt_outlives_every_sync(register: Register, ani: int, status: str) -> None:
    with writing(register.engine) as connection:
        set_status(connection, register.points(ani)[MOBILE].id, status, register.now, None)
    register.refresh(everything=True)
    register.change("A1", phone="+62 812 3456 7890")
    register.refresh()
    assert register.points(ani)[MOBILE].status == status
    register.change("A1", phone=None)
    register.refresh()
    register.change("A1", phone="081234567890")
    register.refresh()
    assert register.points(ani)[MOBILE].status == status
    assert reached(register, "whatsapp") == []


def test_staffs_own_numbers_survive_and_are_found(register: Register, ani: int) -> None:
    with writing(register.engine) as connection:
        add_points(connection, ani, Given("phone", "0857-1234-5678", "staff", register.now), "ID")
    register.refresh()
    register.change("A1", phone=None, email=None)
    register.refresh(everything=True)
    assert list(register.points(ani)) == ["+6285712345678"]
    assert "085712345678" in register.person(ani).search.split()
    with writing(register.engine) as connection:
        remove_point(connection, register.points(ani)["+6285712345678"].id, register.now, None)
    assert register.points(ani) == {}


def test_what_staff_type_is_refused_where_it_is_no_number(register: Register, ani: int) -> None:
    with writing(register.engine) as connection, pytest.raises(ActionRefused) as refused:
        add_points(connection, ani, Given("phone", "0812", "staff", register.now), "ID")
    assert refused.value.hint == "The number is too short."
    with writing(register.engine) as connection, pytest.raises(ActionRefused):
        remove_point(connection, register.points(ani)[MOBILE].id, register.now, None)


def test_families_share_a_number_and_institutions_more(register: Register, ani: int) -> None:
    for number in range(6):
        register.add(f"S{number}", f"Siswa {'abcdef'[number]}ono", phone="061-4567890")
    register.refresh()
    assert register.points(ani)[LANDLINE].sharers == 7
    assert register.points(register.owner("S0"))[LANDLINE].sharers == 7
    assert register.points(ani)[MOBILE].sharers == 1
    register.change("S0", phone=None)
    register.refresh()
    assert register.points(ani)[LANDLINE].sharers == 6


def test_reachable_are_those_with_a_current_number_of_the_right_kind(register: Register, ani: int) -> None:
    register.add("B1", "Budi", phone="061-4567891", email="budi@")
    register.refresh()
    budi = register.owner("B1")
    assert reached(register, "whatsapp") == reached(register, "sms") == reached(register, "email") == [ani]
    assert sorted(reached(register, "phone")) == sorted([ani, budi])
    assert reached(register, "letter") == [ani]
    register.remove("A1")
    register.refresh()
    assert reached(register, "email") == reached(register, "letter") == []


def test_who_has_died_is_not_written_to(register: Register, ani: int) -> None:
    with writing(register.engine) as connection:
        connection.execute(person.update().values(deceased_on=register.now.date()))
    assert [reached(register, channel) for channel in ("whatsapp", "email", "letter")] == [[], [], []]


def test_the_last_answer_counts(register: Register, ani: int) -> None:
    from crm.patrons.permission import latest, record_permission, state_of

    notice, answers = "Kami mengirim kabar buku baru.", (("news", "email", "agreed"), ("news", "whatsapp", "agreed"))
    with writing(register.engine) as connection:
        for purpose, channel, state in (*answers, ("news", "email", "refused"), ("profiling", None, "agreed")):
            record_permission(connection, ani, purpose, channel, state, notice, "desk", None, register.now)
    assert register.rows(agreed("news", "whatsapp")) == register.rows(agreed("news")) == [(ani,)]
    assert register.rows(agreed("news", "email")) == register.rows(agreed("surveys")) == []
    assert register.rows(agreed("profiling")) == [(ani,)]
    with reading(register.engine) as connection:
        found = latest(connection, [ani, 999])
    assert state_of(found[ani], "news", "email") == "refused"
    assert state_of(found[ani], "alerts", "email") == "not asked"
    assert found[999] == {}


def test_a_yes_without_the_text_that_was_shown_is_refused(register: Register, ani: int) -> None:
    from crm.patrons.permission import record_permission

    with writing(register.engine) as connection, pytest.raises(ActionRefused):
        record_permission(connection, ani, "news", "email", "agreed", " ", "desk", None, register.now)


def test_a_contact_is_reached_and_found_as_well(register: Register) -> None:
    row = {"name": "Bu Tini", "is_placeholder_birth": False, "created_at": register.now, "changed_at": register.now}
    with writing(register.engine) as connection:
        tini = connection.execute(insert(person).values(row)).lastrowid
        add_points(connection, tini, Given("phone", "081234567899", "staff", register.now), "ID")
    register.refresh()
    assert reached(register, "whatsapp") == [tini]
    assert register.person(tini).search == "bu tini 6281234567899 081234567899"
    assert register.person(tini).folded == "tini"
