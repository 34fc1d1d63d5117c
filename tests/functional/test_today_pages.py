"""The first page and the lists behind it, for every role."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Engine

from tests.functional.figures import furnish, visitor, words


def test_an_empty_library_says_how_to_begin(app: Flask, engine: Engine) -> None:
    text = words(visitor(app, engine, "admin").get("/?language=en").text)
    assert "There is no copy yet" in text
    assert "sapa sync" in text


def test_the_desk_sees_its_tasks_first(app: Flask, engine: Engine) -> None:
    furnish(engine)
    page = visitor(app, engine, "desk").get("/?language=en")
    text = words(page.text)
    assert text.index("To do") < text.index("The last four weeks")
    assert "Siti Aminah Promised for today: cari &lt;buku&gt;" in text
    assert 'href="/patrons/1"' in page.text
    assert "2 Readers drifting away" in text
    assert "2 have WhatsApp or mail, 1 agreed." in text
    assert "Reachable with permission 1 of 2 who have WhatsApp or mail" in text


@pytest.mark.parametrize("role", ["viewer", "admin"])
def test_the_head_of_the_library_sees_the_numbers_first(app: Flask, engine: Engine, role: str) -> None:
    furnish(engine)
    text = words(visitor(app, engine, role).get("/?language=en").text)
    assert text.index("The last four weeks") < text.index("To do")


def test_who_may_see_figures_only_sees_no_name_and_no_link_to_one(app: Flask, engine: Engine) -> None:
    furnish(engine)
    page = visitor(app, engine, "viewer").get("/").text
    assert "Siti" not in page
    assert "/patrons" not in page
    assert "/today/list" not in page


def test_every_number_leads_to_a_list(app: Flask, engine: Engine) -> None:
    furnish(engine)
    client = visitor(app, engine, "desk")
    page = client.get("/").text
    for address in ("/today/list/active", "/today/list/agreed", "/today/list/lapsing"):
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200
    assert 'href="/patrons?stage=lapsing"' in page


def test_a_list_names_its_people_and_escapes_them(app: Flask, engine: Engine) -> None:
    furnish(engine)
    page = visitor(app, engine, "desk").get("/today/list/lapsing?language=en").text
    assert "Budi &lt;Santoso&gt;" in page
    assert "<Santoso>" not in page
    assert "Make a segment of it" not in page


def test_outreach_makes_a_segment_of_a_list(app: Flask, engine: Engine) -> None:
    furnish(engine)
    page = visitor(app, engine, "outreach").get("/today/list/lapsing?language=en").text
    assert "/segments/new?rule=" in page


@pytest.mark.parametrize(
    "path", ["/today/list/nobody", "/today/moved/active/nowhere", "/today/moved/x/active", "/today/list/"]
)
def test_a_list_that_does_not_exist_is_told(app: Flask, engine: Engine, path: str) -> None:
    assert visitor(app, engine, "desk").get(path).status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999999", "2"])
def test_a_page_that_is_none_gives_the_nearest(app: Flask, engine: Engine, number: str) -> None:
    furnish(engine)
    answer = visitor(app, engine, "desk").get(f"/today/list/lapsing?page={number}")
    assert answer.status_code == 200
    assert "Siti" in answer.text


@pytest.mark.parametrize("path", ["/today/list/lapsing", "/today/moved/active/lapsing", "/today/follow-ups"])
def test_lists_of_people_are_not_for_viewers(app: Flask, engine: Engine, path: str) -> None:
    assert visitor(app, engine, "viewer").get(path).status_code == 403


def test_all_follow_ups_have_a_page(app: Flask, engine: Engine) -> None:
    furnish(engine)
    assert "Siti Aminah" in visitor(app, engine, "desk").get("/today/follow-ups").text
