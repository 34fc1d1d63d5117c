"""The first page: what is to do today, how the library is doing, whom to write to; and the lists behind it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, abort, current_app, render_template, request, url_for

from crm.database import reading
from crm.i18n import N_
from crm.reports import people, stages, suggestions, today
from crm.reports.rules import Compared, last_full_week, span_of
from crm.reports.tasks import (
    COPY_FAILED,
    COPY_LATE,
    DUPLICATES,
    FOLLOW_UP,
    FOLLOW_UPS,
    REJECTED,
    UNMAPPED,
    Task,
    promised,
)
from crm.reports.today import MONTH, Today
from crm.segments import service
from crm.segments.compiler import people as people_of
from crm.segments.service import Day
from crm.segments.vocabulary import STAGES
from crm.staff.roles import ADMIN, VIEWER
from plugin_ui import charts
from plugin_ui.context import pages
from plugin_ui.language import formats, say
from plugin_ui.staff.access import i_may, me, needs

blueprint = Blueprint("today", __name__)

MOVES = 6
TASK_WORDS = {
    COPY_FAILED: (N_("The last copy of {name} failed"), N_("See why")),
    COPY_LATE: (N_("The copy of {name} is late"), N_("See since when")),
    REJECTED: (N_("{number} rows of the ILS could not be copied"), N_("See which")),
    DUPLICATES: (N_("{number} pairs may be one person registered twice"), N_("Compare")),
    UNMAPPED: (N_("{share} of the loans have no topic"), N_("Map them")),
    FOLLOW_UPS: (N_("{number} more follow-ups are due"), N_("See all")),
}
PROMISED = (N_("Promised for today"), N_("Promised for {day}"))


@dataclass(frozen=True)
class TaskLine:
    """A line of the work list as it is shown: what, and one button."""

    symbol: str
    title: str
    text: str
    button: str
    address: str


@dataclass(frozen=True)
class Figure:
    """A number as it is shown; ``trend`` is up, down or "" and ``address`` "" without a list behind it."""

    label: str
    value: int
    text: str
    trend: str
    address: str


@blueprint.get("/")
@needs("see_figures")
def show() -> str:
    """Show the first page; for the head of the library the numbers come first."""
    told = pages()
    with reading(told.engine) as connection:
        found = today.show(connection, told.today(), told.now(), told.late_after)
    return render_template(
        "staff/today.html",
        today=found,
        day=told.today(),
        tasks=[line for task in found.tasks if (line := _task(task))],
        figures=_figures(found),
        span=formats().days(*span_of(found.last_week)),
        numbers_first=me().role in (VIEWER, ADMIN),
        stages=STAGES,
        moves=found.moves[:MOVES],
        charts=[_chart(found, what) for what in ("loans", "visits")],
        weeks=list(zip(found.thisyear, found.lastyear, strict=True)),
        bar=charts.bar,
        year=timedelta(days=364),
    )


def _task(task: Task) -> TaskLine | None:
    """Return a task as a line, None where the role may not see it."""
    personal = task.kind in (FOLLOW_UP, FOLLOW_UPS, DUPLICATES)
    if personal and not i_may("see_patrons"):
        return None
    root = request.script_root
    if task.kind == FOLLOW_UP:
        is_today = task.day == pages().today()
        when = say(PROMISED[0]) if is_today else say(PROMISED[1], day=formats().day(task.day)) if task.day else ""
        text = f"{when}: {task.words}"
        return TaskLine(
            "note", task.name or say(N_("(no name)")), text, say(N_("Open")), f"{root}/patrons/{task.person_id}"
        )
    words, button = TASK_WORDS[task.kind]
    share = formats().percent(task.share)
    title = say(words, name=task.name, number=formats().number(task.number), share=share)
    symbols = {DUPLICATES: "merge", UNMAPPED: "tag", FOLLOW_UPS: "note"}
    return TaskLine(symbols.get(task.kind, "warn"), title, "", say(button), root + _address(task.kind))


def _address(kind: str) -> str:
    if kind == DUPLICATES:
        there = {rule.rule for rule in current_app.url_map.iter_rules()}
        return "/duplicates" if "/duplicates" in there else "/patrons/duplicates"
    if kind == FOLLOW_UPS:
        return url_for("today.follow_ups")
    return f"{url_for('interests.show')}#leftovers" if kind == UNMAPPED else "/settings/copy"


def _figures(found: Today) -> list[Figure]:
    may = i_may("see_patrons")
    readers = url_for("today.listed", word="active") if may else ""
    agreed = url_for("today.agreed") if may else ""
    return [
        _figure(N_("Visits"), found.visits, "#weeks"),
        _figure(N_("Loans"), found.loans, "#weeks"),
        _figure(N_("Active readers"), found.readers, readers),
        _reach(found, agreed),
    ]


def _figure(label: str, compared: Compared, address: str) -> Figure:
    written = formats()
    change = compared.change
    if compared.before is None:
        text, trend = say(N_("nothing of last year to compare with")), ""
    elif change is None:
        text, trend = say(N_("none last year")), ""
    else:
        trend = "up" if change > 0 else "down" if change < 0 else ""
        words = {
            "up": N_("{share} more than last year ({before})"),
            "down": N_("{share} less than last year ({before})"),
        }
        text = say(words.get(trend, N_("as many as last year ({before})")), share=written.percent(abs(change)),
                   before=written.number(compared.before))  # fmt: skip
    return Figure(say(label), compared.value, text, trend, address)


def _reach(found: Today, address: str) -> Figure:
    if found.agreed.before is None:
        text = say(N_("of {number} who have WhatsApp or mail"), number=formats().number(found.reachable))
        return Figure(say(N_("Reachable with permission")), found.agreed.value, text, "", address)
    return _figure(N_("Reachable with permission"), found.agreed, address)


def _chart(found: Today, what: str) -> dict[str, object]:
    now, before = ([getattr(week, what) for week in weeks] for weeks in (found.thisyear, found.lastyear))
    title = say({"loans": N_("Loans by week"), "visits": N_("Visits by week")}[what])
    text = say(N_("Last week {now}, the same week last year {before}."), now=formats().number(now[-1]),
               before=formats().number(before[-1]))  # fmt: skip
    drawn = [charts.Line("before", before), charts.Line("now", now)]
    picture = charts.lines(f"chart-{what}", title, text, drawn)
    return {
        "title": title,
        "text": text,
        "picture": picture,
        "top": charts.top_of([*now, *before]),
        "has": any(now + before),
    }


@blueprint.get("/today/list/agreed")
@needs("see_patrons")
def agreed() -> str:
    """List the people who can be written to and agreed to it."""
    with reading(pages().engine) as connection:
        page = people.page(connection, stages.agreed_people(), _number())
    title = say(N_("Reachable with permission"))
    lead = say(N_("They have WhatsApp or mail and agreed to alerts or news by it."))
    return render_template(
        "staff/people.html", title=title, lead=lead, note="", page=page, stages=STAGES, segment_address=""
    )


@blueprint.get("/today/list/<word>")
@needs("see_patrons")
def listed(word: str) -> str:
    """List the people behind a number or a suggestion."""
    told = pages()
    found = suggestions.find(word, told.today()) or abort(404)
    with reading(told.engine) as connection:
        asked = service.ask(connection, dict(found.rule), Day(told.today(), told.library.timezone))
        page = people.page(connection, people_of(asked.rule, asked.question), _number())
    since = span_of(last_full_week(told.today()))[0]
    return render_template(
        "staff/people.html",
        title=say(found.name),
        lead=say(found.reason) if found.reason else "",
        note=say(N_("Everybody seen since {day}, this week included."), day=formats().day(since))
        if word == "active"
        else "",
        page=page,
        stages=STAGES,
        segment_address=url_for("segment_builder.new", rule=json.dumps(found.rule), name=say(found.name)),
    )


@blueprint.get("/today/moved/<before>/<stage>")
@needs("see_patrons")
def moved(before: str, stage: str) -> str:
    """List who went from one stage to another in the last 30 days."""
    if before not in STAGES or stage not in STAGES:
        abort(404)
    told = pages()
    with reading(told.engine) as connection:
        page = people.page(connection, stages.moved(before, stage, told.today() - MONTH), _number())
    title = say(N_("From {before} to {stage}"), before=say(STAGES[before]), stage=say(STAGES[stage]))
    lead = say(N_("Who changed so within the last 30 days."))
    return render_template(
        "staff/people.html", title=title, lead=lead, note="", page=page, stages=STAGES, segment_address=""
    )


@blueprint.get("/today/follow-ups")
@needs("see_patrons")
def follow_ups() -> str:
    """List all that was promised for today or before."""
    told = pages()
    with reading(told.engine) as connection:
        found = promised(connection, told.today(), 500)
    return render_template("staff/follow_ups.html", tasks=[line for task in found if (line := _task(task))])


def _number() -> int:
    written = request.args.get("page", "1")
    return int(written) if written.isdecimal() and len(written) < 8 else 1
