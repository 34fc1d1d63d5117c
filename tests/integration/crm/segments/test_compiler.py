"""The SQL of a rule finds exactly those whom the reference, reader by reader, finds."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from crm.database import reading, writing
from crm.segments import reference
from crm.segments.catalogue import FACTS
from crm.segments.compiler import people
from crm.segments.question import OUT_OF_SIGHT, Question
from crm.segments.reading import read_rule
from crm.segments.reference import Reader
from tests.integration.crm.segments.population import NAMES, TODAY, readers, write
from tests.integration.crm.segments.random_rules import conditions, rules

SHARES = (1, 5, 20, 50, 100)


def ranked(population: list[Reader]) -> list[Reader]:
    """Return the population, each knowing how many have a higher score."""
    scores = [each.columns["key_score"] for each in population if is_reader(each)]
    return [replace(each, better=sum(score > each.columns["key_score"] for score in scores)) for each in population]


def is_reader(each: Reader) -> bool:
    return each.columns["deceased_on"] is None and each.columns["state"] not in OUT_OF_SIGHT


def asked_of(population: list[Reader]) -> Question:
    count = sum(map(is_reader, population))
    return Question(TODAY, "Asia/Jakarta", NAMES, {share: math.ceil(count * share / 100) for share in SHARES})


def disagreements(engine: Engine, population: list[Reader], documents: list[dict[str, Any]]) -> list[Any]:
    """Return the rules for which SQL and reference find different people."""
    with writing(engine) as connection:
        write(connection, population)
    question, found = asked_of(population), []
    with reading(engine) as connection:
        for document in documents:
            rule = read_rule(document, NAMES)
            by_sql = sorted(connection.scalars(people(rule, question)))
            one_by_one = [number for number, each in enumerate(ranked(population), 1)
                          if reference.belongs(each, rule, question)]  # fmt: skip
            if by_sql != one_by_one:
                found.append((document, by_sql, one_by_one))
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture,
                                                                 HealthCheck.too_slow, HealthCheck.data_too_large])  # fmt: skip
@given(population=st.lists(readers(), min_size=1, max_size=6), documents=st.lists(rules, min_size=1, max_size=6))
def test_sql_and_reference_agree_on_random_rules(
    crm: Engine, population: list[Reader], documents: list[dict[str, Any]]
) -> None:
    assert disagreements(crm, population, documents) == []
