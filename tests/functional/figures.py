"""A small library with readers of several stages, refreshed, for the pages that count and list them."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from crm.database import reading, writing
from crm.patrons.search import keep_words
from crm.reports import service as reports
from crm.schema import ils, people, profiles
from crm.schema.staff import audit
from crm.scope import Scope
from crm.segments import service as segments
from crm.settings import ProfileSettings
from tests.integration.crm.reports.rows import NOW, TODAY, answer, contact, loans, persons, put, source
from tests.staffing import sign_in

NAMES = ("Siti Aminah", "Budi <Santoso>", "Ani", "Dewi")


def furnish(engine: Engine) -> None:
    """Put four readers into the library: two lapsing, one active, one new; a topic, a title, a promise."""
    source(engine)
    persons(engine, ["lapsing", "lapsing", "active", "new"])
    with writing(engine) as connection:
        for number, name in enumerate(NAMES, start=1):
            named = people.person.update().where(people.person.c.id == number)
            connection.execute(named.values(name=name, folded=name.lower(), search=name.lower()))
            keep_words(connection, {number: name.lower()})
    contact(engine, 1)
    contact(engine, 2, "email")
    answer(engine, 1, "agreed")
    topic = {"id": 1, "slug": "memasak", "kind": "topic", "name_id": "Memasak", "name_en": "Cooking"}
    put(engine, profiles.topic, [{**topic, "is_sensitive": False, "is_shipped": True}])
    stamps = {"source_id": 1, "first_seen_at": NOW}
    put(engine, ils.title, [{"key": 1, "title": "Masakan Sunda", "classification": "641.5", **stamps}])
    put(engine, profiles.title_topic, [{"source_id": 1, "title_key": 1, "topic_id": 1}])
    put(engine, profiles.interest, [{"person_id": 3, "topic_id": 1, "weight": 0.6, "loans": 4, "last_on": TODAY}])
    loans(engine, [TODAY] * 12, title_key=1)
    put(
        engine,
        people.note,
        [{"person_id": 1, "kind": "talk", "words": "cari <buku>", "at": NOW, "follow_up_on": TODAY}],
    )
    refresh(engine)


def refresh(engine: Engine) -> None:
    """Count segments and everything on the first page."""
    segments.refresh(engine, ProfileSettings(), Scope(is_everything=True), TODAY, NOW)
    reports.refresh(engine, ProfileSettings(), Scope(is_everything=True), TODAY, NOW)


def visitor(app: Flask, engine: Engine, role: str) -> FlaskClient:
    """Return the browser of a member of staff; forms need no token in these tests, but for those of the token."""
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    sign_in(client, engine, role, role, now=NOW)
    return client


def words(page: str) -> str:
    """Return what a reader sees of the content of a page."""
    content = page.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", content).split())


def audited(engine: Engine) -> list[tuple[str, str | None]]:
    """Return what the audit log has, without sign-ins: actions and what they were about."""
    with reading(engine) as connection:
        rows = connection.execute(audit.select().order_by(audit.c.id))
        return [(row.action, row.subject_id) for row in rows if not row.action.startswith("sign")]
