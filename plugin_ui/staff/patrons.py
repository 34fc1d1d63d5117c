"""The list of patrons and contacts: search as you type, filters, order; and from an ILS's key to the person."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import Connection, func, select
from werkzeug.wrappers import Response as BaseResponse

from crm.database import reading
from crm.reports.patron import person_of_key
from crm.reports.patron_list import FACTS, Page, Question, choices, page_of
from crm.schema.people import duplicate
from crm.segments.vocabulary import AGE_BANDS, STAGES, STATES
from plugin_ui.context import pages
from plugin_ui.language import say
from plugin_ui.staff.access import needs
from plugin_ui.staff.forms import number
from plugin_ui.staff.patron_words import SORT_WORDS

blueprint = Blueprint("patrons", __name__, url_prefix="/patrons")

FIXED = {"stage": STAGES, "state": STATES, "age_band": AGE_BANDS}
PART = "X-Part"  # a script that asks for the rows alone says so
STAGE_KINDS = {"new": "calm", "active": "good", "occasional": "none", "lapsing": "amber", "lapsed": "bad"}


@blueprint.get("")
@needs("see_patrons")
def show() -> str:
    """List who answers to what is asked in the address."""
    question = Question.of(request.args)
    with reading(pages().engine) as connection:
        page = page_of(connection, question, number(request.args.get("page")) or 1)
        if request.headers.get(PART) == "found":
            return render_template("staff/patrons/found.html", **_shown(question, page))
        options = _options(connection)
        proposals = _proposals(connection)
    return render_template(
        "staff/patrons/list.html",
        options=options,
        sorts=_said(SORT_WORDS),
        proposals=proposals,
        **_shown(question, page),
    )


@blueprint.get("/by-key/<source>/<path:key>")
@needs("see_patrons")
def by_key(source: str, key: str) -> BaseResponse:
    """Lead from a key of the ILS to the person."""
    with reading(pages().engine) as connection:
        person_id = person_of_key(connection, source, key)
    if person_id is None:
        abort(404)
    return redirect(url_for("patron.show", person_id=person_id))


def _shown(question: Question, page: Page) -> dict[str, object]:
    return {
        "question": question,
        "asked": question.as_fields(),
        "page": page,
        "stage_words": STAGES,
        "state_words": STATES,
        "stage_kinds": STAGE_KINDS,
        "has_facts": any(name in FACTS for name in question.filters),
    }


def _options(connection: Connection) -> dict[str, list[tuple[str, str]]]:
    """Return what each filter offers, as pairs of value and words."""
    found = {name: [(each.value, each.name) for each in values] for name, values in choices(connection).items()}
    return found | {name: _said(words) for name, words in FIXED.items()}


def _said(words: dict[str, str]) -> list[tuple[str, str]]:
    return [(value, say(text)) for value, text in words.items()]


def _proposals(connection: Connection) -> int:
    """Return how many likely duplicates wait for a decision."""
    return connection.scalar(select(func.count()).select_from(duplicate).where(duplicate.c.state == "proposed")) or 0
