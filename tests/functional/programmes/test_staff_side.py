"""The pages of contacts, groups and programmes, as staff use them."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from crm.database import reading
from crm.programmes import sign_ups
from crm.schema.programmes import attendance, group, headcount, programme
from crm.schema.staff import audit
from plugin_ui.links import CHECK_IN
from tests.functional.programmes.answers import signed, words
from tests.library_pages import NOW
from tests.programmes import Filled, code, slug_of, visitor
from tests.staffing import sign_in
from tests.statements import count_statements


def staff_paths(filled: Filled) -> list[str]:
    """Return every staff page of these parts."""
    group_paths = [f"/groups/{filled.klass}{rest}" for rest in ("", "/edit", "/list", "/slips", "?q=dewi")]
    rest = ("", "/edit", "/check-in", "/check-in?q=dewi", "/list", "/poster", "/poster?for=check-in")
    contest = [f"/programmes/{filled.contest}{each}" for each in rest]
    lists = ["/contacts", "/contacts/new", "/groups", "/groups?closed=yes", "/groups/new", "/programmes"]
    more = ["/programmes?when=past", "/programmes/new", f"/programmes/new?from={filled.contest}"]
    return [*lists, *more, *group_paths, *contest, f"/programmes/{filled.hidden}", f"/programmes/{filled.cancelled}"]


def test_every_page_answers_in_both_languages_and_escapes_names(staff: FlaskClient, filled: Filled) -> None:
    for path in staff_paths(filled):
        for language in ("id", "en"):
            answer = staff.get(f"{path}{'&' if '?' in path else '?'}language={language}")
            assert answer.status_code == 200, path
            assert "<Raden>" not in answer.text


@pytest.mark.parametrize("path", ["/contacts", "/groups", "/programmes", "/programmes?when=past", "/groups?closed=yes"])
def test_a_library_without_anything_is_told_what_to_do(staff: FlaskClient, path: str) -> None:
    assert 'class="nothing"' in staff.get(path).text


def test_readers_see_no_staff_page_and_the_desk_changes_nothing(app: Flask, engine: Engine, filled: Filled) -> None:
    client = app.test_client()
    for path in staff_paths(filled):
        assert client.get(path).status_code == 302, path
    sign_in(client, engine, role="desk", now=NOW)
    assert client.get(f"/programmes/{filled.contest}").status_code == 200
    for path in ("/contacts/new", "/groups/new", "/programmes/new"):
        assert client.get(path).status_code == 403
    for path in (f"/programmes/{filled.contest}/cancel", f"/groups/{filled.klass}/close", "/groups/proposals/accept"):
        assert client.post(path).status_code == 403
    assert client.post(f"/programmes/{filled.contest}/export").status_code == 403
    assert client.post(f"/programmes/{filled.contest}/check-in", data={"came": "2"}).status_code == 303


def test_lists_make_the_same_statements_however_long(staff: FlaskClient, engine: Engine, filled: Filled) -> None:
    paths = ("/contacts", "/groups", "/programmes", f"/programmes/{filled.full}", f"/programmes/{filled.full}/check-in")

    def counted() -> list[int]:
        numbers = []
        for path in paths:
            with count_statements(engine) as statements:
                assert staff.get(path).status_code == 200
            numbers.append(len(statements))
        return numbers

    before = counted()
    slug = slug_of(engine, filled.full)
    for number in range(20):
        sign_ups.sign_up(engine, slug, visitor(f"Tamu ke {number}", f"08123456{number:04d}"), code(), NOW)
    assert counted() == before
    assert max(before) < 20


def test_a_proposal_becomes_a_group_by_one_click(staff: FlaskClient, engine: Engine, filled: Filled) -> None:
    page = staff.get("/groups")
    assert "Dinas Sosial Kota Medan" in words(page)
    answer = staff.post("/groups/proposals/accept", data={"folded": "dinas sosial kota medan"}, follow_redirects=True)
    assert "office · 5 members" in words(answer)
    again = staff.post("/groups/proposals/accept", data={"folded": "dinas sosial kota medan"})
    assert again.status_code == 404
    with reading(engine) as connection:
        assert connection.scalars(select(group.c.name).order_by(group.c.id)).all()[-1] == "Dinas Sosial Kota Medan"


def test_closing_a_group_is_asked_first(staff: FlaskClient, filled: Filled) -> None:
    path = f"/groups/{filled.klass}/close"
    assert "Close the group XI IPA 2?" in words(staff.post(path))
    assert "XI IPA 2" in words(staff.get("/groups"))
    assert "is closed" in words(staff.post(path, data={"confirmed": "yes"}, follow_redirects=True))
    assert "XI IPA 2" not in words(staff.get("/groups"))


def test_a_representative_must_have_agreed(staff: FlaskClient, filled: Filled) -> None:
    path = f"/groups/{filled.klass}/members/1/role"
    refused = staff.post(path, data={"role": "representative"}, follow_redirects=True)
    assert "he has to agree first" in words(refused)
    named = staff.post(path, data={"role": "representative", "agreed": "yes"}, follow_redirects=True)
    assert "representative agreed" in words(named).casefold()


def test_slips_are_kept_as_they_are_ticked(staff: FlaskClient, filled: Filled) -> None:
    path = f"/groups/{filled.klass}"
    kept = staff.post(f"{path}/slips", data={"signed": ["1:naming", "2:news", "x:news"]}, follow_redirects=True)
    assert "2 signed, 0 taken back" in words(kept)
    assert kept.text.count(" checked") == 2
    again = staff.post(
        f"{path}/slips", data={"shown": ["1:naming", "2:news"], "signed": ["2:news"]}, follow_redirects=True
    )
    assert "0 signed, 1 taken back" in words(again)


def test_the_form_of_a_group_says_what_is_missing(staff: FlaskClient) -> None:
    answer = staff.post("/groups/new", data={"name": " ", "kind": "class"})
    assert answer.status_code == 400
    assert "Give the group a name." in words(answer)
    assert "Choose the school of the class." in words(answer)
    assert answer.text.count('aria-invalid="true"') == 2


def test_a_programme_is_planned_changed_repeated_and_called_off(staff: FlaskClient, engine: Engine) -> None:
    form = {"title": "Lomba", "day": "2026-12-01", "begins": "09:00", "ends": "11:00", "seats": "x", "is_public": "yes"}
    refused = staff.post("/programmes/new", data=form)
    assert refused.status_code == 400
    assert "This is not a number." in words(refused)
    assert 'value="Lomba"' in refused.text
    planned = staff.post("/programmes/new", data={**form, "seats": "5"})
    path = planned.location
    page = words(staff.get(path))
    assert "Tuesday, 1 December 2026, 09:00\N{EN DASH}11:00 WIB" in page
    assert "https://crm.example.org/e/lomba-2026-12-01" in page
    staff.post(f"{path}/edit", data={**form, "seats": "7"})
    assert "0 / 7" in words(staff.get(path))
    again = staff.get(f"/programmes/new?from={path.rpartition('/')[2]}").text
    assert 'value="Lomba"' in again
    assert "2026-12-01" not in again
    assert "Cancel “Lomba”?" in words(staff.post(f"{path}/cancel"))
    staff.post(f"{path}/cancel", data={"confirmed": "yes"})
    assert "Cancelled" in words(staff.get(path)).title()
    staff.post(f"{path}/take-up-again")
    with reading(engine) as connection:
        assert connection.scalar(select(programme.c.cancelled_at)) is None


def test_people_are_put_on_the_list_and_taken_off(staff: FlaskClient, filled: Filled) -> None:
    path = f"/programmes/{filled.full}"
    assert "Dewi Sartika" in words(staff.get(f"{path}?q=dewi"))
    added = staff.post(f"{path}/sign-ups", data={"person": ["8", "nobody"]}, follow_redirects=True)
    assert "Signed up: 1." in words(added)
    assert "Sign Dewi Sartika off?" in words(staff.post(f"{path}/sign-ups/8/cancel"))
    staff.post(f"{path}/sign-ups/8/cancel", data={"confirmed": "yes"})
    assert "Signed off" in words(staff.get(path)).capitalize() or "signed off" in words(staff.get(path))
    whole = staff.post(f"/programmes/{filled.contest}/sign-ups/group", follow_redirects=True)
    assert "Signed up: 2." in words(whole)


def test_a_tick_is_one_request_with_or_without_a_script(staff: FlaskClient, engine: Engine, filled: Filled) -> None:
    path = f"/programmes/{filled.contest}/check-in"
    plain = staff.post(path, data={"came": "2"})
    assert plain.location.endswith("/check-in#p2")
    quick = staff.post(path, data={"not_came": "2"}, headers={"Accept": "application/json"})
    assert quick.json == {"came": False}
    staff.post(path, data={"came": "2"}, headers={"Accept": "application/json"})
    assert "2 of 6 are here" in words(staff.get(path))
    with reading(engine) as connection:
        came = select(attendance.c.person_id).where(attendance.c.came_at.is_not(None)).order_by(attendance.c.person_id)
        assert connection.scalars(came).all() == [1, 2]


def test_guests_and_headcount_are_kept_and_mistakes_told(staff: FlaskClient, engine: Engine, filled: Filled) -> None:
    path = f"/programmes/{filled.hidden}/check-in"
    assert "Write the name." in words(staff.post(f"{path}/guest", data={"name": "  "}))
    assert "Ucok is checked in." in words(staff.post(f"{path}/guest", data={"name": "Ucok"}, follow_redirects=True))
    wrong = staff.post(f"{path}/headcount", data={"f-child": "many"})
    assert wrong.status_code == 400
    assert "This is not a number of people." in words(wrong)
    staff.post(f"{path}/headcount", data={"f-child": "7", "m-child": "8"})
    with reading(engine) as connection:
        counted = select(headcount.c.people).where(headcount.c.programme_id == filled.hidden)
        assert sorted(connection.scalars(counted)) == [7, 8]


def test_the_file_for_a_spreadsheet_calculates_nothing_and_is_audited(
    staff: FlaskClient, engine: Engine, filled: Filled
) -> None:
    sign_ups.sign_up(engine, slug_of(engine, filled.contest), visitor("=cmd Tamu", "081255555555"), code(), NOW)
    answer = staff.post(f"/programmes/{filled.contest}/export")
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0][:2] == ["name", "card number"]
    assert ["'=cmd Tamu", "", "'+6281255555555"] in [row[:3] for row in rows]
    with reading(engine) as connection:
        last = connection.scalars(select(audit.c.action).order_by(audit.c.id.desc())).first()
    assert last == "programme.export"


def test_a_contact_is_added_with_who_brought_him(staff: FlaskClient) -> None:
    form = {"name": "Tamu Baru", "phone": "0812-9999-8888", "brought_by": "nobody@example.org"}
    assert "Nobody, or more than one" in words(staff.post("/contacts/new", data=form))
    assert "is not a mail address" in words(staff.post("/contacts/new", data={**form, "mail": "x@"}))
    added = staff.post("/contacts/new", data={"name": "Tamu Baru", "phone": "0812-9999-8888"}, follow_redirects=True)
    assert "Tamu Baru is kept as a contact." in words(added)
    assert "+6281299998888" in words(added)
    again = staff.post("/contacts/new", data={"name": "Tamu Baru", "phone": "+62 81299998888"}, follow_redirects=True)
    assert "is known already" in words(again)


def test_the_poster_shows_a_code_with_the_public_address(staff: FlaskClient, filled: Filled) -> None:
    page = staff.get(f"/programmes/{filled.contest}/poster").text
    assert "<svg" in page
    assert "https://crm.example.org/e/lomba-mewarnai-anak-2026-11-24" in page
    assert (
        f"https://crm.example.org/e/here/{signed(CHECK_IN, filled.hidden)}"
        in staff.get(f"/programmes/{filled.hidden}/poster").text
    )


def test_all_that_staff_do_is_in_the_audit_log(staff: FlaskClient, engine: Engine, filled: Filled) -> None:
    path = f"/programmes/{filled.contest}"
    staff.post(f"{path}/check-in", data={"came": "2"})
    staff.post(f"{path}/headcount", data={})
    staff.post(f"/groups/{filled.klass}/members/2/remove", data={"confirmed": "yes"})
    with reading(engine) as connection:
        done = connection.execute(select(audit.c.action, audit.c.staff_id).where(audit.c.staff_id.is_not(None))).all()
    assert [action for action, _ in done] == ["programme.came", "group.remove"]


def test_odd_addresses_do_no_harm(staff: FlaskClient, filled: Filled) -> None:
    assert staff.get("/programmes?page=999999999999").status_code == 200
    assert staff.get("/contacts?before=99999999999999999999").status_code == 200
    assert staff.get("/programmes/999999").status_code == 404
    assert staff.get("/groups/999999").status_code == 404
