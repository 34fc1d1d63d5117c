"""The staff pages: who gets in, what a role may see, and what is asked before harm."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, select, update
from werkzeug.test import TestResponse

from crm.database import reading, writing
from crm.schema import ils
from crm.schema import staff as schema
from crm.staff import audit, roles
from plugin_ui.staff.access import COOKIE, RIGHT
from tests.library_pages import AS_OF, NOW, set_clock
from tests.staffing import PASSWORD, add_staff, session_of, sign_in
from tests.statements import count_statements

OPEN = {"sign_in.show", "sign_in.sign_in", "health.healthz", "static", "bootstrap.static"}
OPEN_TO_READERS = {f"events.{view}" for view in ("show", "sign_up", "mine", "sign_off", "arrive", "check_in")}
LIST_PAGES = ("/settings/staff", "/settings/audit", "/settings/roles", "/settings", "/account")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Visit as somebody who is not signed in, in English."""
    visitor = app.test_client()
    visitor.set_cookie("sapa_language", "en")
    return visitor


def send(client: FlaskClient, path: str, page: str | None = None, **fields: str) -> TestResponse:
    """Send a form as a browser would: with the token of the page it stands on."""
    shown = client.get(page or path).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert token is not None
    return client.post(path, data={"csrf_token": token[1], **fields})


def enter(client: FlaskClient, path: str = "/sign-in", **fields: str) -> TestResponse:
    return send(client, path, username=fields.pop("username", "siti"), password=fields.pop("password", PASSWORD))


def logged(engine: Engine) -> list[tuple[str, str | None, str | None]]:
    with reading(engine) as connection:
        entries, _ = audit.listed(connection, audit.Wanted())
    return [(entry.action, entry.who, entry.subject_id) for entry in entries]


def test_every_page_says_which_right_it_takes(app: Flask) -> None:
    unguarded = {endpoint for endpoint, view in app.view_functions.items() if not hasattr(view, RIGHT)}
    assert unguarded == OPEN | OPEN_TO_READERS


@pytest.mark.parametrize(
    "path", ["/", "/settings", "/settings/copy", "/account", "/settings/audit?who=1&action=export"]
)
def test_whoever_is_not_signed_in_is_asked_to_and_then_led_on(client: FlaskClient, engine: Engine, path: str) -> None:
    add_staff(engine, now=NOW)
    asked = client.get(path)
    assert asked.status_code == 302
    assert asked.location.startswith("/sign-in?next=")
    entered = enter(client, asked.location)
    assert (entered.status_code, entered.location) == (303, path)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "goal", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/\t/evil.example"]
)
def test_nobody_is_led_to_another_site(client: FlaskClient, engine: Engine, goal: str) -> None:
    add_staff(engine, now=NOW)
    client.get("/sign-in")
    page = client.get("/sign-in", query_string={"next": goal}).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    fields = {"csrf_token": token[1], "username": "siti", "password": PASSWORD}
    assert client.post("/sign-in", query_string={"next": goal}, data=fields).location == "/"


def test_the_session_cookie_is_new_closed_to_scripts_and_secure_over_https(app: Flask, engine: Engine) -> None:
    add_staff(engine, now=NOW)
    client = app.test_client()
    client.set_cookie(COOKIE, "a token that somebody planted")
    cookies = enter(client).headers.getlist("Set-Cookie")
    mine = next(cookie for cookie in cookies if cookie.startswith(COOKIE))
    assert "planted" not in mine
    assert "HttpOnly" in mine
    assert "SameSite=Lax" in mine
    assert "Secure" not in mine
    for scheme, is_secure in (("http", False), ("https", True)):
        other = app.test_client().get("/sign-in?language=en", base_url=f"{scheme}://localhost")
        assert [("Secure" in cookie) for cookie in other.headers.getlist("Set-Cookie")] == [is_secure, is_secure]


def test_a_wrong_password_keeps_the_name_and_says_nothing_more(client: FlaskClient, engine: Engine) -> None:
    add_staff(engine, now=NOW)
    answers = [enter(client, username=name, password="wrong") for name in ("siti", "nobody")]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert all("User name or password is not right." in answer.text for answer in answers)
    assert 'value="siti"' in answers[0].text
    assert "wrong" not in answers[0].text
    assert client.get_cookie(COOKIE) is None


