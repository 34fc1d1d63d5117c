"""The ``sapa`` command: a root group and one file per noun."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from crm.i18n import N_
from sapa import VERSION, config, logs
from sapa.cli.db import db
from sapa.cli.demo import demo
from sapa.cli.doctor import doctor
from sapa.cli.failures import OrderlyGroup
from sapa.cli.init import init
from sapa.cli.interests import interests
from sapa.cli.profiles import profiles
from sapa.cli.segment import segment
from sapa.cli.serve import serve
from sapa.cli.staff import staff
from sapa.cli.status import status
from sapa.cli.sync import sync
from sapa.cli.translated import TranslatedGroup
from sapa.cli.verify import verify
from sapa.cli.work import work
from sapa.runtime import Runtime


class RootGroup(OrderlyGroup, TranslatedGroup):
    """The whole command; it settles the language before a word is said."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command as a program."""
        config.speak(config.guess_language(config.find()))
        return super().main(*args, **kwargs)


def _choose_config(_context: click.Context, _parameter: click.Parameter, value: Path | None) -> Path:
    path = config.find(value)
    config.speak(config.guess_language(path))
    return path


@click.group(
    cls=RootGroup,
    name="sapa",
    help=N_("Copy a library's ILS into a CRM, prove the copy, and look after the library's readers."),
    example="sapa demo\nsapa init\nsapa sync",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    is_eager=True,
    callback=_choose_config,
    help=N_("The configuration file. Without it: the one in SAPA_CONFIG, else config.toml in this folder."),
)
@click.option("--debug", is_flag=True, help=N_("Show the traceback of an error."))
@click.version_option(VERSION, prog_name="Sapa", message="%(prog)s %(version)s", help=N_("Show the version and exit."))
@click.pass_context
def root(context: click.Context, path: Path, debug: bool) -> None:
    """Prepare what the commands share."""
    if context.obj is None:
        context.obj = Runtime(path, debug=debug)
        context.call_on_close(context.obj.close)
    if not debug:
        logs.spare_the_reader()


for command in (demo, init, doctor, db, sync, verify, status, profiles, segment, interests, serve, work, staff):
    root.add_command(command)


def main() -> None:
    """Run ``sapa`` as a program."""
    root(prog_name="sapa")
