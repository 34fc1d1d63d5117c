"""A rule is said as a sentence that a librarian would say, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from crm.formats import Formats
from crm.segments.catalogue import FACTS
from crm.segments.names import Names, SegmentName, TopicName
from crm.segments.reading import read_rule
from crm.segments.words import condition_in_words, rule_in_words

NAMES = Names(
    topics={"cerita-anak": TopicName(1, "Cerita anak", "Children's stories")},
    segments={"women": SegmentName("Women", read_rule({"fact": "gender", "is": "f"}))},
    labels={"branch": {"SL": "Pusat"}, "category": {"1": "Pelajar", "2": "Umum"}},
)
ENGLISH, INDONESIAN = Formats("en", "Asia/Jakarta"), Formats("id", "Asia/Jakarta")


def english(document: dict[str, Any]) -> str:
    return rule_in_words(read_rule(document), NAMES, ENGLISH)


def indonesian(document: dict[str, Any]) -> str:
    return rule_in_words(read_rule(document), NAMES, INDONESIAN)


LOANS = {"fact": "loans", "days": 90, "at_least": 1, "about": "cerita-anak", "branch": "SL"}


def test_a_counted_condition_is_a_clause_with_its_window() -> None:
    assert english(LOANS) == "Readers who borrowed at least 1 about Children's stories at Pusat in the last 90 days."
    assert indonesian(LOANS) == (
        "Pemustaka yang meminjam paling sedikit 1 tentang Cerita anak di Pusat dalam 90 hari terakhir."
    )


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"all": []}, "All readers."),
        ({"fact": "stage", "is": ["new", "never"]}, "Readers whose stage is new or never used."),
        ({"fact": "category", "is_not": ["1"]}, "Readers whose category is not Pelajar."),
        ({"fact": "branch", "is": "SL"}, "Readers whose branch is Pusat."),
        ({"fact": "loans", "at_most": 0}, "Readers who borrowed nothing."),
        ({"fact": "visits", "at_least": 2, "at_most": 2}, "Readers who visited exactly 2 times."),
        ({"fact": "balance", "at_least": 10000}, "Readers who owe at least 10,000."),
        ({"fact": "on_time_rate", "at_most": 0.5}, "Readers who return at most 50% of their loans on time."),
        ({"fact": "birthday", "within_days": 0}, "Readers who have their birthday today."),
        ({"fact": "expires_on", "within_days": 30}, "Readers whose membership ends within the next 30 days."),
        ({"fact": "last_loan_on", "known": False}, "Readers for whom “last loan” is not known."),
        (
            {"fact": "joined_on", "from": "2026-01-01", "until": "2026-06-30"},
            "Readers who joined on 1 Jan 2026 or later and on 30 Jun 2026 or earlier.",
        ),
        (
            {"fact": "interest", "topic": "cerita-anak", "at_least": 0.1},
            "Readers who are interested in Children's stories (at least 10%).",
        ),
        ({"fact": "declared", "topic": "cerita-anak", "is": "more"}, "Readers who said “more” to Children's stories."),
        ({"fact": "segment", "is": "women"}, "Readers who are in the segment Women."),
        ({"fact": "trait", "name": "education", "is": "S1"}, "Readers whose education is S1."),
        ({"fact": "reach", "channel": "email", "is": False}, "Readers who cannot be reached by e-mail."),
        (
            {"fact": "permission", "purpose": "news", "channel": "whatsapp", "is": ["refused", "unasked"]},
            "Readers whose answer to news by WhatsApp is refused or not asked.",
        ),
        ({"fact": "key_patron", "top_percent": 5}, "Readers who are among the top 5% of key patrons."),
    ],
)
def test_a_condition_is_said_in_english(document: dict[str, Any], sentence: str) -> None:
    assert english(document) == sentence


def test_groups_within_groups_stand_in_brackets() -> None:
    women, tagged = {"fact": "gender", "is": "f"}, {"fact": "tag", "has": "relawan"}
    document = {"all": [women, {"any": [tagged, women]}, {"none": [tagged, women]}]}
    assert english(document) == (
        "Readers who are female and (who have the tag relawan or who are female) "
        "and for whom none of this is true: (who have the tag relawan; who are female)."
    )


def test_values_can_be_set_off() -> None:
    said = rule_in_words(read_rule(LOANS), NAMES, ENGLISH, lambda value: f"<b>{value}</b>")
    assert re.findall(r"<b>(.*?)</b>", said) == ["1", "Children's stories", "Pusat", "90"]


@pytest.mark.parametrize("fact", list(FACTS))
@pytest.mark.parametrize("formats", [ENGLISH, INDONESIAN], ids=["en", "id"])
def test_every_example_makes_a_whole_sentence(fact: str, formats: Formats) -> None:
    for example in FACTS[fact].examples:
        said = condition_in_words(read_rule(example), NAMES, formats)  # type: ignore[arg-type]
        assert said
        assert "  " not in said
        assert not said.endswith(" ")
        assert "{" not in said
