"""The lifecycle of a reader and the state of a membership, as ``docs/profiles.md`` has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from crm.settings import LifecycleSettings

NEW, ACTIVE, OCCASIONAL, LAPSING, LAPSED, NEVER = "new", "active", "occasional", "lapsing", "lapsed", "never"
CONTACT = "contact"
STAGES = (NEW, ACTIVE, OCCASIONAL, LAPSING, LAPSED, NEVER, CONTACT)
MEMBER, EXPIRED, BLOCKED, GONE = "member", "expired", "blocked", "gone"
STATES = (MEMBER, EXPIRED, BLOCKED, GONE, CONTACT)

WEEK = 7
DAYS_OF_A_MONTH = 365 / 12

Why = dict[str, Any]


@dataclass(frozen=True)
class Idleness:
    """What the stage of a member is read from, in days without those of closed weeks.

    ``since_joining`` is None where nobody knows when he joined, ``since_activity`` where he never did anything;
    ``usual_gap`` is his own, ``loan_days`` that of his category as the ILS has it.
    """

    since_joining: int | None
    since_activity: int | None
    usual_gap: float | None = None
    loan_days: int | None = None


@dataclass(frozen=True)
class Belonging:
    """A membership: its keys, whether it has ended, and the day (ordinal) on which the member joined."""

    source_id: int
    patron_key: str
    has_ended: bool
    since: str
    joined: int | None = None


def unit_days(loan_days: int | None, settings: LifecycleSettings) -> int:
    """Return the unit of a category: its loan days within the limits; one without any has the usual ones."""
    if not loan_days or loan_days < 0:
        return settings.default_loan_days
    return min(max(loan_days, settings.shortest_loan_days), settings.longest_loan_days)


def month_days(months: int) -> int:
    """Return how many days so many months count as: 183 for six, 365 for twelve."""
    return round(months * DAYS_OF_A_MONTH + 0.01)


def stage(idleness: Idleness, settings: LifecycleSettings) -> tuple[str, Why]:
    """Return the stage of a member and the rule and numbers it follows from (design: product.md, "Lifecycle")."""
    joined = idleness.since_joining
    if joined is not None and joined < settings.weeks_new * WEEK:
        return NEW, {"rule": "joined", "days": max(joined, 0), "weeks": settings.weeks_new}
    if idleness.since_activity is None:
        return NEVER, {"rule": "never"}
    return _by_activity(idleness.since_activity, idleness, settings)


def _by_activity(idle: int, idleness: Idleness, settings: LifecycleSettings) -> tuple[str, Why]:
    reach = max(settings.active_days, settings.active_units * unit_days(idleness.loan_days, settings))
    if idle <= reach:
        return ACTIVE, {"rule": "within", "days": idle, "limit": reach}
    if idle > month_days(settings.lapsed_months):
        return LAPSED, {"rule": "longer", "days": idle, "months": settings.lapsed_months}
    if idle > month_days(settings.occasional_months):
        return LAPSING, {"rule": "longer", "days": idle, "months": settings.occasional_months}
    if idleness.usual_gap is not None and idle > settings.lapsing_gaps * idleness.usual_gap:
        gap = round(idleness.usual_gap, 1)
        return LAPSING, {"rule": "gap", "days": idle, "gap": gap, "times": settings.lapsing_gaps}
    return OCCASIONAL, {"rule": "between", "days": idle, "limit": reach, "months": settings.occasional_months}


def state(*, has_ended: bool, is_blocked: bool, expires: int | None, today: int) -> str:
    """Return the state of a membership: blocked comes before expired; the last day of validity is still valid."""
    if has_ended:
        return GONE
    if is_blocked:
        return BLOCKED
    return EXPIRED if expires is not None and expires < today else MEMBER


def usual_gap(first: int | None, last: int | None, days: int) -> float | None:
    """Return the mean days between ``days`` different days of activity, None where there are not two of them."""
    if first is None or last is None or days < 2:
        return None
    return (last - first) / (days - 1)


def leading(memberships: Iterable[Belonging]) -> Belonging:
    """Return the membership that counts: a live one before an ended one, then the one that was made last."""
    return max(memberships, key=lambda each: (not each.has_ended, each.since, -each.source_id, each.patron_key))


def earliest(memberships: Iterable[Belonging]) -> int | None:
    """Return when a person first joined, for who registers anew is not new."""
    return min((each.joined for each in memberships if each.joined is not None), default=None)


def is_child_category(key: str | None, name: str | None, settings: LifecycleSettings) -> bool:
    """Tell whether the configuration says that a category's readers are minors."""
    named = settings.children_categories
    return bool(named) and (key in named or name in named)
