"""Cookies: closed to scripts and other sites, and to plain http wherever the page came by https."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface

PAGE_COOKIE = "sapa_page"  # Flask's session: messages, the token of forms, the frame; nothing of it is secret


class PageSession(SecureCookieSessionInterface):
    """Flask's session, whose cookie is secure where the request is."""

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - Flask fixes the signature
        """Tell whether the cookie may only go back by https."""
        return request.is_secure


def install(app: Flask) -> None:
    """Set how the application keeps its session."""
    app.config.update(SESSION_COOKIE_NAME=PAGE_COOKIE, SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_HTTPONLY=True)
    app.session_interface = PageSession()


def keep(response: Response, name: str, value: str, seconds: float | None = None, **more: Any) -> None:
    """Put a cookie on a response; without ``seconds`` it goes with the browser."""
    age = None if seconds is None else int(seconds)
    response.set_cookie(name, value, age, secure=request.is_secure, httponly=True, samesite="Lax", **more)
