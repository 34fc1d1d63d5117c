"""What staff and readers say beside the ILS, tags and notes."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from crm.database import reading, writing
from crm.errors import ActionRefused, NotThere
from crm.patrons.notes import Note, add_note, finish_follow_up
from crm.patrons.traits import Trait, add_tag, effective, remove_tag, remove_trait, set_trait, traits_of
from crm.schema.people import note, tag
from crm.schema.staff import audit
from tests.integration.crm.patrons.register import Register

FIELDS = {"education": "Pendidikan", "hobbies": "Minat Baca", "phone": "Nomor WhatsApp"}


@pytest.fixture
def ani(register: Register) -> int:
    """Give a person of whom the ILS has custom fields."""
    register.fields = FIELDS
    register.add(
        "A1", custom={"Pendidikan": "SMA", "Minat Baca": ["Novel", "Q&amp;A"], "Nomor WhatsApp": "081234567890"}
    )
    register.refresh()
    return register.owner("A1")


def told(register: Register, person_id: int) -> dict[str, tuple[str, object]]:
    """Return origin and value of the traits that count."""
    with reading(register.engine) as connection:
        found = effective(traits_of(connection, [person_id])[person_id])
    return {name: (each.origin, each.value) for name, each in found.items()}


def test_custom_fields_are_mapped_by_configuration(register: Register, ani: int) -> None:
    assert told(register, ani) == {"education": ("ils", "SMA"), "hobbies": ("ils", ["Novel", "Q&A"])}
    assert list(register.points(ani)) == ["+6281234567890"]


def test_a_changed_configuration_is_followed(register: Register, ani: int) -> None:
    register.fields = {"occupation": "Pendidikan"}
    register.refresh(everything=True)
    assert told(register, ani) == {"occupation": ("ils", "SMA")}
    assert register.points(ani) == {}


def test_the_reader_comes_before_staff_and_staff_before_the_ils(register: Register, ani: int) -> None:
    with writing(register.engine) as connection:
        set_trait(connection, ani, Trait("education", "staff", "S1", register.now))
    assert told(register, ani)["education"] == ("staff", "S1")
    with writing(register.engine) as connection:
        set_trait(connection, ani, Trait("education", "reader", "S2", register.now))
        set_trait(connection, ani, Trait("education", "reader", "S2", register.now))
    register.change("A1", custom={"Pendidikan": "SMP"})
    register.refresh()
    assert told(register, ani)["education"] == ("reader", "S2")
    with writing(register.engine) as connection:
        remove_trait(connection, ani, "education", "reader", register.now, None)
        remove_trait(connection, ani, "education", "staff", register.now, None)
    assert told(register, ani)["education"] == ("ils", "SMP")


def test_what_is_no_trait_is_refused(register: Register, ani: int) -> None:
    bad = (("income", "staff", "1"), ("education", "ils", "S1"), ("education", "staff", ""), ("guardian", "staff", ani))
    for name, origin, value in bad:
        with writing(register.engine) as connection, pytest.raises(ActionRefused):
            set_trait(connection, ani, Trait(name, origin, value, register.now))
    with writing(register.engine) as connection, pytest.raises(NotThere):
        set_trait(connection, ani, Trait("guardian", "staff", 999, register.now))
    with writing(register.engine) as connection, pytest.raises(ActionRefused):
        remove_trait(connection, ani, "education", "ils", register.now, None)


def test_many_get_a_tag_at_once(register: Register, ani: int) -> None:
    register.add("A2", "Budi")
    register.refresh()
    people = [ani, register.owner("A2"), 999]
    with writing(register.engine) as connection:
        assert add_tag(connection, people, "  Relawan   Baca ", register.now, None) == 2
        assert add_tag(connection, people, "relawan baca", register.now, None) == 0
        assert remove_tag(connection, [ani], "Relawan baca", register.now, None) == 1
        with pytest.raises(ActionRefused):
            add_tag(connection, people, "  ", register.now, None)
    assert register.rows(select(tag.c.person_id, tag.c.name)) == [(register.owner("A2"), "relawan baca")]
    actions = register.rows(select(audit.c.action).order_by(audit.c.id))
    assert actions == [("person.tag",), ("person.tag",), ("person.untag",)]


def test_a_promise_is_kept_until_it_is_done(register: Register, ani: int) -> None:
    with writing(register.engine) as connection:
        new = Note("talk", " Minta dikabari buku baru ", register.now, follow_up_on=date(2026, 12, 1))
        note_id = add_note(connection, ani, new)
        finish_follow_up(connection, note_id, register.now, None)
    assert register.rows(select(note.c.words, note.c.done_at)) == [("Minta dikabari buku baru", register.now)]
    with writing(register.engine) as connection, pytest.raises(NotThere):
        finish_follow_up(connection, note_id, register.now, None)
    with writing(register.engine) as connection, pytest.raises(ActionRefused):
        add_note(connection, ani, Note("talk", " ", register.now))
    assert "dikabari" not in str(register.rows(select(audit.c.details)))
