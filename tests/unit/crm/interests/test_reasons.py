"""Why a title is brought to a reader."""

from __future__ import annotations

from dataclasses import replace

from crm.i18n import translator
from crm.interests.reasons import Liking, reason

COOKING = Liking("Memasak", "Cooking", 0.5, 7, is_declared=False, is_sensitive=False)
FARMING = Liking("Pertanian", "Farming", 0.2, 1, is_declared=False, is_sensitive=False)
FAITH = Liking("Agama Islam", "Islam", 0.9, 0, is_declared=True, is_sensitive=True)


def said(*likings: Liking, language: str = "en") -> str:
    return reason(likings, language).said(translator(language))


def test_the_topics_that_weigh_most_are_named() -> None:
    assert said(FARMING, COOKING) == "You often borrow about Cooking and Farming."
    assert said(FARMING) == "You have borrowed about Farming."


def test_the_readers_own_wish_goes_first() -> None:
    assert said(COOKING, replace(FARMING, is_declared=True)) == "You asked to hear of Farming."


def test_topics_are_named_in_the_readers_language() -> None:
    assert "Memasak" in said(COOKING, language="id")
    assert said(COOKING, language="id") != said(replace(COOKING, name_en="Memasak"))


def test_a_sensitive_topic_is_never_named() -> None:
    assert said(FAITH) == "It is about a topic that you chose yourself."
    assert "Islam" not in said(FAITH, COOKING)
