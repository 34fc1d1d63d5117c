"""Segments: listed, shown, built without a script, saved, put away."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from crm.database import reading
from crm.segments import store
from tests.functional.figures import audited, furnish, visitor, words

LAPSING = {"all": [{"fact": "stage", "is": ["lapsing"]}]}
READING = {"all": [{"fact": "interest", "topic": ["memasak"], "at_least": 0.1}]}


@pytest.fixture
def outreach(app: Flask, engine: Engine) -> FlaskClient:
    furnish(engine)
    return visitor(app, engine, "outreach")


def send(client: FlaskClient, rule: Any, do: str, path: str = "/segments/new", **fields: Any) -> Any:
    return client.post(f"{path}?language=en", data={"rule": json.dumps(rule), "do": do, **fields})


def rule_of(answer: Any) -> Any:
    """Return the rule of the address that an answer leads to."""
    assert answer.status_code == 303
    return json.loads(parse_qs(urlsplit(answer.location).query)["rule"][0])


def test_segments_that_come_with_sapa_are_listed_with_their_numbers(outreach: FlaskClient) -> None:
    text = words(outreach.get("/segments?language=en").text)
    assert re.search(r"Readers who are drifting away .* 2 2 1", text)


def test_a_segment_says_its_rule_and_names_its_members(outreach: FlaskClient) -> None:
    page = outreach.get("/segments/lapsing?language=en").text
    assert "Readers whose stage is <strong>lapsing</strong>." in page
    assert "Budi &lt;Santoso&gt;" in page
    assert "Dewi" not in page


def test_viewers_see_numbers_and_no_names(outreach: FlaskClient, app: Flask, engine: Engine) -> None:
    assert outreach is not None
    page = visitor(app, engine, "viewer").get("/segments/lapsing?language=en").text
    assert "Siti" not in page
    assert "not who" in words(page)


def test_the_desk_sees_no_names_where_they_tell_what_somebody_reads(
    outreach: FlaskClient, app: Flask, engine: Engine
) -> None:
    send(outreach, READING, "save", name="Suka memasak")
    assert "Ani" in words(outreach.get("/segments/suka-memasak").text)
    desk = visitor(app, engine, "desk")
    assert "Ani" not in words(desk.get("/segments/suka-memasak").text)
    assert "Siti" in words(desk.get("/segments/lapsing").text)


def test_a_rule_is_built_by_buttons_alone(outreach: FlaskClient) -> None:
    rule = rule_of(send(outreach, {"all": []}, "add:n:stage"))
    assert rule == {"all": [{"fact": "stage", "is": ["lapsing", "lapsed"]}]}
    filled = {"n-0.there": "yes", "n-0.is": "lapsing"}
    rule = rule_of(send(outreach, rule, "group:n:any", **filled))
    assert rule == {"all": [{"fact": "stage", "is": ["lapsing"]}, {"any": []}]}
    rule = rule_of(send(outreach, rule, "add:n-1:minor"))
    assert rule["all"][1] == {"any": [{"fact": "minor", "is": True}]}
    assert rule_of(send(outreach, rule, "remove:n-1")) == LAPSING


def test_the_builder_tells_whom_a_rule_means(outreach: FlaskClient) -> None:
    text = words(outreach.get("/segments/new", query_string={"rule": json.dumps(LAPSING), "language": "en"}).text)
    assert "2 readers 1 WhatsApp 1 mail 0 unreachable" in text
    assert "Siti Aminah" in text


def test_nobody_is_explained_by_the_condition_that_leaves_nobody(outreach: FlaskClient) -> None:
    rule = {"all": [{"fact": "stage", "is": ["lapsing"]}, {"fact": "open_loans", "at_least": 500}]}
    page = outreach.get("/segments/new", query_string={"rule": json.dumps(rule), "language": "en"}).text
    assert "0 readers" in words(page)
    assert page.count("This leaves nobody.") == 1
    assert re.search(r'class="condition blamed" id="n-1"', page)


def test_what_is_wrong_is_said_at_its_field(outreach: FlaskClient) -> None:
    rule = {"all": [{"fact": "visits", "days": "soon", "at_least": 1}, {"fact": "nothing"}]}
    page = outreach.get("/segments/new", query_string={"rule": json.dumps(rule), "language": "en"}).text
    assert re.search(r'id="n-0-days"[^>]*aria-invalid="true"', page)
    assert "A whole number from 1" in page
    assert "There is no fact “nothing”" in page
    assert 'value="soon"' in page


def test_saving_counts_audits_and_shows_the_segment(outreach: FlaskClient, engine: Engine) -> None:
    answer = send(outreach, LAPSING, "save", name="Sapa lagi", about="tulis")
    assert answer.location == "/segments/sapa-lagi"
    page = outreach.get("/segments/sapa-lagi?language=en").text
    assert "The segment Sapa lagi is saved." in page
    assert "People 2 With WhatsApp or mail 2 Agreed to be written to 1" in words(page)
    assert audited(engine) == [("segment.save", "sapa-lagi")]


def test_two_segments_of_one_name_have_two_addresses(outreach: FlaskClient) -> None:
    assert send(outreach, LAPSING, "save", name="New").location == "/segments/new-2"
    assert send(outreach, LAPSING, "save", name="New").location == "/segments/new-3"


@pytest.mark.parametrize(
    ("rule", "name", "told"),
    [
        (LAPSING, "", "Give it a name"),
        (LAPSING, "x" * 101, "Give it a name"),
        ({"all": [{"any": []}]}, "A", "At least one condition is expected"),
        ({"all": [{"fact": "stage", "is": ["x"]}]}, "A", "There is no “x” here"),
    ],
)
def test_what_cannot_be_saved_says_why_and_keeps_what_was_written(
    outreach: FlaskClient, engine: Engine, rule: Any, name: str, told: str
) -> None:
    answer = send(outreach, rule, "save", name=name)
    assert answer.status_code == 200
    assert told in unescape(answer.text)
    assert audited(engine) == []


def test_a_segment_that_would_depend_on_itself_is_refused(outreach: FlaskClient) -> None:
    send(outreach, LAPSING, "save", name="Satu")
    rule = {"all": [{"fact": "segment", "is": ["satu"]}]}
    answer = send(outreach, rule, "save", "/segments/satu/edit", name="Satu")
    assert "would depend on itself" in answer.text


def test_a_shipped_segment_keeps_its_translated_name_while_nobody_changes_it(
    outreach: FlaskClient, engine: Engine
) -> None:
    name = re.search(r'name="name" value="([^"]*)"', outreach.get("/segments/lapsing/edit?language=id").text)
    assert name
    outreach.post(
        "/segments/lapsing/edit?language=id", data={"rule": json.dumps(LAPSING), "do": "save", "name": name[1]}
    )
    with reading(engine) as connection:
        found = store.find(connection, "lapsing")
    assert found
    assert found.name == "Readers who are drifting away"


def test_putting_away_asks_first(outreach: FlaskClient, engine: Engine) -> None:
    asked = outreach.post("/segments/new/archive?language=en")
    assert "Put the segment New readers away?" in unescape(asked.text)
    assert audited(engine) == []
    outreach.post("/segments/new/archive", data={"confirmed": "yes"})
    assert audited(engine) == [("segment.archive", "new")]
    assert (
        "New readers" not in outreach.get("/segments?language=en").text.partition("</main>")[0].partition("<table")[2]
    )


def test_why_somebody_belongs_and_what_would_bring_somebody_in(outreach: FlaskClient) -> None:
    assert "Dewi" in words(outreach.get("/segments/lapsing?who=dew&language=en").text)
    inside = words(outreach.get("/segments/lapsing?person=1&language=en").text)
    assert "Siti Aminah belongs." in inside
    outside = words(outreach.get("/segments/lapsing?person=4&language=en").text)
    assert "Dewi does not belong." in outside
    assert "is: new" in outside


@pytest.mark.parametrize("path", ["/segments/nothing", "/segments/nothing/edit"])
def test_a_segment_that_is_none_is_told(outreach: FlaskClient, path: str) -> None:
    assert outreach.get(path).status_code == 404


@pytest.mark.parametrize("rule", ["[", '"x"', "7"])
def test_a_rule_that_is_none_is_refused_or_taken_for_everybody(outreach: FlaskClient, rule: str) -> None:
    assert outreach.get("/segments/new", query_string={"rule": rule}).status_code in (200, 400)
    assert outreach.post("/segments/new", data={"rule": rule}).status_code == 400


@pytest.mark.parametrize("role", ["viewer", "desk"])
def test_only_outreach_builds(app: Flask, engine: Engine, role: str) -> None:
    furnish(engine)
    client = visitor(app, engine, role)
    assert client.get("/segments/new").status_code == 403
    assert client.get("/segments/lapsing/edit").status_code == 403
    assert send(client, LAPSING, "save", name="A").status_code == 403
    assert client.post("/segments/lapsing/archive", data={"confirmed": "yes"}).status_code == 403


def test_a_form_without_its_token_writes_nothing(app: Flask, engine: Engine) -> None:
    furnish(engine)
    client = visitor(app, engine, "outreach")
    app.config["WTF_CSRF_ENABLED"] = True
    assert send(client, LAPSING, "save", name="A").status_code == 400
    assert client.post("/segments/lapsing/archive", data={"confirmed": "yes"}).status_code == 400
    assert audited(engine) == []
