"""Who is signed in: a random token in a cookie, its hash in the database, an end after idleness and after a week."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from crm.schema.staff import session, staff

IDLE = timedelta(hours=8)
LONGEST = timedelta(days=7)
NOTED_AFTER = timedelta(minutes=5)  # how far the time of the last visit may lag behind: a write per page is too much


@dataclass(frozen=True)
class Member:
    """A member of staff as the pages know them; ``role`` is one of ``roles.ROLES``."""

    id: int
    username: str
    name: str
    role: str


@dataclass(frozen=True)
class Session:
    """A session that is valid, and when it was used last (naive UTC)."""

    member: Member
    seen_at: datetime

    def is_to_be_noted(self, now: datetime) -> bool:
        """Tell whether the visit should be written down."""
        return now - self.seen_at >= NOTED_AFTER


def token_hash(token: str) -> str:
    """Return what the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(connection: Connection, staff_id: int, token: str, now: datetime) -> None:
    """Start a session under a new random ``token``, and forget those of everybody that have ended."""
    is_over = or_(session.c.created_at <= now - LONGEST, session.c.seen_at <= now - IDLE)
    connection.execute(delete(session).where(is_over))
    row = {"token": token_hash(token), "staff_id": staff_id, "created_at": now, "seen_at": now}
    connection.execute(insert(session).values(row))


def find(connection: Connection, token: str, now: datetime) -> Session | None:
    """Return the session of a token, None if there is none, it has ended, or its account is disabled; one statement."""
    row = connection.execute(
        select(staff.c.id, staff.c.username, staff.c.name, staff.c.role, session.c.seen_at)
        .join(session, session.c.staff_id == staff.c.id)
        .where(session.c.token == token_hash(token), staff.c.disabled_at.is_(None))
        .where(session.c.created_at > now - LONGEST, session.c.seen_at > now - IDLE)
    ).first()
    return Session(Member(row.id, row.username, row.name or row.username, row.role), row.seen_at) if row else None


def note(connection: Connection, token: str, now: datetime) -> None:
    """Write down that a session was used."""
    connection.execute(update(session).where(session.c.token == token_hash(token)).values(seen_at=now))


def end(connection: Connection, token: str) -> None:
    """End one session."""
    connection.execute(delete(session).where(session.c.token == token_hash(token)))


def end_all(connection: Connection, staff_id: int) -> None:
    """End every session of a member of staff."""
    connection.execute(delete(session).where(session.c.staff_id == staff_id))
