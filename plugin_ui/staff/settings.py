"""The first page of the settings: where everything is."""

from __future__ import annotations

from flask import Blueprint, render_template

from plugin_ui.staff.access import needs

blueprint = Blueprint("settings", __name__)


@blueprint.get("/settings")
@needs("see_copy")
def show() -> str:
    """List the pages below that the role may open."""
    return render_template("staff/settings.html")
