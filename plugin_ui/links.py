"""Addresses that leave the house on paper, on a phone or in a message: signed, and drawn as QR codes."""

from __future__ import annotations

import secrets
from typing import Any

import segno
from flask import request, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import Markup

from crm.errors import NotThere
from crm.i18n import N_
from plugin_ui.context import pages

SIGN_UP, CHECK_IN = "programme.sign-up", "programme.check-in"  # what a signature is for; one is no good as the other


def new_code() -> str:
    """Return what nobody can guess, to make a link of."""
    return secrets.token_urlsafe(16)


def signed(purpose: str, value: str | int) -> str:
    """Return ``value`` as a part of an address, signed by the library's key."""
    return str(URLSafeSerializer(pages().secret, salt=purpose).dumps(value))


def read(purpose: str, token: str) -> str | int:
    """Return what a token says; raise NotThere where it is not signed for this purpose."""
    try:
        value: str | int = URLSafeSerializer(pages().secret, salt=purpose).loads(token)
    except BadSignature as error:
        raise NotThere(N_("This link is not complete."), N_("Open it once more from where you have it.")) from error
    return value


def outside(endpoint: str, **values: Any) -> str:
    """Return the whole address of a page as readers reach it: by [library] public_url, else as staff do now."""
    base = pages().library.public_url.rstrip("/") or request.host_url.rstrip("/") + request.script_root
    path = url_for(endpoint, **values)
    return base + path.removeprefix(request.script_root)


def qr_code(address: str, words: str) -> Markup:
    """Return an address as a picture for cameras, described by ``words``; ISO/IEC 18004, readable with a sixth lost."""
    code = segno.make(address, micro=False, error="m")
    return Markup(code.svg_inline(omitsize=True, light="#fff", dark="#000", border=3, title=words))  # noqa: S704 - segno escapes
