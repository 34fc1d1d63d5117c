"""Two persons that are one, and one that was two after all."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, insert, select

from crm.database import writing
from crm.errors import ActionRefused, NotThere
from crm.patrons import merging
from crm.patrons.notes import Note, add_note
from crm.patrons.permission import record_permission
from crm.patrons.points import Given, add_points, set_status
from crm.patrons.traits import Trait, add_tag, set_trait
from crm.schema.people import merge, person, tag, trait
from crm.schema.profiles import declared, topic, touched
from crm.schema.programmes import attendance, class_consent, group, group_member, programme
from crm.schema.staff import audit
from tests.integration.crm.patrons.register import START, Register


def belongings(connection: Connection, person_id: int, shared: int) -> None:
    """Give a person one of everything; ``shared`` of each kind are the same for everybody, later for each."""
    at = START + timedelta(minutes=person_id)
    add_note(connection, person_id, Note("talk", f"Bicara {person_id}", at))
    record_permission(connection, person_id, "news", "email", "agreed", "Teks", "desk", None, at)
    add_points(connection, person_id, Given("phone", f"0812345678{person_id:02}", "staff", at), "ID")
    add_points(connection, person_id, Given("email", "rumah@example.test", "staff", at), "ID")
    for number in (*range(shared), 10 + person_id):
        set_trait(connection, person_id, Trait(("education", "hobbies")[number % 2], "staff", f"{person_id}", at))
        add_tag(connection, [person_id], f"tag {number}", at, None)
        came_at = at if person_id % 2 else None
        for table, key, values in (
            (declared, {"topic_id": number + 1}, {"wish": "more", "origin": "staff", "set_at": at}),
            (attendance, {"programme_id": number + 1}, {"how": "list", "came_at": came_at, "code": f"{at}-{number}"}),
            (group_member, {"group_id": number + 1}, {"role": "member", "origin": "staff", "since_at": at}),
            (class_consent, {"group_id": number + 1, "purpose": "news"}, {"signed_on": date(2026, 1, person_id)}),
        ):  # fmt: skip
            connection.execute(insert(table).values(person_id=person_id, **key, **values))


def furnish(engine: Engine) -> None:
    """Write what belongings refer to."""
    at = START
    with writing(engine) as connection:
        for number in range(1, 41):
            names = {"name_id": "a", "name_en": "a", "kind": "topic", "is_sensitive": False, "is_shipped": False}
            connection.execute(insert(topic).values(id=number, slug=f"t{number}", **names))
            connection.execute(insert(group).values(id=number, name="Kelas", kind="class", created_at=at))
            values = {"slug": f"p{number}", "title": "Acara", "starts_at": at, "is_public": False, "created_at": at}
            connection.execute(insert(programme).values(id=number, **values))


@pytest.fixture
def two(register: Register) -> tuple[int, int]:
    """Give two persons with everything, the second of them with another membership."""
    furnish(register.engine)
    register.add("A1", "Ani Lubis", phone="081311112222")
    register.add("A2", "Ani", phone="081311112222", email="ani@example.test")
    register.add("C1", "Budi")
    register.refresh()
    first, second = register.owner("A1"), register.owner("A2")
    with writing(register.engine) as connection:
        belongings(connection, first, 2)
        belongings(connection, second, 2)
        connection.execute(person.update().where(person.c.id == register.owner("C1")).values(referred_by=second))
        set_trait(connection, register.owner("C1"), Trait("guardian", "staff", second, START))
    register.refresh()
    return first, second


def make_one(register: Register, kept: int, merged: int) -> int:
    return merging.make_one(register.engine, kept, merged, register.now, None)


def test_the_kept_person_has_all_of_both(register: Register, two: tuple[int, int]) -> None:
    first, second = two
    make_one(register, first, second)
    register.refresh()
    assert register.owner("A1") == register.owner("A2") == first
    assert register.person(second).merged_into == first
    points = register.points(first)
    assert {"+6281311112222", "ani@example.test", f"+62812345678{second:02}"} <= points.keys()
    everything = register.everything()
    for table in ("note", "permission"):
        assert {row[1] for row in everything[table]} == {first}
    ours = (person.c.id == first, tag.c.person_id == first)
    assert register.rows(select(tag.c.name).where(ours[1]).order_by(tag.c.name)) == [
        (f"tag {number}",) for number in sorted((0, 1, 10 + first, 10 + second), key=str)
    ]
    said = register.rows(select(trait.c.value).where(trait.c.person_id == first, trait.c.name == "hobbies"))
    assert said == [(str(max(first, second)),)]  # the later word
    budi = register.owner("C1")
    assert register.person(budi).referred_by == first
    assert register.rows(select(trait.c.value).where(trait.c.person_id == budi)) == [(first,)]


def test_a_merge_that_is_undone_gives_everything_back(register: Register, two: tuple[int, int]) -> None:
    before = register.everything()
    merge_id = make_one(register, *two)
    assert register.everything() != before
    merging.undo(register.engine, merge_id, register.now, None)
    assert register.everything() == before


def test_it_does_so_after_syncs_as_well(register: Register, two: tuple[int, int]) -> None:
    before = register.everything()
    merge_id = make_one(register, *two)
    register.refresh()
    register.refresh(everything=True)
    merging.undo(register.engine, merge_id, register.now, None)
    register.refresh()
    assert register.everything() == before
    assert register.refresh(everything=True) == 0


def test_both_are_noted_and_touched(register: Register, two: tuple[int, int]) -> None:
    merge_id = make_one(register, *two)
    merging.undo(register.engine, merge_id, register.now, None)
    noted = register.rows(select(audit.c.action, audit.c.subject_id).where(audit.c.action.like("person.%merge")))
    assert noted == [("person.merge", str(two[0])), ("person.unmerge", str(two[0]))]
    assert {row[0] for row in register.rows(select(touched.c.key))} >= set(map(str, two))


def test_what_comes_to_the_kept_person_later_stays_there(register: Register, two: tuple[int, int]) -> None:
    first, second = two
    merge_id = make_one(register, first, second)
    with writing(register.engine) as connection:
        add_tag(connection, [first], "relawan", register.now, None)
    merging.undo(register.engine, merge_id, register.now, None)
    assert register.rows(select(tag.c.person_id).where(tag.c.name == "relawan")) == [(first,)]


def test_a_key_that_was_renamed_meanwhile_goes_back_too(register: Register, two: tuple[int, int]) -> None:
    first, second = two
    merge_id = make_one(register, first, second)
    register.remove("A2")
    register.add("B2", "Ani")
    register.move_loans("A2", "B2")
    register.refresh()
    assert register.owner("B2") == first
    merging.undo(register.engine, merge_id, register.now, None)
    assert register.owner("B2") == register.owner("A2") == second


def test_who_opted_out_on_one_of_two_equal_numbers_has_opted_out(register: Register, two: tuple[int, int]) -> None:
    first, second = two
    with writing(register.engine) as connection:
        set_status(connection, register.points(second)["+6281311112222"].id, "opted_out", register.now, None)
    make_one(register, first, second)
    register.refresh()
    assert register.points(first)["+6281311112222"].status == "opted_out"


def test_a_proposal_that_is_followed_is_proposed_no_more(register: Register, two: tuple[int, int]) -> None:
    pair = (min(two), max(two))
    assert register.proposals()[pair] == "proposed"
    merge_id = make_one(register, *two)
    register.refresh(everything=True)
    assert register.proposals()[pair] == "merged"
    merging.undo(register.engine, merge_id, register.now, None)
    assert register.proposals()[pair] == "proposed"


def test_what_cannot_be_done_is_refused(register: Register, two: tuple[int, int]) -> None:
    first, second = two
    third = register.owner("C1")
    with pytest.raises(ActionRefused):
        make_one(register, first, first)
    merge_id = make_one(register, first, second)
    for pair in ((first, second), (second, third), (first, 999)):
        with pytest.raises(NotThere):
            make_one(register, *pair)
    make_one(register, third, first)
    with pytest.raises(ActionRefused, match="merged into another"):
        merging.undo(register.engine, merge_id, register.now, None)
    with pytest.raises(NotThere):
        merging.undo(register.engine, 999, register.now, None)


def test_merges_are_undone_in_turn(register: Register, two: tuple[int, int]) -> None:
    first, second = two
    third = register.owner("C1")
    before = register.everything()
    inner = make_one(register, first, second)
    outer = make_one(register, third, first)
    merging.undo(register.engine, outer, register.now, None)
    merging.undo(register.engine, inner, register.now, None)
    assert register.everything() == before
    with pytest.raises(NotThere):
        merging.undo(register.engine, inner, register.now, None)
    assert register.one(select(merge.c.undone_at).where(merge.c.id == inner)) == register.now


def test_a_contact_who_joined_keeps_his_history(register: Register) -> None:
    row: dict[str, Any] = {"name": "Tini", "is_placeholder_birth": False, "created_at": START, "changed_at": START}
    with writing(register.engine) as connection:
        tini = connection.execute(insert(person).values(row)).lastrowid
        add_note(connection, tini, Note("talk", "Bertanya tentang keanggotaan", START))
    register.add("A1", "Tini Lubis, S.Pd.")
    register.refresh()
    joined = register.owner("A1")
    merge_id = make_one(register, tini, joined)
    register.refresh()
    assert register.person(tini).name == "Tini Lubis, S.Pd."
    merging.undo(register.engine, merge_id, register.now, None)
    register.refresh()
    assert register.person(tini).name == "Tini"
    assert register.person(joined).name == "Tini Lubis, S.Pd."


@pytest.fixture
def four(embedded: Engine) -> tuple[Register, list[int]]:
    """Give four persons, each with one, two or three things that the others have too."""
    register = Register(embedded)
    furnish(embedded)
    for number, name in enumerate(("Ani Lubis", "Ani", "Budi", "Ani Lubis")):
        register.add(f"A{number}", name, phone="081311112222", email=f"a{number % 2}@example.test")
    register.refresh(everything=True)
    people = [register.owner(f"A{number}") for number in range(4)]
    with writing(embedded) as connection:
        for person_id, shared in zip(people, (2, 0, 1, 3), strict=True):
            belongings(connection, person_id, shared)
    register.refresh(everything=True)
    return register, people


@given(st.permutations(range(4)), st.integers(1, 3), st.booleans())
@settings(
    deadline=None, max_examples=8, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_any_merges_undone_in_turn_leave_nothing_behind(
    four: tuple[Register, list[int]], order: list[int], count: int, is_refreshed: bool
) -> None:
    register, people = four
    before = register.everything()
    kept, *others = (people[at] for at in order)
    merges = [make_one(register, kept, other) for other in others[:count]]
    if is_refreshed:
        register.refresh(everything=True)
    for merge_id in reversed(merges):
        merging.undo(register.engine, merge_id, register.now, None)
    register.refresh(everything=True)
    assert register.everything() == before
