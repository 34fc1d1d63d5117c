"""Segments: how many belong, who they are, who came and went, and why somebody belongs or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response

from crm.database import reading
from crm.i18n import N_, translator
from crm.reports import days, people, segments
from crm.reports.people import Line
from crm.schema.segments import member
from crm.segments import service, shipped, store
from crm.segments.explanation import Explanation
from crm.segments.question import every_condition
from crm.segments.reading import RuleRejected, read_rule
from crm.segments.rules import Rule, as_document
from crm.segments.service import Change, Day
from crm.segments.store import Segment
from crm.segments.vocabulary import STAGES
from plugin_ui.context import pages
from plugin_ui.language import formats, say
from plugin_ui.staff import confirming
from plugin_ui.staff.access import i_may, me, needs
from plugin_ui.staff.rule_view import View, is_private, sentence, shown_actual
from plugin_ui.staff.rule_view import said as said_of

blueprint = Blueprint("segments", __name__)

FEED = 30
PUT_AWAY = N_("It is no longer counted nor listed, and its past is kept. Segments that name it find nobody.")


@dataclass(frozen=True)
class Reason:
    """One condition held against somebody: the clause, whether it holds, what is the case, whether it is lacking."""

    clause: Markup | str
    holds: bool
    actual: str
    is_lacking: bool


@blueprint.get("/segments")
@needs("see_segments")
def listed() -> str:
    """List all segments."""
    told = pages()
    with reading(told.engine) as connection:
        lines = segments.lines(connection, told.today(), month_begins(told.today(), told.library.timezone))
    translate = translator(formats().language)
    return render_template("staff/segments/list.html", lines=lines, shown=lambda text: shipped.shown(text, translate))


def month_begins(today: date, zone: str) -> datetime:
    """Return when the month of a local day began, naive UTC."""
    local = datetime.combine(today.replace(day=1), time(), ZoneInfo(zone))
    return local.astimezone(UTC).replace(tzinfo=None)


@blueprint.get("/segments/<slug>")
@needs("see_segments")
def show(slug: str) -> str:
    """Show one segment."""
    told = pages()
    translate = translator(formats().language)
    with reading(told.engine) as connection:
        segment = store.find(connection, slug)
        if segment is None:
            abort(404)
        names = store.names(connection)
        rule = _rule(segment)
        may_see = _may_see_names(rule, names)
        counts = days.counted_on(connection, days.last_day(connection, told.today()))
        page = people.page(connection, _members(segment), _number()) if may_see else None
        feed = store.changes(connection, segment.id, FEED) if may_see else []
        why = _why(connection, segment, View(names, formats())) if i_may("see_interests") else {}
    return render_template(
        "staff/segments/one.html",
        segment=segment,
        name=shipped.shown(segment.name, translate),
        about=shipped.shown(segment.about, translate),
        sentence=sentence(rule, names, formats()) if rule else "",
        people=counts.get(days.segment_name(segment.id)),
        page=page,
        feed=feed,
        may_see=may_see,
        stages=STAGES,
        **why,
    )


def _rule(segment: Segment) -> Rule | None:
    try:
        return read_rule(segment.document)
    except RuleRejected:
        return None


def _may_see_names(rule: Rule | None, names: Any) -> bool:
    if rule is None or not i_may("see_patrons"):
        return False
    return i_may("see_interests") or not is_private(every_condition(rule, names))


def _members(segment: Segment) -> Any:
    return select(member.c.person_id).where(member.c.segment_id == segment.id)


def _number() -> int:
    written = request.args.get("page", "1")
    return int(written) if written.isdecimal() and len(written) < 8 else 1


def _why(connection: Connection, segment: Segment, view: View) -> dict[str, Any]:
    """Return whom a search found, or why one person belongs or not."""
    told = pages()
    words, chosen = request.args.get("who", "").strip(), request.args.get("person", "")
    found: list[Line] = people.search(connection, words) if words else []
    if not chosen.isdecimal() or len(chosen) > 9:
        return {"who": words, "found": found, "line": None}
    line = people.some(connection, [int(chosen)]).get(int(chosen))
    day = Day(told.today(), told.library.timezone)
    try:
        explained = service.why(connection, segment.document, int(chosen), day) if line else None
    except RuleRejected:
        explained = None
    return {"who": words, "found": found, "line": line, "explained": explained,
            "reasons": _reasons(explained, view) if explained else []}  # fmt: skip


def _reasons(explained: Explanation, view: View) -> list[Reason]:
    lacking = {finding.path for finding in explained.lacking}
    return [
        Reason(
            said_of(as_document(finding.condition), view.names, view.formats),
            finding.holds,
            shown_actual(finding.actual, view, finding.condition),
            finding.path in lacking,
        )
        for finding in explained.findings
    ]


@blueprint.post("/segments/<slug>/archive")
@needs("edit_segments")
def archive(slug: str) -> str | Response:
    """Take a segment out of use, after asking."""
    told = pages()
    with reading(told.engine) as connection:
        segment = store.find(connection, slug)
    if segment is None or segment.archived_at is not None:
        abort(404)
    name = shipped.shown(segment.name, translator(formats().language))
    if not confirming.is_confirmed():
        return confirming.ask(
            say(N_("Put the segment {name} away?"), name=name),
            say(N_("It is no longer counted nor listed, and its past is kept. Segments that name it find nobody.")),
            say(N_("Put it away")),
            url_for("segments.show", slug=slug),
        )
    service.archive(told.engine, slug, Change(told.now(), me().id))
    flash(say(N_("The segment {name} is put away."), name=name), "success")
    return redirect(url_for("segments.listed"), 303)