def test_too_many_tries_are_told_how_long_to_wait(client: FlaskClient, engine: Engine) -> None:
    add_staff(engine, now=NOW)
    for _ in range(5):
        enter(client, password="wrong")
    answer = enter(client)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "10")
    assert "There were too many tries. Please wait 1 min" in answer.text


def test_the_first_visitor_is_told_how_the_first_account_is_made(client: FlaskClient, engine: Engine) -> None:
    assert "sapa staff add NAME --role admin" in client.get("/sign-in").text
    add_staff(engine, now=NOW)
    assert "sapa staff add" not in client.get("/sign-in").text


def test_signing_out_ends_the_session_and_not_only_the_cookie(client: FlaskClient, engine: Engine) -> None:
    sign_in(client, engine, now=NOW)
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    answer = send(client, "/sign-out", "/account")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert "You are signed out." in client.get("/sign-in").text
    client.set_cookie(COOKIE, cookie.value)
    assert client.get("/account").status_code == 302
    assert logged(engine) == [("sign_out", "siti", None)]


def test_a_form_without_its_token_does_nothing(client: FlaskClient, engine: Engine) -> None:
    staff_id = sign_in(client, engine, now=NOW)
    other = add_staff(engine, "budi", "desk", NOW)
    for fields in ({"confirmed": "yes"}, {"confirmed": "yes", "csrf_token": "forged"}):
        answer = client.post(f"/settings/staff/{other}/disable", data=fields)
        assert answer.status_code == 400
        assert "This form cannot be accepted" in answer.text
    assert staff_id
    assert logged(engine) == []


def test_what_was_sent_after_the_session_ended_is_not_done(client: FlaskClient, engine: Engine, app: Flask) -> None:
    sign_in(client, engine, now=NOW)
    page = client.get("/account").text
    set_clock(app, NOW + timedelta(hours=9))
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    answer = client.post("/account/password", data={"csrf_token": token[1]})
    assert answer.status_code == 401
    assert "You are not signed in any more" in answer.text


@pytest.mark.parametrize("role", roles.ROLES)
def test_a_role_sees_the_pages_of_the_settings_it_may(client: FlaskClient, engine: Engine, role: str) -> None:
    sign_in(client, engine, role, now=NOW)
    offered = set(re.findall(r'href="(/settings/[a-z]+)"', client.get("/settings").text))
    answers = {
        path: client.get(path) for path in ("/settings/copy", "/settings/roles", "/settings/staff", "/settings/audit")
    }
    assert {path for path, answer in answers.items() if answer.status_code == 200} == offered
    refused = [answer for answer in answers.values() if answer.status_code != 200]
    assert all(answer.status_code == 403 and "This is not for your role" in answer.text for answer in refused)
    assert len(refused) == (0 if role == "admin" else 2)


@pytest.mark.parametrize("path", LIST_PAGES)
def test_a_page_asks_the_database_as_often_whatever_there_is_to_list(
    client: FlaskClient, engine: Engine, path: str
) -> None:
    sign_in(client, engine, now=NOW)
    client.get(path)
    with count_statements(engine) as few:
        client.get(path)
    for number in range(60):
        add_staff(engine, f"name{number}", "desk", NOW)
    with writing(engine) as connection:
        for number in range(200):
            audit.record(connection, NOW, 1 + number % 60, "patron.read", "patron", number)
    with count_statements(engine) as many:
        assert client.get(path).status_code == 200
    assert len(many) == len(few) <= 10


def test_an_account_is_made_with_a_password_that_is_shown_once(client: FlaskClient, engine: Engine, app: Flask) -> None:
    sign_in(client, engine, now=NOW)
    made = send(client, "/settings/staff/new", username="Budi.S", name="Budi <Santoso>", role="desk")
    assert made.status_code == 200
    shown = re.search(r"<code>([a-z2-9-]{19})</code>", made.text)
    assert shown is not None
    assert shown[1] not in client.get("/settings/staff").text
    assert "Budi &lt;Santoso&gt;" in client.get("/settings/staff").text
    visitor = app.test_client()
    assert enter(visitor, username="budi.s", password=shown[1]).status_code == 303


