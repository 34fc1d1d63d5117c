"""Signing in and out."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from crm.database import reading
from crm.errors import InputRefused, SapaError, TooManyTries
from crm.i18n import N_
from crm.staff import service, store
from plugin_ui.context import pages
from plugin_ui.forms import is_local
from plugin_ui.language import lines_of, say
from plugin_ui.staff import access
from plugin_ui.staff.access import ANY_STAFF, needs

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
def show() -> str | BaseResponse:
    """Show the form; who is signed in already goes on."""
    if access.current() is not None:
        return redirect(_goal())
    with reading(pages().engine) as connection:
        nobody_yet = store.is_empty(connection)
    return render_template("staff/sign_in.html", username="", lines=[], nobody_yet=nobody_yet)


@blueprint.post("/sign-in")
def sign_in() -> BaseResponse:
    """Let somebody in, or say why not."""
    told = pages()
    username = request.form.get("username", "")
    offered = service.Credentials(username, request.form.get("password", ""), request.remote_addr or "")
    token = secrets.token_urlsafe(32)
    try:
        service.sign_in(told.engine, told.secret, offered, token, told.now())
    except (InputRefused, TooManyTries) as error:
        return _refused(username, error)
    begin_anew()
    response = make_response(redirect(_goal(), 303))
    access.hand_out(response, token)
    return response


@blueprint.post("/sign-out")
@needs(ANY_STAFF)
def sign_out() -> BaseResponse:
    """End the session of this browser."""
    service.sign_out(pages().engine, request.cookies.get(access.COOKIE, ""), access.actor())
    begin_anew()
    flash(say(N_("You are signed out.")), "success")
    response = make_response(redirect(url_for("sign_in.show"), 303))
    access.take_back(response)
    return response


def begin_anew() -> None:
    """Forget all that belonged to the session before, the token of its forms too; only the frame stays."""
    frame = session.get("frame")
    session.clear()
    if frame:
        session["frame"] = frame


def _goal() -> str:
    wanted = request.args.get("next", "")
    return wanted if is_local(wanted) else request.script_root + "/"


def _refused(username: str, error: SapaError) -> Response:
    lines = lines_of(error)
    response = make_response(render_template("staff/sign_in.html", username=username, lines=lines, nobody_yet=False))
    response.status_code = 401
    if isinstance(error, TooManyTries):
        response.status_code = 429
        response.headers["Retry-After"] = str(error.seconds)
    return response
