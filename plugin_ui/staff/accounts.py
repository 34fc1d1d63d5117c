"""Staff administration: list, add, role, new password, disable and enable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy import Engine
from werkzeug.wrappers import Response as BaseResponse

from crm.database import reading
from crm.errors import InputRefused
from crm.i18n import N_
from crm.staff import passwords, service, store
from crm.staff.roles import DESK, ROLE_MEANINGS, ROLE_WORDS, ROLES
from crm.staff.service import Actor
from plugin_ui.context import pages
from plugin_ui.language import lines_of, say
from plugin_ui.staff import access, confirming
from plugin_ui.staff.access import needs

blueprint = Blueprint("accounts", __name__, url_prefix="/settings/staff")


@blueprint.get("")
@needs("manage_staff")
def show() -> str:
    """List all accounts."""
    with reading(pages().engine) as connection:
        accounts = store.accounts(connection)
    return render_template("staff/accounts/list.html", accounts=accounts, role_words=ROLE_WORDS)


@blueprint.get("/new")
@needs("manage_staff")
def new() -> str:
    """Show an empty form."""
    return _form({"role": DESK}, {})


@blueprint.post("/new")
@needs("manage_staff")
def add() -> BaseResponse:
    """Make an account with a generated password, which is shown this once."""
    form = request.form
    username, role, name = (form.get(field, "") for field in ("username", "role", "name"))
    password = passwords.generated()
    try:
        staff_id = service.add(pages().engine, access.actor(), username, role, password, name)
    except InputRefused as error:
        return make_response(_form(form, {error.field: " ".join(lines_of(error))}), 400)
    return make_response(_password_page(staff_id, password))


@blueprint.get("/<int:staff_id>")
@needs("manage_staff")
def one(staff_id: int) -> str:
    """Show one account and what can be done with it."""
    account = service.account_of(pages().engine, staff_id)
    return render_template("staff/accounts/one.html", account=account, roles=_role_choices(), role_words=ROLE_WORDS)


@blueprint.post("/<int:staff_id>/role")
@needs("manage_staff")
def change_role(staff_id: int) -> BaseResponse:
    """Give an account another role."""
    change = partial(service.set_role, staff_id=staff_id, role=request.form.get("role", ""))
    return _do(staff_id, change, N_("The role is changed; {username} has to sign in anew."))


@blueprint.post("/<int:staff_id>/password")
@needs("manage_staff")
def new_password(staff_id: int) -> BaseResponse | str:
    """Give an account a generated password, after asking."""
    account = service.account_of(pages().engine, staff_id)
    if not confirming.is_confirmed():
        return confirming.ask(
            say(N_("A new password for {username}?"), username=account.username),
            say(N_("The present one ends at once, and so do all sessions of {username}."), username=account.username),
            say(N_("Make a new password")),
            url_for("accounts.one", staff_id=staff_id),
        )
    password = passwords.generated()
    service.set_password(pages().engine, access.actor(), staff_id, password)
    return _password_page(staff_id, password)


@blueprint.post("/<int:staff_id>/disable")
@needs("manage_staff")
def disable(staff_id: int) -> BaseResponse | str:
    """Close an account, after asking."""
    account = service.account_of(pages().engine, staff_id)
    if not confirming.is_confirmed():
        return confirming.ask(
            say(N_("Disable the account {username}?"), username=account.username),
            say(N_("Nobody can sign in by it any more. What was done by it stays in the audit log.")),
            say(N_("Disable it")),
            url_for("accounts.one", staff_id=staff_id),
        )
    return _do(staff_id, partial(service.disable, staff_id=staff_id), N_("The account {username} is disabled."))


@blueprint.post("/<int:staff_id>/enable")
@needs("manage_staff")
def enable(staff_id: int) -> BaseResponse:
    """Open an account again."""
    return _do(staff_id, partial(service.enable, staff_id=staff_id), N_("The account {username} can be used again."))


def _do(staff_id: int, change: Callable[[Engine, Actor], None], done: str) -> BaseResponse:
    """Change an account and go back to its page, which says what happened or why it did not."""
    account = service.account_of(pages().engine, staff_id)
    try:
        change(pages().engine, access.actor())
    except InputRefused as error:
        flash(" ".join(lines_of(error)), "error")
    else:
        flash(say(done, username=account.username), "success")
    return redirect(url_for("accounts.one", staff_id=staff_id), 303)


def _form(values: Mapping[str, str], errors: dict[str, str]) -> str:
    return render_template("staff/accounts/new.html", values=values, errors=errors, roles=_role_choices())


def _password_page(staff_id: int, password: str) -> str:
    """Show a generated password; it is nowhere else, and not shown again."""
    account = service.account_of(pages().engine, staff_id)
    return render_template("staff/accounts/password.html", account=account, password=password)


def _role_choices() -> list[tuple[str, str, str]]:
    return [(role, say(ROLE_WORDS[role]), say(ROLE_MEANINGS[role])) for role in ROLES]
