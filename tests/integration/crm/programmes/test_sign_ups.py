"""Signing up: seats, the waiting list, and nothing an outsider could learn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from crm.database import reading
from crm.errors import NotThere
from crm.programmes import service, sign_ups, store
from crm.programmes.sign_ups import SignUp, SignUpClosed
from tests.integration.crm.programmes.people import NOW, add_patrons, add_source, code, plan, rows, slug_of, visitor


def sign_up(
    engine: Engine, programme_id: int, name: str, phone: str = "0812 3456 7890", brought_by: str = ""
) -> SignUp:
    slug = slug_of(engine, programme_id)
    return sign_ups.sign_up(engine, slug, visitor(name, phone, brought_by=brought_by), code(), NOW)


def waiting(engine: Engine, programme_id: int, signed: SignUp) -> int | None:
    """Return the place on the waiting list, 0 for a seat, None for a sign-up that is cancelled."""
    found = sign_ups.look(engine, slug_of(engine, programme_id), signed.code, signed.number)
    return found.standing.waiting if found else None


def test_a_newcomer_becomes_a_contact_with_a_seat(crm: Engine) -> None:
    programme = plan(crm, seats=1)
    assert sign_up(crm, programme, "  Siti   Aminah ").standing.has_seat
    assert rows(crm, "person", "name", "folded") == [("Siti Aminah", "siti aminah")]
    assert rows(crm, "contact_point", "kind", "value", "origin", "status") == [
        ("mobile", "+6281234567890", "reader", "valid")
    ]
    assert rows(crm, "attendance", "number", "how", "came_at") == [(1, "page", None)]


def test_who_comes_after_the_last_seat_waits_and_moves_up(crm: Engine) -> None:
    programme = plan(crm, seats=1)
    first, second, third = (
        sign_up(crm, programme, name, f"0812345678{i}0") for i, name in enumerate(("Ani", "Budi", "Cici"))
    )
    assert [each.standing.waiting for each in (first, second, third)] == [0, 1, 2]
    sign_ups.cancel(crm, slug_of(crm, programme), first.code, NOW)
    assert [waiting(crm, programme, each) for each in (first, second, third)] == [None, 0, 1]


def test_a_second_sign_up_changes_nothing_and_tells_nothing(crm: Engine) -> None:
    programme = plan(crm, seats=1)
    first = sign_up(crm, programme, "Ani Lestari")
    again = sign_up(crm, programme, "Dr. ANI Lestari", "+62 812-3456-7890")
    assert again.standing.waiting == 1  # what any newcomer would be told
    assert again.code != first.code
    sign_up(crm, programme, "Orang lain", "081211112222")
    assert waiting(crm, programme, again) == 1  # and it stays so, as a newcomer's would
    sign_ups.cancel(crm, slug_of(crm, programme), again.code, NOW)
    assert waiting(crm, programme, first) == 0
    assert len(rows(crm, "person", "id")) == len(rows(crm, "attendance", "person_id")) == 2


def test_another_name_with_the_same_number_is_another_person(crm: Engine) -> None:
    programme = plan(crm)
    sign_up(crm, programme, "Ani Lestari")
    sign_up(crm, programme, "Adik Lestari")
    assert len(rows(crm, "person", "id")) == 2


def test_who_cancelled_and_signs_up_again_is_last(crm: Engine) -> None:
    programme = plan(crm, seats=1)
    first, second = sign_up(crm, programme, "Ani"), sign_up(crm, programme, "Budi")
    sign_ups.cancel(crm, slug_of(crm, programme), first.code, NOW)
    again = sign_up(crm, programme, "Ani")
    assert [waiting(crm, programme, each) for each in (second, again)] == [0, 1]


def test_two_who_want_the_last_seat_at_once_do_not_both_get_it(crm: Engine) -> None:
    programme = plan(crm, seats=3)
    names = [f"Peserta {letter}" for letter in "abcdefgh"]
    with ThreadPoolExecutor(len(names)) as pool:
        found = list(pool.map(lambda name: sign_up(crm, programme, name), names))
    assert sorted(each.standing.waiting for each in found) == [0, 0, 0, 1, 2, 3, 4, 5]
    assert [number for (number,) in rows(crm, "attendance", "number")] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_one_person_who_presses_twice_is_on_the_list_once(crm: Engine) -> None:
    programme = plan(crm, seats=3)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: sign_up(crm, programme, "Ani"), range(4)))
    assert rows(crm, "attendance", "number") == [(1,)]


def test_fewer_seats_move_the_last_sign_ups_to_the_waiting_list(crm: Engine) -> None:
    programme = plan(crm, seats=2)
    second = [sign_up(crm, programme, name) for name in ("Ani", "Budi")][1]
    with reading(crm) as connection:
        planned = service.find(connection, programme)
    assert planned is not None
    draft = service.draft_of(planned, "Asia/Jakarta")
    service.replan(crm, programme, type(draft)(**{**vars(draft), "seats": 1}), "Asia/Jakarta", NOW, None)
    assert waiting(crm, programme, second) == 1


def test_what_is_cancelled_past_or_not_public_takes_no_sign_ups(crm: Engine) -> None:
    called_off, hidden, past = plan(crm), plan(crm, is_public=False), plan(crm)
    service.call_off(crm, called_off, NOW, None)
    with pytest.raises(SignUpClosed):
        sign_up(crm, called_off, "Ani")
    with pytest.raises(NotThere):
        sign_up(crm, hidden, "Ani")
    with pytest.raises(SignUpClosed):
        sign_ups.sign_up(crm, slug_of(crm, past), visitor("Ani"), code(), NOW + timedelta(days=1))
    assert rows(crm, "person", "id") == []


def test_a_newcomer_tells_who_brought_him(crm: Engine) -> None:
    programme = plan(crm)
    add_source(crm)
    (friend,) = add_patrons(crm, None)
    sign_up(crm, programme, "Ani", brought_by="P1")
    assert (friend,) in rows(crm, "person", "referred_by")
    assert rows(crm, "attendance", "brought_by") == [("P1",)]


def test_a_whole_class_is_signed_up_in_a_fixed_number_of_statements(crm: Engine) -> None:
    programme = plan(crm, seats=30)
    add_source(crm)
    people = add_patrons(crm, *[None] * 40)
    added = sign_ups.put_on_list(crm, programme, people, (code() for _ in people), NOW, None)
    again = sign_ups.put_on_list(crm, programme, people, (code() for _ in people), NOW, None)
    assert (added, again) == (40, 0)
    with reading(crm) as connection:
        assert store.signed_up(connection, programme) == (40, 40)
    assert rows(crm, "audit", "action", "subject_id")[1:] == [("programme.sign_up", str(programme))] * 2


def test_staff_take_somebody_off_the_list(crm: Engine) -> None:
    programme = plan(crm)
    signed = sign_up(crm, programme, "Ani")
    ((person_id,),) = rows(crm, "person", "id")
    sign_ups.take_off_list(crm, programme, person_id, NOW, None)
    assert waiting(crm, programme, signed) is None
    with pytest.raises(NotThere):
        sign_ups.take_off_list(crm, programme, person_id + 1, NOW, None)
