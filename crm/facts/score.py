"""How much the library matters to a reader, as one number from 0 to 100."""

from __future__ import annotations

from dataclasses import dataclass
from math import log1p

RECENT_DAYS = 365
WEIGHTS = {"recency": 20, "frequency": 30, "breadth": 15, "reservations": 10, "visits": 15, "questions": 10}
FULL = {"frequency": 100, "breadth": 12, "reservations": 12, "visits": 100, "questions": 12}  # what counts as most
_POINTS = {
    name: tuple(WEIGHTS[name] * log1p(number) / log1p(most) for number in range(most + 1))
    for name, most in FULL.items()
}  # by what was done, and how often


@dataclass(frozen=True)
class Use:
    """What a reader did in the last 365 days; ``idle`` are the days since the last activity, None for never."""

    idle: int | None
    loans: int
    breadth: int
    holds: int
    visits: int
    questions: int


def key_score(use: Use) -> float:
    """Return the score: recency falls evenly over a year, everything else grows with the logarithm of its number.

    The tenth loan says less than the second. Nobody's score depends on anybody else's, so that it can be worked out
    for a few. Rounded to two decimals.
    """
    points = 0.0
    if use.idle is not None and use.idle < RECENT_DAYS:
        points = WEIGHTS["recency"] * (1 - max(use.idle, 0) / RECENT_DAYS)
    points += _points("frequency", use.loans) + _points("breadth", use.breadth)
    points += _points("reservations", use.holds) + _points("visits", use.visits)
    return round(points + _points("questions", use.questions), 2)


def _points(name: str, number: int) -> float:
    known = _POINTS[name]
    return known[number] if number < len(known) else known[-1]
