from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from bench.measure import Measure, RunFailed, essence, last_json, measured, median
from bench.outcome import Goal, Line, Outcome
from bench.report import as_markdown, as_text, save, verdict, write_page
from bench.sizes import SIZES


def run(seconds: float, memory: float = 50) -> Measure:
    return Measure(seconds=seconds, cpu=1, server_cpu=0, memory=memory, said={})


def found(**jobs: Outcome) -> dict[str, Any]:
    return {
        "size": vars(SIZES["s"]).copy(),
        "machine": "2 cores",
        "versions": {"MariaDB": "10.11"},
        "jobs": {
            name: {**outcome.as_json(), "measured_on": "2026-11-24", "commit": "abc"} for name, outcome in jobs.items()
        },
    }


@pytest.mark.parametrize(
    ("value", "at_least", "is_reached"), [(1.6, False, True), (1.61, False, False), (3.9, True, False)]
)
def test_a_goal_is_reached_on_the_right_side_of_its_limit(value: float, at_least: bool, is_reached: bool) -> None:
    goal = Goal("ratio", value, 4 if at_least else 1.6, at_least=at_least)
    assert goal.is_reached is is_reached
    assert ("NOT REACHED" in verdict({**vars(goal), "is_reached": goal.is_reached})) is not is_reached


def test_a_ratio_is_that_of_the_medians() -> None:
    outcome = Outcome("Job", [Line.of("sapa", [run(3), run(2), run(9)]), Line.of("limit", [run(2)])])
    outcome.compare("÷ limit", "sapa", "limit", 1.6)
    assert [(goal.value, goal.is_reached) for goal in outcome.goals] == [(1.5, True)]


def test_a_contestant_that_could_not_run_gives_no_ratio_and_shows_why() -> None:
    outcome = Outcome("Job", [Line.of("sapa", [run(3)]), Line("dlt", note="dlt is not installed")])
    outcome.compare("÷ dlt", "sapa", "dlt", 1)
    assert outcome.goals == []
    assert "dlt is not installed" in as_text(outcome.as_json())


def test_memory_is_the_highest_of_all_runs() -> None:
    assert median([run(1, memory=90), run(1, memory=210), run(1, memory=80)]).memory == 210


def test_a_job_that_was_not_run_again_keeps_its_result(tmp_path: Path) -> None:
    path = tmp_path / "new" / "s.json"
    save(path, found(first=Outcome("First"), verify=Outcome("Old proof")))
    save(path, found(verify=Outcome("New proof")))
    text = path.read_text("utf-8")
    assert "First" in text
    assert "New proof" in text
    assert "Old proof" not in text


def test_a_page_gets_the_results_between_its_marks_and_keeps_the_rest(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("before\n<!-- measured: s -->\nold\n<!-- end: s -->\nafter\n", "utf-8")
    document = found(first=Outcome("First copy", [Line.of("sapa sync", [run(2)])]))
    write_page(page, document)
    write_page(page, document)
    begin, end = "before\n<!-- measured: s -->\n", "\n<!-- end: s -->\nafter\n"
    assert page.read_text("utf-8") == f"{begin}{as_markdown(document)}{end}"
    assert "| sapa sync | 2.00 |" in page.read_text("utf-8")


def test_the_json_that_a_program_prints_last_is_read() -> None:
    assert last_json('{\n "a": 1\n}\n') == {"a": 1}
    assert last_json('talk\n{"seconds": 2}\n') == {"seconds": 2}
    assert last_json("talk only") == {}


def test_of_a_long_complaint_the_line_with_the_error_is_kept() -> None:
    assert essence("Traceback\n  file\nError: no such table\nRun it again.\n") == "Error: no such table"


def test_the_time_that_a_program_took_itself_is_what_counts() -> None:
    program = "import json, time; time.sleep(0.1); print(json.dumps({'seconds': 0.01}))"
    assert measured([sys.executable, "-c", program]).seconds == 0.01


def test_a_program_that_fails_is_no_measure() -> None:
    with pytest.raises(RunFailed, match="ValueError: no"):
        measured([sys.executable, "-c", "raise ValueError('no')"])
