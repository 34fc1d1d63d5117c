"""Says why a title suits a reader: in one sentence, by topics, never by a title or a sensitive topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crm.i18n import N_, Message

ASKED = N_("You asked to hear of {topics}.")
OFTEN_BORROWED = N_("You often borrow about {topics}.")
BORROWED = N_("You have borrowed about {topics}.")
CHOSEN = N_("It is about a topic that you chose yourself.")
BOTH = {
    OFTEN_BORROWED: N_("You often borrow about {first} and {second}."),
    BORROWED: N_("You have borrowed about {first} and {second}."),
}
OFTEN = 3  # loans


@dataclass(frozen=True)
class Liking:
    """A topic of a title that a reader cares for, with the loans behind it."""

    name_id: str
    name_en: str
    weight: float
    loans: int
    is_declared: bool
    is_sensitive: bool

    def name(self, language: str) -> str:
        """Return how the topic is called in ``language``."""
        return self.name_id if language == "id" else self.name_en


def reason(likings: Sequence[Liking], language: str) -> Message:
    """Return why a title suits a reader: the declared topic, else the one or two that weigh most."""
    open_ones = sorted((each for each in likings if not each.is_sensitive), key=lambda each: -each.weight)
    asked = [each.name(language) for each in open_ones if each.is_declared]
    if asked:
        return Message(ASKED, {"topics": asked[0]})
    if not open_ones:
        return Message(CHOSEN)
    first, *others = open_ones
    text = OFTEN_BORROWED if first.loans >= OFTEN else BORROWED
    if not others:
        return Message(text, {"topics": first.name(language)})
    return Message(BOTH[text], {"first": first.name(language), "second": others[0].name(language)})
