"""One's own account: name, role, language, password."""

from __future__ import annotations

import secrets

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from crm.database import writing
from crm.errors import InputRefused
from crm.i18n import N_
from crm.staff import service, sessions
from crm.staff.roles import ROLE_MEANINGS, ROLE_WORDS
from crm.staff.rules import SHORTEST_PASSWORD
from plugin_ui.context import pages
from plugin_ui.language import lines_of, say
from plugin_ui.staff import access
from plugin_ui.staff.access import ANY_STAFF, needs
from plugin_ui.staff.sign_in import begin_anew

blueprint = Blueprint("account", __name__)


@blueprint.get("/account")
@needs(ANY_STAFF)
def show() -> str:
    """Show the account of whoever is signed in."""
    return _page({})


@blueprint.post("/account/password")
@needs(ANY_STAFF)
def change_password() -> BaseResponse:
    """Change one's own password; other browsers are signed out, this one gets a new session."""
    told = pages()
    actor = access.actor()
    form = request.form
    try:
        if form.get("password") != form.get("repeated"):
            raise InputRefused(N_("The two passwords are not the same."), field="repeated")
        service.change_own_password(told.engine, actor, form.get("present", ""), form.get("password", ""))
    except InputRefused as error:
        return make_response(_page({error.field: " ".join(lines_of(error))}), 400)
    token = secrets.token_urlsafe(32)
    with writing(told.engine) as connection:
        sessions.begin(connection, actor.staff_id or 0, token, actor.now)
    begin_anew()
    flash(say(N_("Your password is changed. Wherever else you were signed in, you are signed out.")), "success")
    response = make_response(redirect(url_for("account.show"), 303))
    access.hand_out(response, token)
    return response


def _page(errors: dict[str, str]) -> str:
    member = access.me()
    return render_template(
        "staff/account.html",
        member=member,
        role=say(ROLE_WORDS[member.role]),
        meaning=say(ROLE_MEANINGS[member.role]),
        errors=errors,
        least=SHORTEST_PASSWORD,
    )
