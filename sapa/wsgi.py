"""The web application: the pages, wired to one library."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import Engine

import plugin_ui
from connector.settings import SourceSettings
from plugin_ui.app import install
from plugin_ui.context import Pages
from sapa.settings import Settings

LEAST_LATENESS = timedelta(minutes=15)


def create_app(engine: Engine, settings: Settings) -> Flask:
    """Return the application for the library of ``settings`` with its CRM database open as ``engine``."""
    app = Flask(plugin_ui.__name__)
    app.config.update(SECRET_KEY=settings.crm.secret_key)
    late_after = {source.name: lateness(source) for source in settings.sources}
    install(app, Pages(settings.library, engine, late_after, secret=settings.crm.secret_key))
    return app


def lateness(source: SourceSettings) -> timedelta:
    """Return the age at which a copy is late: three syncs missed, and never less than a quarter of an hour."""
    return max(timedelta(seconds=3 * source.every_seconds), LEAST_LATENESS)
