"""Closed weeks: while the library had no opening day in a whole week, no reader can be blamed for staying away."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

WEEK = 7


@dataclass(frozen=True)
class Closures:
    """The days of closed weeks, ascending, each as its ordinal number."""

    days: tuple[int, ...] = ()

    def between(self, first: int, last: int) -> int:
        """Return how many days after ``first`` up to ``last`` (ordinals) belong to closed weeks."""
        return bisect_right(self.days, last) - bisect_right(self.days, first)


def closed_weeks(weekdays: Collection[int], days: Iterable[date]) -> Closures:
    """Return the closures of a library that is closed on ``weekdays`` (1 is Monday) and on single ``days``.

    A week runs from Monday to Sunday and counts where all seven days are closed. A library that says it is closed
    on every weekday has filled in its calendar wrongly; then none is.
    """
    weekly = set(weekdays)
    if len(weekly) >= WEEK:
        return Closures()
    single = {day.toordinal() for day in days if day.isoweekday() not in weekly}
    found: list[int] = []
    for monday in sorted({number - (number - 1) % WEEK for number in single}):
        week = range(monday, monday + WEEK)
        if all(number in single or at in weekly for at, number in enumerate(week, start=1)):
            found += week
    return Closures(tuple(found))
