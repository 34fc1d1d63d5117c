"""When the library is open, and how much it is used: weekdays, holidays, Ramadan, terms and examinations.

Days are ordinals (``date.toordinal``), which makes their sums cheap; times are seconds after midnight.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from enum import Enum
from functools import lru_cache
from itertools import accumulate

from sapa.demo.chance import Chance, Weighted
from sapa.demo.words import table

SUNDAY = 6
BUSIEST = 2.4
RAMADAN_DAYS = 30
KEPT_YEARS = 4  # of holidays; older ones have been deleted


class Rhythm(Enum):
    """Whose year it is: pupils follow the school year, students the semester."""

    SCHOOL = "school"
    CAMPUS = "campus"
    ADULT = "adult"


WEEKDAYS = {
    Rhythm.SCHOOL: (0.95, 0.95, 0.95, 0.95, 0.8, 1.7),
    Rhythm.CAMPUS: (1.15, 1.1, 1.1, 1.05, 0.75, 0.9),
    Rhythm.ADULT: (1.05, 0.95, 0.95, 0.95, 0.75, 1.4),
}
# From (month, day) on, until the next line.
TERMS = {
    Rhythm.SCHOOL: (
        ((1, 1), 0.7), ((1, 6), 1.0), ((3, 1), 1.15), ((4, 1), 1.0), ((5, 15), 1.3), ((6, 14), 0.75), ((7, 14), 1.3),
        ((9, 1), 1.05), ((11, 20), 1.3), ((12, 14), 0.65),
    ),
    Rhythm.CAMPUS: (
        ((1, 1), 0.8), ((1, 15), 0.4), ((2, 10), 1.0), ((4, 1), 1.2), ((5, 15), 1.5), ((6, 20), 0.9), ((7, 5), 0.4),
        ((8, 25), 1.0), ((10, 15), 1.25), ((11, 20), 1.6), ((12, 20), 0.6),
    ),
    Rhythm.ADULT: (((1, 1), 1.1), ((2, 1), 1.0), ((6, 15), 1.1), ((7, 15), 1.0), ((12, 15), 0.8)),
}  # fmt: skip
HOURS = {
    Rhythm.SCHOOL: Weighted(((8, 0.4), (9, 0.8), (10, 0.9), (11, 0.7), (12, 0.8), (13, 1.5), (14, 1.9), (15, 1.4))),
    Rhythm.CAMPUS: Weighted(((8, 0.6), (9, 1.2), (10, 1.5), (11, 1.3), (12, 0.8), (13, 1.2), (14, 1.4), (15, 1.0))),
    Rhythm.ADULT: Weighted(((8, 1.0), (9, 1.5), (10, 1.6), (11, 1.1), (12, 0.5), (13, 0.8), (14, 1.0), (15, 0.7))),
}
FRIDAY, SATURDAY = 4, 5


class Seasons:
    """The days from ``first`` to before ``end`` as this library keeps them; Sundays and holidays it is closed."""

    def __init__(self, first: date, end: date) -> None:
        self.first = first.toordinal()
        self.end = end.toordinal()
        holidays = {date.fromisoformat(day): name for day, name in table("holidays.tsv")}
        self.feasts = sorted(day.toordinal() for day, name in holidays.items() if name.startswith("Hari Raya Idul F"))
        years = range(max(first.year, end.year - KEPT_YEARS), end.year + 1)
        self.holidays = {day.toordinal(): name for day, name in holidays.items() if day.year in years}
        self.holidays |= {day: "Stock opname tahunan" for year in years for day in stock_taking(year, self.holidays)}
        days = range(self.first, self.end)
        self._weights = {rhythm: [self._weigh(day, rhythm) for day in days] for rhythm in Rhythm}
        self._sums = {rhythm: list(accumulate(weights, initial=0.0)) for rhythm, weights in self._weights.items()}

    def is_open(self, day: int) -> bool:
        """Return whether the doors open on ``day``."""
        return date.fromordinal(day).weekday() != SUNDAY and day not in self.holidays

    def next_open(self, day: int) -> int:
        """Return ``day`` or the first open day after it."""
        while not self.is_open(day):
            day += 1
        return day

    def last_open(self, day: int) -> int:
        """Return ``day`` or the last open day before it."""
        while not self.is_open(day):
            day -= 1
        return day

    def weight(self, day: int, rhythm: Rhythm) -> float:
        """Return how likely readers of ``rhythm`` come on ``day``: 1 on an ordinary day, 0 when closed."""
        return self._weights[rhythm][day - self.first]

    def call_day(self, day: int, rhythm: Rhythm, pause: float) -> int:
        """Return the open day on which ``pause`` ordinary days have passed since ``day``; ``end`` if never.

        A day counts as much as it weighs, so that pauses stretch over holidays and Ramadan.
        """
        sums = self._sums[rhythm]
        start = min(max(day + 1 - self.first, 0), len(sums) - 1)
        return min(self.first + bisect_left(sums, sums[start] + pause, lo=start) - 1, self.end)

    def hour(self, day: int, rhythm: Rhythm, chance: Chance) -> int:
        """Return a second of ``day`` at which the library is open."""
        weekday = date.fromordinal(day).weekday()
        closing = 15 if weekday == SATURDAY or self.is_ramadan(day) else 16
        while True:
            hour = HOURS[rhythm].draw(chance)
            if hour < closing and not (weekday == FRIDAY and hour == 12):
                return hour * 3600 + chance.below(3600)

    def is_ramadan(self, day: int) -> bool:
        """Return whether ``day`` lies in the month of fasting."""
        return any(feast - RAMADAN_DAYS <= day < feast for feast in self.feasts)

    def _weigh(self, day: int, rhythm: Rhythm) -> float:
        if not self.is_open(day):
            return 0.0
        when = date.fromordinal(day)
        weight = WEEKDAYS[rhythm][when.weekday()]
        weight *= [factor for start, factor in TERMS[rhythm] if start <= (when.month, when.day)][-1]
        for feast in self.feasts:
            if feast - RAMADAN_DAYS <= day < feast:
                weight *= 0.55
            elif feast <= day < feast + 12:
                weight *= 0.6
        return min(weight, BUSIEST)


def stock_taking(year: int, holidays: dict[int, str]) -> list[int]:
    """Return the two January days on which the shelves of ``year`` are counted."""
    days = range(date(year, 1, 8).toordinal(), date(year, 1, 20).toordinal())
    return [day for day in days if date.fromordinal(day).weekday() in {1, 2} and day not in holidays][:2]


@lru_cache(maxsize=20000)
def iso(day: int) -> str:
    """Return ``day`` as SLiMS writes a date."""
    return date.fromordinal(day).isoformat()


def stamp(day: int, second: int) -> str:
    """Return a moment as SLiMS writes it."""
    return f"{iso(day)} {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
