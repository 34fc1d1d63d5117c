"""Who came: by tick, by phone, by count."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert

from crm.database import reading, writing
from crm.errors import FormRefused
from crm.programmes import arrivals, contacts, service, sign_ups, store
from crm.programmes.sign_ups import SignUpClosed
from crm.schema.profiles import facts
from tests.integration.crm.programmes.people import NOW, add_patrons, add_source, code, plan, rows, slug_of, visitor

OPEN = NOW + timedelta(hours=1)  # the programme begins at 11 local time, 4 UTC


def test_a_phone_on_site_finds_the_sign_up_by_name_alone(crm: Engine) -> None:
    programme = plan(crm)
    sign_ups.sign_up(crm, slug_of(crm, programme), visitor("Ani Lestari", "081234567890"), code(), NOW)
    arrivals.check_in(crm, programme, visitor("ani lestari"), OPEN)
    assert rows(crm, "attendance", "number", "came_at", "how") == [(1, OPEN, "page")]
    assert len(rows(crm, "person", "id")) == 1


def test_two_of_one_name_on_the_list_are_not_guessed(crm: Engine) -> None:
    programme = plan(crm)
    for phone in ("081234567890", "081234567891"):
        sign_ups.sign_up(crm, slug_of(crm, programme), visitor("Ani", phone), code(), NOW)
    arrivals.check_in(crm, programme, visitor("Ani"), OPEN)
    assert [came for (came,) in rows(crm, "attendance", "came_at") if came] == [OPEN]
    assert len(rows(crm, "person", "id")) == 3


def test_who_was_not_signed_up_is_kept_as_a_contact_who_came(crm: Engine) -> None:
    programme = plan(crm)
    arrivals.check_in(crm, programme, visitor("Budi", "", "budi@example.org"), OPEN)
    arrivals.check_in(crm, programme, visitor("Budi", "", "BUDI@example.org"), OPEN + timedelta(minutes=1))
    assert rows(crm, "attendance", "number", "came_at", "how") == [(None, OPEN, "qr")]


def test_phones_check_in_only_around_the_time_of_the_programme(crm: Engine) -> None:
    programme = plan(crm)
    for moment in (OPEN - timedelta(hours=3), OPEN + timedelta(hours=8)):
        with pytest.raises(SignUpClosed):
            arrivals.check_in(crm, programme, visitor("Budi"), moment)
    service.call_off(crm, programme, NOW, None)
    with pytest.raises(SignUpClosed):
        arrivals.check_in(crm, programme, visitor("Budi"), OPEN)


def test_a_tick_is_noted_once_touches_the_person_and_can_be_taken_back(crm: Engine) -> None:
    programme = plan(crm)
    add_source(crm)
    signed, other = add_patrons(crm, None, None)
    sign_ups.put_on_list(crm, programme, [signed], [code()], NOW, None)
    for moment in (OPEN, OPEN + timedelta(hours=1)):
        arrivals.tick(crm, programme, signed, moment, None)
    arrivals.tick(crm, programme, other, OPEN, None)
    assert rows(crm, "attendance", "person_id", "came_at") == [(signed, OPEN), (other, OPEN)]
    assert rows(crm, "touched", "kind", "key") == [("person", str(signed)), ("person", str(other))]
    arrivals.untick(crm, programme, signed, OPEN, None)
    arrivals.untick(crm, programme, other, OPEN, None)
    assert rows(crm, "attendance", "person_id", "came_at") == [(signed, None)]


def test_a_walk_in_who_gives_his_name_is_a_contact_of_staff(crm: Engine) -> None:
    programme = plan(crm)
    first = arrivals.walk_in(crm, programme, visitor("Cici", "081234567899"), OPEN, None)
    assert arrivals.walk_in(crm, programme, visitor("Cici", "081234567899"), OPEN, None) == first
    assert rows(crm, "contact_point", "origin") == [("staff",)]


def test_the_headcount_replaces_the_one_before(crm: Engine) -> None:
    programme = plan(crm)
    entered = {("f", "child"): "12", ("m", "child"): "0", ("-", "unknown"): " 3 ", ("x", "child"): "9"}
    assert arrivals.count_walk_ins(crm, programme, entered, NOW, None) == 15
    assert arrivals.count_walk_ins(crm, programme, {("f", "adult"): "2"}, NOW, None) == 2
    with reading(crm) as connection:
        assert store.walk_ins(connection, programme) == {("f", "adult"): 2}
    with pytest.raises(FormRefused) as refused:
        arrivals.count_walk_ins(crm, programme, {("f", "adult"): "-2"}, NOW, None)
    assert refused.value.fields.keys() == {"f-adult"}


def test_the_overview_counts_sign_ups_arrivals_and_walk_ins(crm: Engine) -> None:
    programme, empty = plan(crm, "Dongeng"), plan(crm, "Kosong")
    add_source(crm)
    people = add_patrons(crm, None, None, None)
    sign_ups.put_on_list(crm, programme, people, (code() for _ in people), NOW, None)
    sign_ups.take_off_list(crm, programme, people[0], NOW, None)
    arrivals.tick(crm, programme, people[1], OPEN, None)
    arrivals.count_walk_ins(crm, programme, {("f", "child"): "5", ("m", "child"): "4"}, NOW, None)
    with reading(crm) as connection:
        found = connection.execute(store.overview(since=NOW)).all()
        assert [(each.id, each.signed_up, each.came, each.walk_ins) for each in found] == [
            (programme, 2, 1, 9), (empty, 0, 0, 0),
        ]  # fmt: skip
        assert connection.execute(store.overview(until=NOW)).all() == []
        assert store.named_by_band(connection, programme) == {("-", "unknown"): 1}


def test_contacts_are_those_who_never_had_a_card_facts_or_none(crm: Engine) -> None:
    add_source(crm)
    add_patrons(crm, None)
    old, _ = contacts.add_contact(crm, visitor("Hendra Lama", "", "hendra@example.org"), NOW, None)
    zero = {column.name: 0 for column in facts.c if not column.nullable and column.name != "worked_out_on"}
    told = {"state": "contact", "stage": "contact", "is_minor": False, "worked_out_on": NOW.date()}
    with writing(crm) as connection:
        connection.execute(insert(facts).values({**zero, **told, "person_id": old}))
    new, is_new = contacts.add_contact(crm, visitor("Hendra Baru", "081234567890"), NOW, None)
    assert is_new
    with reading(crm) as connection:
        assert [each.id for each in contacts.listed(connection, "")] == [new, old]
        assert [each.id for each in contacts.listed(connection, "", before=new)] == [old]
        assert [each.id for each in contacts.listed(connection, "hendra ba")] == [new]
        assert contacts.reached_at(connection, [old, new]) == {old: ["hendra@example.org"], new: ["+6281234567890"]}
