"""Tables and JSON on stdout."""

from __future__ import annotations

import codecs
import json
import sys
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from crm.i18n import N_
from crm.words import ENTITY_WORDS
from sapa.cli.translated import say

if TYPE_CHECKING:
    from crm.formats import Formats

GAP = "  "
NONE = "-"
UNSEEN = {"Cc", "Cs", "Zl", "Zp"}  # controls, halves of characters, separators of lines
TURNS = {"LRE", "LRO", "RLE", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}  # marks that turn the direction of writing


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return aligned lines: the first column to the left, the others, being numbers, to the right."""
    lines = [header, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    return "\n".join(_line(cells, widths) for cells in lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cells[0].ljust(widths[0]),
        *(cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)),
    ]
    return f"  {GAP.join(padded)}".rstrip()


def visible(text: str) -> str:
    r"""Return a text of the ILS as a terminal may show it: controls as ``\x1b`` or ``\n``, a blank one in quotes."""
    shown = "".join(map(_visible, text))
    return shown if text.strip() else f'"{shown}"'


def _visible(character: str) -> str:
    if unicodedata.category(character) in UNSEEN or unicodedata.bidirectional(character) in TURNS:
        return character.encode("unicode_escape").decode("ascii")
    return character


def entity_table(
    formats: Formats, first: str, columns: dict[str, str], entities: dict[str, dict[str, Any]]
) -> str:  # fmt: skip
    """Return a table with a row per entity and a column per count; ``columns`` maps a count's name to its heading."""
    rows = [
        [say(ENTITY_WORDS[entity]), *(formats.number(counts[name]) if counts.get(name) else NONE for name in columns)]
        for entity, counts in entities.items()
    ]
    return table([say(first), *(say(heading) for heading in columns.values())], rows)


def heading(name: str, *facts: str) -> None:
    """Print the line above a source's table."""
    click.echo(" · ".join([name, *(fact for fact in facts if fact)]))


def as_of_words(formats: Formats, value: str | datetime | None) -> str:
    """Return how current a copy is; before the first copy is done, that it is not."""
    if value is None:
        return say(N_("first copy not finished"))
    moment = naive_utc(value) if isinstance(value, str) else value
    return say(N_("data as of {moment}")).format(moment=formats.moment(moment))


def naive_utc(text: str) -> datetime:
    """Return an ISO 8601 time as naive UTC."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def show_json(document: dict[str, Any]) -> None:
    """Print one JSON document; times are ISO 8601 in UTC."""
    can_say_all = codecs.lookup(sys.stdout.encoding or "ascii").name == "utf-8"  # a pipe on Windows often cannot
    click.echo(json.dumps(document, ensure_ascii=not can_say_all, indent=2, default=_json_value))


def _json_value(value: object) -> str:
    return iso(value) if isinstance(value, datetime) else str(value)


def iso(value: datetime) -> str:
    """Return a naive UTC time as ISO 8601 with its zone."""
    return value.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")
