"""Members of staff and their sessions, without the time that argon2 takes on purpose."""

from __future__ import annotations

import secrets
from datetime import datetime

from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from flask.testing import FlaskClient
from sqlalchemy import Engine

from crm.clock import utc_now
from crm.database import writing
from crm.staff import passwords, sessions, store
from plugin_ui.staff.access import COOKIE

PASSWORD = "kawung-lereng-parang"


def add_staff(engine: Engine, username: str = "siti", role: str = "admin", now: datetime | None = None) -> int:
    """Make an account with PASSWORD; return its id."""
    kept = passwords.hashed(PASSWORD, PasswordHasher.from_parameters(CHEAPEST))
    with writing(engine) as connection:
        values = {"username": username, "name": username.title(), "role": role, "password": kept}
        return store.add(connection, {**values, "created_at": now or utc_now()})


def session_of(engine: Engine, staff_id: int, now: datetime | None = None) -> str:
    """Begin a session; return what the cookie has to hold."""
    token = secrets.token_urlsafe(32)
    with writing(engine) as connection:
        sessions.begin(connection, staff_id, token, now or utc_now())
    return token


def sign_in(
    client: FlaskClient, engine: Engine, role: str = "admin", username: str = "siti", now: datetime | None = None
) -> int:
    """Let the visitor of ``client`` be a new member of staff; return the id. ``now`` is the clock of the pages."""
    staff_id = add_staff(engine, username, role, now)
    client.set_cookie(COOKIE, session_of(engine, staff_id, now))
    return staff_id
