"""Why a reader is in his stage, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm.facts.rules import CONTACT, NEVER
from crm.i18n import N_, Message

WHY = {
    "joined": N_("Joined {days} days ago; new for {weeks} weeks."),
    "within": N_("Last active {days} days ago; active within {limit} days."),
    "between": N_("Last active {days} days ago: more than {limit} days, not more than {months} months."),
    "longer": N_("Last active {days} days ago: longer than {months} months."),
    "gap": N_("Last active {days} days ago; usually comes every {gap} days, and {times} times that has passed."),
}
WITHOUT_NUMBERS = {
    NEVER: N_("Has never borrowed, visited, reserved, come to a programme or asked."),
    CONTACT: N_("Is not a member."),
}
CLOSED = N_("Weeks in which the library was closed are not counted.")


def why_words(stage: str, why: Mapping[str, Any] | None) -> Message:
    """Return why somebody is in ``stage``, from the rule and numbers kept with it."""
    template = WHY.get(str((why or {}).get("rule")))
    if template is None or why is None:
        return Message(WITHOUT_NUMBERS.get(stage, ""))
    return Message(template, {name: value for name, value in why.items() if name != "rule"})
