"""The pages of a small library whose clock stands still."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine

from connector.settings import SourceSettings
from crm.settings import CrmSettings, LibrarySettings
from plugin_ui.context import EXTENSION, Pages
from sapa.settings import ServeSettings, Settings
from sapa.wsgi import create_app

AS_OF = datetime(2026, 11, 24, 3, 32)
NOW = datetime(2026, 11, 24, 3, 37)


def app_of(engine: Engine) -> Flask:
    """Return the application of a library whose language is Indonesian, five minutes after ``AS_OF``."""
    settings = Settings(
        path=Path("config.toml"),
        library=LibrarySettings("Perpustakaan <Daerah>"),
        crm=CrmSettings(str(engine.url), "key"),
        sources=(SourceSettings("main", "slims", "sqlite:///slims.db", every_seconds=300),),
        serve=ServeSettings(),
    )
    app = create_app(engine, settings)
    app.testing = False  # faults become pages, as they do for readers
    set_clock(app, NOW)
    return app


def set_clock(app: Flask, now: datetime) -> None:
    """Let the pages believe that it is ``now`` (naive UTC)."""
    told: Pages = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(told, now=lambda: now)
