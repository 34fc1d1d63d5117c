"""What machines ask: can the database be read, and how current is each source's copy."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, jsonify

from crm.errors import SapaError
from crm.status import copy_status
from plugin_ui.context import pages

blueprint = Blueprint("health", __name__)
log = logging.getLogger("sapa.pages")


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """Return ``{database, sources: {name: as_of}}``; 503 when the database cannot be read."""
    try:
        sources = copy_status(pages().engine)
    except SapaError as error:
        log.error("healthz: %s", error)  # noqa: TRY400 - the traceback would say no more
        return jsonify(database="unavailable", sources={}), 503
    as_of = {source.name: f"{source.as_of.isoformat()}Z" if source.as_of else None for source in sources}
    return jsonify(database="ok", sources=as_of), 200
