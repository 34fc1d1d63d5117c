"""Birth dates: which of them are placeholders, and the age bands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

YOUNGEST, OLDEST = 3, 100  # years; outside of them nobody holds a card
EPOCH = date(1970, 1, 1)  # what programs write for "nothing"
DAYS_OF_A_YEAR = 365.25
SMALLEST_HEAP = 5  # patrons
HEAPED = 10  # times as many as on other days of the same year
SMALLEST_NEW_YEARS, NEW_YEARS_HEAPED = 5, 5

BANDS = (("child", 0, 12), ("teen", 13, 17), ("young", 18, 24), ("adult", 25, 59), ("senior", 60, OLDEST))
UNKNOWN = "unknown"
OF_AGE = 18


@dataclass(frozen=True)
class Heaps:
    """The birth dates of one source that too many patrons share; ``new_years`` where the first of January does."""

    dates: frozenset[date] = frozenset()
    new_years: bool = False

    def __contains__(self, birth: date) -> bool:
        """Tell whether this birth date is one of them."""
        return birth in self.dates or (self.new_years and (birth.month, birth.day) == (1, 1))


def heaps(counts: Mapping[date, int], today: date) -> Heaps:
    """Find the heaps among the birth dates of one source, given how many patrons have each.

    A date is one where at least five patrons have it, and ten times as many as an average day of its year. The first
    of January, which people write who know the year only, is one in all years where at least five patrons have it and
    five times as many as an average day.
    """
    plausible = {birth: count for birth, count in counts.items() if YOUNGEST <= age(birth, today) <= OLDEST}
    plausible.pop(EPOCH, None)
    years: Counter[int] = Counter()
    for birth, count in plausible.items():
        years[birth.year] += count
    heaped = {
        birth
        for birth, count in plausible.items()
        if count >= max(SMALLEST_HEAP, HEAPED * years[birth.year] / DAYS_OF_A_YEAR)
    }
    first = sum(count for birth, count in plausible.items() if (birth.month, birth.day) == (1, 1))
    usual = sum(plausible.values()) / DAYS_OF_A_YEAR
    return Heaps(frozenset(heaped), first >= max(SMALLEST_NEW_YEARS, NEW_YEARS_HEAPED * usual))


def age(birth: date, today: date) -> int:
    """Return the age in whole years; less than 0 for who is not born yet."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def is_placeholder(birth: date | None, registered: Iterable[date | None], today: date, heaped: Heaps) -> bool:
    """Tell whether a birth date was written because the form wanted one.

    So are 1 January 1970, a day of registration, an age below 3 or above 100, and what lies on a heap.
    """
    if birth is None:
        return False
    return birth == EPOCH or birth in registered or not YOUNGEST <= age(birth, today) <= OLDEST or birth in heaped


def age_band(birth: date | None, today: date) -> str:
    """Return child, teen, young, adult, senior or, without a plausible birth date, unknown."""
    if birth is None:
        return UNKNOWN
    years = age(birth, today)
    return next((name for name, lowest, highest in BANDS if lowest <= years <= highest), UNKNOWN)


def is_minor(birth: date | None, today: date) -> bool:
    """Tell whether somebody is known to be under 18 (UU PDP 27/2022)."""
    return birth is not None and age(birth, today) < OF_AGE
