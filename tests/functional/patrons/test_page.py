"""The page of one person: what each role sees and does, without a script."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, select, update

from crm.database import reading, writing
from crm.schema import ils, people, profiles
from tests.functional.patrons.sending import Enter, logged, send, words
from tests.library_pages import NOW
from tests.readers import ANI, BUDI, GUEST, SITI, STAMPS, TODAY, add, add_loan, add_patron, days
from tests.statements import count_statements


def lend(engine: Engine) -> None:
    with writing(engine) as connection:
        add_loan(connection, 1, "A-1", 40, returned_on=days(30), title_key=2)
        add_loan(connection, 2, "A-1", 20)
        add(connection, profiles.interest,
            {"person_id": SITI, "topic_id": 1, "weight": 0.75, "loans": 9, "last_on": TODAY})  # fmt: skip


def test_the_page_of_a_person_takes_the_same_statements_for_little_and_much(desk: FlaskClient, library: Engine) -> None:
    def counted() -> int:
        with count_statements(library) as statements:
            assert desk.get("/patrons/1").status_code == 200
        return len(statements)

    few = counted()
    with writing(library) as connection:
        for number in range(200):
            add_loan(connection, number, "A-1", number, **({"returned_on": days(0)} if number % 2 else {}))
            note = {"person_id": SITI, "kind": "talk", "words": "x", "at": NOW, "follow_up_on": TODAY}
            add(connection, people.note, note)
    assert counted() == few


def test_the_page_tells_who_it_is_and_every_look_is_noted(desk: FlaskClient, library: Engine) -> None:
    page = words(desk.get(f"/patrons/{SITI}").text)
    assert "Dr. Siti Aminah, S.Pd. Ibu Siti Aminah relawan" in page
    assert "Number A-1 Category Pelajar · Pusat" in page
    assert "Age adult · 46 years" in page
    assert ("patron.read", str(SITI), None) in logged(library)
    assert desk.get("/patrons/999").status_code == 404


def test_a_contact_has_the_same_page(desk: FlaskClient) -> None:
    page = words(desk.get(f"/patrons/{GUEST}").text)
    assert "Tamu Acara" in page
    assert "no card: a contact since 24 Nov 2026" in page


def test_who_brought_somebody_is_named_and_linked(desk: FlaskClient, library: Engine) -> None:
    assert "Brought by" not in desk.get(f"/patrons/{GUEST}").text
    with writing(library) as connection:
        connection.execute(update(people.person).where(people.person.c.id == GUEST).values(referred_by=BUDI))
    page = desk.get(f"/patrons/{GUEST}").text
    assert "Brought by Budi Santoso" in words(page)
    assert f'href="/patrons/{BUDI}"' in page


def test_a_child_is_flagged_and_the_guardian_is_named_by_number(desk: FlaskClient) -> None:
    here = f"/patrons/{ANI}"
    assert "Guardian not known" in words(desk.get(here).text)
    unknown = send(desk, f"{here}/traits", here, name="guardian", value="Z-9")
    assert "Nobody has the card number Z-9." in words(unknown.text)
    page = words(send(desk, f"{here}/traits", here, name="guardian", value="A-1").text)
    assert "under 18" in page
    assert "Guardian Dr. Siti Aminah, S.Pd." in page


def test_who_was_merged_leads_to_who_was_kept(desk: FlaskClient, library: Engine) -> None:
    with writing(library) as connection:
        connection.execute(update(people.person).where(people.person.c.id == BUDI).values(merged_into=SITI))
    assert desk.get(f"/patrons/{BUDI}").location == f"/patrons/{SITI}"


def test_the_desk_sees_open_loans_and_counts_but_no_past_titles(desk: FlaskClient, library: Engine) -> None:
    lend(library)
    page = words(desk.get(f"/patrons/{SITI}").text)
    assert "On loan: 1 · overdue: 1" in page
    assert "Laskar Pelangi" in page
    assert "Brought back" in page
    assert "Bumi Manusia" not in page
    assert "Inferred from loans" not in page


def test_outreach_sees_past_titles_and_inferred_interests(outreach: FlaskClient, library: Engine) -> None:
    lend(library)
    page = words(outreach.get(f"/patrons/{SITI}").text)
    assert "Brought back: Bumi Manusia" in page
    assert "Inferred from loans Fiction 75 % loans: 9" in page


def test_who_objects_has_neither_past_titles_nor_inferred_interests_for_anybody(enter: Enter, library: Engine) -> None:
    lend(library)
    said = {"purpose": "profiling", "state": "refused", "means": "desk", "at": NOW}
    with writing(library) as connection:
        add(connection, people.permission, {"person_id": SITI, **said})
    for role in ("outreach", "admin"):
        page = words(enter(role).get(f"/patrons/{SITI}").text)
        assert "objects to profiling" in page
        assert "Bumi Manusia" not in page
        assert "Inferred from loans" not in page


def test_a_note_with_a_day_is_promised_until_it_is_done(desk: FlaskClient, library: Engine) -> None:
    here = f"/patrons/{SITI}"
    page = send(desk, f"{here}/notes", here, kind="call", words="Kabari soal <Laskar>", follow_up_on="2026-11-30")
    assert "Noted, and promised for 30 Nov 2026." in words(page.text)
    assert "Kabari soal &lt;Laskar&gt;" in page.text
    with reading(library) as connection:
        note_id = connection.scalar(select(people.note.c.id))
    done = send(desk, f"/notes/{note_id}/done", here)
    assert "Nothing is open." in words(done.text)
    assert "promised for 30 Nov 2026" in words(done.text)
    actions = [action for action, _, _ in logged(library)]
    assert {"person.note", "person.follow_up"} <= set(actions)
    assert desk.post("/notes/999/done").status_code == 400
    assert send(desk, "/notes/999/done", here).status_code == 404


def test_done_leads_back_to_where_the_button_was_but_never_elsewhere(desk: FlaskClient, library: Engine) -> None:
    for number, (wish, leads) in enumerate(
        (("/patrons?q=x", "/patrons?q=x"), ("https://evil.example", "/patrons/1")), 1
    ):
        note = {"id": number, "person_id": SITI, "kind": "talk", "words": "x", "at": NOW, "follow_up_on": TODAY}
        with writing(library) as connection:
            connection.execute(insert(people.note).values(note))
        answer = send(desk, f"/notes/{number}/done", "/patrons/1", next=wish)
        assert answer.request.full_path.rstrip("?") == leads


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "talk", "words": "  "}, "This note cannot be kept."),
        ({"kind": "gossip", "words": "x"}, "This note cannot be kept."),
        ({"kind": "talk", "words": "x", "follow_up_on": "tomorrow"}, "Write the day as year-month-day"),
    ],
)
def test_a_note_that_cannot_be_kept_says_why(
    desk: FlaskClient, library: Engine, fields: dict[str, str], said: str
) -> None:
    assert said in words(send(desk, "/patrons/1/notes", "/patrons/1", **fields).text)
    with reading(library) as connection:
        assert connection.scalar(select(people.note.c.id)) is None


def test_an_answer_is_kept_with_the_text_that_was_shown(desk: FlaskClient, library: Engine) -> None:
    here = f"/patrons/{SITI}"
    shown = "would like to tell you by WhatsApp when something new comes in"
    assert shown in words(desk.get(here).text)
    send(desk, f"{here}/permissions", here, purpose="alerts", channel="whatsapp", state="agreed", notice="forged")
    with reading(library) as connection:
        row = connection.execute(select(people.permission)).one()
    assert (row.purpose, row.channel, row.state, row.means) == ("alerts", "whatsapp", "agreed", "desk")
    assert row.notice.startswith("Perpustakaan <Daerah> ")
    assert shown in row.notice
    assert row.by is not None
    wrong = send(desk, f"{here}/permissions", here, purpose="alerts", channel="", state="agreed")
    assert wrong.status_code == 400


def test_for_a_child_the_guardian_is_asked(desk: FlaskClient, library: Engine) -> None:
    send(desk, f"/patrons/{ANI}/permissions", f"/patrons/{ANI}", purpose="profiling", state="refused")
    with reading(library) as connection:
        notice = connection.scalar(select(people.permission.c.notice))
    assert str(notice).endswith("For a reader under 18 the guardian answers.")


def test_traits_tags_wishes_and_contact_points_are_noted_and_taken_back(desk: FlaskClient, library: Engine) -> None:
    here = f"/patrons/{SITI}"
    for path, fields, said in (
        ("traits", {"name": "hobbies", "value": "menari"}, "hobbies menari noted by staff"),
        ("traits", {"name": "hobbies", "value": ""}, "What else we know Nothing yet."),
        ("tags", {"tag": "Donatur"}, "donatur"),
        ("tags", {"remove": "relawan"}, "The tag “relawan” is taken away."),
        ("wishes", {"topic": "komputer", "wish": "never"}, "Computing never noted by staff"),
        ("wishes", {"topic": "komputer", "wish": ""}, "The reader has not said what is liked."),
        ("wishes", {"topic": "none", "wish": "more"}, "topic"),
        ("points", {"text": "ibu.siti@example.com"}, "ibu.siti@example.com mail · noted by staff"),
        ("points", {"text": "12"}, "This is no way to reach somebody."),
        ("points/1", {"status": "bounced"}, "+6281234567890 bounced"),
        ("points/1", {"status": "remove"}, "This comes from the ILS."),
        ("points/3", {"status": "remove"}, "ibu.siti@example.com taken away"),
        ("points/99", {"status": "valid"}, "This contact point is not there any more."),
    ):
        assert said in words(send(desk, f"{here}/{path}", here, **fields).text), path
    actions = {action for action, _, _ in logged(library)}
    assert {"person.trait", "person.tag", "person.untag", "person.wish", "person.contact_point"} <= actions


@pytest.mark.parametrize("language", ["id", "en"])
def test_what_readers_and_ils_wrote_is_escaped(desk: FlaskClient, library: Engine, language: str) -> None:
    with writing(library) as connection:
        add_patron(connection, 30, "<script>alert(1)</script>", "<b>1</b>", stage="active")
        add(connection, people.tag, {"person_id": 30, "name": "<i>", "set_at": NOW})
        add(
            connection,
            people.note,
            {"person_id": 30, "kind": "talk", "words": "<u>x</u>", "at": NOW, "follow_up_on": TODAY},
        )
    for path in ("/patrons", "/patrons/30"):
        page = desk.get(path, query_string={"language": language, "q": "alert"}).text
        assert "alert(1)" in page
        for raw in ("<script>alert", "<b>1", "<i>", "<u>x"):
            assert raw not in page


def test_the_timeline_is_filtered_by_kind_and_goes_back_by_days(outreach: FlaskClient, library: Engine) -> None:
    with writing(library) as connection:
        for number in range(100):
            add_loan(connection, number, "A-1", number, returned_on=days(number))
    page = outreach.get("/patrons/1?kind=loans").text
    assert "Tagged" not in words(page)
    earlier = re.search(r'href="(\?[^"]*before=[^"]+)#timeline"', page)
    assert earlier is not None
    first = re.findall(r"<h3>(\d+ \w+ \d+)</h3>", page)
    second = re.findall(r"<h3>(\d+ \w+ \d+)</h3>", outreach.get(f"/patrons/1{earlier[1].replace('&amp;', '&')}").text)
    assert first
    assert second
    assert not set(first) & set(second)
    assert outreach.get("/patrons/1?kind=secrets&before=never").status_code == 200


def test_what_is_new_and_suits_is_told_with_its_place_and_why(enter: Enter, library: Engine) -> None:
    with writing(library) as connection:
        new = {"key": 40, "title": "Flask untuk Perpustakaan", "call_number": "005.1 FLA", "added_at": NOW}
        add(connection, ils.title, {**new, **STAMPS})
        item = {"key": 40, "title_key": 40, "barcode": "X40", "branch_key": "001", "is_loanable": True}
        add(connection, ils.item, {**item, "collection": "Umum", **STAMPS})
        add(connection, profiles.title_topic, {"source_id": 1, "title_key": 40, "topic_id": 2})
        wish = {"topic_id": 2, "wish": "more", "origin": "staff", "set_at": NOW}
        add(connection, profiles.declared, {"person_id": SITI, **wish})
    outreach = enter("outreach")
    page = words(outreach.get(f"/patrons/{SITI}/arrivals").text)
    assert "Flask untuk Perpustakaan 005.1 FLA Pusat, Umum: free copies: 1 You asked to hear of Computing." in page
    assert "Nothing new suits" in words(outreach.get(f"/patrons/{BUDI}/arrivals").text)
    assert outreach.get("/patrons/999/arrivals").status_code == 404
    assert enter("desk").get(f"/patrons/{SITI}/arrivals").status_code == 403
    assert ("patron.read", str(SITI), {"page": "arrivals"}) in logged(library)
