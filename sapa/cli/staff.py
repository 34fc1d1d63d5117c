"""``sapa staff``: who may sign in to the pages."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from crm.i18n import N_
from crm.staff.roles import ROLE_WORDS, ROLES, VIEWER
from sapa.cli.options import json_option
from sapa.cli.tables import iso, show_json, table, visible
from sapa.cli.translated import TranslatedGroup, say
from sapa.runtime import Runtime

if TYPE_CHECKING:
    from crm.staff.service import Actor
    from crm.staff.store import Account

username_argument = click.argument("username", metavar="USERNAME")
role_option = click.option(
    "--role",
    type=click.Choice(ROLES),
    default=VIEWER,
    show_default=True,
    help=N_("What the person may do; the page of roles shows the matrix."),
)
stdin_option = click.option(
    "--password-stdin", "from_stdin", is_flag=True, help=N_("Read the password from the first line of stdin.")
)
generate_option = click.option(
    "--generate", is_flag=True, help=N_("Make a password and print it, instead of asking for one.")
)


@click.group(
    cls=TranslatedGroup,
    help=N_("Look after the accounts of the staff pages."),
    example="sapa staff add siti --role admin\nsapa staff list",
)
def staff() -> None:
    """Group the commands about accounts."""


@staff.command(
    "add",
    help=N_("Make an account. Asks for its password twice, unless it is generated or comes by stdin."),
    example='sapa staff add siti --role admin --name "Siti Aminah"\nsapa staff add budi --role desk --generate',
)
@username_argument
@role_option
@click.option("--name", default="", help=N_("The name that colleagues know."))
@stdin_option
@generate_option
@click.pass_obj
def run_add(runtime: Runtime, username: str, role: str, name: str, from_stdin: bool, generate: bool) -> None:
    """Make one account."""
    from crm.staff import service

    engine = runtime.engine
    password = choose_password(from_stdin=from_stdin, generate=generate)
    staff_id = service.add(engine, command_line(), username, role, password, name)
    kept = service.account_of(engine, staff_id).username
    click.echo(say(N_("The account {username} is made: {role}.")).format(username=kept, role=say(ROLE_WORDS[role])))
    show_generated(password, generate=generate)


@staff.command("list", help=N_("List the accounts."), example="sapa staff list\nsapa staff list --json")
@json_option
@click.pass_obj
def run_list(runtime: Runtime, as_json: bool) -> None:
    """List all accounts."""
    from crm.database import reading
    from crm.staff import store

    with reading(runtime.engine) as connection:
        accounts = store.accounts(connection)
    if as_json:
        show_json({"staff": [as_document(account) for account in accounts]})
    elif accounts:
        header = [say(N_("user name")), say(N_("role")), say(N_("name")), say(N_("signed in last"))]
        click.echo(table(header, [_cells(runtime, account) for account in accounts]))
    else:
        click.echo(say(N_("There is no account yet. Make one: sapa staff add NAME --role admin")))


@staff.command(
    "passwd",
    help=N_("Give an account another password; whoever is signed in by it has to sign in anew."),
    example="sapa staff passwd siti\nsapa staff passwd siti --generate",
)
@username_argument
@stdin_option
@generate_option
@click.pass_obj
def run_passwd(runtime: Runtime, username: str, from_stdin: bool, generate: bool) -> None:
    """Change a password."""
    from crm.staff import service

    account = service.account_named(runtime.engine, username)
    password = choose_password(from_stdin=from_stdin, generate=generate)
    service.set_password(runtime.engine, command_line(), account.id, password)
    click.echo(say(N_("The password of {username} is changed.")).format(username=account.username))
    show_generated(password, generate=generate)


@staff.command("role", help=N_("Give an account another role."), example="sapa staff role budi outreach")
@username_argument
@click.argument("role", type=click.Choice(ROLES))
@click.pass_obj
def run_role(runtime: Runtime, username: str, role: str) -> None:
    """Change a role."""
    from crm.staff import service

    account = service.account_named(runtime.engine, username)
    service.set_role(runtime.engine, command_line(), account.id, role)
    text = say(N_("The role of {username} is now: {role}."))
    click.echo(text.format(username=account.username, role=say(ROLE_WORDS[role])))


@staff.command(
    "disable",
    help=N_("Let nobody sign in by an account any more. What was done by it stays in the audit log."),
    example="sapa staff disable budi",
)
@username_argument
@click.pass_obj
def run_disable(runtime: Runtime, username: str) -> None:
    """Close an account."""
    from crm.staff import service

    account = service.account_named(runtime.engine, username)
    service.disable(runtime.engine, command_line(), account.id)
    click.echo(say(N_("The account {username} is disabled.")).format(username=account.username))


@staff.command("enable", help=N_("Let an account be used again."), example="sapa staff enable budi")
@username_argument
@click.pass_obj
def run_enable(runtime: Runtime, username: str) -> None:
    """Open an account again."""
    from crm.staff import service

    account = service.account_named(runtime.engine, username)
    service.enable(runtime.engine, command_line(), account.id)
    click.echo(say(N_("The account {username} can be used again.")).format(username=account.username))


def command_line() -> Actor:
    """Return the actor whom the audit log knows as the command line."""
    from crm.clock import utc_now
    from crm.staff.service import Actor

    return Actor(None, utc_now())


def choose_password(*, from_stdin: bool, generate: bool) -> str:
    """Return a password: generated, read from stdin, or asked for twice without showing it."""
    from crm.staff import passwords

    if generate and from_stdin:
        raise click.UsageError(say(N_("--generate and --password-stdin exclude each other.")))
    if generate:
        return passwords.generated()
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    question, again = say(N_("Password")), say(N_("Password once more"))
    return str(click.prompt(question, hide_input=True, confirmation_prompt=again, err=True))


def show_generated(password: str, *, generate: bool) -> None:
    """Print a password that nobody has typed; it is shown this once."""
    if generate:
        click.echo(say(N_("Password: {password}")).format(password=password))


def as_document(account: Account) -> dict[str, object]:
    """Return an account as ``--json`` shows it."""
    moments = {"created_at": account.created_at, "signed_in_at": account.signed_in_at}
    told = {name: iso(moment) if moment else None for name, moment in moments.items()}
    is_disabled = account.disabled_at is not None
    return {"username": account.username, "name": account.name, "role": account.role, "disabled": is_disabled, **told}


def _cells(runtime: Runtime, account: Account) -> list[str]:
    role = say(N_("disabled")) if account.disabled_at else say(ROLE_WORDS[account.role])
    last = runtime.formats.moment(account.signed_in_at) if account.signed_in_at else "-"
    return [account.username, role, visible(account.name) if account.name else "-", last]
