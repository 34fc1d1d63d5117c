"""A rule is read as it is written, and every mistake is told at its place with what may be meant."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from crm.i18n import translator
from crm.segments.catalogue import FACTS
from crm.segments.names import Names, SegmentName, TopicName
from crm.segments.reading import MOST_CONDITIONS, RuleRejected, read_rule
from crm.segments.rules import Condition, Group, as_document, conditions

NAMES = Names(
    topics={
        "cerita-anak": TopicName(1, "Cerita anak", "Children's stories"),
        "iman": TopicName(2, "Iman", "Faith", is_sensitive=True),
    },
    segments={"women": SegmentName("Women", Condition("gender", {"is": ("f",)}))},
    labels={"branch": {"SL": "Pusat"}},
)


def problems(document: Any, language: str = "en") -> list[str]:
    with pytest.raises(RuleRejected) as rejected:
        read_rule(document, NAMES)
    return [each.said(translator(language)) for each in rejected.value.problems]


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], "A rule is an object"),
        ({}, "A group has one of"),
        ({"all": [], "any": []}, "A group has one of"),
        ({"all": {}}, "all: A list of rules is expected."),
        ({"any": []}, "any: At least one condition is expected."),
        ({"fact": "stag", "is": "new"}, "fact: There is no fact “stag”; did you mean “stage”?"),
        ({"fact": 7}, "fact: There is no fact “7”."),
        ({"fact": "stage", "iss": "new", "is": "new"}, "iss: This fact has no field “iss”; did you mean “is”?"),
        ({"fact": "stage"}, "One of these fields is needed: is, is_not."),
        ({"fact": "stage", "is": "laps"}, "is: There is no “laps” here; did you mean “lapsed”?"),
        ({"fact": "stage", "is": []}, "is: A word or a list of words is expected."),
        ({"fact": "stage", "is": "new", "is_not": "new"}, "is_not: Only one of “is” and “is_not” is possible."),
        ({"fact": "tag", "has": ["x" * 192]}, "has[0]: A word is expected."),
        ({"fact": "minor", "is": "yes"}, "is: true or false is expected."),
        ({"fact": "minor"}, "is: This field is missing."),
        ({"fact": "loans", "days": 0, "at_least": 1}, "days: A whole number from 1 to 36,500 is expected."),
        ({"fact": "loans", "at_least": True}, "at_least: A whole number from 0 to 1,000,000,000 is expected."),
        ({"fact": "loans", "at_least": 2.5}, "at_least: A whole number from 0 to 1,000,000,000 is expected."),
        ({"fact": "loans", "at_least": 3, "at_most": 2}, "at_most: This is less than “at_least”."),
        ({"fact": "on_time_rate", "at_least": 80}, "at_least: A number from 0 to 1 is expected."),
        ({"fact": "on_time_rate", "at_least": float("nan")}, "at_least: A number from 0 to 1 is expected."),
        ({"fact": "joined_on", "from": "24-11-2026"}, "from: A date such as 2026-12-31 is expected."),
        ({"fact": "joined_on", "known": False, "last_days": 3}, "known: A date that is not known cannot lie anywhere."),
        (
            {"fact": "interest", "topic": "cerita_anak"},
            "topic: There is no “cerita_anak” here; did you mean “cerita-anak”?",
        ),
        ({"fact": "interest", "topic": "iman"}, "topic: There is no “iman” here."),
        ({"fact": "segment", "is": "womem"}, "is: There is no “womem” here; did you mean “women”?"),
    ],
)
def test_a_mistake_is_told_at_its_place(document: Any, problem: str) -> None:
    (said,) = problems(document)
    assert said.startswith(problem)


def test_every_mistake_of_a_rule_is_told_at_once_with_its_path() -> None:
    document = {"all": [{"fact": "stage", "is": "new"}, {"any": [{"fact": "loans", "days": "x"}, {"fact": "nothing"}]}]}
    assert problems(document)[0] == "all[1].any[0].days: A whole number from 1 to 36,500 is expected."
    assert [each.partition(":")[0] for each in problems(document)] == [
        "all[1].any[0].days", "all[1].any[0]", "all[1].any[1].fact",
    ]  # fmt: skip


def test_a_mistake_is_told_in_indonesian_too() -> None:
    assert problems({"fact": "minor"}, "id") == ["is: Isian ini belum ada."]


def test_sensitive_topics_can_be_asked_for_where_they_were_declared() -> None:
    assert read_rule({"fact": "declared", "topic": "iman", "is": "more"}, NAMES) == Condition(
        "declared", {"topic": ("iman",), "is": ("more",)}
    )


def test_one_word_is_read_as_a_list_and_a_date_as_a_date() -> None:
    assert read_rule({"fact": "stage", "is": "new"}) == Condition("stage", {"is": ("new",)})
    rule = read_rule({"fact": "joined_on", "from": "2026-01-31"})
    assert rule == Condition("joined_on", {"from": date(2026, 1, 31)})
    assert as_document(rule) == {"fact": "joined_on", "from": "2026-01-31"}


def test_a_stored_rule_is_read_also_when_what_it_names_is_gone() -> None:
    assert read_rule({"fact": "branch", "is": ["closed"]}) == Condition("branch", {"is": ("closed",)})
    assert problems({"fact": "branch", "is": ["closed"]}) == ["is[0]: There is no “closed” here."]


def test_groups_deeper_than_ten_are_refused() -> None:
    document: dict[str, Any] = {"fact": "stage", "is": "new"}
    for _ in range(10):
        document = {"all": [document]}
    assert len(list(conditions(read_rule(document)))) == 1
    assert problems({"none": [document]})[0].endswith("Groups lie at most 10 deep in one another.")


def test_more_than_a_hundred_conditions_are_refused() -> None:
    fine = {"all": [{"fact": "stage", "is": "new"}] * MOST_CONDITIONS}
    assert len(list(conditions(read_rule(fine)))) == MOST_CONDITIONS
    assert problems({"all": [fine, {"fact": "stage", "is": "new"}]}) == [
        "all[1]: A rule has at most 100 conditions."
    ]  # fmt: skip


@pytest.mark.parametrize("fact", list(FACTS))
def test_the_examples_of_a_fact_are_read_and_written_back_the_same(fact: str) -> None:
    assert FACTS[fact].examples
    for example in FACTS[fact].examples:
        rule = read_rule(example)
        assert read_rule(as_document(rule)) == rule


def test_the_path_of_a_condition_leads_to_it() -> None:
    one, two = Condition("stage", {}), Condition("tag", {})
    assert list(conditions(Group("all", (one, Group("none", (two,)))))) == [("all[0]", one), ("all[1].none[0]", two)]
    assert list(conditions(one)) == [("", one)]
