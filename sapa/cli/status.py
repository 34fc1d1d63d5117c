"""``sapa status``: what the copy holds and how current it is."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from crm.clock import utc_now
from crm.i18n import N_
from crm.words import ENTITY_WORDS, FAILED, ILS_NAMES, OUTCOME_WORDS, STOPPED
from sapa.cli.failures import NEEDS_A_LOOK
from sapa.cli.options import json_option
from sapa.cli.tables import as_of_words, entity_table, heading, show_json, visible
from sapa.cli.translated import TranslatedCommand, say
from sapa.runtime import Runtime

if TYPE_CHECKING:
    from crm.formats import Formats
    from crm.status import RejectedRow, RunStatus, SourceStatus

COLUMNS = {"rows": N_("in the copy"), "gone": N_("gone from the ILS"), "rejected": N_("rejected")}


@click.command(
    cls=TranslatedCommand,
    help=N_("Show what the copy holds: rows, how current they are, the last run, rejected rows."),
    example="sapa status\nsapa status --json",
)
@json_option
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """Show the state of every source's copy."""
    from crm.status import copy_status, rejected_rows

    runtime = context.ensure_object(Runtime)
    sources = copy_status(runtime.engine)
    rejects = {source.name: rejected_rows(runtime.engine, source.name) for source in sources}
    if as_json:
        show_json({"source": {source.name: _document(source, rejects[source.name]) for source in sources}})
    else:
        for source in sources:
            _show(runtime.formats, source, rejects[source.name])
        if not sources:
            click.echo(say(N_("There is no copy yet. Run `sapa sync` to make it.")))
    if any(_needs_a_look(source) for source in sources):
        context.exit(NEEDS_A_LOOK)


def _needs_a_look(source: SourceStatus) -> bool:
    ended_badly = source.last_run is not None and source.last_run.outcome in (FAILED, STOPPED)
    return ended_badly or any(entity.rejected for entity in source.entities)


def _document(source: SourceStatus, rejects: list[RejectedRow]) -> dict[str, Any]:
    document = asdict(source)
    entities = {entity.pop("entity"): entity for entity in document.pop("entities")}
    del document["name"]
    if source.last_run:
        reason = source.last_run.reason
        document["last_run"]["reason"] = reason.said(str) if reason else None
    return document | {"entities": entities, "latest_rejects": [asdict(row) for row in rejects]}


def _show(formats: Formats, source: SourceStatus, rejects: list[RejectedRow]) -> None:
    ils = " ".join(filter(None, (ILS_NAMES.get(source.ils, source.ils), source.version)))
    age = f"({formats.ago(source.as_of, utc_now())})" if source.as_of else ""
    heading(source.name, ils, f"{as_of_words(formats, source.as_of)} {age}".strip())
    if source.last_run:
        click.echo(f"  {_run_words(formats, source.last_run)}")
        if source.last_run.reason:
            text = say(N_("reason: {reason}"))
            click.echo(f"  {text.format(reason=source.last_run.reason.said(say))}")
    entities = {entity.entity: asdict(entity) for entity in source.entities}
    click.echo(entity_table(formats, N_("rows"), COLUMNS, entities))
    for row in rejects:
        entity, reason = say(ENTITY_WORDS[row.entity]), row.message.said(say)
        click.echo(f"  {say(N_('rejected'))}: {entity} {visible(row.key)}: {reason}")


def _run_words(formats: Formats, run: RunStatus) -> str:
    outcome = say(OUTCOME_WORDS.get(run.outcome, run.outcome))
    if run.finished_at is None:
        text = say(N_("last run: {outcome}, begun {moment}"))
        return text.format(outcome=outcome, moment=formats.moment(run.started_at))
    text = say(N_("last run: {outcome}, {moment}, took {span}"))
    span = formats.span((run.finished_at - run.started_at).total_seconds())
    return text.format(outcome=outcome, moment=formats.moment(run.started_at), span=span)
