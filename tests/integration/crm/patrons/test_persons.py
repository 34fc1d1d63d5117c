"""Which person a patron is, as keys come, go, return, are renamed and reused."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from crm.patrons.registry import aside
from crm.schema import people
from crm.schema.profiles import person_touched
from tests.integration.crm.patrons.register import Register


def test_every_patron_becomes_a_person_once(register: Register) -> None:
    register.add("A1", "Dr. Siti Nur&#039;aini, M.Si.", gender="f", phone="0812-3456-7890", email="SITI@Example.test")
    register.add("A2", "Budi", source_id=2)
    assert register.refresh() > 0
    siti = register.person(register.owner("A1"))
    assert (siti.name, siti.folded, siti.gender) == ("Dr. Siti Nur'aini, M.Si.", "siti nuraini", "f")
    assert siti.search == "dr. siti nur'aini, m.si. a1 6281234567890 081234567890 siti@example.test"
    assert register.owner("A2", 2) != siti.id
    assert register.refresh(everything=True) == 0
    assert register.people() == 2


def test_what_is_touched_is_worked_out_and_nothing_else(register: Register) -> None:
    register.add("A1")
    register.add("A2", "Budi")
    register.refresh(everything=True)
    register.touch("A2")
    register.refresh()
    assert register.rows(select(person_touched.c.person_id)) == [(register.owner("A2"),)]
    assert register.refresh() == 0
    assert register.rows(select(person_touched.c.person_id)) == []


def test_a_changed_patron_stays_the_same_person(register: Register) -> None:
    register.add("A1")
    register.refresh()
    before = register.owner("A1")
    register.change("A1", name="Ani Nasution", birth_date=date(1991, 1, 2))
    register.refresh()
    assert register.owner("A1") == before
    assert register.person(before).folded == "ani nasution"
    assert register.person(before).birth_date == date(1991, 1, 2)


def test_a_placeholder_is_no_birth_date(register: Register) -> None:
    register.add("A1", birth_date=date(1970, 1, 1))
    register.add("A2", "Budi", birth_date=ADDED_AS_BORN, added_on=ADDED_AS_BORN)
    register.refresh()
    for key in ("A1", "A2"):
        row = register.person(register.owner(key))
        assert (row.birth_date, row.is_placeholder_birth) == (None, True)


ADDED_AS_BORN = date(2019, 8, 8)


def test_who_vanishes_and_returns_is_the_same_person(register: Register) -> None:
    register.add("A1", phone="081234567890")
    register.refresh()
    before = register.owner("A1")
    register.remove("A1")
    register.refresh()
    assert register.member("A1").ended_at is not None
    assert register.points(before) == {}
    register.change("A1", gone_at=None)
    register.refresh()
    member = register.member("A1")
    assert (member.person_id, member.ended_at, member.how) == (before, None, "returned")
    assert list(register.points(before)) == ["+6281234567890"]


def test_a_rename_keeps_the_person(register: Register) -> None:
    register.add("A1", phone="081234567890")
    register.refresh()
    before = register.owner("A1")
    register.remove("A1")
    register.add("B1", phone="081234567890")
    register.move_loans("A1", "B1", 2)
    register.refresh()
    member = register.member("B1")
    assert (member.person_id, member.how, member.ended_at) == (before, "rename", None)
    assert member.evidence == {"old_key": "A1", "same": ["name", "birth_date", "added_on"], "loans": 2}
    assert register.member("A1").ended_at is not None
    assert "b1" in register.person(before).search.split()
    assert list(register.points(before)) == ["+6281234567890"]
    assert register.people() == 1


def test_a_rename_is_seen_at_the_first_look_too(register: Register) -> None:
    register.add("A1", first_seen_at=register.now - timedelta(days=9), gone_at=register.now)
    register.add("B1")
    register.refresh(everything=True)
    assert register.owner("A1") == register.owner("B1")


def test_a_rename_of_a_rename_keeps_the_person(register: Register) -> None:
    register.add("A1")
    register.refresh()
    register.remove("A1")
    register.add("B1")
    register.refresh()
    register.remove("B1")
    register.add("C1")
    register.refresh()
    assert register.owner("A1") == register.owner("B1") == register.owner("C1")


def test_a_new_registration_after_a_deletion_is_another_person_and_proposed(register: Register) -> None:
    register.add("A1")
    register.refresh()
    register.remove("A1")
    register.add("B1", added_on=date(2026, 11, 24))
    register.refresh()
    assert register.owner("A1") != register.owner("B1")
    assert register.proposals() == {(register.owner("A1"), register.owner("B1")): "proposed"}


def test_a_reused_key_is_another_human_who_inherits_nothing(register: Register) -> None:
    register.add("A1", phone="081234567890")
    register.refresh()
    before = register.owner("A1")
    register.remove("A1")
    register.refresh()
    register.reuse("A1", name="Zainal", birth_date=date(1980, 7, 8), phone=None)
    register.refresh()
    after = register.owner("A1")
    assert after != before
    assert register.person(after).name == "Zainal"
    assert register.points(after) == {}
    assert register.owner(aside("A1", 1)) == before
    assert register.refresh(everything=True) == 0
    assert register.person(before).name == "Ani Lubis"


def test_who_was_gone_before_the_first_look_is_a_person_too(register: Register) -> None:
    register.add("A1", gone_at=register.now)
    register.refresh(everything=True)
    assert register.member("A1").ended_at is not None


def test_a_run_that_was_killed_is_made_good(register: Register) -> None:
    register.add("A1")
    register.add("A2", "Budi", phone="081234567890")
    register.refresh(everything=True)
    whole = register.everything()
    register.engine.dispose()
    with register.engine.begin() as connection:  # what a run that died before its end had not written yet
        connection.execute(people.contact_point.delete())
        connection.execute(people.membership.update().values(fingerprint=None))
    register.refresh(everything=True)
    assert [row[2:] for row in register.everything()["person"]] == [row[2:] for row in whole["person"]]
    assert list(register.points(register.owner("A2"))) == ["+6281234567890"]


def test_large_registers_are_read_page_by_page(register: Register, monkeypatch: object) -> None:
    from crm.patrons import registry

    assert registry.PAGE >= 500
    original, registry.PAGE = registry.PAGE, 3
    try:
        for number in range(10):
            register.add(f"K{number}", f"Pembaca {chr(97 + number)}")
        register.refresh(everything=True)
    finally:
        registry.PAGE = original
    assert register.people() == 10
    assert register.refresh(everything=True) == 0
