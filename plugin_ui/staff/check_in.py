"""Checking in on the day: a list to tick, guests who come without signing up, and a headcount of the others."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from crm.database import reading
from crm.errors import InputRefused
from crm.i18n import N_
from crm.programmes import arrivals, people, store
from crm.programmes.people import Entry
from crm.programmes.rules import AGE_BANDS, BAND_WORDS, GENDER_WORDS, GENDERS
from plugin_ui.context import pages
from plugin_ui.language import say
from plugin_ui.staff import access
from plugin_ui.staff.access import needs
from plugin_ui.staff.forms import asked, wrong
from plugin_ui.staff.lists import Attendee, attendees
from plugin_ui.staff.programmes import found_or_404

blueprint = Blueprint("check_in", __name__, url_prefix="/programmes/<int:programme_id>/check-in")


@blueprint.get("")
@needs("see_programmes")
def show(programme_id: int) -> str:
    """Show the list to tick."""
    return _page(programme_id, {}, {})


@blueprint.post("")
@needs("see_programmes")
def tick(programme_id: int) -> BaseResponse:
    """Note that somebody came, or take it back: one button per person, so that two desks never undo each other."""
    told, by = pages(), access.me().id
    came, not_came = (request.form.get(name, type=int) for name in ("came", "not_came"))
    if came is not None:
        arrivals.tick(told.engine, programme_id, came, told.now(), by)
    elif not_came is not None:
        arrivals.untick(told.engine, programme_id, not_came, told.now(), by)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(came=came is not None)
    anchor = f"p{came if came is not None else not_came}"
    return redirect(url_for("check_in.show", programme_id=programme_id, q=asked() or None, _anchor=anchor), 303)


@blueprint.post("/guest")
@needs("see_programmes")
def guest(programme_id: int) -> BaseResponse:
    """Note that somebody came who is not on the list and gives his name."""
    told, form = pages(), request.form
    try:
        who = people.visitor(Entry.of(form), told.library.country, is_reachable=False)
    except InputRefused as error:
        return make_response(_page(programme_id, form, wrong(error)), 400)
    person_id = arrivals.walk_in(told.engine, programme_id, who, told.now(), access.me().id)
    flash(say(N_("{name} is checked in."), name=who.name), "success")
    return redirect(url_for("check_in.show", programme_id=programme_id, _anchor=f"p{person_id}"), 303)


@blueprint.post("/headcount")
@needs("see_programmes")
def count(programme_id: int) -> BaseResponse:
    """Keep how many came without giving a name."""
    told = pages()
    entered = {(sex, band): request.form.get(f"{sex}-{band}", "") for sex in GENDERS for band in AGE_BANDS}
    try:
        counted = arrivals.count_walk_ins(told.engine, programme_id, entered, told.now(), access.me().id)
    except InputRefused as error:
        return make_response(_page(programme_id, request.form, wrong(error)), 400)
    flash(say(N_("The headcount is kept: {count} people without a name."), count=counted), "success")
    return redirect(url_for("check_in.show", programme_id=programme_id, _anchor="headcount"), 303)


def _page(programme_id: int, values: Any, errors: dict[str, str]) -> str:
    planned, words = found_or_404(programme_id), asked()
    with reading(pages().engine) as connection:
        everybody = [each for each in attendees(connection, planned) if each.state != "cancelled"]
        walked = store.walk_ins(connection, planned.id)
        on_it = {each.person_id for each in everybody}
        others = [each for each in people.search(connection, words) if each[0] not in on_it] if words else []
    everybody.sort(key=lambda each: each.name.casefold())
    return render_template(
        "staff/programmes/check_in.html",
        programme=planned, attendees=[each for each in everybody if _fits(each, words)], words=words, others=others,
        came=sum(each.came_at is not None for each in everybody), total=len(everybody),
        walked=walked, walked_total=sum(walked.values()), values=values, errors=errors,
        genders=GENDERS, bands=AGE_BANDS, gender_words=GENDER_WORDS, band_words=BAND_WORDS,
    )  # fmt: skip


def _fits(line: Attendee, words: str) -> bool:
    shown = " ".join((line.name, *line.cards, *line.reached)).casefold()
    return all(word in shown for word in words.casefold().split())
