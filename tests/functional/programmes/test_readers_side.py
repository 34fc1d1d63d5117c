"""What readers see of programmes, without a login, and what nobody learns there."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from crm.database import reading
from crm.schema.programmes import attendance
from plugin_ui.links import CHECK_IN, SIGN_UP
from tests.functional.programmes.answers import signed, words
from tests.programmes import Filled, slug_of


def sign_up(reader: FlaskClient, slug: str, **form: str) -> TestResponse:
    return reader.post(f"/e/{slug}", data={"name": "Lia Amalia", "phone": "081277776666", **form})


def test_a_reader_signs_up_and_off_without_a_login(reader: FlaskClient, engine: Engine, filled: Filled) -> None:
    slug = slug_of(engine, filled.full)
    assert "full: sign up for the waiting list" in words(reader.get(f"/e/{slug}"))
    answer = sign_up(reader, slug)
    assert answer.status_code == 303
    mine = reader.get(answer.location)
    assert "You are on the waiting list" in words(mine)
    assert "noindex" in mine.text
    off = reader.post(answer.location, follow_redirects=True)
    assert "You are signed off" in words(off)
    assert "You are signed off" in words(reader.get(answer.location))


def test_opening_the_link_never_signs_off(reader: FlaskClient, engine: Engine, filled: Filled) -> None:
    goal = sign_up(reader, slug_of(engine, filled.full)).location
    for _ in range(2):
        assert "waiting list" in words(reader.get(goal))


def test_who_signs_up_twice_or_is_known_gets_the_same_answer(
    reader: FlaskClient, engine: Engine, filled: Filled
) -> None:
    slug = slug_of(engine, filled.full)
    known = sign_up(reader, slug, name="Rina Marlina", phone="0812 345678-00")  # has the one seat already
    stranger = sign_up(reader, slug, name="Orang Lain", phone="0812 345678-00")
    sign_up(reader, slug)
    shown = [reader.get(each.location).text.replace(each.location, "") for each in (known, stranger)]
    assert shown[0] == shown[1]


def test_a_bad_link_is_not_complete(reader: FlaskClient, engine: Engine, filled: Filled) -> None:
    slug = slug_of(engine, filled.contest)
    for token in ("x", signed(CHECK_IN, filled.contest), signed(SIGN_UP, "1.a")[:-1]):
        assert reader.get(f"/e/{slug}/{token}").status_code == 404
        assert reader.post(f"/e/{slug}/{token}").status_code == 404


def test_what_is_wrong_in_the_form_is_told_at_its_field(reader: FlaskClient, engine: Engine, filled: Filled) -> None:
    slug = slug_of(engine, filled.contest)
    nothing = sign_up(reader, slug, name="", phone="")
    assert nothing.status_code == 400
    assert "Write the name." in words(nothing)
    assert "so that we can reach you" in words(nothing)
    assert "The number is too short." in words(sign_up(reader, slug, phone="0812"))


def test_a_program_that_fills_in_the_hidden_field_signs_nobody_up(
    reader: FlaskClient, engine: Engine, filled: Filled
) -> None:
    answer = sign_up(reader, slug_of(engine, filled.hidden), website="http://spam.example")
    assert answer.status_code == 303
    with reading(engine) as connection:
        assert connection.scalars(select(attendance).where(attendance.c.programme_id == filled.hidden)).all() == []


def test_what_is_not_public_or_over_is_told(reader: FlaskClient, engine: Engine, filled: Filled) -> None:
    assert reader.get(f"/e/{slug_of(engine, filled.hidden)}").status_code == 404
    assert sign_up(reader, slug_of(engine, filled.hidden)).status_code == 404
    cancelled = slug_of(engine, filled.cancelled)
    assert "This programme is cancelled" in words(reader.get(f"/e/{cancelled}"))
    assert sign_up(reader, cancelled).status_code == 409
    assert "This programme is over" in words(reader.get(f"/e/{slug_of(engine, filled.past)}"))


def test_too_many_sign_ups_of_one_address_have_to_wait(
    reader: FlaskClient, engine: Engine, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plugin_ui.readers.events.FREE_SIGN_UPS", 3)
    slug = slug_of(engine, filled.contest)
    answers = [sign_up(reader, slug, name=f"Tamu {number}") for number in range(5)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429, 429]
    assert "Retry-After" in answers[-1].headers


def test_a_phone_on_site_checks_in(reader: FlaskClient, engine: Engine, filled: Filled) -> None:
    path = f"/e/here/{signed(CHECK_IN, filled.contest)}"
    assert "Lomba mewarnai anak" in words(reader.get(path))
    assert "Write the name." in words(reader.post(path, data={"name": ""}))
    assert "Welcome, Tono Gunawan!" in words(reader.post(path, data={"name": "Tono Gunawan"}))
    with reading(engine) as connection:
        came = select(attendance.c.number).where(attendance.c.came_at.is_not(None))
        assert sorted(connection.scalars(came)) == [2, 5]
    assert reader.get("/e/here/nothing").status_code == 404


def test_a_phone_elsewhere_in_time_is_told_when_it_can(reader: FlaskClient, filled: Filled) -> None:
    path = f"/e/here/{signed(CHECK_IN, filled.full)}"
    for answer in (reader.get(path), reader.post(path, data={"name": "Tono"})):
        assert answer.status_code == 409
        assert "Checking in is not open now" in words(answer)


def test_forms_of_staff_need_the_token_and_those_of_readers_do_not(
    app: Flask, engine: Engine, staff: FlaskClient, reader: FlaskClient, filled: Filled
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert staff.post(f"/programmes/{filled.contest}/check-in", data={"came": "2"}).status_code == 400
    assert sign_up(reader, slug_of(engine, filled.contest)).status_code == 303
