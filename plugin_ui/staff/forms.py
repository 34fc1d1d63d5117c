"""What the forms of staff pages share: which fields were refused, and whom a search found."""

from __future__ import annotations

from flask import g, request

from crm.errors import FormRefused, InputRefused
from crm.i18n import translator
from plugin_ui.language import lines_of


def wrong(error: InputRefused) -> dict[str, str]:
    """Return by field what has to be corrected, in the language of the page."""
    if isinstance(error, FormRefused):
        return {field: message.said(translator(g.language)) for field, message in error.fields.items()}
    return {error.field: " ".join(lines_of(error))}


def number(text: str | None) -> int | None:
    """Return a number out of an address or a form, None where there is none that a database takes."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else None


def asked(name: str = "q") -> str:
    """Return what is searched for."""
    return request.args.get(name, "").strip()[:100]
