"""Options that several commands share."""

from __future__ import annotations

from typing import Any

import click

from crm.i18n import N_
from sapa import keys
from sapa.cli.translated import say


class Checked(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A value that has to pass a reader of the configuration."""

    name = "text"

    def __init__(self, read: keys.Reader) -> None:
        """Check with ``read``."""
        self.read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> object:
        """Return the value; what is allowed is said if it does not pass."""
        try:
            self.read(value)
        except keys.BadValueError as bad:
            self.fail(say(bad.hint).format(**bad.values), param, ctx)
        return value


class Port(click.IntRange):
    """A TCP port; 0 stands for one that is free."""

    def __init__(self) -> None:
        """Allow every port."""
        super().__init__(0, keys.LARGEST_PORT)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number; what is none is told in the language of the command line."""
        self.name = say(N_("whole number"))
        return super().convert(value, param, ctx)


source_option = click.option(
    "--source",
    "names",
    multiple=True,
    metavar="NAME",
    help=N_("Only the source of this name (may be repeated). Without it: every source of the configuration."),
)

json_option = click.option("--json", "as_json", is_flag=True, help=N_("Print one JSON document instead of tables."))
