"""Headers that keep a page to itself: no outside resource, no foreign frame, no guessing of types."""

from __future__ import annotations

from flask import Response, request

HEADERS = {
    # Bootstrap draws its check marks and arrows as data: pictures.
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def protect(response: Response) -> Response:
    """Add the headers; pages are not kept by caches, static files are."""
    response.headers.update(HEADERS)
    if not (request.endpoint or "").endswith("static"):
        response.headers["Cache-Control"] = "no-store"
    return response
