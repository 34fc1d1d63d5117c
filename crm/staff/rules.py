"""What makes a user name and a password acceptable."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

from crm.errors import InputRefused
from crm.i18n import N_

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 256  # argon2 would take more, and so would whoever wants to keep the server busy
FEWEST_CHARACTERS = 5
USERNAME = re.compile(r"[^\W_][\w.@-]{1,62}")


def folded_username(text: str) -> str:
    """Return a user name as it is kept and compared: without blanks around it, in small letters."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def checked_username(text: str) -> str:
    """Return the user name as it is kept; raise InputRefused if it cannot be one."""
    username = folded_username(text)
    if not USERNAME.fullmatch(username):
        raise InputRefused(
            N_("This cannot be a user name."),
            N_("Take 2 to 63 letters, digits, dots, hyphens or underscores, without blanks."),
            field="username",
        )
    return username


def check_password(password: str, *near: str) -> None:
    """Raise InputRefused for a password that is short, long, common, or made of a name in ``near``.

    Length and a list of common ones, and no rules about its composition: NIST SP 800-63B, 5.1.1.2.
    """
    if len(password) < SHORTEST_PASSWORD:
        message = N_("The password is too short: it needs at least {least} characters.")
        raise InputRefused(message, PHRASE, field="password", least=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        message = N_("The password is too long: {most} characters are the most.")
        raise InputRefused(message, field="password", most=LONGEST_PASSWORD)
    if is_common(password) or _core(password) in {_core(name) for name in near if name}:
        raise InputRefused(N_("The password is too easy to guess."), PHRASE, field="password")


PHRASE = N_("Several words that do not belong together are easy to keep and hard to guess.")


def is_common(password: str) -> bool:
    """Tell whether a password, or the word in it, is one of those that are tried first."""
    word = password.casefold()
    return len(set(word)) < FEWEST_CHARACTERS or word in common_passwords() or _core(word) in common_passwords()


@cache
def common_passwords() -> frozenset[str]:
    """Return the list that comes with Sapa, in small letters."""
    text = files("crm.staff").joinpath("data", "common_passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def _core(text: str) -> str:
    """Return a text without the digits and signs that are put around a word to make it longer."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text.casefold()) or text.casefold()
