"""Pages of a library with groups and programmes, for staff and for readers."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from connector.settings import SourceSettings
from crm.settings import CrmSettings, LibrarySettings
from sapa.settings import ServeSettings, Settings
from sapa.wsgi import create_app
from tests.functional.programmes.answers import SECRET
from tests.library_pages import NOW, set_clock
from tests.programmes import Filled, fill
from tests.staffing import sign_in


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> Flask:
    """Make the pages of a library at NOW; forms need no token here, whose check has tests of its own."""
    settings = Settings(
        path=tmp_path / "config.toml",
        library=LibrarySettings("Perpustakaan Uji", public_url="https://crm.example.org"),
        crm=CrmSettings(str(engine.url), SECRET),
        sources=(SourceSettings("main", "slims", "sqlite:///slims.db", every_seconds=300),),
        serve=ServeSettings(),
    )
    made = create_app(engine, settings)
    made.config["WTF_CSRF_ENABLED"] = False
    set_clock(made, NOW)
    return made


@pytest.fixture
def filled(engine: Engine) -> Filled:
    """Fill the library."""
    return fill(engine, NOW)


@pytest.fixture
def staff(app: Flask, engine: Engine) -> FlaskClient:
    """Visit as a librarian of outreach, in English."""
    client = app.test_client()
    sign_in(client, engine, role="outreach", now=NOW)
    client.get("/healthz?language=en")
    return client


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    """Visit without a login, in English."""
    client = app.test_client()
    client.get("/healthz?language=en")
    return client
