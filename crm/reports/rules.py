"""Weeks, comparisons and shares: what the numbers of the first page mean. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)
YEAR = 52 * WEEK  # the same weeks a year before begin on a Monday too
SPAN = 4  # weeks that the numbers of the first page add up
LEAST_LOANS = 10  # a topic with fewer says nothing


@dataclass(frozen=True)
class Week:
    """The loans and visits of the week that begins on Monday ``week``; keys are the lowest, None without rows."""

    week: date
    loans: int = 0
    visits: int = 0
    readers: int | None = None
    first_loan: int | None = None
    first_visit: int | None = None


@dataclass(frozen=True)
class Compared:
    """A number and the same a year before; None where nothing is known of then."""

    value: int
    before: int | None

    @property
    def change(self) -> float | None:
        """The change as a share of the number before: 0.25 is a quarter more."""
        return (self.value - self.before) / self.before if self.before else None


@dataclass(frozen=True)
class Counted:
    """How often a day's thing happened, and the lowest key of it."""

    day: date
    number: int
    first_key: int


@dataclass(frozen=True)
class TopicLoans:
    """The loans of a topic in the last 91 days and in those before."""

    topic_id: int
    recent: int
    before: int


@dataclass(frozen=True)
class Rising:
    """A topic whose share of the loans grew from ``before`` to ``share``, each 0..1."""

    topic_id: int
    share: float
    before: float


def monday(day: date) -> date:
    """Return the first day of the week of ``day``."""
    return day - timedelta(days=day.weekday())


def last_full_week(today: date) -> date:
    """Return the Monday of the last week that is over."""
    return monday(today) - WEEK


def span_of(week: date) -> tuple[date, date]:
    """Return the first and the last day of the weeks that are added up with ``week`` as their last."""
    return week - (SPAN - 1) * WEEK, week + WEEK - timedelta(days=1)


def start_of(day: date, timezone: str) -> datetime:
    """Return the naive UTC time at which ``day`` begins in an IANA zone."""
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC).replace(tzinfo=None)


def local_day(hour: str, timezone: str) -> date:
    """Return the local day of a naive UTC hour, ``2026-11-24 03``."""
    moment = datetime.strptime(hour, "%Y-%m-%d %H").replace(tzinfo=UTC)
    return moment.astimezone(ZoneInfo(timezone)).date()


def weeks_of(loans: Iterable[Counted], visits: Iterable[Counted]) -> dict[date, Week]:
    """Return days added up into weeks."""
    found: dict[date, Week] = {}
    for each in loans:
        known = found.setdefault(monday(each.day), Week(monday(each.day)))
        first = _lowest(known.first_loan, each.first_key)
        found[known.week] = Week(known.week, known.loans + each.number, first_loan=first)
    for each in visits:
        known = found.setdefault(monday(each.day), Week(monday(each.day)))
        first = _lowest(known.first_visit, each.first_key)
        number = known.visits + each.number
        found[known.week] = Week(known.week, known.loans, number, None, known.first_loan, first)
    return found


def _lowest(known: int | None, key: int) -> int:
    return key if known is None else min(known, key)


def added(weeks: Mapping[date, Week], last: date, what: str) -> int:
    """Return the loans or visits (``what``) of the weeks that end with ``last``."""
    return sum(getattr(weeks[week], what) for week in _span(last) if week in weeks)


def against_last_year(weeks: Mapping[date, Week], last: date, what: str) -> Compared:
    """Return the weeks that end with ``last`` beside the same a year before; None if the library has none so old."""
    is_known = any(each.loans or each.visits for week, each in weeks.items() if week <= last - YEAR)
    return Compared(added(weeks, last, what), added(weeks, last - YEAR, what) if is_known else None)


def _span(last: date) -> list[date]:
    return [last - number * WEEK for number in range(SPAN)]


def rising(topics: Sequence[TopicLoans], recent: int, before: int, most: int) -> list[Rising]:
    """Return the ``most`` topics whose share of all loans grew the most, in points; ``recent`` and ``before`` are all.

    A topic counts with at least ``LEAST_LOANS`` loans in the last 91 days; nothing rises where there was nothing.
    """
    if not recent or not before:
        return []
    found = [
        Rising(topic.topic_id, topic.recent / recent, topic.before / before)
        for topic in topics
        if topic.recent >= LEAST_LOANS and topic.recent / recent > topic.before / before
    ]
    return sorted(found, key=lambda each: (each.before - each.share, each.topic_id))[:most]
