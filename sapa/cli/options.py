"""Options that several commands share."""

from __future__ import annotations

import click

from crm.i18n import N_

source_option = click.option(
    "--source",
    "names",
    multiple=True,
    metavar="NAME",
    help=N_("Only the source of this name (may be repeated). Without it: every source of the configuration."),
)

json_option = click.option("--json", "as_json", is_flag=True, help=N_("Print one JSON document instead of tables."))
