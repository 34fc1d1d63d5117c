"""Programmes: what is planned, made, changed, called off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from crm.database import reading
from crm.errors import InputRefused, NotThere
from crm.i18n import N_
from crm.programmes import group_store, people, service, store
from crm.programmes.rules import AGE_BANDS, BAND_WORDS, GENDER_WORDS, GENDERS, STATE_WORDS, Draft, Programme, state_of
from plugin_ui import links
from plugin_ui.context import pages
from plugin_ui.language import formats, say
from plugin_ui.staff import access, confirming
from plugin_ui.staff.access import needs
from plugin_ui.staff.forms import asked, wrong
from plugin_ui.staff.lists import attendees

blueprint = Blueprint("programmes", __name__, url_prefix="/programmes")

PAGE = 30
STATE_KINDS = {"cancelled": "bad", "upcoming": "calm", "running": "good", "past": "none"}


@blueprint.get("")
@needs("see_programmes")
def show() -> str:
    """List what is to come, or what was."""
    told, is_past = pages(), request.args.get("when") == "past"
    start = min(max(request.args.get("page", 1, int), 1), 10_000)
    edge = told.now() - service.JUST_OVER
    question = store.overview(until=edge) if is_past else store.overview(since=edge)
    with reading(told.engine) as connection:
        found = connection.execute(question.limit(PAGE + 1).offset((start - 1) * PAGE)).all()
    states = {each.id: state_of(store.as_programme(each), told.now()) for each in found}
    return render_template(
        "staff/programmes/list.html",
        programmes=found[:PAGE], states=states, state_words=STATE_WORDS, state_kinds=STATE_KINDS,
        is_past=is_past, page=start, has_more=len(found) > PAGE, occasion=formats().occasion,
    )  # fmt: skip


@blueprint.get("/new")
@needs("programmes")
def new() -> str:
    """Show an empty form, or that of a programme to repeat."""
    again = request.args.get("from", type=int)
    if again is None:
        return _form({"is_public": "yes"}, {})
    return _form(_values(replace(service.draft_of(_found(again), _zone()), day=None)), {})


@blueprint.post("/new")
@needs("programmes")
def add() -> BaseResponse:
    """Make a programme."""
    told = pages()
    try:
        draft = service.read_draft(request.form)
        programme_id = service.plan(told.engine, draft, _zone(), told.now(), access.me().id)
    except InputRefused as error:
        return make_response(_form(request.form, wrong(error)), 400)
    flash(say(N_("The programme is planned.")), "success")
    return redirect(url_for("programmes.one", programme_id=programme_id), 303)


@blueprint.get("/<int:programme_id>")
@needs("see_programmes")
def one(programme_id: int) -> str:
    """Show a programme with its list."""
    told, words = pages(), asked()
    planned = _found(programme_id)
    with reading(told.engine) as connection:
        people_on_it = attendees(connection, planned)
        found = people.search(connection, words)
        group = group_store.find(connection, planned.group_id) if planned.group_id else None
        counted = _counted(store.named_by_band(connection, planned.id), store.walk_ins(connection, planned.id))
    state = state_of(planned, told.now())
    return render_template(
        "staff/programmes/one.html",
        programme=planned, attendees=people_on_it, words=words, found=found, group=group, counted=counted,
        state=state, state_word=say(STATE_WORDS[state]), state_kind=STATE_KINDS[state], occasion=formats().occasion,
        genders=GENDERS, bands=AGE_BANDS, gender_words=GENDER_WORDS, band_words=BAND_WORDS,
        address=links.outside("events.show", slug=planned.slug) if planned.is_public else "",
    )  # fmt: skip


@blueprint.get("/<int:programme_id>/edit")
@needs("programmes")
def edit(programme_id: int) -> str:
    """Show the form of a programme."""
    planned = _found(programme_id)
    return _form(_values(service.draft_of(planned, _zone())), {}, planned)


@blueprint.post("/<int:programme_id>/edit")
@needs("programmes")
def change(programme_id: int) -> BaseResponse:
    """Change a programme."""
    told = pages()
    try:
        draft = service.read_draft(request.form)
        service.replan(told.engine, programme_id, draft, _zone(), told.now(), access.me().id)
    except InputRefused as error:
        return make_response(_form(request.form, wrong(error), _found(programme_id)), 400)
    flash(say(N_("The programme is changed.")), "success")
    return redirect(url_for("programmes.one", programme_id=programme_id), 303)


@blueprint.post("/<int:programme_id>/cancel")
@needs("programmes")
def cancel(programme_id: int) -> BaseResponse | str:
    """Call a programme off, after asking."""
    told, planned = pages(), _found(programme_id)
    back = url_for("programmes.one", programme_id=programme_id)
    if not confirming.is_confirmed():
        return confirming.ask(
            say(N_("Cancel “{title}”?"), title=planned.title),
            say(N_("Its page will say so and take no more sign-ups. The list stays, so that you can tell everybody.")),
            say(N_("Cancel the programme")),
            back,
        )  # fmt: skip
    count = service.call_off(told.engine, programme_id, told.now(), access.me().id)
    flash(
        say(N_("The programme is cancelled. {count} people are on the list and have to be told."), count=count),
        "warning",
    )
    return redirect(back, 303)


@blueprint.post("/<int:programme_id>/take-up-again")
@needs("programmes")
def take_up_again(programme_id: int) -> BaseResponse:
    """Undo that a programme was cancelled."""
    told = pages()
    service.take_up_again(told.engine, programme_id, told.now(), access.me().id)
    flash(say(N_("The programme takes place after all.")), "success")
    return redirect(url_for("programmes.one", programme_id=programme_id), 303)


@blueprint.get("/<int:programme_id>/poster")
@needs("see_programmes")
def poster(programme_id: int) -> str:
    """Show what to hang up: the code to sign up, or the one to check in on site."""
    planned = _found(programme_id)
    is_check_in = request.args.get("for") == "check-in" or not planned.is_public
    if is_check_in:
        address = links.outside("events.arrive", token=links.signed(links.CHECK_IN, planned.id))
        words = say(N_("QR code to check in"))
    else:
        address, words = links.outside("events.show", slug=planned.slug), say(N_("QR code to sign up"))
    return render_template(
        "staff/programmes/poster.html",
        programme=planned, is_check_in=is_check_in, address=address, code=links.qr_code(address, words),
        occasion=formats().occasion,
    )  # fmt: skip


def found_or_404(programme_id: int) -> Programme:
    """Return a programme; raise NotThere."""
    with reading(pages().engine) as connection:
        planned = service.find(connection, programme_id)
    if planned is None:
        raise NotThere(N_("There is no such programme."), N_("Look for it in the list of programmes."))
    return planned


_found = found_or_404


def _counted(named: dict[tuple[str, str], int], walked: dict[tuple[str, str], int]) -> dict[str, Any]:
    cells = {key: named.get(key, 0) + walked.get(key, 0) for key in {*named, *walked}}
    return {"cells": cells, "named": sum(named.values()), "walked": sum(walked.values())}


def _zone() -> str:
    return pages().library.timezone


def _values(draft: Draft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "day": draft.day.isoformat() if draft.day else "",
        "begins": f"{draft.begins:%H:%M}" if draft.begins else "",
        "ends": f"{draft.ends:%H:%M}" if draft.ends else "",
        "place": draft.place,
        "about": draft.about,
        "seats": "" if draft.seats is None else draft.seats,
        "is_public": "yes" if draft.is_public else "",
        "group_id": draft.group_id or "",
    }


def _form(values: Mapping[str, Any], errors: dict[str, str], planned: Programme | None = None) -> str:
    with reading(pages().engine) as connection:
        groups = connection.execute(group_store.overview()).all()
    names = [(each.id, f"{each.parent_name} · {each.name}" if each.parent_name else each.name) for each in groups]
    return render_template("staff/programmes/form.html", values=values, errors=errors, programme=planned, groups=names)
