"""The list of patrons, what is done with many, and duplicates: without a script."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from crm.database import reading, writing
from crm.schema import people
from tests.functional.patrons.sending import Enter, confirmed, logged, send, words
from tests.readers import ANI, BUDI, GUEST, SITI, TODAY, add_patron
from tests.statements import count_statements


def test_the_list_shows_who_answers_and_keeps_the_question(desk: FlaskClient) -> None:
    everybody = words(desk.get("/patrons").text)
    assert "Found: 4" in everybody
    assert "Budi Santoso A-2 blocked overdue: 1" in everybody
    page = desk.get("/patrons?q=siti&sort=key").text
    assert "Found: 1" in words(page)
    assert 'value="siti"' in page


def test_a_script_gets_the_rows_alone(desk: FlaskClient) -> None:
    part = desk.get("/patrons?q=budi", headers={"X-Part": "found"}).text
    assert "<html" not in part
    assert "Budi Santoso" in part


def test_nobody_found_and_nobody_there_are_told_apart(desk: FlaskClient, library: Engine) -> None:
    assert "Nobody found" in words(desk.get("/patrons?q=nobody").text)
    with writing(library) as connection:
        connection.execute(update(people.person).values(merged_into=1))
    assert "Nobody is here yet" in words(desk.get("/patrons").text)


@pytest.mark.parametrize("path", ["/patrons", "/patrons/1", "/patrons/duplicates", "/patrons/by-key/main/A-1"])
def test_patrons_are_for_the_desk_and_up(app: Flask, enter: Enter, path: str) -> None:
    assert app.test_client().get(path).status_code == 302
    assert enter("viewer").get(path).status_code == 403


def test_the_list_takes_the_same_statements_for_few_and_many(desk: FlaskClient, library: Engine) -> None:
    def counted() -> int:
        with count_statements(library) as statements:
            assert desk.get("/patrons?q=a&sort=activity").status_code == 200
        return len(statements)

    few = counted()
    with writing(library) as connection:
        for number in range(10, 70):
            add_patron(connection, number, f"Anggota {number}", f"A-{number}", joined_on=TODAY)
    assert counted() == few


def test_a_key_of_the_ils_leads_to_the_page(desk: FlaskClient) -> None:
    assert desk.get("/patrons/by-key/main/A-2").location == f"/patrons/{BUDI}"
    assert desk.get("/patrons/by-key/main/none").status_code == 404


def test_the_ticked_or_all_found_are_tagged_after_asking(outreach: FlaskClient, library: Engine) -> None:
    question, said = confirmed(
        outreach, "/patrons/tag", "/patrons", whom="ticked", person=[str(BUDI), str(ANI)], tag_name=" Undangan  2027 "
    )
    assert "Tag 2 patrons as “undangan 2027”?" in question
    assert "Tagged as “undangan 2027”: 2." in said
    _, said = confirmed(outreach, "/patrons/tag", "/patrons", whom="found", stage="active", tag_name="kunci")
    assert "Tagged as “kunci”: 1." in said
    with reading(library) as connection:
        rows = connection.execute(
            select(people.tag.c.person_id, people.tag.c.name).where(people.tag.c.name != "relawan")
        )
        assert set(map(tuple, rows)) == {(BUDI, "undangan 2027"), (ANI, "undangan 2027"), (SITI, "kunci")}


def test_nobody_ticked_and_no_tag_are_told(outreach: FlaskClient) -> None:
    assert "Nobody is ticked." in words(send(outreach, "/patrons/tag", "/patrons", whom="ticked", tag_name="x").text)
    assert "A tag needs a word." in words(send(outreach, "/patrons/tag", "/patrons", whom="found", tag_name=" ").text)


def test_the_export_is_whole_harmless_and_noted(outreach: FlaskClient, library: Engine) -> None:
    with writing(library) as connection:
        add_patron(connection, 20, '=HYPERLINK("http://evil")', "+1", stage="active")
    answer = send(outreach, "/patrons/export", "/patrons", q="", stage="active")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="patrons.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["Name"] for row in rows] == ['\'=HYPERLINK("http://evil")', "Dr. Siti Aminah, S.Pd."]
    assert rows[0]["Number"] == "'+1"
    assert rows[1]["Phones"] == "'+6281234567890"
    assert rows[1]["Mail addresses"] == "siti@example.org"
    assert ("patron.export", None, {"people": 2, "filters": ["stage"], "by_words": False}) in logged(library)


@pytest.mark.parametrize(
    "path", ["/patrons/tag", "/patrons/export", "/patrons/duplicates/merge", "/patrons/duplicates/apart"]
)
def test_the_desk_neither_tags_many_nor_exports_nor_merges(desk: FlaskClient, path: str) -> None:
    assert send(desk, path, "/patrons/1").status_code == 403


def test_duplicates_are_merged_after_asking_and_given_back(outreach: FlaskClient, proposed: Engine) -> None:
    here = "/patrons/duplicates"
    assert "Dr. Siti Aminah, S.Pd. and Tamu Acara" in words(outreach.get(here).text)
    assert "Might be the same person as Tamu Acara the same name" in words(outreach.get(f"/patrons/{SITI}").text)
    question, said = confirmed(outreach, f"{here}/merge", here, kept=str(SITI), merged=str(GUEST))
    assert "Are these two one person?" in question
    assert "Merged." in said
    assert "tamu" in said
    assert outreach.get(f"/patrons/{GUEST}").location == f"/patrons/{SITI}"
    assert "Nobody looks like somebody else" in words(outreach.get(here).text)
    _, said = confirmed(outreach, f"{here}/1/undo", here)
    assert "they are two people again" in said
    assert outreach.get(f"/patrons/{GUEST}").status_code == 200
    assert {"person.merge", "person.unmerge"} <= {action for action, _, _ in logged(proposed)}


def test_different_people_are_not_proposed_again(outreach: FlaskClient, proposed: Engine) -> None:
    here = "/patrons/duplicates"
    said = words(send(outreach, f"{here}/apart", here, first=str(SITI), second=str(GUEST)).text)
    assert "will not be proposed again" in said
    assert "Nobody looks like somebody else" in said
    again = words(send(outreach, f"{here}/apart", "/patrons/1", first=str(SITI), second=str(GUEST)).text)
    assert "This proposal is not there any more." in again
    with reading(proposed) as connection:
        assert connection.scalar(select(people.duplicate.c.state)) == "dismissed"


def test_merging_somebody_with_himself_or_with_nobody_is_refused(outreach: FlaskClient, proposed: Engine) -> None:
    here = "/patrons/duplicates"
    _, said = confirmed(outreach, f"{here}/merge", here, kept=str(SITI), merged=str(SITI))
    assert "This is one person already." in said
    _, said = confirmed(outreach, f"{here}/merge", here, kept=str(SITI), merged="999")
    assert "not there any more" in said
    assert send(outreach, f"{here}/merge", here, kept="x", merged="1").status_code == 400
    _, said = confirmed(outreach, f"{here}/999/undo", here)
    assert "This merge is not there, or was undone." in said
