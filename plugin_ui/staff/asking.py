"""What a person has agreed to, channel by channel, and the texts by which staff ask at the desk."""

from __future__ import annotations

from dataclasses import dataclass

from crm.patrons.reach import AGREED, LETTER, REFUSED
from crm.reports.patron import Patron, Permission, Point
from crm.segments.vocabulary import CHANNELS
from plugin_ui.context import pages
from plugin_ui.language import say
from plugin_ui.staff.patron_words import (
    BY_CHANNEL,
    CHANNEL_ICONS,
    CHANNEL_KINDS,
    GUARDIAN_ANSWERS,
    NOTICES,
    WITHOUT_CHANNEL,
)

MAIN = ("whatsapp", "email")  # always shown; the others where there is a way or an answer


@dataclass(frozen=True)
class Question:
    """A purpose with the text to read out and, where there is one, the last answer; ``state`` is "" while unasked."""

    purpose: str
    notice: str
    state: str
    answer: Permission | None


@dataclass(frozen=True)
class Channel:
    """A channel with the numbers or addresses it can use now."""

    name: str
    icon: str
    points: tuple[Point, ...]
    questions: tuple[Question, ...]

    @property
    def is_open(self) -> bool:
        """Whether the person can be reached by it."""
        return bool(self.points)


def channels(patron: Patron) -> list[Channel]:
    """Return the channels of a person, the two that matter most first; letters go to the address of a membership."""
    has_address = any(each.address and not each.is_gone for each in patron.memberships)
    found = [
        Channel(name, CHANNEL_ICONS[name], _points(patron, name), _questions(patron, name, BY_CHANNEL))
        for name in CHANNELS
    ]
    return [
        each
        for each in found
        if each.name in MAIN
        or any(question.state for question in each.questions)
        or (each.name == "phone" and each.points)
        or (each.name == LETTER and has_address)
    ]


def without_channel(patron: Patron) -> tuple[Question, ...]:
    """Return what is asked once, whatever the channel."""
    return _questions(patron, None, WITHOUT_CHANNEL)


def notice(purpose: str, channel: str | None, *, is_minor: bool) -> str:
    """Return the text that is shown, and kept with the answer, in the language of the page."""
    values = {"library": pages().library.name, "channel": say(CHANNELS[channel]) if channel else ""}
    text = say(NOTICES[purpose], **values)
    return f"{text} {say(GUARDIAN_ANSWERS)}" if is_minor else text


def is_asked(purpose: str, channel: str | None, state: str) -> bool:
    """Tell whether such an answer belongs to a question that the page asks."""
    fits = purpose in BY_CHANNEL and channel in CHANNELS if channel else purpose in WITHOUT_CHANNEL
    return fits and state in (AGREED, REFUSED)


def _points(patron: Patron, channel: str) -> tuple[Point, ...]:
    kinds = CHANNEL_KINDS.get(channel, ())
    points = [each for each in patron.points if each.gone_at is None and each.status == "valid" and each.kind in kinds]
    return tuple({each.value: each for each in points}.values())


def _questions(patron: Patron, channel: str | None, purposes: tuple[str, ...]) -> tuple[Question, ...]:
    answers = {each.purpose: each for each in patron.permissions if each.channel == channel}
    minor = bool(patron.facts is not None and patron.facts.is_minor)
    return tuple(
        Question(
            purpose,
            notice(purpose, channel, is_minor=minor),
            answers[purpose].state if purpose in answers else "",
            answers.get(purpose),
        )
        for purpose in purposes
    )
