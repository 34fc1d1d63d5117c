"""``sapa doctor``: self-tests with remedies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from crm.i18n import N_
from sapa.cli.options import json_option, source_option
from sapa.cli.tables import show_json
from sapa.cli.translated import TranslatedCommand, say
from sapa.runtime import Runtime

if TYPE_CHECKING:
    from connector.steps import Step

MARKS = {"ok": (N_("ok"), "green"), "warning": (N_("look"), "yellow"), "failed": (N_("fail"), "red")}


@click.command(
    cls=TranslatedCommand,
    help=N_(
        "Test everything Sapa rests on: configuration, CRM database, every source, the worker. "
        "Each test says what it found and, where something is wrong, what to do. Exit code 1 when a test fails."
    ),
    example="sapa doctor\nsapa doctor --json\nsapa doctor --grants | mysql --user=root --force",
)
@json_option
@click.option(
    "--grants",
    is_flag=True,
    help=N_("Print the GRANT statements that give a source's account what Sapa needs, and no more."),
)
@source_option
@click.pass_context
def doctor(context: click.Context, as_json: bool, grants: bool, names: tuple[str, ...]) -> None:
    """Run the self-tests, or print the grants."""
    runtime = context.ensure_object(Runtime)
    if grants:
        _print_grants(runtime, names)
        return
    from sapa.doctor import examine

    if names:
        runtime.sources(names)  # a name that is none is an error
    steps = []
    for step in examine(runtime.path, names):
        steps.append(step)
        if not as_json:
            show_step(runtime.language, step)
    passed = all(step.status != "failed" for step in steps)
    if as_json:
        show_json({"ok": passed, "steps": [_document(step) for step in steps]})
    context.exit(0 if passed else 1)


def show_step(language: str, step: Step) -> None:
    """Print what a step found, how long it took and, below, the remedy."""
    from crm.formats import Formats

    formats = Formats(language, "UTC")
    values = {name: formats.number(value) if isinstance(value, int) else value for name, value in step.values.items()}
    word, colour = MARKS[step.status]
    mark = click.style(f"{say(word):<7}", fg=colour, bold=True)
    took = click.style(f"({formats.number(round(step.seconds * 1000))} ms)", dim=True)
    click.echo(f"{mark} {step.name:<16} {say(step.message).format(**values)} {took}")
    if step.hint:
        click.echo(f"{'':<24} {say(step.hint).format(**values)}")


def _document(step: Step) -> dict[str, Any]:
    message, hint = (say(text).format(**step.values) for text in (step.message, step.hint))
    return {
        "name": step.name,
        "status": step.status,
        "message": message,
        "hint": hint,
        "seconds": round(step.seconds, 3),
    }


def _print_grants(runtime: Runtime, names: tuple[str, ...]) -> None:
    from connector.grants import doubtful, grants

    for source in runtime.sources(names):
        for statement in grants(source):
            click.echo(statement)
        tables = ", ".join(doubtful(source))
        if tables:
            text = say(N_("Older versions of SLiMS have no {tables}: if the server says so, all is well."))
            click.echo(text.format(tables=tables), err=True)
