"""``sapa profiles``: what is worked out of the copy for each reader."""

from __future__ import annotations

import sys

import click

from crm.clock import utc_now
from crm.errors import AlreadyRunning, SapaError
from crm.i18n import N_
from sapa.cli.failures import Failure, failure_of
from sapa.cli.options import json_option
from sapa.cli.tables import show_json
from sapa.cli.translated import TranslatedGroup, say
from sapa.refresh import Refreshed
from sapa.runtime import Runtime


@click.group(
    cls=TranslatedGroup,
    help=N_("Look after what is worked out of the copy: persons, interests, facts and segments."),
    example="sapa profiles refresh\nsapa profiles refresh --everything",
)
def profiles() -> None:
    """Group the commands about profiles."""


@profiles.command(
    "refresh",
    help=N_(
        "Bring the profiles up to date. `sapa sync` and `sapa work` do it by themselves, for the readers whose data "
        "changed, and once a day for all. With --everything also after a change of the configuration."
    ),
    example="sapa profiles refresh\nsapa profiles refresh --everything --json",
)
@click.option("--everything", is_flag=True, help=N_("Work out everybody's profile anew."))
@json_option
@click.pass_obj
def run_refresh(runtime: Runtime, everything: bool, as_json: bool) -> None:
    """Refresh, and tell what was done."""
    from sapa.cli.bars import progress
    from sapa.refresh import refresh
    from sapa.signals import ended_by_sigterm

    with ended_by_sigterm():
        report = refresh(
            runtime.engine, runtime.settings, utc_now(), everything=everything, progress=progress(runtime.formats)
        )
    if as_json:
        show_json(report.as_json())
    else:
        click.echo(refreshed_words(runtime, report))


def refreshed_words(runtime: Runtime, report: Refreshed) -> str:
    """Return what a refresh did, in a line."""
    if not report.rows:
        return say(N_("The profiles are up to date."))
    took = runtime.formats.span(report.seconds)
    if report.is_everything:
        return say(N_("The profiles of all {count} people were worked out in {time}.")).format(
            count=runtime.formats.number(report.rows["facts"]), time=took
        )
    return say(N_("The profiles of {count} people were worked out in {time}.")).format(
        count=runtime.formats.number(report.rows["facts"]), time=took
    )


def refresh_after_sync(runtime: Runtime) -> Failure | None:
    """Bring the profiles up to date, told on a terminal; return a failure, which must not hide the sync's result."""
    from sapa.cli.bars import progress
    from sapa.refresh import refresh

    try:
        report = refresh(runtime.engine, runtime.settings, utc_now(), progress=progress(runtime.formats))
    except AlreadyRunning as error:
        click.echo(error.lines(say)[0], err=True)
        return None
    except SapaError as error:
        return failure_of(error, debug=runtime.debug)
    if report.rows and sys.stderr.isatty():
        click.echo(refreshed_words(runtime, report), err=True)
    return None
