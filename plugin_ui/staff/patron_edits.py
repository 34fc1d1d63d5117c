"""What staff note on the page of a person: talks, answers, tags, traits, wishes, ways to reach him."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import Connection, select
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from crm.database import reading, writing
from crm.errors import ActionRefused, NotThere
from crm.i18n import N_
from crm.interests.topics import By, TopicRefused, declare, withdraw
from crm.patrons import notes, permission, points, traits
from crm.patrons.contact_points import EMAIL, PHONE
from crm.patrons.many import existing
from crm.patrons.traits import STAFF, Trait
from crm.reports.patron import person_of_number
from crm.schema.people import note
from crm.schema.profiles import facts
from crm.staff import audit
from crm.words import GUARDIAN
from plugin_ui.context import pages
from plugin_ui.forms import is_local
from plugin_ui.language import formats, lines_of, say
from plugin_ui.staff import asking
from plugin_ui.staff.access import me, needs

blueprint = Blueprint("patron_edits", __name__)

Change = Callable[[Connection, datetime, int], object]
NOT_A_DAY = N_("Write the day as year-month-day: 2026-11-24.")


@blueprint.post("/patrons/<int:person_id>/notes")
@needs("write_notes")
def add_note(person_id: int) -> BaseResponse:
    """Keep what was said and, with a day, what was promised."""
    form = request.form
    try:
        day = date.fromisoformat(form["follow_up_on"]) if form.get("follow_up_on") else None
    except ValueError:
        return _back(person_id, say(NOT_A_DAY), "error")
    done = N_("Noted, and promised for {day}.") if day else N_("Noted.")
    kind, words = form.get("kind", "talk"), form.get("words", "")
    return _do(
        person_id,
        lambda connection, at, by: notes.add_note(connection, person_id, notes.Note(kind, words, at, by, day)),
        say(done, day=formats().day(day) if day else ""),
    )


@blueprint.post("/notes/<int:note_id>/done")
@needs("write_notes")
def finish(note_id: int) -> BaseResponse:
    """Note that what was promised is done; go back to where the button was."""
    told = pages()
    with reading(told.engine) as connection:
        person_id = connection.scalar(select(note.c.person_id).where(note.c.id == note_id))
    if person_id is None:
        raise NotThere(N_("Nothing is open there any more."), N_("Look at the list once more."))
    wish = request.form.get("next", "")
    return _do(
        person_id,
        lambda connection, at, by: notes.finish_follow_up(connection, note_id, at, by),
        say(N_("Done. The note stays on the timeline.")),
        wish if is_local(wish) else "",
    )


@blueprint.post("/patrons/<int:person_id>/permissions")
@needs("record_permission")
def answer(person_id: int) -> BaseResponse:
    """Keep an answer given at the desk, with the text that was shown."""
    form = request.form
    purpose, channel, state = form.get("purpose", ""), form.get("channel") or None, form.get("state", "")
    if not asking.is_asked(purpose, channel, state):
        raise BadRequest
    with reading(pages().engine) as connection:
        minor = connection.scalar(select(facts.c.is_minor).where(facts.c.person_id == person_id))
    shown = asking.notice(purpose, channel, is_minor=bool(minor))
    return _do(
        person_id,
        lambda connection, at, by: permission.record(
            connection, person_id, permission.Answer(purpose, channel, state, shown, "desk", at, by)
        ),
        say(N_("The answer is kept, with the text that was shown.")),
    )


@blueprint.post("/patrons/<int:person_id>/tags")
@needs("edit_traits")
def tag(person_id: int) -> BaseResponse:
    """Give a tag, or take one away."""
    name, removed = request.form.get("tag", ""), request.form.get("remove", "")
    if removed:
        return _do(
            person_id,
            lambda connection, at, by: traits.remove_tag(connection, [person_id], removed, at, by),
            say(N_("The tag “{tag}” is taken away."), tag=removed),
        )
    return _do(
        person_id,
        lambda connection, at, by: traits.add_tag(connection, sorted(existing(connection, {person_id})), name, at, by),
        say(N_("Tagged.")),
    )


@blueprint.post("/patrons/<int:person_id>/traits")
@needs("edit_traits")
def trait(person_id: int) -> BaseResponse:
    """Note a trait in the name of staff, or take back what staff noted; a guardian is named by card number."""
    name, value = request.form.get("name", ""), request.form.get("value", "").strip()
    if not value:
        return _do(
            person_id,
            lambda connection, at, by: traits.remove_trait(connection, person_id, name, STAFF, at, by),
            say(N_("Taken back. What the ILS or the reader says shows again.")),
        )
    return _do(
        person_id,
        lambda connection, at, by: traits.set_trait(
            connection, person_id, Trait(name, STAFF, _value(connection, name, value), at, by)
        ),
        say(N_("Noted.")),
    )


def _value(connection: Connection, name: str, value: str) -> str | int:
    """Return what is kept of what was typed: for a guardian the id of the one person who has that card number."""
    if name != GUARDIAN:
        return value[:500]
    guardian = person_of_number(connection, value)
    if guardian is None:
        raise ActionRefused(
            N_("Nobody has the card number {number}."), N_("A guardian is named by his own card number."), number=value
        )
    return guardian


@blueprint.post("/patrons/<int:person_id>/wishes")
@needs("edit_traits")
def wish(person_id: int) -> BaseResponse:
    """Note what the reader wants more, less or nothing of, or forget it."""
    slug, said = request.form.get("topic", ""), request.form.get("wish", "")

    def change(connection: Connection, at: datetime, by: int) -> None:
        existing(connection, {person_id})
        if said:
            declare(connection, person_id, slug, said, STAFF, By(at, by))
        else:
            withdraw(connection, person_id, slug)
        audit.record(connection, at, by, "person.wish", "person", person_id, {"wish": said or "none"})

    return _do(
        person_id, change, say(N_("Noted. It counts more than what was borrowed.") if said else N_("Taken back."))
    )


@blueprint.post("/patrons/<int:person_id>/points")
@needs("edit_traits")
def add_point(person_id: int) -> BaseResponse:
    """Keep a number or address that was given at the desk."""
    text = request.form.get("text", "").strip()
    kind = EMAIL if "@" in text else PHONE
    country = pages().library.country
    return _do(
        person_id,
        lambda connection, at, by: points.add_points(
            connection, person_id, points.Given(kind, text, STAFF, at, by), country
        ),
        say(N_("Kept beside what the ILS says.")),
    )


@blueprint.post("/patrons/<int:person_id>/points/<int:point_id>")
@needs("edit_traits")
def change_point(person_id: int, point_id: int) -> BaseResponse:
    """Note that a number or address works, bounced or is not wanted; or take away what staff gave."""
    status = request.form.get("status", "")
    if status == "remove":
        return _do(
            person_id,
            lambda connection, at, by: points.remove_point(connection, point_id, at, by),
            say(N_("Taken away.")),
        )
    return _do(
        person_id,
        lambda connection, at, by: points.set_status(connection, point_id, status, at, by),
        say(N_("Noted. No sync changes it.")),
    )


def _do(person_id: int, change: Change, done: str, to: str = "") -> BaseResponse:
    """Make a change in one transaction and say what happened, or why it did not."""
    told = pages()
    try:
        with writing(told.engine) as connection:
            change(connection, told.now(), me().id)
    except (ActionRefused, TopicRefused, NotThere) as error:
        return _back(person_id, " ".join(lines_of(error)), "error", to)
    return _back(person_id, done, "success", to)


def _back(person_id: int, words: str, kind: str, to: str = "") -> BaseResponse:
    flash(words, kind)
    return redirect(to or url_for("patron.show", person_id=person_id), 303)
