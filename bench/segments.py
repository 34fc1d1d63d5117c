"""The job that holds a segment of five conditions against the same question written by hand."""

from __future__ import annotations

from collections.abc import Callable

from bench.measure import Measure, RunFailed
from bench.outcome import Outcome
from bench.rig import Rig, copy_of

LIMIT = 3


def segments(rig: Rig) -> Outcome:
    """Count a segment, from reading its rule to the number, beside one SQL statement written by hand."""
    outcome = Outcome("A segment of five conditions")
    _, database = mariadb = rig.new_mariadb()
    rig.sapa(mariadb[0], "sync")
    for name, url in (("SQLite", f"sqlite:///{copy_of(rig.synced())}"), ("MariaDB", database.url)):
        rig.program("segment_question", "--crm", url, "--way", "prepare")
        mine, other = f"segment, {name}", f"by hand, {name}"
        answers: list[int] = []
        outcome.lines += [
            rig.repeat(mine, asking(rig, url, "segment", answers), "rule read, names looked up, counted"),
            rig.repeat(other, asking(rig, url, "hand", answers), "one statement"),
        ]
        if len(set(answers)) != 1:
            raise RunFailed(f"the segment and the question by hand differ on {name}: {answers}")
        outcome.facts.append(f"{answers[0]:,} readers on {name}")
        outcome.compare(f"÷ by hand, {name}", mine, other, LIMIT)
    return outcome


def asking(rig: Rig, url: str, way: str, answers: list[int]) -> Callable[[], Measure]:
    """Return what asks once and keeps the answer."""

    def ask() -> Measure:
        found = rig.program("segment_question", "--crm", url, "--way", way)
        answers.append(int(found.said["answer"]))
        return found

    return ask
