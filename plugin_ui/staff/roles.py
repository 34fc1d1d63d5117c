"""The matrix of roles, as the code has it."""

from __future__ import annotations

from flask import Blueprint, render_template

from crm.staff import roles
from plugin_ui.staff.access import needs

blueprint = Blueprint("roles", __name__)


@blueprint.get("/settings/roles")
@needs("see_copy")
def show() -> str:
    """Show who may do what."""
    return render_template(
        "staff/roles.html",
        roles=roles.ROLES,
        words=roles.ROLE_WORDS,
        meanings=roles.ROLE_MEANINGS,
        matrix=roles.MATRIX,
        role_may=roles.may,
    )
