"""Contacts: people whom the library knows although they have no card."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from crm.database import reading
from crm.errors import InputRefused
from crm.i18n import N_
from crm.programmes import contacts, people
from crm.programmes.people import Entry
from plugin_ui.context import pages
from plugin_ui.language import say
from plugin_ui.staff import access
from plugin_ui.staff.access import needs
from plugin_ui.staff.forms import asked, number, wrong

blueprint = Blueprint("contacts", __name__, url_prefix="/contacts")


@blueprint.get("")
@needs("see_programmes")
def show() -> str:
    """List contacts, the latest first."""
    words, before = asked(), number(request.args.get("before"))
    with reading(pages().engine) as connection:
        found = contacts.listed(connection, words, before)
        shown = found[: contacts.PAGE]
        ids = [each.id for each in shown]
        reached, came = contacts.reached_at(connection, ids), contacts.came(connection, ids)
    further = shown[-1].id if len(found) > contacts.PAGE else None
    return render_template(
        "staff/contacts/list.html",
        contacts=shown, reached=reached, came=came, words=words, further=further, before=before,
    )  # fmt: skip


@blueprint.get("/new")
@needs("programmes")
def new() -> str:
    """Show an empty form."""
    return _form({}, {})


@blueprint.post("/new")
@needs("programmes")
def add() -> BaseResponse:
    """Keep a contact, or say that he is known."""
    told, form = pages(), request.form
    try:
        who = people.visitor(Entry.of(form), told.library.country, is_reachable=False)
        _, is_new = contacts.add_contact(told.engine, who, told.now(), access.me().id)
    except InputRefused as error:
        return make_response(_form(form, wrong(error)), 400)
    if is_new:
        flash(say(N_("{name} is kept as a contact."), name=who.name), "success")
    else:
        flash(say(N_("{name} is known already by this name and number; nothing was added."), name=who.name), "warning")
    return redirect(url_for("contacts.show", q=who.name), 303)


def _form(values: Mapping[str, str], errors: dict[str, str]) -> str:
    return render_template("staff/contacts/new.html", values=values, errors=errors)
