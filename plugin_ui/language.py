"""The language of a page: asked for by ``?language=``, remembered in a cookie, else the library's."""

from __future__ import annotations

from flask import Response, g, request

from crm.errors import SapaError
from crm.formats import Formats
from crm.i18n import LANGUAGES, translator
from plugin_ui import cookies
from plugin_ui.context import pages

COOKIE = "sapa_language"
YEAR_SECONDS = 31_536_000


def choose_language() -> None:
    """Settle the language before a page is made."""
    wishes = (request.args.get("language"), request.cookies.get(COOKIE), pages().library.language)
    g.language = next(wish for wish in wishes if wish in LANGUAGES)


def remember_language(response: Response) -> Response:
    """Keep a language that was asked for."""
    wish = request.args.get("language")
    if wish in LANGUAGES:
        cookies.keep(response, COOKIE, wish, YEAR_SECONDS)
    return response


def say(text: str, **values: object) -> str:
    """Return ``text`` in the language of the page with its ``{values}`` filled in."""
    return translator(g.language)(text).format(**values)


def lines_of(error: SapaError) -> list[str]:
    """Return what an error says, and its hint, in the language of the page."""
    return error.lines(translator(g.language))


def formats() -> Formats:
    """Return how numbers and times are written on the page."""
    return Formats(g.language, pages().library.timezone)
