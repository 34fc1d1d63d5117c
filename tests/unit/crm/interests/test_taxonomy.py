"""The topics that come with Sapa."""

from __future__ import annotations

from collections import Counter

import pytest

from crm.interests.rules import FIELDS, TitleWords
from crm.interests.taxonomy import shipped_topics
from tests.unit.crm.interests.shipped import BOOK

DIVISIONS = [f"{number:02}0" for number in range(100)]


def test_every_topic_has_names_in_both_languages_and_a_slug_of_its_own() -> None:
    slugs = Counter(each.slug for each in shipped_topics())
    assert max(slugs.values()) == 1
    assert [each.slug for each in shipped_topics() if not (each.name_id.strip() and each.name_en.strip())] == []


def test_all_hundred_divisions_have_a_label() -> None:
    assert [each.slug for each in shipped_topics() if each.kind == "class"] == [f"class-{name}" for name in DIVISIONS]


def test_every_rule_is_of_a_known_field() -> None:
    assert {field for each in shipped_topics() for field, _ in each.rules} <= set(FIELDS)


def test_no_rule_leads_to_two_topics() -> None:
    ruled = Counter(rule for each in shipped_topics() if each.kind != "class" for rule in each.rules)
    assert [rule for rule, count in ruled.items() if count > 1] == []


@pytest.mark.parametrize(
    "slug",
    ["agama-islam", "agama-kristen", "penyakit", "kesehatan-jiwa", "seksualitas", "perceraian", "utang", "kejahatan",
     "politik"],
)  # fmt: skip
def test_what_is_nobodys_business_is_on_the_sensitive_list(slug: str) -> None:
    assert next(each for each in shipped_topics() if each.slug == slug).is_sensitive


def test_every_class_leads_to_a_topic_or_is_sensitive() -> None:
    mapped = {f"{number:03}": BOOK.mapped(TitleWords(f"{number:03}")) for number in range(1000)}
    assert [written for written, each in mapped.items() if not (each.topics or each.sensitive)] == []
