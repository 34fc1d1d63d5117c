"""What a job found: how long each contestant took, and the ratios that the project has set itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from bench.measure import Measure, median

TIMES = "times"


@dataclass(frozen=True)
class Line:
    """One contestant's medians; ``runs`` is 0 if it could not run, and ``note`` says why."""

    name: str
    runs: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    server_cpu: float = 0.0
    memory: float = 0.0
    note: str = ""

    @classmethod
    def of(cls, name: str, measures: list[Measure], note: str = "") -> Line:
        """Return the line of some runs."""
        middle = median(measures)
        numbers = {part: round(getattr(middle, part), 3) for part in ("seconds", "cpu", "server_cpu", "memory")}
        return cls(name, len(measures), note=note, **numbers)


@dataclass(frozen=True)
class Goal:
    """A number to reach: at most ``limit``, or at least it. ``is_aim`` marks what is wished for but not promised."""

    name: str
    value: float
    limit: float
    unit: str = TIMES
    at_least: bool = False
    is_aim: bool = False

    @property
    def is_reached(self) -> bool:
        """Tell whether the value is on the right side of its limit."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit


@dataclass
class Outcome:
    """One job's lines and goals; ``facts`` are counts worth showing beside them."""

    title: str
    lines: list[Line] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)

    def seconds(self, name: str) -> float | None:
        """Return how long a contestant took, None if it did not run."""
        return next((line.seconds for line in self.lines if line.name == name and line.runs), None)

    def compare(self, name: str, mine: str, other: str, limit: float, *, is_aim: bool = False) -> None:
        """Add the goal that ``mine`` takes at most ``limit`` times as long as ``other``, if both ran."""
        own, theirs = self.seconds(mine), self.seconds(other)
        if own is not None and theirs:
            self.goals.append(Goal(name, round(own / theirs, 2), limit, is_aim=is_aim))

    def as_json(self) -> dict[str, Any]:
        """Return the outcome as plain data."""
        goals = [{**asdict(goal), "is_reached": goal.is_reached} for goal in self.goals]
        return {
            "title": self.title,
            "lines": [asdict(line) for line in self.lines],
            "goals": goals,
            "facts": self.facts,
        }
