"""``sapa verify``: the proof."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from crm.i18n import N_
from crm.words import ENTITY_WORDS
from sapa.cli.each import each
from sapa.cli.options import json_option, source_option
from sapa.cli.tables import entity_table, heading, show_json, visible
from sapa.cli.translated import TranslatedCommand, say
from sapa.runtime import Runtime

if TYPE_CHECKING:
    from connector.verify import VerifyReport

COLUMNS = {
    "source_rows": N_("in the ILS"),
    "copy_rows": N_("in the copy"),
    "missing": N_("missing"),
    "extra": N_("extra"),
    "different": N_("different"),
    "rejected": N_("rejected"),
    "withheld": N_("withheld"),
}


@click.command(
    cls=TranslatedCommand,
    help=N_(
        "Prove that the copy equals the ILS. Reads every row of both sides and compares them, "
        "without relying on anything the sync remembers; exit code 3 when they differ."
    ),
    example="sapa verify\nsapa verify --source main --json",
)
@source_option
@json_option
@click.pass_obj
def verify(runtime: Runtime, names: tuple[str, ...], as_json: bool) -> None:
    """Compare the chosen sources with their copies and list the keys that differ."""
    from connector.verify import verify_source
    from sapa.cli.bars import progress

    watcher = progress(runtime.formats)
    outcome = each(runtime, names, lambda source: verify_source(runtime.engine, source, watcher))
    equal = not outcome.failures and all(report.equal for report in outcome.reports.values())
    if as_json:
        show_json(_document(outcome.reports, equal=equal) | outcome.failed())
    else:
        for name, report in outcome.reports.items():
            _show(runtime, name, report)
    outcome.finish(needs_a_look=not equal)


def _document(reports: dict[str, VerifyReport], *, equal: bool) -> dict[str, Any]:
    differences = {
        name: [asdict(difference) for difference in report.differences]
        for name, report in reports.items()
        if report.differences
    }
    document: dict[str, Any] = {"equal": equal, "source": {name: report.as_json() for name, report in reports.items()}}
    return document | ({"differences": differences} if differences else {})


def _show(runtime: Runtime, name: str, report: VerifyReport) -> None:
    heading(name, say(N_("the copy equals the ILS")) if report.equal else say(N_("the copy differs from the ILS")))
    click.echo(entity_table(runtime.formats, N_("rows"), COLUMNS, report.as_json()))
    for difference in report.differences:
        columns = f" ({', '.join(difference.columns)})" if difference.columns else ""
        what = f"{say(COLUMNS[difference.kind])}: {say(ENTITY_WORDS[difference.entity])}"
        click.echo(f"  {what} {visible(difference.key)}{columns}")
    if not report.equal:
        click.echo(say(N_("Run `sapa sync`, then verify again; a row may have changed in between.")))