def test_a_form_with_a_mistake_comes_back_with_what_was_typed(client: FlaskClient, engine: Engine) -> None:
    sign_in(client, engine, now=NOW)
    answer = send(client, "/settings/staff/new", username="si ti", name="Siti <Aminah>", role="outreach")
    assert answer.status_code == 400
    assert "This cannot be a user name." in answer.text
    assert 'aria-describedby="field-username-hint field-username-error" aria-invalid="true"' in answer.text
    assert "Siti &lt;Aminah&gt;" in answer.text
    assert re.search(r'value="outreach"[^>]* checked', answer.text)


def test_an_account_is_disabled_only_after_saying_yes(client: FlaskClient, engine: Engine) -> None:
    sign_in(client, engine, now=NOW)
    other = add_staff(engine, "budi", "desk", NOW)
    page, path = f"/settings/staff/{other}", f"/settings/staff/{other}/disable"
    asked = send(client, path, page)
    assert "Disable the account budi?" in asked.text
    assert logged(engine) == []
    done = send(client, path, page, confirmed="yes")
    assert (done.status_code, done.location) == (303, page)
    assert "The account budi is disabled." in client.get(page).text
    assert logged(engine) == [("staff.disable", "siti", str(other))]
    send(client, f"{page}/enable", page)
    assert "The account budi can be used again." in client.get(page).text


def test_a_new_password_is_asked_for_made_and_shown(client: FlaskClient, engine: Engine, app: Flask) -> None:
    sign_in(client, engine, now=NOW)
    other = add_staff(engine, "budi", "desk", NOW)
    page, path = f"/settings/staff/{other}", f"/settings/staff/{other}/password"
    assert "A new password for budi?" in send(client, path, page).text
    shown = re.search(r"<code>([a-z2-9-]{19})</code>", send(client, path, page, confirmed="yes").text)
    assert shown is not None
    assert enter(app.test_client(), username="budi", password=shown[1]).status_code == 303


def test_a_role_is_changed_and_what_cannot_be_is_told(client: FlaskClient, engine: Engine) -> None:
    me = sign_in(client, engine, now=NOW)
    other = add_staff(engine, "budi", "desk", NOW)
    page = f"/settings/staff/{other}"
    send(client, f"{page}/role", page, role="outreach")
    assert "The role is changed; budi has to sign in anew." in client.get(page).text
    send(client, f"/settings/staff/{me}/role", page, role="viewer")
    assert "You cannot take rights away from yourself." in client.get(page).text
    assert client.get("/settings/staff/99").status_code == 404


def test_ones_own_password_is_changed_and_other_browsers_are_signed_out(
    client: FlaskClient, engine: Engine, app: Flask
) -> None:
    staff_id = sign_in(client, engine, "desk", now=NOW)
    other = app.test_client()
    other.set_cookie(COOKIE, session_of(engine, staff_id, NOW))
    fields = {"present": PASSWORD, "password": "hujan bulan juni", "repeated": "hujan bulan juni"}
    for wrong, text in (
        ({"present": "x"}, "This is not your present password."),
        ({"repeated": "x"}, "The two passwords are not the same."),
        ({"password": "short", "repeated": "short"}, "it needs at least 10 characters"),
    ):
        answer = send(client, "/account/password", "/account", **{**fields, **wrong})
        assert (answer.status_code, text in answer.text) == (400, True)
    assert send(client, "/account/password", "/account", **fields).status_code == 303
    assert "Your password is changed." in client.get("/account").text
    assert other.get("/account").status_code == 302


