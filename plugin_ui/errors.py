"""Pages for what goes wrong: in the reader's language, without anything only an admin should see."""

from __future__ import annotations

import logging

from flask import Flask, Response, make_response, render_template
from werkzeug.exceptions import HTTPException

from crm.errors import InputRefused, NotThere, SapaError, TooManyTries
from crm.i18n import N_
from plugin_ui.language import lines_of, say
from plugin_ui.staff import access

log = logging.getLogger("sapa.pages")

WORDS = {
    400: (N_("This form cannot be accepted"),
          N_("It may have been open for too long. Go back, load the page anew and try again.")),
    401: (N_("You are not signed in any more"), N_("Sign in, then send it once more.")),
    403: (N_("This is not for your role"),
          N_("An admin can give you another role. The page of roles tells who may do what.")),
    404: (N_("There is no such page"), N_("The address may be mistyped, or the page has moved.")),
    429: (N_("That was too often"), N_("Please wait a little, then try again.")),
    500: (N_("Something went wrong here"), N_("It was noted in the log. Please try again in a moment.")),
    503: (N_("The data cannot be read just now"), N_("Please try again in a few minutes; the cause is in the log.")),
}  # fmt: skip
OTHER = (N_("This does not work"), N_("Please go back and try another way."))
STATUS = {InputRefused: 400, NotThere: 404, TooManyTries: 429}  # what the person can mend, and is told in its words


def register(app: Flask) -> None:
    """Let the application answer errors with pages."""
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(SapaError, sapa_error)


def http_error(error: HTTPException) -> Response:
    """Answer what Flask refuses or, as 500, what nobody foresaw."""
    status = error.code or 500
    title, text = WORDS.get(status, OTHER)
    return _page(status, say(title), say(text))


def sapa_error(error: SapaError) -> Response:
    """Answer an expected failure: in its own words if the person can mend it, else as data that cannot be had."""
    status = next((status for family, status in STATUS.items() if isinstance(error, family)), 503)
    if status == 503:
        log.error("%s", error)
        title, text = WORDS[503]
        return _page(status, say(title), say(text))
    title, *hints = lines_of(error)
    response = _page(status, title, " ".join(hints))
    if isinstance(error, TooManyTries):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _page(status: int, title: str, text: str) -> Response:
    """Return the page, within the frame of the staff for those who are signed in; a fault needs no database."""
    is_staff = status < 500 and _is_signed_in()
    layout = "staff/frame.html" if is_staff else "base.html"
    page = render_template("error.html", status=status, title=title, text=text, layout=layout)
    return make_response(page, status)


def _is_signed_in() -> bool:
    try:
        return access.current() is not None
    except SapaError:
        return False
