"""The account by which one signs in to the demo."""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy import Engine

from crm.clock import utc_now
from crm.database import reading
from crm.staff import passwords, service, store
from crm.staff.roles import ADMIN

USERNAME = "demo"
NAME = "Sri Rahayu"
GROUPS, GROUP = 3, 4


def ensure(engine: Engine, secret: str) -> str | None:
    """Make the account if it is not there; return its password, None if somebody has changed that."""
    password = password_of(secret)
    with reading(engine) as connection:
        account = store.by_username(connection, USERNAME)
        kept = store.kept_password(connection, account.id) if account else None
    if account is None:
        service.add(engine, service.Actor(None, utc_now()), USERNAME, ADMIN, password, NAME)
        return password
    return password if passwords.fits(kept, password) else None


def password_of(secret: str) -> str:
    """Return the demo's password: another one for every demo, and always the same for this one."""
    digest = hmac.new(secret.encode(), b"sapa demo password", hashlib.sha256).digest()
    letters = "".join(passwords.LETTERS[byte % len(passwords.LETTERS)] for byte in digest)
    return "-".join(letters[at : at + GROUP] for at in range(0, GROUPS * GROUP, GROUP))
