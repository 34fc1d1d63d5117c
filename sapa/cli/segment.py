"""``sapa segment``: groups of readers by rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crm.clock import utc_now
from crm.errors import SapaError
from crm.i18n import N_
from sapa.cli.options import json_option
from sapa.cli.tables import NONE, show_json, table, visible
from sapa.cli.translated import TranslatedGroup, say
from sapa.runtime import Runtime

if TYPE_CHECKING:
    from crm.segments.service import Day
    from crm.segments.store import Segment

BAD_JSON_HINT = N_("docs/segments.md shows what a rule looks like.")

rule_option = click.option(
    "--rule",
    "path",
    type=click.Path(path_type=Path, allow_dash=True),
    help=N_("The file with the rule, in JSON; - for standard input."),
)


@click.group(
    cls=TranslatedGroup,
    help=N_("Find readers by rules, and look after the segments they make."),
    example="sapa segment list\nsapa segment preview --rule women.json\nsapa segment export lapsing > lapsing.csv",
)
def segment() -> None:
    """Group the commands about segments."""


@segment.command(
    "list",
    help=N_("List the segments: short name, members when last counted, name."),
    example="sapa segment list\nsapa segment list --json",
)
@json_option
@click.pass_obj
def run_list(runtime: Runtime, as_json: bool) -> None:
    """List what is saved."""
    from crm.database import reading
    from crm.segments import service, store
    from crm.segments.shipped import shown

    service.ensure_shipped(runtime.engine, utc_now())
    with reading(runtime.engine) as connection:
        found = store.segments(connection)
    if as_json:
        show_json({"segments": [_document(each) for each in found]})
        return
    rows = [
        [
            each.slug,
            runtime.formats.number(each.members) if each.counted_at else NONE,
            _moment(runtime, each.counted_at),
        ]
        for each in found
    ]
    names = [f"  {visible(shown(each.name, say))}" for each in found]
    header, *lines = table([say(N_("segment")), say(N_("members")), say(N_("counted"))], rows).splitlines()
    click.echo("\n".join([header, *(line + name for line, name in zip(lines, names, strict=True))]))


@segment.command(
    "show",
    help=N_("Show one segment: its rule as a sentence and in JSON, its members and who came and went last."),
    example="sapa segment show lapsing\nsapa segment show lapsing --json",
)
@click.argument("slug")
@json_option
@click.pass_obj
def run_show(runtime: Runtime, slug: str, as_json: bool) -> None:
    """Show what is known of one segment."""
    from crm.database import reading
    from crm.segments import service, store
    from crm.segments.reading import read_rule
    from crm.segments.shipped import shown
    from crm.segments.words import rule_in_words

    service.ensure_shipped(runtime.engine, utc_now())
    with reading(runtime.engine) as connection:
        found = service.get(connection, slug)
        names = store.names(connection)
        changes = store.changes(connection, found.id, limit=10)
    sentence = rule_in_words(read_rule(found.document), names, runtime.formats)
    if as_json:
        show_json(_document(found) | {"rule": found.document, "words": sentence})
        return
    click.echo(f"{visible(shown(found.name, say))} ({found.slug})")
    for text in filter(None, (shown(found.about, say), sentence)):
        click.echo(f"  {visible(text)}")
    members = runtime.formats.number(found.members)
    text = say(N_("{members} members, counted {moment}")) if found.counted_at else say(N_("not counted yet"))
    click.echo(f"  {text.format(members=members, moment=_moment(runtime, found.counted_at))}")
    click.echo(json.dumps(found.document, ensure_ascii=False, indent=2))
    for change in changes:
        what = say(N_("entered")) if change.what == "entered" else say(N_("left"))
        click.echo(f"  {_moment(runtime, change.at)}  {what}: {visible(change.name or NONE)}")


@segment.command(
    "preview",
    help=N_("Count whom a rule or a saved segment means now, and how they can be reached. Nothing is saved."),
    example="sapa segment preview --rule young-women.json\nsapa segment preview lapsing --json\n"
    "sapa segment preview lapsing --why 2026-0001",
)
@click.argument("slug", required=False)
@rule_option
@click.option("--why", "key", metavar="KEY", help=N_("Explain the patron with this key: what holds, what is lacking."))
@json_option
@click.pass_obj
def run_preview(runtime: Runtime, slug: str | None, path: Path | None, key: str | None, as_json: bool) -> None:
    """Count without saving."""
    from crm.database import reading
    from crm.segments import preview, service

    if (slug is None) == (path is None):
        raise click.UsageError(say(N_("Name either a segment or a file with --rule.")))
    if slug is not None:
        service.ensure_shipped(runtime.engine, utc_now())
    with reading(runtime.engine) as connection:
        document = read_json(path) if path else service.get(connection, str(slug)).document
        asked = service.ask(connection, document, today(runtime))
        if key is not None:
            from sapa.cli.segment_words import show_why

            show_why(runtime, connection, asked, key)
        elif as_json:
            keys = preview.patron_keys(connection, asked.rule, asked.question)
            found = preview.count(connection, asked.rule, asked.question)
            show_json({"count": found, "keys": keys})
        else:
            from sapa.cli.segment_words import show_preview

            show_preview(runtime, preview.preview(connection, asked.rule, asked.question), asked)


@segment.command(
    "members",
    help=N_("List who belonged to a segment when it was last counted."),
    example="sapa segment members lapsing\nsapa segment members lapsing --json",
)
@click.argument("slug")
@json_option
@click.pass_obj
def run_members(runtime: Runtime, slug: str, as_json: bool) -> None:
    """List the members."""
    from crm.segments import service
    from crm.segments.vocabulary import STAGES

    found = service.read_members(runtime.engine, slug, "segment.members", service.Change(utc_now()))
    if as_json:
        people = [{"key": each.patron_key, "name": each.name, "stage": each.stage, "entered_at": each.entered_at}
                  for each in found]  # fmt: skip
        show_json({"segment": slug, "members": people})
        return
    for each in found:
        stage = say(STAGES.get(each.stage, each.stage))
        click.echo(f"  {visible(each.patron_key or NONE)}  {visible(each.name or NONE)}  ({stage})")


@segment.command(
    "export",
    help=N_("Write the members of a segment as CSV to standard output. The export is noted in the audit log."),
    example="sapa segment export lapsing > lapsing.csv",
)
@click.argument("slug")
@click.pass_obj
def run_export(runtime: Runtime, slug: str) -> None:
    """Export the members; no cell of theirs is a formula."""
    from crm import spreadsheet
    from crm.segments import service

    found = service.read_members(runtime.engine, slug, "segment.export", service.Change(utc_now()))
    header = [say(N_("key")), say(N_("name")), say(N_("stage")), say(N_("member since"))]
    rows = [(each.patron_key, each.name, each.stage, each.entered_at.date()) for each in found]
    for line in spreadsheet.lines(header, rows):
        click.echo(line.removesuffix("\r\n"))


@segment.command(
    "save",
    help=N_("Create a segment, or change it, and count it."),
    example='sapa segment save young-women --name "Young women" --rule young-women.json',
)
@click.argument("slug")
@click.option("--name", required=True, help=N_("What the segment is called on pages."))
@click.option("--about", help=N_("What it is for, in a sentence."))
@click.option(
    "--rule",
    "path",
    required=True,
    type=click.Path(path_type=Path, allow_dash=True),
    help=N_("The file with the rule, in JSON; - for standard input."),
)
@click.pass_obj
def run_save(runtime: Runtime, slug: str, name: str, about: str | None, path: Path) -> None:
    """Save and count."""
    from crm.scope import Scope
    from crm.segments import service

    day, now = today(runtime), utc_now()
    service.save(runtime.engine, slug, (name, about), read_json(path), day, service.Change(now))
    service.recount(runtime.engine, Scope(is_everything=True), day, now, [slug])
    click.echo(say(N_("Saved. Show it by: sapa segment show {slug}")).format(slug=slug))


@segment.command(
    "archive",
    help=N_("Take a segment out of use. It can be brought back by saving it anew."),
    example="sapa segment archive young-women",
)
@click.argument("slug")
@click.pass_obj
def run_archive(runtime: Runtime, slug: str) -> None:
    """Put away a segment."""
    from crm.segments import service

    service.archive(runtime.engine, slug, service.Change(utc_now()))
    click.echo(say(N_("The segment {slug} is no longer in use.")).format(slug=slug))


def today(runtime: Runtime) -> Day:
    """Return the library's day."""
    from crm.segments.question import Question
    from crm.segments.service import Day

    zone = runtime.settings.library.timezone
    now = utc_now()
    return Day(Question(now.date(), zone).local_day(now), zone)


def read_json(path: Path) -> Any:
    """Return the JSON document of a file, or of standard input."""
    try:
        with click.open_file(str(path), encoding="utf-8-sig") as file:
            return json.load(file)
    except json.JSONDecodeError as error:
        raise SapaError(
            N_("{file} is not JSON: line {line}, column {column}."), BAD_JSON_HINT,
            file=path, line=error.lineno, column=error.colno,
        ) from error  # fmt: skip
    except UnicodeDecodeError as error:
        raise SapaError(N_("{file} is not in UTF-8."), BAD_JSON_HINT, file=path) from error
    except OSError as error:
        raise SapaError(N_("{file} cannot be read."), BAD_JSON_HINT, file=path) from error


def _document(found: Segment) -> dict[str, Any]:
    return {
        "slug": found.slug,
        "name": found.name,
        "members": found.members if found.counted_at else None,
        "counted_at": found.counted_at,
        "is_shipped": found.is_shipped,
    }


def _moment(runtime: Runtime, at: Any) -> str:
    return runtime.formats.moment(at) if at else NONE
