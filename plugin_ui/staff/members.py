"""Who belongs to a group, in which role, and what guardians have signed for a class."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from crm.database import reading
from crm.errors import ConsentMissing
from crm.i18n import N_, translator
from crm.programmes import group_store, groups, people, slips
from crm.programmes.group_store import REPRESENTATIVE
from crm.programmes.slips import PURPOSE_NOTICES, PURPOSE_WORDS, Changes, Slip
from plugin_ui.context import pages
from plugin_ui.language import lines_of, say
from plugin_ui.staff import access, confirming
from plugin_ui.staff.access import needs
from plugin_ui.staff.forms import number
from plugin_ui.staff.groups import found_or_404

blueprint = Blueprint("members", __name__, url_prefix="/groups/<int:group_id>")


@blueprint.post("/members")
@needs("programmes")
def add(group_id: int) -> BaseResponse:
    """Make people members whom staff have found."""
    told = pages()
    wanted = [person_id for text in request.form.getlist("person") if (person_id := number(text)) is not None]
    added = groups.add_members(told.engine, group_id, wanted, told.now(), access.me().id)
    flash(say(N_("Members added: {count}."), count=added), "success")
    return _back(group_id)


@blueprint.post("/members/<int:person_id>/remove")
@needs("programmes")
def remove(group_id: int, person_id: int) -> BaseResponse | str:
    """Take somebody out, after asking."""
    told, group = pages(), found_or_404(group_id)
    if not confirming.is_confirmed():
        with reading(told.engine) as connection:
            name = people.name_of(connection, person_id)
        return confirming.ask(
            say(N_("Take {name} out of {group}?"), name=name, group=group.name),
            say(N_("No sync brings back who was taken out by staff. You can add this person again at any time.")),
            say(N_("Take out")),
            url_for("groups.one", group_id=group_id),
        )
    groups.remove_member(told.engine, group_id, person_id, told.now(), access.me().id)
    flash(say(N_("Taken out of the group.")), "success")
    return _back(group_id)


@blueprint.post("/members/<int:person_id>/role")
@needs("programmes")
def set_role(group_id: int, person_id: int) -> BaseResponse:
    """Give a member a role; a representative must have agreed."""
    told, by, form = pages(), access.me().id, request.form
    try:
        if form.get("role") == REPRESENTATIVE:
            has_agreed = form.get("agreed") == "yes"
            groups.name_representative(told.engine, group_id, person_id, told.now(), by, has_agreed=has_agreed)
        else:
            groups.set_role(told.engine, group_id, person_id, form.get("role", ""), told.now(), by)
    except ConsentMissing as error:
        flash(" ".join(lines_of(error)), "error")
    else:
        flash(say(N_("The role is changed.")), "success")
    return _back(group_id)


@blueprint.get("/list")
@needs("see_programmes")
def class_list(group_id: int) -> str:
    """Show who is in a class and what the guardians have signed; on paper a list to take along."""
    group = found_or_404(group_id)
    with reading(pages().engine) as connection:
        members = connection.execute(group_store.members(group_id)).all()
        signed = group_store.consents(connection, group_id)
        cards = people.cards(connection, {row.person_id for row in members})
    return render_template(
        "staff/groups/class_list.html",
        group=group, members=members, signed=signed, cards=cards, purposes=PURPOSE_WORDS, notices=PURPOSE_NOTICES,
    )  # fmt: skip


@blueprint.post("/slips")
@needs("programmes")
def enter(group_id: int) -> BaseResponse:
    """Keep which slips are signed."""
    told = pages()
    changes = Changes.between(_slips("shown"), _slips("signed"))
    # The slip is printed in the library's language, so that is the text the guardian has signed.
    notice = translator(told.library.language)
    signed, withdrawn = slips.enter_slips(told.engine, group_id, changes, notice, told.now(), access.me().id)
    flash(
        say(N_("Slips kept: {signed} signed, {withdrawn} taken back."), signed=signed, withdrawn=withdrawn), "success"
    )
    return redirect(url_for("members.class_list", group_id=group_id), 303)


def _slips(name: str) -> set[Slip]:
    """Return (person id, purpose) of every field ``name``, written as 12:news."""
    pairs = (text.partition(":") for text in request.form.getlist(name))
    return {(int(person_id), purpose) for person_id, _, purpose in pairs if number(person_id) is not None}


@blueprint.get("/slips")
@needs("see_programmes")
def printed(group_id: int) -> str:
    """Show a slip for every guardian to sign, to print and cut; in the library's language, as it is kept."""
    group = found_or_404(group_id)
    with reading(pages().engine) as connection:
        members = connection.execute(group_store.members(group_id)).all()
    g.language = pages().library.language
    return render_template("staff/groups/slips.html", group=group, members=members, notices=PURPOSE_NOTICES)


def _back(group_id: int) -> BaseResponse:
    return redirect(url_for("groups.one", group_id=group_id), 303)
