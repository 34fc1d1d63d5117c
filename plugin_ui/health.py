"""What machines ask: can the database be read, and how current is each source's copy."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, jsonify

from crm.errors import SapaError
from crm.status import as_of_by_source
from plugin_ui.context import pages

blueprint = Blueprint("health", __name__)
log = logging.getLogger("sapa.pages")


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """Return ``{database, sources: {name: as_of}}``; 503 when the database cannot be read."""
    try:
        known = as_of_by_source(pages().engine)
    except SapaError as error:
        log.error("healthz: %s", error)  # noqa: TRY400 - the traceback would say no more
        return jsonify(database="unavailable", sources={}), 503
    as_of = {name: f"{moment.isoformat()}Z" if moment else None for name, moment in sorted(known.items())}
    return jsonify(database="ok", sources=as_of), 200
