"""Shows previews and explanations of segments on a terminal."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from crm.errors import SapaError
from crm.i18n import N_
from crm.segments import records, service
from crm.segments.catalogue import FACTS
from crm.segments.explanation import Finding, explain
from crm.segments.vocabulary import FIXED
from crm.segments.words import Speaker, rule_in_words
from sapa.cli.tables import NONE, visible
from sapa.cli.translated import say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from crm.segments.preview import Preview
    from sapa.runtime import Runtime


def show_preview(runtime: Runtime, found: Preview, asked: service.Asked) -> None:
    """Print how many there are, how they can be reached, and ten of them."""
    number = runtime.formats.number
    click.echo(visible(rule_in_words(asked.rule, asked.question.names, runtime.formats)))
    text = say(N_("{count} readers · {whatsapp} WhatsApp · {email} mail · {unreachable} unreachable"))
    click.echo(f"  {text.format(count=number(found.count), **{way: number(n) for way, n in found.split.items()})}")
    for each in found.sample:
        click.echo(f"    {visible(each.name or NONE)}")
    for path in found.emptied_by:
        click.echo(f"  {say(N_('This leaves nobody: {path}')).format(path=path or say(N_('the whole rule')))}")


def show_why(runtime: Runtime, connection: Connection, asked: service.Asked, key: str) -> None:
    """Print every condition with what is the case for one patron."""
    found = service.person_of(connection, key)
    reader = records.reader(connection, found, asked.question) if found else None
    if reader is None:
        raise SapaError(N_("There is no patron with the key {key}, or his profile is not worked out yet."),
                        N_("Run `sapa sync`, which also works out the profiles."), key=key)  # fmt: skip
    told = explain(reader, asked.rule, asked.question)
    click.echo(say(N_("belongs to it")) if told.belongs else say(N_("does not belong to it")))
    if told.hidden:
        click.echo(
            f"  {say(N_('The rule does not look at people like this one: gone, deceased, merged or a contact.'))}"
        )
    speaker = Speaker(asked.question.names, runtime.formats)
    for finding in told.findings:
        mark = "✓" if finding.holds else "✗"
        line = f"{mark} {speaker.clause(finding.condition)}"
        click.echo(f"  {visible(line)} ({say(N_('actually'))}: {visible(_actual(speaker, finding))})")
    if told.lacking and not told.hidden:
        click.echo(say(N_("It would take a change of:")))
        for finding in told.lacking:
            click.echo(f"  {visible(speaker.clause(finding.condition))}")


def _actual(speaker: Speaker, finding: Finding) -> str:
    """Return what is the case as a person reads it."""
    return _told(speaker, finding, finding.actual)


def _told(speaker: Speaker, finding: Finding, value: Any) -> str:
    if value is None or value == []:
        return NONE
    if isinstance(value, bool):
        return say(N_("yes")) if value else say(N_("no"))
    if isinstance(value, date):
        return speaker.date(value)
    if isinstance(value, list):
        return ", ".join(_told(speaker, finding, each) for each in value)
    if isinstance(value, str):
        vocabulary = _vocabulary(finding)
        return speaker.names.label(vocabulary, value, speaker.formats.language, speaker.translate)
    return speaker.number(FACTS[finding.condition.fact], float(value))


def _vocabulary(finding: Finding) -> str:
    name = finding.condition.fact
    known = {"permission": "answer", "reach": "channel", "declared": "wish"}
    return known.get(name, name if name in FIXED or name in ("category", "branch", "group", "segment") else "")
