"""Who might be one person: proposals side by side, merged or told apart, and merges that can be undone."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from crm.database import reading, writing
from crm.errors import ActionRefused, NotThere
from crm.i18n import N_
from crm.patrons import duplicates, merging
from crm.patrons.likeness import WORDS as REASON_WORDS
from crm.reports.alike import merges, proposals
from crm.segments.vocabulary import GENDERS, STAGES, STATES
from plugin_ui.context import pages
from plugin_ui.language import lines_of, say
from plugin_ui.staff import confirming
from plugin_ui.staff.access import me, needs
from plugin_ui.staff.forms import number

blueprint = Blueprint("duplicates", __name__, url_prefix="/patrons/duplicates")


@blueprint.get("")
@needs("see_patrons")
def show() -> str:
    """List a page of proposals, the likeliest first, and the latest merges."""
    at = number(request.args.get("page")) or 1
    with reading(pages().engine) as connection:
        found = proposals(connection, at)
        done = merges(connection)
    return render_template(
        "staff/patrons/duplicates.html",
        found=found, merges=done, reason_words=REASON_WORDS, stage_words=STAGES, state_words=STATES,
        gender_words=GENDERS,
    )  # fmt: skip


@blueprint.post("/merge")
@needs("merge")
def merge() -> BaseResponse | str:
    """Make one person of two, after asking."""
    told = pages()
    kept_id, merged_id = _pair("kept", "merged")
    if not confirming.is_confirmed():
        return confirming.ask(
            say(N_("Are these two one person?")),
            say(N_(
                "The memberships, contact points, notes, permissions, tags and wishes of both become one person's. "
                "It can be undone in this list."
            )),
            say(N_("Yes, merge them")),
            url_for("duplicates.show"),
        )  # fmt: skip
    try:
        merging.make_one(told.engine, kept_id, merged_id, told.now(), me().id)
    except (ActionRefused, NotThere) as error:
        return _back(" ".join(lines_of(error)), "error")
    flash(say(N_("Merged. All that belonged to both is here now.")), "success")
    return redirect(url_for("patron.show", person_id=kept_id), 303)


@blueprint.post("/apart")
@needs("merge")
def apart() -> BaseResponse:
    """Note that two persons are two; they are not proposed again."""
    told = pages()
    first, second = _pair("first", "second")
    try:
        with writing(told.engine) as connection:
            duplicates.dismiss(connection, first, second, told.now(), me().id)
    except NotThere as error:
        return _back(" ".join(lines_of(error)), "error")
    return _back(say(N_("Noted: they are two people, and will not be proposed again.")), "success")


@blueprint.post("/<int:merge_id>/undo")
@needs("merge")
def undo(merge_id: int) -> BaseResponse | str:
    """Make two persons again of one, after asking."""
    told = pages()
    if not confirming.is_confirmed():
        return confirming.ask(
            say(N_("Undo this merge?")),
            say(
                N_("Each gets back what was his. What came to the merged person since stays with the one who was kept.")
            ),
            say(N_("Undo the merge")),
            url_for("duplicates.show"),
        )
    try:
        merging.undo(told.engine, merge_id, told.now(), me().id)
    except (ActionRefused, NotThere) as error:
        return _back(" ".join(lines_of(error)), "error")
    return _back(say(N_("The merge is undone; they are two people again.")), "success")


def _pair(first: str, second: str) -> tuple[int, int]:
    ids = [number(request.form.get(name)) for name in (first, second)]
    if ids[0] is None or ids[1] is None:
        raise BadRequest
    return ids[0], ids[1]


def _back(words: str, kind: str) -> BaseResponse:
    flash(words, kind)
    return redirect(url_for("duplicates.show"), 303)
