"""``sapa db``: the schema of the CRM database."""

from __future__ import annotations

import click

from crm.errors import CrmSchemaMismatch
from crm.i18n import N_
from sapa.cli.failures import NEEDS_A_LOOK
from sapa.cli.translated import TranslatedGroup, say
from sapa.runtime import Runtime


@click.group(
    cls=TranslatedGroup, help=N_("Look after the schema of the CRM database."), example="sapa db upgrade\nsapa db check"
)
def db() -> None:
    """Group the commands about the schema."""


@db.command(
    "upgrade",
    help=N_("Bring the CRM database to the version this Sapa needs. Make a backup first."),
    example="sapa db upgrade",
)
@click.pass_obj
def run_upgrade(runtime: Runtime) -> None:
    """Run the migrations that are missing."""
    from crm.database import revision, upgrade

    before = revision(runtime.bare_engine)
    upgrade(runtime.bare_engine)
    after = revision(runtime.bare_engine)
    if before == after:
        text = say(N_("The CRM database is up to date (revision {after})."))
    elif before is None:
        text = say(N_("The CRM database was created (revision {after})."))
    else:
        text = say(N_("The CRM database was brought from revision {before} to {after}."))
    click.echo(text.format(before=before, after=after))


@db.command(
    "check",
    help=N_("Compare the tables of the CRM database with those this Sapa expects; exit code 3 when they differ."),
    example="sapa db check",
)
@click.pass_context
def run_check(context: click.Context) -> None:
    """List every difference between the database and the code."""
    from crm.database import check, refuse_foreign, revision

    runtime = context.ensure_object(Runtime)
    refuse_foreign(runtime.bare_engine)
    if revision(runtime.bare_engine) is None:
        raise CrmSchemaMismatch(N_("The CRM database has no tables yet."), N_("Run `sapa db upgrade` to create them."))
    differences = check(runtime.engine)
    for difference in differences:
        click.echo(difference.said(say))
    if differences:
        click.echo(say(N_("Undo what was changed by hand, or restore a backup.")))
        context.exit(NEEDS_A_LOOK)
    click.echo(say(N_("The CRM database has exactly the tables this Sapa expects.")))
