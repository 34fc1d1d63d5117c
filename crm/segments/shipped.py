"""The segments that come with Sapa; a library may change or archive them, and they are not made a second time."""

from __future__ import annotations

from typing import Any

from crm.i18n import N_, Translate

_MEMBER = {"fact": "state", "is": ["member"]}

SHIPPED: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "key-patrons",
        N_("Key patrons"),
        N_("The most active twentieth of all readers."),
        {"all": [{"fact": "key_patron", "top_percent": 5}]},
    ),
    (
        "new",
        N_("New readers"),
        N_("Joined not long ago: welcome them, show them around."),
        {"all": [{"fact": "stage", "is": ["new"]}]},
    ),
    (
        "lapsing",
        N_("Readers who are drifting away"),
        N_("Were active, and have not been seen for a while: a word now helps most."),
        {"all": [{"fact": "stage", "is": ["lapsing"]}]},
    ),
    (
        "lapsed",
        N_("Readers who stayed away"),
        N_("Not seen for over a year."),
        {"all": [{"fact": "stage", "is": ["lapsed"]}]},
    ),
    (
        "birthday",
        N_("Birthday this week"),
        N_("Have their birthday today or within the next six days."),
        {"all": [_MEMBER, {"fact": "birthday", "within_days": 6}]},
    ),
    (
        "expiring",
        N_("Membership is ending"),
        N_("The membership is valid for no more than 30 days."),
        {"all": [_MEMBER, {"fact": "expires_on", "within_days": 30}]},
    ),
    (
        "visitors",
        N_("Visit but never borrow"),
        N_("Come to read, sit or meet, and have never taken anything home."),
        {"all": [{"fact": "visits", "at_least": 1}, {"fact": "loans", "at_most": 0}]},
    ),
)


def interested_in(topic: str) -> dict[str, Any]:
    """Return the rule of the ready-made segment of readers who are interested in a topic (its slug)."""
    return {"all": [{"fact": "interest", "topic": [topic], "at_least": 0.1}]}


def shown(text: str | None, translate: Translate) -> str:
    """Return the name or purpose of a segment, translated where it is still as it came with Sapa."""
    return translate(text) if text in _TEXTS else text or ""


_TEXTS = {text for _, name, about, _ in SHIPPED for text in (name, about)}
