"""Who is worth writing to: lists of people that the first page counts, shows and turns into segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm.i18n import N_
from crm.reports.days import NOBODY, People, list_name
from crm.reports.rules import last_full_week, span_of

MOST = 3


@dataclass(frozen=True)
class Listed:
    """A list of people: the rule that says who, what it is called, and why it is worth doing something now.

    ``reason`` is "" for a list that only stands behind a number.
    """

    word: str
    name: str
    rule: Mapping[str, Any] = field(repr=False)
    reason: str = ""


@dataclass(frozen=True)
class Suggestion:
    """A list worth doing something about, with how many are on it."""

    listed: Listed
    people: People


_WRITTEN = ("whatsapp", "email")
_USING = {"fact": "stage", "is": ["new", "active", "occasional"]}
_UNASKED = [
    {"all": [{"fact": "reach", "channel": channel},
             {"fact": "permission", "purpose": "news", "channel": channel, "is": "unasked"}]}
    for channel in _WRITTEN
]  # fmt: skip
SUGGESTED = (
    Listed(
        "quiet",
        N_("Key patrons gone quiet"),
        {"all": [{"fact": "key_patron", "top_percent": 10}, {"fact": "stage", "is": ["occasional", "lapsing"]}]},
        N_("They were among the most loyal, and have not been here for a while."),
    ),
    Listed(
        "lapsing",
        N_("Readers drifting away"),
        {"all": [{"fact": "stage", "is": ["lapsing"]}]},
        N_("Not seen for half a year, or for twice their usual pause. A word now helps more than one later."),
    ),
    Listed(
        "expiring",
        N_("Memberships ending within 30 days"),
        {"all": [{"fact": "expires_on", "within_days": 30}, _USING]},
        N_("They use the library, and their card is about to end."),
    ),
    Listed(
        "welcome",
        N_("New readers without a loan"),
        {"all": [{"fact": "stage", "is": ["new"]}, {"fact": "loans", "at_most": 0}]},
        N_("They joined not long ago and have not borrowed anything yet."),
    ),
    Listed(
        "visitors",
        N_("Visitors who never borrow"),
        {"all": [{"fact": "visits", "days": 90, "at_least": 3}, {"fact": "loans", "at_most": 0}]},
        N_("They came at least three times in 90 days and took nothing home."),
    ),
    Listed(
        "unasked",
        N_("Readers nobody has asked yet"),
        {"all": [_USING, {"any": _UNASKED}]},
        N_("They could be written to, and were never asked whether they want news. Ask at the desk."),
    ),
)
COUNTED = {each.word: each for each in SUGGESTED}
AGREED = "agreed"  # the list of all who agreed to be written to, which no rule has to find


def active_since(today: date) -> Listed:
    """Return the list behind the number of active readers: of its weeks, and of the one that is not over yet."""
    begin = span_of(last_full_week(today))[0].isoformat()
    seen = [{"fact": fact, "from": begin} for fact in ("last_loan_on", "last_visit_on")]
    return Listed("active", N_("Active readers"), {"any": seen})


def find(word: str, today: date) -> Listed | None:
    """Return the list called ``word``."""
    return active_since(today) if word == "active" else COUNTED.get(word)


def worth_doing(counts: Mapping[str, People]) -> list[Suggestion]:
    """Return at most three lists with somebody on them, in the order in which they matter."""
    found = [Suggestion(each, counts.get(list_name(each.word), NOBODY)) for each in SUGGESTED]
    return [each for each in found if each.people.people][:MOST]
