"""The builder's form: what is filled in becomes a rule, what a button asks is done."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from crm.segments.catalogue import FACTS
from crm.segments.names import Names, TopicName
from crm.segments.reading import read_rule
from plugin_ui.staff import rule_form
from plugin_ui.staff.rule_form import FormUnreadable

NAMES = Names(topics={"cerita-anak": TopicName(1, "Cerita anak", "Children's stories")}, sources={"main": 1})
LOANS = {"fact": "loans", "days": 90, "at_least": 1, "about": ["cerita-anak"]}


def sent(rule: Any, *fields: tuple[str, str]) -> MultiDict[str, str]:
    return MultiDict([("rule", json.dumps(rule)), *fields])


def test_what_is_filled_in_becomes_the_rule() -> None:
    form = sent(
        {"all": [LOANS]},
        ("n.kind", "any"), ("n-0.there", "yes"), ("n-0.days", "30"), ("n-0.at_least", "1.000"), ("n-0.at_most", ""),
        ("n-0.about", "cerita-anak"), ("n-0.about.add", "komik"),
    )  # fmt: skip
    expected = {"fact": "loans", "days": 30, "at_least": 1000, "about": ["cerita-anak", "komik"]}
    assert rule_form.read(form) == {"any": [expected]}


def test_what_is_no_number_stays_as_it_was_typed() -> None:
    form = sent({"all": [LOANS]}, ("n-0.there", "yes"), ("n-0.days", "soon"))
    assert rule_form.read(form) == {"all": [{"fact": "loans", "days": "soon"}]}


def test_one_of_two_opposites_is_chosen() -> None:
    rule = {"all": [{"fact": "stage", "is": ["new"]}]}
    form = sent(rule, ("n-0.there", "yes"), ("n-0.is", "new"), ("n-0.is", "active"), ("n-0.is.not", "yes"))
    assert rule_form.read(form) == {"all": [{"fact": "stage", "is_not": ["new", "active"]}]}


@pytest.mark.parametrize(("typed", "kept"), [("10", 0.1), ("12,5", 0.125), ("12.5", 0.125), ("", None), ("x", "x")])
def test_a_share_is_written_in_per_cent(typed: str, kept: object) -> None:
    rule = {"all": [{"fact": "on_time_rate", "at_least": 0.5}]}
    found = rule_form.read(sent(rule, ("n-0.there", "yes"), ("n-0.at_least", typed)))
    assert found["all"][0].get("at_least") == kept


def test_tags_are_separated_by_commas_and_yes_is_true() -> None:
    rule = {"all": [{"fact": "tag", "has": ["a"]}, {"fact": "minor", "is": True}]}
    form = sent(rule, ("n-0.there", "yes"), ("n-0.has", " relawan, guru ,"), ("n-1.there", "yes"), ("n-1.is", "no"))
    assert rule_form.read(form) == {
        "all": [{"fact": "tag", "has": ["relawan", "guru"]}, {"fact": "minor", "is": False}]
    }


def test_conditions_that_the_form_does_not_show_stay() -> None:
    assert rule_form.read(sent({"all": [LOANS]})) == {"all": [LOANS]}


@pytest.mark.parametrize("rule", ["[", "7", '"x"', "null"])
def test_a_rule_that_is_none_is_refused(rule: str) -> None:
    with pytest.raises(FormUnreadable):
        rule_form.read(MultiDict([("rule", rule)]))


def test_groups_too_deep_are_refused() -> None:
    rule: dict[str, Any] = {"all": []}
    for _ in range(40):
        rule = {"all": [rule]}
    with pytest.raises(FormUnreadable):
        rule_form.read(sent(rule))


def test_a_lone_condition_becomes_a_group() -> None:
    assert rule_form.as_group({"fact": "minor", "is": True}) == {"all": [{"fact": "minor", "is": True}]}
    assert rule_form.as_group({}) == {"all": []}


def test_buttons_add_and_remove_at_their_place() -> None:
    rule = {"all": [LOANS, {"any": [{"fact": "minor", "is": True}]}]}
    added = rule_form.done(rule, "add:n-1:stage", NAMES)
    assert [part["fact"] for part in added["all"][1]["any"]] == ["minor", "stage"]
    assert rule_form.done(rule, "remove:n-1-0", NAMES) == {"all": [LOANS, {"any": []}]}
    assert rule_form.done(rule, "remove:n-0", NAMES) == {"all": [rule["all"][1]]}
    assert rule_form.done(rule, "group:n:none", NAMES)["all"][2] == {"none": []}


@pytest.mark.parametrize(
    "wish", ["", "update", "add:n:nothing", "remove:n", "remove:n-9", "add:n-0:stage", "group:n:fact", "add:x-y:stage"]
)
def test_what_makes_no_sense_changes_nothing(wish: str) -> None:
    rule = {"all": [LOANS, {"any": []}]}
    assert rule_form.done(rule, wish, NAMES) == rule


@pytest.mark.parametrize("word", sorted(FACTS))
def test_a_fresh_condition_has_nothing_that_the_library_has_not(word: str) -> None:
    condition = rule_form.fresh(word, Names())
    known = {"topic", "any_topic", "branch", "category", "group", "programme", "segment", "source"}
    fields = {field.name: field for field in FACTS[word].fields}
    assert not any(fields[name].of in known for name in condition if name != "fact")


def test_a_fresh_condition_keeps_what_the_library_has() -> None:
    read_rule(rule_form.fresh("loans", NAMES), NAMES)
    assert rule_form.fresh("loans", NAMES) == LOANS


def test_empty_groups_do_not_count_while_one_is_being_filled() -> None:
    rule = {"all": [LOANS, {"any": [{"none": []}]}, {"none": []}]}
    assert rule_form.without_empty_groups(rule) == {"all": [LOANS]}


def test_every_part_has_its_place_and_its_path() -> None:
    rule = {"all": [LOANS, {"any": [{"fact": "minor", "is": True}]}]}
    assert [(place, path) for place, path, _ in rule_form.walk(rule)] == [
        ("n", ""), ("n-0", "all[0]"), ("n-1", "all[1]"), ("n-1-0", "all[1].any[0]"),
    ]  # fmt: skip
