"""Makes guessing slow: whoever fails often, by user name or by address, has to wait longer each time."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from crm.errors import TooManyTries
from crm.i18n import N_
from crm.schema.staff import attempt

WINDOW = timedelta(hours=1)
FIRST_WAIT_SECONDS = 10
LONGEST_WAIT_SECONDS = 15 * 60
FREE_OF_A_NAME = 5
FREE_OF_AN_ADDRESS = 30  # a whole library may sit behind one


def keyed(secret: str, kind: str, value: str) -> str:
    """Return what is kept instead of a user name or an address: a hash that nobody without ``secret`` can try out."""
    return hmac.new(secret.encode(), f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()


def wait_seconds(tries: int, free: int) -> int:
    """Return how long to wait after ``tries`` of which the first ``free`` cost nothing: 10, 20, 40 … 900 seconds."""
    if tries < free:
        return 0
    return int(min(FIRST_WAIT_SECONDS * 2 ** min(tries - free, 16), LONGEST_WAIT_SECONDS))


def admit(connection: Connection, free_tries: Mapping[str, int], now: datetime) -> None:
    """Count one try for every key of ``free_tries``; raise TooManyTries while one of them still has to wait.

    A try counts before it is known to fail, so that many at once gain nothing; ``forget`` takes it back.
    """
    connection.execute(delete(attempt).where(attempt.c.at <= now - WINDOW))
    earlier = connection.execute(
        select(attempt.c.who, func.count().label("tries"), func.max(attempt.c.at).label("last"))
        .where(attempt.c.who.in_(free_tries))
        .group_by(attempt.c.who)
    )
    left = [
        wait_seconds(row.tries, free_tries[row.who]) - int((now - row.last).total_seconds()) for row in earlier.all()
    ]
    if max(left, default=0) > 0:
        raise too_many(max(left))
    connection.execute(insert(attempt), [{"who": who, "at": now} for who in free_tries])


def too_many(seconds: int) -> TooManyTries:
    """Return the error that tells how long to wait."""
    minutes = -(-seconds // 60)
    return TooManyTries(
        N_("There were too many tries."),
        N_("Please wait {minutes} min, then try again."),
        seconds=seconds,
        minutes=minutes,
    )


def forget(connection: Connection, name: str, address: str) -> None:
    """Take back what was counted: everything of a name that has proved itself, and its last try of the address."""
    connection.execute(delete(attempt).where(attempt.c.who == name))
    last = connection.scalar(select(func.max(attempt.c.id)).where(attempt.c.who == address))
    connection.execute(delete(attempt).where(attempt.c.id == last))
