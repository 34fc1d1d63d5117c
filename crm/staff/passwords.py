"""Passwords as they are kept: argon2id, with the parameters of RFC 9106 for machines with little memory."""

from __future__ import annotations

import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

AT_ONCE = threading.BoundedSemaphore(2)  # 64 MiB each: a crowd at the sign-in must not use up a small server
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another

HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def hashed(password: str, hasher: PasswordHasher = HASHER) -> str:
    """Return a password as it is kept."""
    with AT_ONCE:
        return hasher.hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Tell whether this is the password that is kept; without one it takes as long, and is not."""
    with AT_ONCE:
        try:
            HASHER.verify(kept or _nobodys(), password)
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Tell whether a password should be hashed anew, with the parameters of today."""
    return HASHER.check_needs_rehash(kept)


def generated() -> str:
    """Return a new password of four groups, 79 bits, that can be read out at the desk."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


@cache
def _nobodys() -> str:
    return HASHER.hash(secrets.token_hex())
