"""``sapa interests``: what readers care for, and which titles no topic takes."""

from __future__ import annotations

from dataclasses import asdict

import click

from crm.i18n import N_
from sapa.cli.options import json_option
from sapa.cli.tables import show_json, table, visible
from sapa.cli.translated import TranslatedGroup, say
from sapa.runtime import Runtime

FIELD_WORDS = {"class": N_("class"), "subject": N_("subject")}


@click.group(
    cls=TranslatedGroup,
    help=N_("Show what readers care for, and which titles have no topic yet."),
    example="sapa interests topics\nsapa interests unmapped",
)
def interests() -> None:
    """Group the commands about interests."""


@interests.command(
    "topics",
    help=N_("List the topics of the collection: titles, readers, and the share in what all readers care for."),
    example="sapa interests topics\nsapa interests topics --json",
)
@json_option
@click.pass_obj
def run_topics(runtime: Runtime, as_json: bool) -> None:
    """List the topics in use."""
    from crm.database import reading
    from crm.interests.coverage import topic_counts

    with reading(runtime.engine) as connection:
        found = topic_counts(connection)
    if as_json:
        show_json({"topics": [asdict(each) for each in found]})
        return
    if not found:
        click.echo(say(N_("No title has a topic yet.")))
        return
    number, language = runtime.formats.number, runtime.language
    rows = [
        [visible(each.name(language)), number(each.titles), number(each.readers), f"{each.share:.1%}"] for each in found
    ]
    click.echo(table([say(N_("topic")), say(N_("titles")), say(N_("readers")), say(N_("share"))], rows))


@interests.command(
    "unmapped",
    help=N_("Tell how many titles and loans have no topic, and list the commonest classes and subjects among them."),
    example="sapa interests unmapped\nsapa interests unmapped --json",
)
@json_option
@click.pass_obj
def run_unmapped(runtime: Runtime, as_json: bool) -> None:
    """Show what is left over."""
    from crm.database import reading
    from crm.interests.coverage import coverage, leftovers

    with reading(runtime.engine) as connection:
        counted, left = coverage(connection), leftovers(connection)
    if as_json:
        show_json({"coverage": asdict(counted) if counted else None, "leftovers": [asdict(each) for each in left]})
        return
    if counted is None:
        click.echo(say(N_("No title has a topic yet.")))
        return
    number = runtime.formats.number
    texts = (
        (N_("{part} of {all} titles have no topic; {division} have only their division."), "titles"),
        (N_("{part} of {all} loans have no topic; {division} have only their division."), "loans"),
    )
    values = asdict(counted)
    for text, name in texts:
        parts = {"all": name, "part": f"{name}_unmapped", "division": f"{name}_by_division"}
        click.echo(say(text).format(**{word: number(values[key]) for word, key in parts.items()}))
    if left:
        rows = [[f"{say(FIELD_WORDS[each.field])} {visible(each.value)}", number(each.titles)] for each in left]
        click.echo(table([say(N_("left over")), say(N_("titles"))], rows))
