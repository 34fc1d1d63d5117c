"""Pages for what goes wrong: in the reader's language, without anything only an admin should see."""

from __future__ import annotations

import logging

from flask import Flask, render_template
from werkzeug.exceptions import HTTPException

from crm.errors import SapaError
from crm.i18n import N_
from plugin_ui.language import say

log = logging.getLogger("sapa.pages")

WORDS = {
    404: (N_("There is no such page"), N_("The address may be mistyped, or the page has moved.")),
    500: (N_("Something went wrong here"), N_("It was noted in the log. Please try again in a moment.")),
    503: (N_("The data cannot be read just now"), N_("Please try again in a few minutes; the cause is in the log.")),
}  # fmt: skip
OTHER = (N_("This does not work"), N_("Please go back and try another way."))


def register(app: Flask) -> None:
    """Let the application answer errors with pages."""
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(SapaError, sapa_error)


def http_error(error: HTTPException) -> tuple[str, int]:
    """Answer what Flask refuses or, as 500, what nobody foresaw."""
    return _page(error.code or 500)


def sapa_error(error: SapaError) -> tuple[str, int]:
    """Answer an expected failure: the data cannot be had at the moment."""
    log.error("%s", error)
    return _page(503)


def _page(status: int) -> tuple[str, int]:
    title, text = WORDS.get(status, OTHER)
    return render_template("error.html", status=status, title=say(title), text=say(text)), status
