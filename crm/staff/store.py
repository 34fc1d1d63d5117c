"""The accounts in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from crm.schema.staff import staff
from crm.staff.roles import ADMIN


@dataclass(frozen=True)
class Account:
    """One member of staff; times are naive UTC, ``disabled_at`` None while the account may be used."""

    id: int
    username: str
    name: str | None
    role: str
    created_at: datetime
    disabled_at: datetime | None
    signed_in_at: datetime | None


_COLUMNS = [staff.c[name] for name in Account.__dataclass_fields__]


def accounts(connection: Connection) -> list[Account]:
    """Return all accounts, those that may be used first, by user name."""
    rows = connection.execute(select(*_COLUMNS).order_by(staff.c.disabled_at.isnot(None), staff.c.username))
    return [Account(*row) for row in rows]


def by_username(connection: Connection, username: str) -> Account | None:
    """Return the account of a folded user name."""
    row = connection.execute(select(*_COLUMNS).where(staff.c.username == username)).first()
    return Account(*row) if row else None


def by_id(connection: Connection, staff_id: int) -> Account | None:
    """Return one account."""
    row = connection.execute(select(*_COLUMNS).where(staff.c.id == staff_id)).first()
    return Account(*row) if row else None


def kept_password(connection: Connection, staff_id: int) -> str | None:
    """Return the hash of a password."""
    return connection.scalar(select(staff.c.password).where(staff.c.id == staff_id))


def add(connection: Connection, values: dict[str, object]) -> int:
    """Write a new account; return its id."""
    key = connection.execute(insert(staff).values(values)).inserted_primary_key
    return int(key[0]) if key else 0


def change(connection: Connection, staff_id: int, **values: object) -> None:
    """Write some columns of an account."""
    connection.execute(update(staff).where(staff.c.id == staff_id).values(values))


def active_admins(connection: Connection) -> int:
    """Return how many admins can sign in."""
    return connection.scalar(select(func.count()).where(staff.c.role == ADMIN, staff.c.disabled_at.is_(None))) or 0


def is_empty(connection: Connection) -> bool:
    """Tell whether there is no account yet."""
    return connection.scalar(select(staff.c.id).limit(1)) is None
