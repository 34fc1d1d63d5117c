"""Puts the pages into a Flask application."""

from __future__ import annotations

from flask import Flask

from crm.i18n import LANGUAGES
from plugin_ui import errors, headers, health, language, status
from plugin_ui.context import EXTENSION, Pages

LANGUAGE_NAMES = {"id": "Indonesia", "en": "English"}


def install(app: Flask, told: Pages) -> None:
    """Add the pages to ``app``."""
    app.extensions[EXTENSION] = told
    app.before_request(language.choose_language)
    app.after_request(language.remember_language)
    app.after_request(headers.protect)
    errors.register(app)
    for part in (status, health):
        app.register_blueprint(part.blueprint)
    app.jinja_env.globals.update(
        _=language.say, library=told.library, languages={code: LANGUAGE_NAMES[code] for code in LANGUAGES}
    )
