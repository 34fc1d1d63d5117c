"""The shipped topics and rules, as if they were in a database."""

from __future__ import annotations

from crm.interests.rules import Rule, RuleBook
from crm.interests.taxonomy import shipped_topics

SHIPPED = shipped_topics()
IDS = {each.slug: number for number, each in enumerate(SHIPPED, 1)}
SLUGS = {number: slug for slug, number in IDS.items()}
SENSITIVE = {IDS[each.slug] for each in SHIPPED if each.is_sensitive}
RULES = [
    Rule(IDS[each.slug], each.kind, each.is_sensitive, field, value) for each in SHIPPED for field, value in each.rules
]
BOOK = RuleBook(RULES)
