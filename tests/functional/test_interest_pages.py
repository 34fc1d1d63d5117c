"""Topics: shown, made, renamed, hidden, mapped; whom a title suits."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from crm.database import reading
from crm.reports import interests
from crm.reports.interests import Topic
from crm.schema import ils
from tests.functional.figures import audited, furnish, visitor, words
from tests.integration.crm.reports.rows import NOW, put


@pytest.fixture
def outreach(app: Flask, engine: Engine) -> FlaskClient:
    furnish(engine)
    return visitor(app, engine, "outreach")


def topic(engine: Engine, slug: str = "memasak") -> Topic:
    with reading(engine) as connection:
        found = interests.find(connection, slug)
    assert found
    return found


def test_topics_are_shown_with_their_shares(outreach: FlaskClient) -> None:
    text = words(outreach.get("/interests?language=en").text)
    assert "Cooking 1 12 100.0% 1" in text
    assert "Memasak 1 12 100,0% 1" in words(outreach.get("/interests?language=id").text)


def test_a_topic_page_names_readers_to_outreach_alone(outreach: FlaskClient, app: Flask, engine: Engine) -> None:
    assert "Ani" in words(outreach.get("/interests/topics/memasak").text)
    for role in ("viewer", "desk"):
        page = words(visitor(app, engine, role).get("/interests/topics/memasak").text)
        assert "Masakan Sunda" in page
        assert "Ani" not in page


def test_a_leftover_is_mapped_by_choosing_a_topic(outreach: FlaskClient, engine: Engine) -> None:
    put(engine, ils.title, [{"key": 9, "source_id": 1, "title": "Kue", "classification": "664", "first_seen_at": NOW}])
    assert "664" in words(outreach.get("/interests").text)
    form = {"field": "class", "value": "664", "topic": "memasak"}
    assert outreach.post("/interests/leftovers", data=form).status_code == 303
    with reading(engine) as connection:
        rules = interests.rules_of(connection, 1)
    assert [(rule.field, rule.value, rule.is_shipped) for rule in rules] == [("class", "664", False)]
    assert audited(engine) == [("topic.rule", "memasak")]


@pytest.mark.parametrize("form", [{}, {"topic": "nothing", "field": "class", "value": "1"},
                                  {"topic": "memasak", "field": "x", "value": "1"}])  # fmt: skip
def test_what_cannot_be_mapped_is_told_and_not_noted(
    outreach: FlaskClient, engine: Engine, form: dict[str, str]
) -> None:
    assert outreach.post("/interests/leftovers", data=form, follow_redirects=True).status_code == 200
    assert audited(engine) == []


def test_a_new_topic_has_two_names_and_a_first_rule(outreach: FlaskClient, engine: Engine) -> None:
    form = {"name_id": "Berkebun", "name_en": "Gardening", "field": "class", "value": "635"}
    answer = outreach.post("/interests/new", data=form)
    assert answer.location == "/interests/topics/berkebun"
    assert topic(engine, "berkebun").name_en == "Gardening"
    assert "635" in words(outreach.get(answer.location).text)
    assert audited(engine) == [("topic.create", "berkebun")]


def test_a_topic_that_is_refused_leaves_nothing(outreach: FlaskClient, engine: Engine) -> None:
    form = {"name_id": "Berkebun", "name_en": "Gardening", "field": "class", "value": "!!"}
    answer = outreach.post("/interests/new", data=form)
    assert answer.status_code == 200
    assert 'value="Berkebun"' in answer.text
    with reading(engine) as connection:
        assert interests.find(connection, "berkebun") is None
    assert audited(engine) == []


def test_a_topic_is_renamed_and_hidden(outreach: FlaskClient, engine: Engine) -> None:
    path = "/interests/topics/memasak"
    outreach.post(path, data={"do": "rename", "name_id": "Dapur", "name_en": "Kitchen"})
    assert topic(engine).name_id == "Dapur"
    outreach.post(path, data={"do": "hide"})
    assert topic(engine).is_hidden
    outreach.post(path, data={"do": "unhide"})
    assert not topic(engine).is_hidden
    assert [action for action, _ in audited(engine)] == ["topic.rename", "topic.hide", "topic.unhide"]


def test_calling_a_topic_sensitive_asks_first_and_forgets_who_cares(outreach: FlaskClient, engine: Engine) -> None:
    path = "/interests/topics/memasak?language=en"
    assert "forgotten at once" in outreach.post(path, data={"do": "sensitive"}).text
    assert not topic(engine).is_sensitive
    outreach.post(path, data={"do": "sensitive", "confirmed": "yes"})
    assert topic(engine).is_sensitive
    assert "Ani" not in words(outreach.get(path).text)
    with reading(engine) as connection:
        assert interests.readers_of(connection, 1) == []


def test_a_title_is_found_and_tells_how_many_copies_are_free(outreach: FlaskClient) -> None:
    assert "Masakan Sunda" in words(outreach.get("/interests/title?q=sunda").text)
    text = words(outreach.get("/interests/title?source=1&key=1&language=en").text)
    assert "0 copies can be taken home now." in text
    assert "No copy is free" in text
    assert "No title was found" in words(outreach.get("/interests/title?key=77&language=en").text)


@pytest.mark.parametrize("path", ["/interests/topics/nothing", "/interests?kind=nothing"])
def test_what_does_not_exist_is_told(outreach: FlaskClient, path: str) -> None:
    assert outreach.get(path).status_code == 404


@pytest.mark.parametrize("role", ["viewer", "desk"])
def test_only_outreach_changes_topics_and_matches_titles(app: Flask, engine: Engine, role: str) -> None:
    furnish(engine)
    client = visitor(app, engine, role)
    assert client.get("/interests").status_code == 200
    assert client.get("/interests/title").status_code == 403
    assert client.get("/interests/new").status_code == 403
    for path in ("/interests/leftovers", "/interests/new", "/interests/topics/memasak"):
        assert client.post(path, data={"do": "hide"}).status_code == 403
    assert not topic(engine).is_hidden
