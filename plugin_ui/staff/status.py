"""The page about the copy: how current it is and how much it holds; counts only, nothing personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, render_template

from crm.formats import Formats
from crm.i18n import N_
from crm.status import EntityStatus, RunStatus, SourceStatus, copy_status
from crm.words import ENTITY_WORDS, FAILED, ILS_NAMES, INTERRUPTED, OUTCOME_WORDS, STOPPED
from plugin_ui.context import pages
from plugin_ui.language import formats, say
from plugin_ui.staff.access import needs

blueprint = Blueprint("status", __name__)

FIGURES = ("patron", "title", "item", "loan")
STATE_WORDS = {
    "current": N_("up to date"),
    "late": N_("late"),
    "first": N_("first copy running"),
    FAILED: N_("last run failed"),
    STOPPED: N_("stopped, needs a look"),
}


@dataclass(frozen=True)
class Row:
    """The counts of one entity, written for reading."""

    name: str
    rows: str
    gone: str
    rejected: str


@dataclass(frozen=True)
class Card:
    """One source as the page shows it; ``state`` is a key of STATE_WORDS."""

    name: str
    ils: str
    state: str
    word: str
    as_of: str
    age: str
    last_run: str
    figures: tuple[Row, ...]
    rows: tuple[Row, ...]


def state_of(source: SourceStatus, late_after: timedelta, now: datetime) -> str:
    """Return a key of STATE_WORDS; how the last run ended counts for more than the age of the copy."""
    if source.last_run is not None and source.last_run.outcome in (FAILED, STOPPED):
        return source.last_run.outcome
    if source.as_of is None:
        return "first"
    return "late" if now - source.as_of > late_after else "current"


@blueprint.get("/settings/copy")
@needs("see_copy")
def show() -> str:
    """Show every source's copy."""
    told = pages()
    now = told.now()
    sources = copy_status(told.engine)
    cards = [
        _card(source, state_of(source, told.late_after.get(source.name, timedelta.max), now), now) for source in sources
    ]
    return render_template("staff/status.html", cards=cards)


def _card(source: SourceStatus, state: str, now: datetime) -> Card:
    written = formats()
    rows = {entity.entity: _row(entity, written) for entity in source.entities}
    return Card(
        name=source.name,
        ils=" ".join(filter(None, (ILS_NAMES.get(source.ils, source.ils), source.version))),
        state=state,
        word=say(STATE_WORDS[state]),
        as_of=written.moment(source.as_of) if source.as_of else "",
        age=written.ago(source.as_of, now) if source.as_of else "",
        last_run=_run_words(source.last_run, written) if source.last_run else "",
        figures=tuple(rows[entity] for entity in FIGURES if entity in rows),
        rows=tuple(rows.values()),
    )


def _row(entity: EntityStatus, written: Formats) -> Row:
    rows, gone, rejected = (written.number(count) for count in (entity.rows, entity.gone, entity.rejected))
    return Row(say(ENTITY_WORDS[entity.entity]), rows, gone, rejected)


def _run_words(run: RunStatus, written: Formats) -> str:
    outcome = say(OUTCOME_WORDS[run.outcome])
    if run.reason and run.reason.text == INTERRUPTED:  # other reasons tell of servers and accounts: for the admin only
        outcome = f"{outcome} ({say(INTERRUPTED)})"
    begun = written.moment(run.started_at)
    if run.finished_at is None:
        return say(N_("{outcome}, since {moment}"), outcome=outcome, moment=begun)
    span = written.span((run.finished_at - run.started_at).total_seconds())
    return say(N_("{outcome}, {moment}, took {span}"), outcome=outcome, moment=begun, span=span)
