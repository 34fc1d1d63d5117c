"""The page of one person, patron or contact: what staff have to know before they speak with him."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from sqlalchemy import Connection, func, select
from werkzeug.wrappers import Response as BaseResponse

from crm.database import reading, writing
from crm.facts.words import why_words
from crm.i18n import translator
from crm.patrons import likeness, notes
from crm.patrons.births import age, age_band
from crm.patrons.contact_points import is_institutional
from crm.patrons.names import sapaan
from crm.reports.arrivals import arrivals
from crm.reports.likings import Topic, inferred, topics
from crm.reports.patron import Patron, patron_of
from crm.reports.timeline import KINDS, Timeline, Window, timeline
from crm.schema.people import person
from crm.segments.vocabulary import AGE_BANDS, CHANNELS, PURPOSES, STAGES, STATES
from crm.staff import audit
from crm.words import GUARDIAN, TRAITS
from plugin_ui.context import pages
from plugin_ui.staff import asking
from plugin_ui.staff import patron_words as words
from plugin_ui.staff.access import i_may, me, needs
from plugin_ui.staff.patrons import STAGE_KINDS

blueprint = Blueprint("patron", __name__, url_prefix="/patrons/<int:person_id>")

NEW_DAYS = 90
FEW_LOANS, FEW_PROMISES = 3, 2  # shown on the first screen, before "more"


@blueprint.get("")
@needs("see_patrons")
def show(person_id: int) -> str | BaseResponse:
    """Show a person; every look is noted in the audit log."""
    told = pages()
    kind = request.args.get("kind", "")
    with reading(told.engine) as connection:
        patron = patron_of(connection, person_id)
        if patron is None:
            abort(404)
        if patron.merged_into is not None:
            return redirect(url_for("patron.show", person_id=patron.merged_into))
        happened = _timeline(connection, patron, kind)
        likes = inferred(connection, person_id) if i_may("see_interests") and not patron.objects else ()
        choices = topics(connection) if i_may("edit_traits") else ()
    with writing(told.engine) as connection:
        audit.record(connection, told.now(), me().id, "patron.read", "person", person_id)
    return render_template(
        "staff/patrons/patron.html", patron=patron, timeline=happened, kind=kind, likes=likes, topics=choices,
        few_loans=FEW_LOANS, few_promises=FEW_PROMISES, topic_name=topic_name, **_standing(patron), **_spoken(),
    )  # fmt: skip


@blueprint.get("/arrivals")
@needs("see_interests")
def new_for(person_id: int) -> str:
    """Show what is new on the shelf and suits the person; a look at him like any other."""
    told = pages()
    with reading(told.engine) as connection:
        name = connection.scalar(
            select(func.coalesce(person.c.name, "")).where(person.c.id == person_id, person.c.merged_into.is_(None))
        )
        if name is None:
            abort(404)
        since = told.now() - timedelta(days=NEW_DAYS)
        found = arrivals(connection, person_id, since, told.today(), g.language)
    with writing(told.engine) as connection:
        audit.record(connection, told.now(), me().id, "patron.read", "person", person_id, {"page": "arrivals"})
    reasons = [each.reason.said(translator(g.language)) for each in found]
    return render_template(
        "staff/patrons/arrivals.html", name=name, person_id=person_id, arrivals=found, reasons=reasons, days=NEW_DAYS
    )


def topic_name(topic: Topic) -> str:
    """Return the name of a topic in the language of the page."""
    return topic.name_id if g.language == "id" else topic.name_en


def _timeline(connection: Connection, patron: Patron, kind: str) -> Timeline:
    """Return the days asked for; titles only for those who may see them, and never against the reader's will."""
    try:
        before = date.fromisoformat(request.args.get("before", ""))
    except ValueError:
        before = None
    with_titles = i_may("see_history") and not patron.objects
    window = Window(patron.id, ZoneInfo(pages().library.timezone), before, with_titles=with_titles)
    return timeline(connection, window, [kind] if kind in KINDS else KINDS)


def _standing(patron: Patron) -> dict[str, object]:
    """Return what has to be worked out for the page."""
    today = pages().today()
    birth = None if patron.is_placeholder_birth else patron.birth_date
    band = age_band(birth, today)
    row = patron.facts
    spoken = sapaan(patron.name, patron.gender, band)
    why = why_words(row.stage, row.stage_why) if row is not None else None
    return {
        "today": today,
        "age": age(birth, today) if birth else None,
        "age_band": band,
        "is_minor": bool(row.is_minor) if row is not None else False,
        "spoken": spoken,
        "stage_why": why.said(translator(g.language)) if why is not None and why.text else "",
        "overdue": sum(each.due_on is not None and each.due_on < today for each in patron.loans),
        "guardian": next((each for each in patron.traits if each.name == GUARDIAN), None),
        "channels": asking.channels(patron),
        "others": asking.without_channel(patron),
    }


def _spoken() -> dict[str, object]:
    """Return the words the page chooses from."""
    return {
        "stage_words": STAGES,
        "stage_kinds": STAGE_KINDS,
        "state_words": STATES,
        "band_words": AGE_BANDS,
        "channel_words": CHANNELS,
        "purpose_words": PURPOSES,
        "trait_words": TRAITS,
        "note_words": notes.KINDS,
        "reason_words": likeness.WORDS,
        "is_institutional": is_institutional,
        "words": words,
    }
