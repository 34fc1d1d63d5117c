"""Forms: a token against requests that other sites forge, and addresses that stay on this one."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from flask import Flask, request
from flask_wtf.csrf import CSRFProtect, generate_csrf
from markupsafe import Markup

FIELD = "csrf_token"
protection = CSRFProtect()
"""Refuses every POST without the token; ``exempt`` views that machines call."""


def install(app: Flask) -> None:
    """Protect the forms of the application; a token is good for as long as the session it belongs to."""
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    protection.init_app(app)


def csrf() -> Markup:
    """Return the hidden field every form that writes has to carry."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, generate_csrf())


def is_local(address: str) -> bool:
    """Tell whether an address is a path on this site, whatever a browser makes of backslashes and blanks."""
    if not address.startswith("/") or address.startswith(("//", "/\\")) or not address.isprintable():
        return False
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc


def with_query(**changes: object) -> str:
    """Return the query of this page with some values changed, those that are None left out."""
    values = request.args.to_dict(flat=False)
    for name, value in changes.items():
        values.pop(name, None)
        if value is not None:
            values[name] = [str(value)]
    return "?" + urlencode(values, doseq=True)
