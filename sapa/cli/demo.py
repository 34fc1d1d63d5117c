"""``sapa demo``: a whole invented library."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from crm.i18n import N_
from sapa.cli.options import Port
from sapa.cli.profiles import refresh_after_sync
from sapa.cli.sync import show_report
from sapa.cli.translated import TranslatedCommand, say
from sapa.runtime import Runtime
from sapa.settings import ServeSettings


@click.command(
    cls=TranslatedCommand,
    help=N_(
        "Invent a library and show it. Makes a SLiMS database with patrons, titles and three years of loans, copies it "
        "as it would copy yours, and shows the pages in the browser until stopped. Nothing in it is real."
    ),
    example="sapa demo\nsapa demo --dir practice --port 8080\nsapa demo --no-serve",
)
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help=N_("The folder to keep it in; delete it and it never was."),
)
@click.option(
    "--port",
    metavar="PORT",
    type=Port(),
    default=ServeSettings().port,
    show_default=True,
    help=N_("The port of the pages; 0 takes a free one."),
)
@click.option("--no-serve", is_flag=True, help=N_("Only make the library and its copy."))
@click.pass_context
def demo(context: click.Context, folder: Path, port: int, no_serve: bool) -> None:
    """Make the library, copy it, serve it."""
    from connector.sync import sync_source
    from crm.clock import utc_now
    from crm.formats import Formats
    from sapa import logs, server
    from sapa.cli.bars import progress
    from sapa.cli.serve import announce
    from sapa.demo import accounts
    from sapa.demo.crm_life import enliven
    from sapa.demo.folder import prepare

    given = context.ensure_object(Runtime)
    watcher = progress(Formats(given.language, "UTC"))
    # What SAPA_… variables say is meant for a real library, whose databases the demo must not touch.
    runtime = Runtime(prepare(folder, given.language, watcher), debug=given.debug, environ={})
    context.call_on_close(runtime.close)
    for source in runtime.sources():
        show_report(runtime, source.name, sync_source(runtime.engine, source, progress=watcher).as_json())
    _refresh(runtime)
    password = accounts.ensure(runtime.engine, runtime.settings.crm.secret_key)
    if enliven(runtime.engine, runtime.settings.library.timezone, utc_now()):
        _refresh(runtime)
    shown = password or say(N_("(the one you chose)"))
    invitation = say(N_("Sign in as {username} with the password {password}"))
    click.echo(invitation.format(username=accounts.USERNAME, password=shown), err=True)
    click.echo(say(N_("Try: sapa --config {path} status")).format(path=runtime.path), err=True)
    if not no_serve:
        logs.to_stderr(debug=given.debug)
        settings = replace(runtime.settings, serve=replace(runtime.settings.serve, port=port))
        server.serve(runtime.engine, settings, announce)
        click.echo(say(N_("Stopped.")), err=True)


def _refresh(runtime: Runtime) -> None:
    failure = refresh_after_sync(runtime)
    if failure is not None:
        raise failure
