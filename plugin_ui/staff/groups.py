"""Groups: what there is and what the ILS proposes; making, changing and closing them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response as BaseResponse

from crm.database import reading
from crm.errors import InputRefused, NotThere
from crm.i18n import N_
from crm.programmes import group_store, groups, people
from crm.programmes.groups import KIND_WORDS, ROLE_WORDS, GroupDraft
from crm.programmes.institutions import CLASS, SCHOOL
from plugin_ui.context import pages
from plugin_ui.language import say
from plugin_ui.staff import access, confirming
from plugin_ui.staff.access import needs
from plugin_ui.staff.forms import asked, number, wrong

blueprint = Blueprint("groups", __name__, url_prefix="/groups")


@blueprint.get("")
@needs("see_programmes")
def show() -> str:
    """List the groups, and above them what the ILS proposes."""
    is_closed = request.args.get("closed") == "yes"
    with reading(pages().engine) as connection:
        found = connection.execute(group_store.overview(is_closed=is_closed)).all()
        proposed = [] if is_closed else groups.proposals(connection)
    return render_template(
        "staff/groups/list.html", groups=found, proposed=proposed, is_closed=is_closed, kind_words=KIND_WORDS
    )


@blueprint.post("/proposals/accept")
@needs("programmes")
def accept() -> BaseResponse:
    """Make a group of an institution, or add it to a group that is there."""
    told, form = pages(), request.form
    into = number(form.get("group_id"))
    group_id = groups.accept(told.engine, form.get("folded", ""), told.now(), access.me().id, group_id=into)
    flash(say(N_("The group is there, and follows the ILS from now on.")), "success")
    return redirect(url_for("groups.one", group_id=group_id), 303)


@blueprint.post("/proposals/dismiss")
@needs("programmes")
def dismiss() -> BaseResponse:
    """Propose an institution no longer."""
    told = pages()
    groups.dismiss(told.engine, request.form.get("folded", ""), told.now(), access.me().id)
    flash(say(N_("It will not be proposed again.")), "success")
    return redirect(url_for("groups.show"), 303)


@blueprint.get("/new")
@needs("programmes")
def new() -> str:
    """Show an empty form; below a school that of a class."""
    parent = number(request.args.get("parent"))
    return _form({"kind": CLASS if parent else "", "parent_id": parent or ""}, {})


@blueprint.post("/new")
@needs("programmes")
def add() -> BaseResponse:
    """Make a group."""
    told = pages()
    try:
        group_id = groups.make(told.engine, _draft(), told.now(), access.me().id)
    except InputRefused as error:
        return make_response(_form(request.form, wrong(error)), 400)
    flash(say(N_("The group is there. Add its members next.")), "success")
    return redirect(url_for("groups.one", group_id=group_id), 303)


@blueprint.get("/<int:group_id>")
@needs("see_programmes")
def one(group_id: int) -> str:
    """Show a group with its members and classes."""
    words = asked()
    with reading(pages().engine) as connection:
        group = found_or_404(group_id)
        members = connection.execute(group_store.members(group_id)).all()
        there = {row.person_id for row in members}
        found = [each for each in people.search(connection, words) if each[0] not in there]
        classes = [each for each in connection.execute(group_store.overview()).all() if each.parent_id == group_id]
        alike = [] if group.closed_at else groups.lookalikes(connection, group_id)
        parent = group_store.find(connection, group.parent_id) if group.parent_id else None
        cards = people.cards(connection, there)
    return render_template(
        "staff/groups/one.html",
        group=group, parent=parent, members=members, classes=classes, words=words, found=found, alike=alike,
        cards=cards, kind_words=KIND_WORDS, role_words=ROLE_WORDS,
    )  # fmt: skip


@blueprint.get("/<int:group_id>/edit")
@needs("programmes")
def edit(group_id: int) -> str:
    """Show the form of a group."""
    group = found_or_404(group_id)
    values = {"name": group.name, "kind": group.kind, "parent_id": group.parent_id or "", "notes": group.notes or ""}
    return _form(values, {}, group)


@blueprint.post("/<int:group_id>/edit")
@needs("programmes")
def change(group_id: int) -> BaseResponse:
    """Change a group."""
    told = pages()
    try:
        groups.change(told.engine, group_id, _draft(), told.now(), access.me().id)
    except InputRefused as error:
        return make_response(_form(request.form, wrong(error), found_or_404(group_id)), 400)
    flash(say(N_("The group is changed.")), "success")
    return redirect(url_for("groups.one", group_id=group_id), 303)


@blueprint.post("/<int:group_id>/close")
@needs("programmes")
def close(group_id: int) -> BaseResponse | str:
    """Close a group, after asking."""
    told, group = pages(), found_or_404(group_id)
    if not confirming.is_confirmed():
        return confirming.ask(
            say(N_("Close the group {name}?"), name=group.name),
            say(N_("It leaves the list and follows the ILS no longer. Its members stay; it can be opened again.")),
            say(N_("Close the group")),
            url_for("groups.one", group_id=group_id),
        )  # fmt: skip
    groups.close(told.engine, group_id, told.now(), access.me().id)
    flash(say(N_("The group {name} is closed."), name=group.name), "success")
    return redirect(url_for("groups.show"), 303)


@blueprint.post("/<int:group_id>/reopen")
@needs("programmes")
def reopen(group_id: int) -> BaseResponse:
    """Open a closed group again."""
    told = pages()
    groups.reopen(told.engine, group_id, told.now(), access.me().id)
    flash(say(N_("The group is open again.")), "success")
    return redirect(url_for("groups.one", group_id=group_id), 303)


def found_or_404(group_id: int) -> Row[Any]:
    """Return a group's row; raise NotThere."""
    with reading(pages().engine) as connection:
        row = group_store.find(connection, group_id)
    if row is None:
        raise NotThere(N_("There is no such group."), N_("Look for it in the list of groups."))
    return row


def _draft() -> GroupDraft:
    form = request.form
    return GroupDraft(form.get("name", ""), form.get("kind", ""), number(form.get("parent_id")), form.get("notes", ""))


def _form(values: Mapping[str, Any], errors: dict[str, str], group: Row[Any] | None = None) -> str:
    with reading(pages().engine) as connection:
        there = connection.execute(group_store.overview()).all()
    own = group.id if group is not None else None
    schools = [(each.id, each.name) for each in there if each.kind != CLASS and each.id != own]
    schools.sort(key=lambda each: each[1].casefold())
    kinds = [(kind, say(words)) for kind, words in KIND_WORDS.items()]
    return render_template(
        "staff/groups/form.html",
        values=values, errors=errors, group=group, kinds=kinds, schools=schools, class_kind=CLASS, school_kind=SCHOOL,
    )  # fmt: skip
