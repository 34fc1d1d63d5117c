"""``sapa work``: the worker."""

from __future__ import annotations

import threading

import click

from crm.i18n import N_
from sapa.cli.translated import TranslatedCommand, say
from sapa.runtime import Runtime


@click.command(
    cls=TranslatedCommand,
    help=N_(
        "Do the scheduled work: sync every source as often as the configuration says. "
        "Needed only where `sapa serve` runs with --no-work. Ends in good order at Ctrl-C or SIGTERM."
    ),
    example="sapa work\nsapa --config /etc/sapa/config.toml work",
)
@click.pass_obj
def work(runtime: Runtime) -> None:
    """Work until a signal comes."""
    from sapa import jobs, logs, server

    runtime.sources()
    engine = runtime.engine
    logs.to_stderr(debug=runtime.debug)
    stop = threading.Event()
    click.echo(say(N_("Sapa works on schedule (Ctrl-C ends it).")), err=True)
    with server.stopping(stop):
        jobs.work(engine, runtime.settings, stop)
    click.echo(say(N_("Stopped.")), err=True)
