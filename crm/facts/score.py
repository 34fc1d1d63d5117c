"""How much the library matters to a reader, as one number from 0 to 100."""

from __future__ import annotations

from dataclasses import dataclass
from math import log1p

RECENT_DAYS = 365
WEIGHTS = {"recency": 20, "frequency": 30, "breadth": 15, "reservations": 10, "visits": 15, "questions": 10}
FULL = {"frequency": 100, "breadth": 12, "reservations": 12, "visits": 100, "questions": 12}  # what counts as most
_SCALES = {name: WEIGHTS[name] / log1p(most) for name, most in FULL.items()}


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
    recency = 0.0
    if use.idle is not None:
        recency = max(0.0, 1 - max(use.idle, 0) / RECENT_DAYS) * WEIGHTS["recency"]
    counted = (
        ("frequency", use.loans),
        ("breadth", use.breadth),
        ("reservations", use.holds),
        ("visits", use.visits),
        ("questions", use.questions),
    )
    return round(recency + sum(log1p(min(number, FULL[name])) * _SCALES[name] for name, number in counted), 2)
