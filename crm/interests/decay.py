"""What a loan weighs: half as much for every half-life that has passed since.

Shares of one person do not change while days pass, for all his loans lose alike. So weights are counted from one
fixed day, and only people whose loans changed are worked out anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

FIRST_DAY, LAST_DAY = date(1980, 1, 1), date(2079, 12, 31)
REFERENCE = date(2030, 1, 1)


def clamped(day: date, today: date) -> date:
    """Return the day that a loan counts for: one in the future is today's, one before 1980 of its first day."""
    return max(min(day, today), FIRST_DAY)


def factor(day: date, half_life_days: int) -> float:
    """Return what a loan of ``day`` weighs; 1 on the first of January 2030, twice that a half-life later."""
    return float(2.0 ** ((day - REFERENCE).days / half_life_days))


def all_days(half_life_days: int) -> list[dict[str, object]]:
    """Return the rows of ``interest_day``."""
    days = (FIRST_DAY + timedelta(days=number) for number in range((LAST_DAY - FIRST_DAY).days + 1))
    return [{"day": day, "factor": factor(day, half_life_days)} for day in days]


@dataclass(frozen=True)
class Base:
    """Loans that are kept as a sum only: ``weight`` in loans of the day ``last_on``."""

    weight: float
    loans: int
    last_on: date


def added(bases: Iterable[Base], half_life_days: int) -> Base:
    """Return several sums as one."""
    some = list(bases)
    last_on = max(base.last_on for base in some)
    weight = sum(base.weight * 2.0 ** ((base.last_on - last_on).days / half_life_days) for base in some)
    return Base(weight, sum(base.loans for base in some), last_on)
