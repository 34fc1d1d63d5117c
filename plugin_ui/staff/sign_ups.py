"""The list of a programme: put somebody on it, take him off, print it, take it along as a file."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from crm import spreadsheet
from crm.database import reading, writing
from crm.errors import NotThere
from crm.i18n import N_
from crm.programmes import group_store, people, sign_ups
from crm.programmes.rules import BAND_WORDS, GENDER_WORDS, to_local
from crm.staff import audit
from plugin_ui import links
from plugin_ui.context import pages
from plugin_ui.language import formats, say
from plugin_ui.staff import access, confirming
from plugin_ui.staff.access import needs
from plugin_ui.staff.forms import number
from plugin_ui.staff.lists import Attendee, attendees
from plugin_ui.staff.programmes import found_or_404

blueprint = Blueprint("sign_ups", __name__, url_prefix="/programmes/<int:programme_id>")

STATE_WORDS = {
    "seat": N_("has a seat"),
    "waiting": N_("on the waiting list"),
    "cancelled": N_("signed off"),
    "guest": N_("came without signing up"),
}
HEADS = (
    N_("name"),
    N_("card number"),
    N_("phone and mail"),
    N_("sex"),
    N_("age"),
    N_("sign-up"),
    N_("place in the queue"),
    N_("came"),
)


def _codes() -> Iterator[str]:
    while True:
        yield links.new_code()


@blueprint.post("/sign-ups")
@needs("programmes")
def add(programme_id: int) -> BaseResponse:
    """Put people on the list whom staff have found."""
    told = pages()
    wanted = [person_id for text in request.form.getlist("person") if (person_id := number(text)) is not None]
    added = sign_ups.put_on_list(told.engine, programme_id, wanted, _codes(), told.now(), access.me().id)
    _tell_added(added)
    return redirect(url_for("programmes.one", programme_id=programme_id), 303)


@blueprint.post("/sign-ups/group")
@needs("programmes")
def add_group(programme_id: int) -> BaseResponse:
    """Put all members of the programme's group on the list."""
    told, planned = pages(), found_or_404(programme_id)
    if planned.group_id is None:
        raise NotThere(N_("This programme is for no group."), N_("Choose one in its form."))
    with reading(told.engine) as connection:
        members = [row.person_id for row in connection.execute(group_store.members(planned.group_id))]
    added = 0
    if members:
        added = sign_ups.put_on_list(told.engine, programme_id, members, _codes(), told.now(), access.me().id)
    _tell_added(added)
    return redirect(url_for("programmes.one", programme_id=programme_id), 303)


def _tell_added(added: int) -> None:
    if added:
        flash(say(N_("Signed up: {count}."), count=added), "success")
    else:
        flash(say(N_("Nobody was added; all were on the list already.")), "warning")


@blueprint.post("/sign-ups/<int:person_id>/cancel")
@needs("programmes")
def take_off(programme_id: int, person_id: int) -> BaseResponse | str:
    """Sign somebody off, after asking."""
    told, back = pages(), url_for("programmes.one", programme_id=programme_id)
    if not confirming.is_confirmed():
        with reading(told.engine) as connection:
            name = people.name_of(connection, person_id)
        return confirming.ask(
            say(N_("Sign {name} off?"), name=name),
            say(N_("The seat goes to the first on the waiting list.")),
            say(N_("Sign off")),
            back,
        )
    sign_ups.take_off_list(told.engine, programme_id, person_id, told.now(), access.me().id)
    flash(say(N_("Signed off.")), "success")
    return redirect(back, 303)


@blueprint.get("/list")
@needs("see_programmes")
def printed(programme_id: int) -> str:
    """Show the list to print, with room for signatures."""
    planned = found_or_404(programme_id)
    with reading(pages().engine) as connection:
        lines = [each for each in attendees(connection, planned) if each.state != "cancelled"]
    lines.sort(key=lambda each: each.name.casefold())
    occasion = formats().occasion
    return render_template("staff/programmes/print.html", programme=planned, attendees=lines, occasion=occasion)


@blueprint.post("/export")
@needs("export")
def export(programme_id: int) -> Response:
    """Give the list as a file for a spreadsheet; the audit log keeps that it was taken."""
    told, planned = pages(), found_or_404(programme_id)
    with writing(told.engine) as connection:
        lines = attendees(connection, planned)
        details = {"rows": len(lines)}
        audit.record(connection, told.now(), access.me().id, "programme.export", "programme", programme_id, details)
    text = "".join((spreadsheet.BYTE_ORDER_MARK, *spreadsheet.lines([say(head) for head in HEADS], map(_cells, lines))))
    headers = {"Content-Disposition": f'attachment; filename="{planned.slug}.csv"'}
    return Response(text, mimetype="text/csv", headers=headers)


def _cells(line: Attendee) -> tuple[object, ...]:
    came = to_local(line.came_at, pages().library.timezone) if line.came_at else None
    return (
        line.name,
        ", ".join(line.cards),
        ", ".join(line.reached),
        say(GENDER_WORDS[line.gender]) if line.gender in GENDER_WORDS else "",
        say(BAND_WORDS[line.age_band]) if line.age_band in BAND_WORDS else "",
        say(STATE_WORDS[line.state]),
        line.waiting or "",
        f"{came:%Y-%m-%d %H:%M}" if came else "",
    )
