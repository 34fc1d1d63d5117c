"""``sapa init``: the first configuration."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import click

from crm.errors import ConfigError
from crm.i18n import N_, translator
from crm.settings import ProfileSettings
from sapa import keys
from sapa.cli.options import Checked
from sapa.cli.translated import TranslatedCommand, say
from sapa.runtime import Runtime
from sapa.settings import ServeSettings


def crm_url(value: object) -> str:
    """Return the URL of a CRM database."""
    return keys.database_url(value, Path.cwd())


def any_text(value: object) -> object:
    """Return a text that may be empty."""
    return value


@dataclass(frozen=True)
class Question:
    """What has to be known, as an option and as a question; one without ``ask`` is an option only."""

    option: str
    text: str
    default: str
    read: keys.Reader
    ask: bool = True
    hidden: bool = False

    @property
    def name(self) -> str:
        """The name of the option's parameter."""
        return self.option.lstrip("-").replace("-", "_")


NAME = Question("--name", N_("Name of the library"), "Perpustakaan", keys.text)
LANGUAGE = Question("--language", N_("Language of pages and messages: id or en"), "id", keys.language)
TIMEZONE = Question("--timezone", N_("Time zone"), "Asia/Jakarta", keys.time_zone)
COUNTRY = Question("--country", N_("Country, two capital letters"), "ID", keys.country, ask=False)
CRM_URL = Question("--crm-url", N_("Database of Sapa itself"), "sqlite:///sapa.db", crm_url)
SOURCE_NAME = Question("--source-name", N_("Name of the ILS in commands"), "main", keys.source_name, ask=False)
EVERY = Question("--every", N_("Pause between two syncs"), "5 minutes", keys.duration, ask=False)
SOURCE_URL = Question(
    "--source-url", N_("URL of the SLiMS database, instead of its five parts"), "", crm_url, ask=False
)
HOST = Question("--ils-host", N_("Server of the SLiMS database"), "127.0.0.1", keys.text)
PORT = Question("--ils-port", N_("Port of that server"), "3306", keys.port)
DATABASE = Question("--ils-database", N_("Name of the SLiMS database"), "slims", keys.text)
USER = Question("--ils-user", N_("Account that may read it"), "sapa", keys.text)
PASSWORD = Question("--ils-password", N_("Password of that account"), "", any_text, hidden=True)
QUESTIONS = (
    NAME, LANGUAGE, TIMEZONE, COUNTRY, CRM_URL, SOURCE_NAME, EVERY, SOURCE_URL, HOST, PORT, DATABASE, USER, PASSWORD,
)  # fmt: skip


def with_options(command: Any) -> Any:
    """Give the command an option for every question."""
    return reduce(
        lambda made, question: click.option(
            question.option,
            metavar=question.name.rpartition("_")[2].upper(),
            type=Checked(question.read),
            help=question.text,
        )(made),
        reversed(QUESTIONS),
        command,
    )


class Answers:
    """Takes what was given as an option, asks for the rest, and takes the default where it may not ask."""

    def __init__(self, given: dict[str, Any], *, quiet: bool) -> None:
        """Start with the options."""
        self.given = given
        self.quiet = quiet
        self.was_asked = False

    def to(self, question: Question) -> Any:
        """Return the answer to a question."""
        given = self.given[question.name]
        if given is not None:
            return given
        if self.quiet or not question.ask:
            return question.default
        self.was_asked = True
        return ask(question)


def ask(question: Question) -> Any:
    """Ask a person; input that has ended is an error of its own, not an interruption."""
    try:
        return click.prompt(
            say(question.text), question.default, hide_input=question.hidden, show_default=not question.hidden,
            type=Checked(question.read), err=True,
        )  # fmt: skip
    except click.Abort:
        if sys.stdin.isatty():
            raise
        raise ConfigError(
            N_("There is nobody to answer: {question}?"),
            N_("Give every value as an option (`sapa init --help`), or --yes to take the defaults."),
            question=question.option,
        ) from None


@click.command(
    cls=TranslatedCommand,
    help=N_(
        "Write a first configuration. Asks for what is not given as an option, writes the file with fresh secrets so "
        "that only you can read it, and offers to try the connection to the ILS."
    ),
    example=(
        "sapa init\n"
        'sapa init --yes --name "Perpustakaan Daerah" --source-url mysql+pymysql://sapa:secret@127.0.0.1/slims'
    ),
)
@with_options
@click.option("--yes", is_flag=True, help=N_("Ask nothing: what is not given as an option takes its default."))
@click.option("--force", is_flag=True, help=N_("Replace a configuration that exists."))
@click.option("--test/--no-test", default=None, help=N_("Try the connection to the ILS, or do not."))
@click.pass_obj
def init(runtime: Runtime, /, yes: bool, force: bool, test: bool | None, **given: Any) -> None:
    """Ask, write, try, and say what comes next."""
    from sapa import new_config

    new_config.refuse_existing(runtime.path, force=force)
    answers = Answers(given, quiet=yes)
    values = _values(answers)
    new_config.write(runtime.path, new_config.render(values, translator(str(values["library"]["language"]))))
    click.echo(say(N_("{file} was written; only you can read it.")).format(file=runtime.path), err=True)
    if test is None:
        test = answers.was_asked and agrees(N_("Try the connection to the ILS now?"))
    if test and _lacks_rights(runtime):
        click.echo(say(N_("That is to be expected: the account has not been given its rights yet.")), err=True)
    click.echo(say(NEXT), err=True)


NEXT = N_(
    "Next: `sapa doctor --grants` prints the rights to give to the account, `sapa doctor` checks everything, "
    "`sapa sync` makes the copy, `sapa staff add NAME --role admin` makes the first account for the pages."
)


def _values(answers: Answers) -> dict[str, dict[str, object]]:
    from sapa.new_config import mysql_url, new_secret

    library = {question.name: answers.to(question) for question in (NAME, LANGUAGE, TIMEZONE, COUNTRY)}
    crm = {"database_url": answers.to(CRM_URL), "secret_key": new_secret()}
    source_url = answers.to(SOURCE_URL) or mysql_url(
        host=answers.to(HOST),
        port=int(answers.to(PORT)),
        database=answers.to(DATABASE),
        user=answers.to(USER),
        password=answers.to(PASSWORD),
    )
    source = {
        "name": answers.to(SOURCE_NAME),
        "ils": "slims",
        "database_url": source_url,
        "timezone": library["timezone"],
        "every": answers.to(EVERY),
        "fast": False,
    }
    usual = {"serve": asdict(ServeSettings()), **asdict(ProfileSettings())}
    return {"library": {**library, "public_url": ""}, "crm": crm, "sources": source, **usual}


def agrees(question: str) -> bool:
    """Ask for a yes or no in either language; Enter is a yes."""
    answer = click.prompt(f"{say(question)} [{say(N_('Y/n'))}]", "", show_default=False, err=True)
    return str(answer).strip().casefold() in ("", "y", "yes", "ya")


def _lacks_rights(runtime: Runtime) -> bool:
    """Try the connection and show the steps; tell whether one failed that granting the rights would mend."""
    from connector.doctor import examine_source
    from sapa.cli.doctor import show_step

    lacks_rights = False
    for source in runtime.sources():
        for step in examine_source(source):
            show_step(runtime.language, step)
            lacks_rights |= step.status == "failed" and "rights that `sapa doctor --grants`" in step.hint
    return lacks_rights
