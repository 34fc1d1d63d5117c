"""``sapa segment`` finds readers, says why, and hands them on safely."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from crm.database import ensure_current, open_engine, reading, writing
from crm.schema.people import person
from crm.schema.staff import audit
from tests.functional.running import Sapa, Write
from tests.integration.crm.segments.population import write
from tests.integration.crm.segments.test_service import reader

WOMEN: dict[str, Any] = {"all": [{"fact": "gender", "is": "f"}, {"fact": "stage", "is": "active"}]}


@pytest.fixture
def rule(tmp_path: Path, write_config: Write) -> Path:
    """Give the file of a rule, in a folder with a library of four readers."""
    write_config()
    engine = open_engine(f"sqlite:///{tmp_path / 'sapa.db'}")
    ensure_current(engine)
    with writing(engine) as connection:
        write(connection, [reader(), reader(stage="new"), reader(gender="m"), reader()])
        connection.execute(update(person).where(person.c.id == 4).values(name="=HYPERLINK(1)\x1b[2J"))
    engine.dispose()
    path = tmp_path / "women.json"
    path.write_text(json.dumps(WOMEN), "utf-8")
    return path


def test_a_preview_prints_the_count_and_the_sorted_keys(sapa: Sapa, rule: Path) -> None:
    done = sapa("segment", "preview", "--rule", str(rule), "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {"count": 2, "keys": ["p1", "p4"]}


def test_a_preview_for_people_says_the_rule_and_how_they_can_be_reached(sapa: Sapa, rule: Path) -> None:
    printed = sapa("segment", "preview", "--rule", str(rule)).stdout
    assert "Readers who are female and whose stage is active." in printed
    assert "2 readers · 0 WhatsApp · 0 mail · 2 unreachable" in printed
    assert "Reader 1" in printed
    assert "\x1b" not in printed


def test_a_preview_of_nobody_names_what_emptied_it(sapa: Sapa, rule: Path) -> None:
    rule.write_text('{"all": [{"fact": "gender", "is": "f"}, {"fact": "tag", "has": "relawan"}]}', "utf-8")
    assert "This leaves nobody: all[1]" in sapa("segment", "preview", "--rule", str(rule)).stdout


def test_why_somebody_is_not_meant_is_told(sapa: Sapa, rule: Path) -> None:
    printed = sapa("segment", "preview", "--rule", str(rule), "--why", "p2").stdout
    assert printed.splitlines() == [
        "does not belong to it",
        "  ✓ who are female (actually: female)",
        "  ✗ whose stage is active (actually: new)",
        "It would take a change of:",
        "  whose stage is active",
    ]
    unknown = sapa("segment", "preview", "--rule", str(rule), "--why", "p9")
    assert unknown.exit_code == 1


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{", "women.json is not JSON: line 1, column 2."),
        ('{"fact": "stag"}', "fact: There is no fact “stag”; did you mean “stage”?"),
        ('{"fact": "segment", "is": "lapsin"}', "is: There is no “lapsin” here"),
    ],
)
def test_a_rule_that_is_wrong_is_told_in_lines(sapa: Sapa, rule: Path, written: str, said: str) -> None:
    rule.write_text(written, "utf-8")
    done = sapa("segment", "preview", "--rule", str(rule))
    assert done.exit_code == 1
    assert said in done.stderr


def test_either_a_segment_or_a_rule_is_previewed(sapa: Sapa, rule: Path) -> None:
    assert sapa("segment", "preview").exit_code == 2
    assert sapa("segment", "preview", "lapsing", "--rule", str(rule)).exit_code == 2
    assert json.loads(sapa("segment", "preview", "new", "--json").stdout) == {"count": 1, "keys": ["p2"]}


def test_the_ready_made_segments_are_listed(sapa: Sapa, rule: Path) -> None:
    printed = sapa("segment", "list").stdout
    assert "Visit but never borrow" in printed
    slugs = [each["slug"] for each in json.loads(sapa("segment", "list", "--json").stdout)["segments"]]
    assert slugs == ["key-patrons", "new", "lapsing", "lapsed", "birthday", "expiring", "visitors"]


def test_a_segment_is_saved_shown_listed_and_put_away(sapa: Sapa, rule: Path) -> None:
    saved = sapa("segment", "save", "women", "--name", "Women", "--rule", str(rule))
    assert saved.exit_code == 0, saved.output
    assert "2 members, counted" in sapa("segment", "show", "women").stdout
    shown = json.loads(sapa("segment", "show", "women", "--json").stdout)
    assert shown["words"] == "Readers who are female and whose stage is active."
    assert shown["rule"]["all"][0] == {"fact": "gender", "is": ["f"]}
    members = json.loads(sapa("segment", "members", "women", "--json").stdout)["members"]
    assert [each["key"] for each in members] == ["p4", "p1"]
    assert "\x1b" not in sapa("segment", "members", "women").stdout
    assert sapa("segment", "archive", "women").exit_code == 0
    assert sapa("segment", "show", "women").exit_code == 1


def test_an_export_holds_no_formula_and_is_noted(sapa: Sapa, rule: Path, tmp_path: Path) -> None:
    sapa("segment", "save", "women", "--name", "Women", "--rule", str(rule))
    rows = list(csv.reader(io.StringIO(sapa("segment", "export", "women").stdout.removeprefix("\ufeff"))))
    assert rows[0] == ["key", "name", "stage", "member since"]
    assert [row[:2] for row in rows[1:]] == [["p4", "'=HYPERLINK(1)"], ["p1", "Reader 1"]]
    engine = open_engine(f"sqlite:///{tmp_path / 'sapa.db'}")
    with reading(engine) as connection:
        assert "segment.export" in list(connection.scalars(select(audit.c.action)))
    engine.dispose()
