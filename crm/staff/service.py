"""The use cases: sign in and out, make, change and disable accounts. Every one of them is in the audit log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from crm.database import reading, writing
from crm.errors import InputRefused, NotThere
from crm.i18n import N_
from crm.staff import audit, passwords, rules, sessions, store, throttle
from crm.staff.roles import ADMIN, ROLES
from crm.staff.store import Account

SUBJECT = "staff"


@dataclass(frozen=True)
class Actor:
    """Who does something and when (naive UTC); ``staff_id`` None is the command line."""

    staff_id: int | None
    now: datetime


@dataclass(frozen=True)
class Credentials:
    """What somebody offers at the sign-in, and from which address."""

    username: str
    password: str
    address: str


def sign_in(engine: Engine, secret: str, offered: Credentials, token: str, now: datetime) -> None:
    """Begin a session under ``token``, a new random text, for whoever offers the right password.

    Raises TooManyTries, or InputRefused with the same words and after the same time whether or not there is such an
    account. Names and addresses are counted under hashes keyed with ``secret``.
    """
    username = rules.folded_username(offered.username)
    name = throttle.keyed(secret, "name", username)
    address = throttle.keyed(secret, "address", offered.address)
    with writing(engine) as connection:
        free = {name: throttle.FREE_OF_A_NAME, address: throttle.FREE_OF_AN_ADDRESS}
        throttle.admit(connection, free, now)
        account = store.by_username(connection, username)
        may_enter = account is not None and account.disabled_at is None
        kept = store.kept_password(connection, account.id) if account and may_enter else None
    is_right = passwords.fits(kept, offered.password[: rules.LONGEST_PASSWORD + 1])
    if account is None or not is_right:
        raise _refused(engine, account, now)
    renewed = passwords.hashed(offered.password) if passwords.is_outdated(kept or "") else None
    with writing(engine) as connection:
        throttle.forget(connection, name, address)
        sessions.begin(connection, account.id, token, now)
        store.change(connection, account.id, signed_in_at=now, **({"password": renewed} if renewed else {}))
        audit.record(connection, now, account.id, "sign_in")


def _refused(engine: Engine, account: Account | None, now: datetime) -> InputRefused:
    if account is not None:
        with writing(engine) as connection:
            audit.record(connection, now, None, "sign_in.refused", SUBJECT, account.id)
    return InputRefused(N_("User name or password is not right."), field="password")


def sign_out(engine: Engine, token: str, actor: Actor) -> None:
    """End the session of ``token``."""
    with writing(engine) as connection:
        sessions.end(connection, token)
        audit.record(connection, actor.now, actor.staff_id, "sign_out")


def add(engine: Engine, actor: Actor, username: str, role: str, password: str, name: str = "") -> int:
    """Make an account; return its id. Raises InputRefused for what cannot be, and for a user name that is taken."""
    username = rules.checked_username(username)
    _check_role(role)
    rules.check_password(password, username, name)
    kept = passwords.hashed(password)
    with writing(engine) as connection:
        if store.by_username(connection, username):
            message = N_("There is an account called {username} already.")
            raise InputRefused(message, field="username", username=username)
        values: dict[str, object] = {"username": username, "name": name.strip() or None, "role": role}
        staff_id = store.add(connection, {**values, "password": kept, "created_at": actor.now})
        audit.record(connection, actor.now, actor.staff_id, "staff.add", SUBJECT, staff_id, {"role": role})
    return staff_id


def set_password(engine: Engine, actor: Actor, staff_id: int, password: str) -> None:
    """Give an account another password, and end all its sessions."""
    account = account_of(engine, staff_id)
    rules.check_password(password, account.username, account.name or "")
    kept = passwords.hashed(password)
    _change(engine, actor, staff_id, "staff.password", password=kept)


def change_own_password(engine: Engine, actor: Actor, present: str, password: str) -> None:
    """Give the actor another password if ``present`` is the one of now; raise InputRefused if it is not."""
    staff_id = actor.staff_id or 0
    with reading(engine) as connection:
        kept = store.kept_password(connection, staff_id)
    if not passwords.fits(kept, present[: rules.LONGEST_PASSWORD + 1]):
        raise InputRefused(N_("This is not your present password."), field="present")
    set_password(engine, actor, staff_id, password)


def set_role(engine: Engine, actor: Actor, staff_id: int, role: str) -> None:
    """Give an account another role, and end its sessions; raise InputRefused for one's own and for the last admin's."""
    _check_role(role)

    def check(connection: Connection, account: Account) -> None:
        if account.role != role:
            _refuse_harm(connection, actor, account)

    _change(engine, actor, staff_id, "staff.role", check, {"role": role}, role=role)


def disable(engine: Engine, actor: Actor, staff_id: int) -> None:
    """Let nobody sign in by an account any more, and end its sessions; what it did stays in the log."""

    def check(connection: Connection, account: Account) -> None:
        _refuse_harm(connection, actor, account)

    _change(engine, actor, staff_id, "staff.disable", check, disabled_at=actor.now)


def enable(engine: Engine, actor: Actor, staff_id: int) -> None:
    """Let an account be used again."""
    _change(engine, actor, staff_id, "staff.enable", disabled_at=None)


def account_of(engine: Engine, staff_id: int) -> Account:
    """Return an account; raise NotThere."""
    with reading(engine) as connection:
        return _there(store.by_id(connection, staff_id))


def account_named(engine: Engine, username: str) -> Account:
    """Return the account of a user name; raise NotThere."""
    with reading(engine) as connection:
        return _there(store.by_username(connection, rules.folded_username(username)))


def _change(
    engine: Engine,
    actor: Actor,
    staff_id: int,
    action: str,
    check: Callable[[Connection, Account], None] = lambda *_: None,
    details: dict[str, str] | None = None,
    **values: object,
) -> None:
    with writing(engine) as connection:
        check(connection, _there(store.by_id(connection, staff_id)))
        store.change(connection, staff_id, **values)
        sessions.end_all(connection, staff_id)
        audit.record(connection, actor.now, actor.staff_id, action, SUBJECT, staff_id, details)


def _there(account: Account | None) -> Account:
    if account is None:
        raise NotThere(N_("There is no such account."), N_("`sapa staff list` shows all of them."))
    return account


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise InputRefused(N_("There is no role called {role}."), field="role", role=role)


def _refuse_harm(connection: Connection, actor: Actor, account: Account) -> None:
    """Keep people from locking themselves, or everybody, out."""
    if account.id == actor.staff_id:
        raise InputRefused(N_("You cannot take rights away from yourself."), N_("Ask another admin."))
    if account.role == ADMIN and account.disabled_at is None and store.active_admins(connection) == 1:
        raise InputRefused(N_("This is the last admin."), N_("Make another admin first."))
