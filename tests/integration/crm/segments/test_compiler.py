"""The SQL of a rule finds exactly those whom the reference, reader by reader, finds."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, Select

from crm.database import ensure_current, open_engine, reading, writing
from crm.segments import preview, records, reference
from crm.segments.catalogue import FACTS
from crm.segments.compiler import people
from crm.segments.explanation import explain
from crm.segments.question import OUT_OF_SIGHT, Question
from crm.segments.reading import read_rule
from crm.segments.reference import Reader
from tests.integration.crm.segments.population import NAMES, TODAY, crowd, write
from tests.integration.crm.segments.random_rules import conditions, negated, rules
from tests.servers import MariaDBServer

PAGE = Path(__file__).parents[4] / "docs" / "segments.md"
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


def found_by_sql(connection: Connection, query: Select[Any]) -> list[int]:
    return sorted(connection.scalars(query))


def disagreements(engine: Engine, population: list[Reader], documents: list[dict[str, Any]]) -> list[Any]:
    """Write the population and return the rules for which SQL and reference find different people."""
    with writing(engine) as connection:
        write(connection, population)
    return differing(engine, population, documents)


def differing(engine: Engine, population: list[Reader], documents: list[dict[str, Any]]) -> list[Any]:
    """Return the rules for which SQL and reference find different people of those that are there."""
    question, found = asked_of(population), []
    with reading(engine) as connection:
        for document in documents:
            rule = read_rule(document, NAMES)
            by_sql = found_by_sql(connection, people(rule, question))
            one_by_one = [number for number, each in enumerate(ranked(population), 1)
                          if reference.belongs(each, rule, question)]  # fmt: skip
            if by_sql != one_by_one:
                found.append((document, by_sql, one_by_one))
    return found


def test_every_rule_on_the_page_of_the_manual_is_read_and_run(crm: Engine) -> None:
    blocks = re.findall(r"```json\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    shown = [json.loads(block) for block in blocks]
    assert {document["fact"] for document in shown if "fact" in document} == FACTS.keys()
    with reading(crm) as connection:
        for document in shown:
            assert found_by_sql(connection, people(read_rule(document), Question(TODAY, names=NAMES))) == []


CROWD = crowd(seed=1, size=120)


def crowds(size: int) -> st.SearchStrategy[list[Reader]]:
    """Return a strategy for some few readers."""
    return st.builds(crowd, st.integers(0, 2**32), st.integers(1, size))


ROOMY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@ROOMY
@given(population=crowds(6), documents=st.lists(rules, min_size=1, max_size=6))
def test_sql_and_reference_agree_on_random_rules(
    crm: Engine, population: list[Reader], documents: list[dict[str, Any]]
) -> None:
    assert disagreements(crm, population, documents) == []


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory, mariadb: MariaDBServer) -> Iterator[dict[str, Engine]]:
    """Give a crowd that stays as it is, in either kind of database."""
    folder = tmp_path_factory.mktemp("settled")
    database = mariadb.create_database("crm_settled")
    engines = {"sqlite": open_engine(f"sqlite:///{folder / 'crm.db'}"), "mariadb": open_engine(database.url)}
    for engine in engines.values():
        ensure_current(engine)
        with writing(engine) as connection:
            write(connection, CROWD)
    yield engines
    for engine in engines.values():
        engine.dispose()
    database.drop()


@pytest.mark.parametrize("kind", ["sqlite", "mariadb"])
@pytest.mark.parametrize("fact", list(FACTS))
def test_sql_and_reference_agree_on_every_fact_and_its_opposite(
    settled: dict[str, Engine], kind: str, fact: str
) -> None:
    @settings(ROOMY, max_examples=40)
    @given(document=conditions(fact) | negated(conditions(fact)))
    def agree(document: dict[str, Any]) -> None:
        assert differing(settled[kind], CROWD, [document]) == []

    agree()


@ROOMY
@given(population=crowds(4), documents=st.lists(rules, min_size=1, max_size=4))
def test_a_reader_read_from_the_tables_is_explained_as_the_sql_finds_him(
    crm: Engine, population: list[Reader], documents: list[dict[str, Any]]
) -> None:
    with writing(crm) as connection:
        write(connection, population)
    question = asked_of(population)
    with reading(crm) as connection:
        found = [records.reader(connection, number, question) for number in range(1, len(population) + 1)]
        for document in documents:
            rule = read_rule(document, NAMES)
            by_sql = found_by_sql(connection, people(rule, question))
            explained = [explain(each, rule, question) for each in found if each]
            assert [at for at, each in enumerate(explained, 1) if each.belongs] == by_sql
            assert all(each.belongs or each.hidden or each.lacking for each in explained)


@ROOMY
@given(population=crowds(6), document=rules)
def test_the_preview_counts_each_reader_once_and_tells_what_emptied_it(
    crm: Engine, population: list[Reader], document: dict[str, Any]
) -> None:
    with writing(crm) as connection:
        write(connection, population)
    rule, question = read_rule(document, NAMES), asked_of(population)
    with reading(crm) as connection:
        by_sql = found_by_sql(connection, people(rule, question))
        found = preview.preview(connection, rule, question)
        keys = preview.patron_keys(connection, rule, question)
    assert found.count == len(by_sql) == sum(found.split.values())
    assert keys == sorted(f"p{number}" for number in by_sql)
    assert {each.person_id for each in found.sample} == set(by_sql)
    assert found.channels["email"] == sum("email" in population[number - 1].channels for number in by_sql)
    assert bool(found.emptied_by) == (not by_sql)
