"""Who is proposed as one human, and who is not."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert, select

from crm.database import writing
from crm.errors import NotThere
from crm.patrons.duplicates import dismiss
from crm.schema.people import duplicate, person
from tests.integration.crm.patrons.register import BORN, Register

OTHER = date(1971, 6, 7)


def proposed(register: Register) -> set[tuple[int, int]]:
    return {pair for pair, state in register.proposals().items() if state == "proposed"}


def pair(register: Register, *keys: str) -> tuple[int, int]:
    first, second = sorted(register.owner(key) for key in keys)
    return first, second


@pytest.mark.parametrize("everything", [True, False])
def test_re_registrations_are_proposed_with_reasons(register: Register, *, everything: bool) -> None:
    register.add("A1", "Kania Budiyanto", phone="0822981")
    register.add("B1", "KANIA BUDIYANTO", phone="0822981", added_on=date(2024, 1, 2))
    register.add("A2", "Raisa Najmudin", birth_date=None, phone="00628222699885", email="raisa@example.test")
    register.add("B2", "Raisa", birth_date=None, phone="08222699885", email="raisa@example.test")
    register.refresh(everything=everything)
    assert proposed(register) == {pair(register, "A1", "B1"), pair(register, "A2", "B2")}
    rows = {row.first_id: row for row in register.rows(select(duplicate))}
    first = rows[register.owner("A1")]
    assert (first.score, first.reasons) == (100, ["same_name", "same_birth_date", "same_number"])
    assert rows[register.owner("A2")].reasons == ["part_of_name", "same_email", "same_mobile"]


def test_twins_and_families_are_not(register: Register) -> None:
    home = {"phone": "081234567890", "email": "rumah@example.test", "address": "Jl. Merdeka No. 12 Medan"}
    register.add("A1", "Rina Megantara", **home)
    register.add("A2", "Rini Megantara", **home)
    register.add("A3", "Ahmad Megantara", **{**home, "birth_date": OTHER})
    register.add("A4", "Ahmad Megantara", **home)
    register.refresh(everything=True)
    assert proposed(register) == set()


def test_namesakes_are_not(register: Register) -> None:
    for number in range(4):
        register.add(f"A{number}", "Siti Aminah", birth_date=date(1980 + number, 3, 4 + number))
    register.add("A9", "Siti Aminah", birth_date=None)
    register.refresh(everything=True)
    assert proposed(register) == set()


def test_what_an_institution_shares_says_nothing(register: Register) -> None:
    for number in range(6):
        register.add(f"A{number}", "Siti Aminah", birth_date=None, phone="081234567890")
    register.refresh(everything=True)
    assert proposed(register) == set()


def test_the_same_human_in_another_source_is_proposed(register: Register) -> None:
    register.add("A1", "Muhammad Rizki Hidayat")
    register.add("A1", "M. Rizki Hidayat", source_id=2)
    register.refresh()
    assert len(proposed(register)) == 1


def test_namesakes_at_one_address_are_proposed(register: Register) -> None:
    register.add("A1", "Ani Lubis", birth_date=None, address="Jl. Merdeka No. 12, Medan")
    register.add("A2", "Ani Lubis", address="jl merdeka no 12 medan")
    register.add("A3", "Ani Lubis", birth_date=date(1950, 1, 9), address="Medan")
    register.refresh(everything=True)
    assert proposed(register) == {pair(register, "A1", "A2")}


def test_loans_that_moved_tell_of_one_human_whatever_he_is_called(register: Register) -> None:
    register.add("A1", "Ani Lubis")
    register.refresh()
    register.remove("A1")
    register.add("B1", "Anisah L.", birth_date=BORN)
    register.move_loans("A1", "B1")
    register.refresh()
    assert proposed(register) == {pair(register, "A1", "B1")}


def test_a_contact_who_joins_is_proposed(register: Register) -> None:
    row = {
        "name": "Bu Tini Lubis",
        "is_placeholder_birth": False,
        "created_at": register.now,
        "changed_at": register.now,
    }
    from crm.patrons.points import Given, add_points

    with writing(register.engine) as connection:
        tini = connection.execute(insert(person).values(row)).lastrowid
        add_points(connection, tini, Given("email", "tini@example.test", "staff", register.now), "ID")
    register.refresh()
    register.add("A1", "TINI LUBIS", email="tini@example.test")
    register.refresh()
    assert proposed(register) == {(tini, register.owner("A1"))}
    assert "joined" in str(register.one(select(duplicate.c.reasons)))


def test_what_no_longer_holds_is_taken_back(register: Register) -> None:
    register.add("A1")
    register.add("A2")
    register.refresh()
    assert proposed(register) == {pair(register, "A1", "A2")}
    register.change("A2", name="Budi", birth_date=OTHER)
    register.refresh()
    assert register.proposals() == {}


def test_what_was_dismissed_is_not_proposed_again(register: Register) -> None:
    register.add("A1")
    register.add("A2")
    register.refresh()
    with writing(register.engine) as connection:
        dismiss(connection, register.owner("A2"), register.owner("A1"), register.now, None)
    register.refresh(everything=True)
    register.touch("A1")
    register.refresh()
    assert register.proposals() == {pair(register, "A1", "A2"): "dismissed"}
    with writing(register.engine) as connection, pytest.raises(NotThere):
        dismiss(connection, register.owner("A2"), register.owner("A1"), register.now, None)


def test_looking_at_some_finds_what_looking_at_all_does(register: Register) -> None:
    births = (BORN, None, OTHER, date(1988, 8, 8), date(1999, 9, 9), None, date(2007, 7, 7))
    for number in range(21):
        name = ("Ani Lubis", "Ani", "Budi Sitorus", "Rina Lubis", "Rini Lubis")[number // 2 % 5]
        register.add(f"A{number}", name, birth_date=births[number // 3 % 7], phone=f"08123456789{number // 2 % 6}")
        register.refresh()
    assert len(proposed(register)) > 3
    assert register.refresh(everything=True) == 0
