"""``sapa serve``: the pages."""

from __future__ import annotations

from dataclasses import replace

import click

from crm.i18n import N_
from sapa import keys
from sapa.cli.options import Checked, Port
from sapa.cli.translated import TranslatedCommand, say
from sapa.runtime import Runtime
from sapa.settings import ServeSettings


@click.command(
    cls=TranslatedCommand,
    help=N_(
        "Show the pages in the browser, and do the scheduled work beside them. Ends in good order at Ctrl-C or SIGTERM."
    ),
    example="sapa serve\nsapa serve --port 8080 --no-work",
)
@click.option(
    "--host",
    metavar="HOST",
    type=Checked(keys.host),
    help=N_("Where to answer, instead of the configuration's serve.host."),
)
@click.option(
    "--port", metavar="PORT", type=Port(), help=N_("The port, instead of the configuration's; 0 takes a free one.")
)
@click.option("--work/--no-work", default=None, help=N_("Do the scheduled work too, or leave it to `sapa work`."))
@click.pass_obj
def serve(runtime: Runtime, host: str | None, port: int | None, work: bool | None) -> None:
    """Serve the pages until a signal comes."""
    from sapa import logs, server

    configured = runtime.settings.serve
    chosen = ServeSettings(
        host=configured.host if host is None else host,
        port=configured.port if port is None else port,
        work=configured.work if work is None else work,
    )
    logs.to_stderr(debug=runtime.debug)
    server.serve(runtime.engine, replace(runtime.settings, serve=chosen), announce)
    click.echo(say(N_("Stopped.")), err=True)


def announce(address: str) -> None:
    """Tell where the pages are."""
    click.echo(say(N_("Sapa answers at {address} (Ctrl-C ends it).")).format(address=address), err=True)
