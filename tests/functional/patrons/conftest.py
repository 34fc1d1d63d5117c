"""A library with few readers, and staff of every role to look at them."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from crm.database import writing
from crm.schema import people
from tests.functional.patrons.sending import Enter
from tests.library_pages import NOW
from tests.readers import GUEST, SITI, add, add_readers, furnish
from tests.staffing import sign_in


@pytest.fixture
def library(engine: Engine) -> Engine:
    with writing(engine) as connection:
        furnish(connection)
        add_readers(connection)
    return engine


@pytest.fixture
def enter(app: Flask, library: Engine) -> Enter:
    """Sign in as somebody of a role; pages are in English."""

    def signed(role: str) -> FlaskClient:
        client = app.test_client()
        client.set_cookie("sapa_language", "en")
        sign_in(client, library, role=role, username=role, now=NOW)
        return client

    return signed


@pytest.fixture
def desk(enter: Enter) -> FlaskClient:
    return enter("desk")


@pytest.fixture
def outreach(enter: Enter) -> FlaskClient:
    return enter("outreach")


@pytest.fixture
def proposed(library: Engine) -> Engine:
    pair = {"first_id": SITI, "second_id": GUEST, "score": 80, "reasons": ["same_name"], "found_at": NOW}
    with writing(library) as connection:
        add(connection, people.duplicate, {**pair, "state": "proposed"})
        add(connection, people.tag, {"person_id": GUEST, "name": "tamu", "set_at": NOW})
    return library
