"""``sapa interests`` shows what readers care for and what has no topic."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crm.database import ensure_current, open_engine
from tests.functional.running import Sapa, Write
from tests.integration.crm.interests.shelves import TODAY, Shelves


@pytest.fixture
def library(tmp_path: Path, write_config: Write) -> Path:
    """Give a library in which one reader cooks, reads of an illness and has a title without a topic."""
    write_config()
    engine = open_engine(f"sqlite:///{tmp_path / 'sapa.db'}")
    ensure_current(engine)
    shelves = Shelves(engine)
    shelves.person(1)
    for key, written in ((1, "641.5"), (2, "616.8"), (3, "\x1b[2J")):
        shelves.title(key, written)
        shelves.loan(1, key, TODAY)
    shelves.refresh()
    engine.dispose()
    return tmp_path


def test_the_topics_of_the_collection_are_listed_without_the_sensitive_ones(sapa: Sapa, library: Path) -> None:
    printed = sapa("interests", "topics").stdout
    assert [line.split() for line in printed.splitlines()] == [
        ["topic", "titles", "readers", "share"],
        ["Cooking", "1", "1", "100.0%"],
    ]
    (found,) = json.loads(sapa("interests", "topics", "--json").stdout)["topics"]
    assert (found["slug"], found["share"]) == ("memasak", 1.0)


def test_what_is_left_over_is_told(sapa: Sapa, library: Path) -> None:
    printed = sapa("interests", "unmapped").stdout
    assert "1 of 3 titles have no topic; 0 have only their division." in printed
    assert "class \\x1b[2J" in printed
    found = json.loads(sapa("interests", "unmapped", "--json").stdout)
    assert found["coverage"]["loans_unmapped"] == 1
    assert found["leftovers"] == [{"field": "class", "value": "\x1b[2J", "titles": 1}]


def test_before_the_first_refresh_nothing_is_told(sapa: Sapa, write_config: Write) -> None:
    write_config()
    for command in ("topics", "unmapped"):
        assert sapa("interests", command).stdout == "No title has a topic yet.\n"
