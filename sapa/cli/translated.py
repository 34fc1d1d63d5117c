"""Commands whose help is translated when it is shown, each with an example."""

from __future__ import annotations

import copy
import gettext
from typing import Any

import click

from crm.i18n import N_

CLICK_WORDS = (
    N_("(default: {default})"),
    N_("Aborted!"),
    N_("Choose from:\n\t{choices}"),
    N_("Commands"),
    N_("Error: invalid input"),
    N_("Error: The two entered values do not match."),
    N_("Error: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Invalid value: {message}"),
    N_("Missing argument"),
    N_("Missing command."),
    N_("Missing option"),
    N_("Missing parameter"),
    N_("No such command {name!r}."),
    N_("No such option {name!r}."),
    N_("Option {name!r} does not take a value."),
    N_("Options"),
    N_("Positional arguments"),
    N_("Repeat for confirmation"),
    N_("Show the version and exit."),
    N_("Show this message and exit."),
    N_("Try '{command} {option}' for help."),
    N_("Usage:"),
    N_("default: {default}"),
    N_("env var: {var}"),
    N_("{name} {filename!r} does not exist."),
    N_("{name} {filename!r} is a directory."),
    N_("{name} {filename!r} is a file."),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("[OPTIONS]"),
    N_("COMMAND [ARGS]..."),
    N_("directory"),
    N_("file"),
    N_("path"),
    N_("required"),
    gettext.ngettext("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})", 1),
    gettext.ngettext("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", 1),
    gettext.ngettext("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", 1),
)
"""What click itself says; it asks the same catalogue through gettext, see ``sapa.config.speak``."""


def say(text: str | None) -> str:
    """Return ``text`` in the language of the command line."""
    return gettext.gettext(text) if text else ""


class TranslatedCommand(click.Command):
    """A command that takes ``help`` in English and ``example`` as lines to type."""

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        """Keep the example; everything else is click's."""
        super().__init__(*args, **kwargs)
        self.example = example

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the pieces of the usage line, translated."""
        return [say(piece) for piece in super().collect_usage_pieces(ctx)]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return click's --help with a text that is translated when shown."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Show this message and exit."
        return option

    def format_help_text(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the translated help."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say(self.help))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options with their translated help."""
        shown = [_translated(parameter) for parameter in self.get_params(ctx)]
        records = [record for parameter in shown if (record := parameter.get_help_record(ctx))]
        with formatter.section(say("Options")):
            formatter.write_dl(records)

    def format_epilog(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example."""
        with formatter.section(say(N_("Example"))):
            for line in self.example.splitlines():
                formatter.write(f"{'':>{formatter.current_indent}}{line}\n")

    def get_short_help_str(self, _limit: int = 45) -> str:
        """Return the first sentence of the translated help, whole."""
        return say(self.help).partition(". ")[0].removesuffix(".") + "."


class TranslatedGroup(TranslatedCommand, click.Group):
    """A group of translated commands, listed in the order in which they were added."""

    command_class = TranslatedCommand
    group_class = type

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the commands as they were added."""
        return list(self.commands)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write options, then commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


def _translated(parameter: click.Parameter) -> click.Parameter:
    twin = copy.copy(parameter)
    if isinstance(twin, click.Option):
        twin.help = say(twin.help)
    return twin