def test_the_audit_page_filters_by_person_action_thing_and_day(client: FlaskClient, engine: Engine) -> None:
    sign_in(client, engine, now=NOW)
    other = add_staff(engine, "budi", "desk", NOW)
    with writing(engine) as connection:
        audit.record(connection, NOW, other, "patron.read", "patron", 17)
        audit.record(connection, NOW + timedelta(days=1), None, "<b>", "segment", "x", {"rows": 3})
    assert "patron 17" in client.get(f"/settings/audit?who={other}&since=2026-11-24&until=2026-11-24").text
    late = client.get("/settings/audit?since=2026-11-25").text
    assert "patron 17" not in late
    assert "&lt;b&gt;" in late
    assert "the command line or Sapa" in late
    assert "Nothing was found" in client.get("/settings/audit?action=export").text
    assert "Write the day as" in client.get("/settings/audit?since=yesterday").text
    assert client.get("/settings/audit?who=abc&before=99999999999999999999").status_code == 200


def test_a_long_log_is_read_page_by_page(client: FlaskClient, engine: Engine) -> None:
    sign_in(client, engine, now=NOW)
    with writing(engine) as connection:
        for number in range(120):
            audit.record(connection, NOW, 1, "patron.read", "patron", number)
    path, seen = "/settings/audit?subject=patron", []
    for _ in range(3):
        page = client.get(path).text
        seen += re.findall(r">patron (\d+)<", page)
        onward = re.search(r'rel="next" href="([^"]+)"', page)
        path = "/settings/audit" + onward[1].replace("&amp;", "&") if onward else ""
    assert (seen, path) == ([str(number) for number in range(119, -1, -1)], "")


def test_the_header_tells_how_current_the_data_is(client: FlaskClient, engine: Engine) -> None:
    sign_in(client, engine, now=NOW)
    assert "No copy yet" in client.get("/account").text
    with writing(engine) as connection:
        connection.execute(insert(ils.source).values(id=1, name="main", ils="slims", as_of=AS_OF))
    assert re.search(r'class="data-as-of"><span>Data as of 24 Nov 2026 10:32 WIB', client.get("/account").text)
    with writing(engine) as connection:
        connection.execute(update(ils.source).values(as_of=AS_OF - timedelta(hours=1)))
    assert 'class="data-as-of late"' in client.get("/account").text
    with writing(engine) as connection:
        connection.execute(update(ils.source).values(as_of=None))
    assert "The first copy is running" in client.get("/account").text


def test_inside_slims_there_are_tabs_instead_of_the_menu_until_a_window_of_its_own(
    client: FlaskClient, engine: Engine
) -> None:
    sign_in(client, engine, now=NOW)
    assert 'class="side"' in client.get("/account").text
    for path in ("/account?frame=slims", "/settings"):
        page = client.get(path).text
        assert 'class="side"' not in page
        assert 'class="tabs"' in page
        assert '<html lang="en" class="light">' in page
        assert "frame=own" in page
    own = {"Sec-Fetch-Dest": "document"}
    assert 'class="side"' in client.get("/settings", headers=own).text
    assert 'class="tabs"' in client.get("/settings", headers={"Sec-Fetch-Dest": "iframe"}).text
    assert 'class="side"' in client.get("/settings?frame=own").text
    assert 'class="side"' in client.get("/settings").text


def test_a_visit_is_written_down_now_and_then_only(client: FlaskClient, engine: Engine, app: Flask) -> None:
    sign_in(client, engine, now=NOW)

    def seen_after(span: timedelta) -> object:
        set_clock(app, NOW + span)
        client.get("/account")
        with reading(engine) as connection:
            return connection.scalar(select(schema.session.c.seen_at))

    assert seen_after(timedelta(minutes=4)) == NOW
    assert seen_after(timedelta(minutes=6)) == NOW + timedelta(minutes=6)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("path", ["/sign-in", *LIST_PAGES, "/settings/staff/new", "/settings/staff/1", "/nowhere"])
def test_no_page_has_a_script_or_style_of_its_own(
    client: FlaskClient, engine: Engine, path: str, language: str
) -> None:
    if path != "/sign-in":
        sign_in(client, engine, now=NOW)
    page = client.get(f"{path}?language={language}").text
    assert f'<html lang="{language}">' in page
    assert "<script" not in page
    assert "<style" not in page
    assert " style=" not in page
    loaded = re.findall(r'(?:src|href|action)="([^"]*)"', page)
    assert [address for address in loaded if not address.startswith(("/", "?", "#"))] == []
