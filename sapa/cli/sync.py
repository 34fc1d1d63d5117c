"""``sapa sync``: the main job."""

from __future__ import annotations

from typing import Any

import click

from crm.i18n import N_
from crm.words import ENTITY_WORDS
from sapa.cli.each import each
from sapa.cli.options import json_option, source_option
from sapa.cli.profiles import refresh_after_sync
from sapa.cli.tables import as_of_words, entity_table, heading, show_json
from sapa.cli.translated import TranslatedCommand, say
from sapa.runtime import Runtime

COLUMNS = {
    "scanned": N_("scanned"),
    "inserted": N_("new"),
    "updated": N_("changed"),
    "gone": N_("gone"),
    "rejected": N_("rejected"),
}


@click.command(
    cls=TranslatedCommand,
    help=N_(
        "Bring the copy up to date. Reads only what changed since the last run; whatever was inserted, changed or "
        "deleted in the ILS is in the copy afterwards, and the profiles of the readers concerned are worked out anew."
    ),
    example="sapa sync\nsapa sync --source main --entity loan --entity patron\nsapa sync --json > report.json",
)
@source_option
@click.option(
    "--entity",
    "entities",
    multiple=True,
    type=click.Choice(list(ENTITY_WORDS)),
    metavar="NAME",
    help=N_(
        "Only this part of the copy (may be repeated): branch, category, closed_day, patron, title, author, subject, "
        "item, loan, hold, visit or charge."
    ),
)
@click.option("--dry-run", is_flag=True, help=N_("Tell what would change; change nothing."))
@click.option("--accept-empty", is_flag=True, help=N_("Believe it when a part of the ILS that held rows is now empty."))
@click.option("--no-profiles", is_flag=True, help=N_("Leave the profiles for later; only make the copy."))
@json_option
@click.pass_obj
def sync(
    runtime: Runtime,
    names: tuple[str, ...],
    entities: tuple[str, ...],
    dry_run: bool,
    accept_empty: bool,
    no_profiles: bool,
    as_json: bool,
) -> None:
    """Sync the chosen sources and show what changed."""
    from connector.entity_sync import SyncOptions
    from connector.sync import sync_source
    from sapa.cli.bars import progress
    from sapa.signals import ended_by_sigterm

    options = SyncOptions(entities=entities, dry_run=dry_run, accept_empty=accept_empty)
    watcher = progress(runtime.formats)
    with ended_by_sigterm():
        outcome = each(runtime, names, lambda source: sync_source(runtime.engine, source, options, watcher))
    documents = {name: report.as_json() for name, report in outcome.reports.items()}
    if as_json:
        show_json({"source": documents, **outcome.failed()})
    else:
        for name, document in documents.items():
            show_report(runtime, name, document)
    if outcome.reports and not (dry_run or no_profiles):
        with ended_by_sigterm():
            outcome.follow(refresh_after_sync(runtime))
    outcome.finish(needs_a_look=any(report.needs_look for report in outcome.reports.values()))


def show_report(runtime: Runtime, name: str, document: dict[str, Any]) -> None:
    """Print what a sync did to the copy of one source."""
    formats = runtime.formats
    heading(name, as_of_words(formats, document["as_of"]), formats.span(document["seconds"]))
    click.echo(entity_table(formats, N_("rows"), COLUMNS, document["entities"]))
    rejected = sum(counts["rejected"] for counts in document["entities"].values())
    if document["dry_run"]:
        click.echo(say(N_("Nothing was written: this was a dry run.")))
    if rejected:
        text = say(N_("{count} rows could not be copied; `sapa status` shows them."))
        click.echo(text.format(count=formats.number(rejected)))
