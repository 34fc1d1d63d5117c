"""Puts the pages into a Flask application."""

from __future__ import annotations

from flask import Flask
from flask_bootstrap import Bootstrap5

from crm.i18n import LANGUAGES
from plugin_ui import cookies, errors, forms, headers, health, language, writing
from plugin_ui.context import EXTENSION, Pages
from plugin_ui.readers import events
from plugin_ui.staff import (
    account,
    accounts,
    audit,
    bulk,
    check_in,
    contacts,
    duplicates,
    frame,
    groups,
    interests,
    key_patrons,
    members,
    patron,
    patron_edits,
    patrons,
    programmes,
    roles,
    segment_builder,
    segments,
    settings,
    sign_in,
    sign_ups,
    status,
    today,
)

LANGUAGE_NAMES = {"id": "Indonesia", "en": "English"}
PARTS = (
    *(health, sign_in, today, status, account, settings, accounts, roles, audit),
    *(patrons, patron, patron_edits, bulk, duplicates, key_patrons),
    *(contacts, groups, members, programmes, sign_ups, check_in, events),
    *(segment_builder, segments, interests),
)
"""Every file with a ``blueprint``; the menu shows what is here."""


def install(app: Flask, told: Pages) -> None:
    """Add the pages to ``app``."""
    app.extensions[EXTENSION] = told
    cookies.install(app)
    app.before_request(language.choose_language)
    app.before_request(frame.choose_frame)
    app.after_request(language.remember_language)
    app.after_request(headers.protect)
    forms.install(app)
    errors.register(app)
    writing.install(app)
    Bootstrap5(app)  # serves Bootstrap's own files; its helpers are not used
    for part in PARTS:
        app.register_blueprint(part.blueprint)
    app.context_processor(frame.around)
    app.jinja_env.globals.update(
        _=language.say,
        csrf=forms.csrf,
        with_query=forms.with_query,
        library=told.library,
        languages={code: LANGUAGE_NAMES[code] for code in LANGUAGES},
    )
