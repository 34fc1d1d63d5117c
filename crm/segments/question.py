"""When and where a rule is asked: the day, the zone, what the library has, and what has to be counted beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm.errors import SapaError
from crm.i18n import N_
from crm.segments.names import Names
from crm.segments.rules import Condition, Rule, conditions

OUT_OF_SIGHT = ("contact", "gone")  # states that nobody means who does not name them
MOST_ASKED = 1000  # conditions, those of segments within segments counted each time


class SegmentCycle(SapaError):
    """The rules of segments have to be untangled."""


@dataclass(frozen=True)
class Question:
    """What a rule is held against.

    ``today`` is the library's local day, ``zone`` its IANA name; ``top`` says how many readers a percentage is.
    """

    today: date
    zone: str = "Asia/Jakarta"
    names: Names = field(default_factory=Names)
    top: Mapping[int, int] = field(default_factory=dict)

    def day(self, days: int) -> date:
        """Return the day so many days from today, within what a calendar holds."""
        return self.today + timedelta(days=days)

    def begins(self, day: date) -> datetime:
        """Return the moment, naive UTC, at which a local day begins."""
        local = datetime.combine(day, time(), ZoneInfo(self.zone))
        return local.astimezone(UTC).replace(tzinfo=None)

    def local_day(self, moment: datetime) -> date:
        """Return the local day of a naive UTC moment."""
        return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(self.zone)).date()

    def birthdays(self, days: int) -> list[int]:
        """Return the birthdays from today on as month and day in one number; 29 February is the 28th in other years."""
        found = set()
        for ahead in range(min(days, 366) + 1):
            day = self.day(ahead)
            found.add(day.month * 100 + day.day)
            if (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).month == 3:
                found.add(229)
        return sorted(found)

    def years_ago(self, years: int) -> date:
        """Return the latest birth date of somebody who has completed so many years."""
        year = max(self.today.year - years, 1)
        try:
            return self.today.replace(year=year)
        except ValueError:  # who was born on 29 February completes the year on 1 March
            return date(year, 2, 28)


def segments_of(rule: Rule) -> list[str]:
    """Return the segments that a rule names itself, each once."""
    return list(dict.fromkeys(_all_named(rule)))


def _all_named(rule: Rule) -> Iterable[str]:
    """Yield the segments that a rule names itself, as often as it names them."""
    return (each for _, condition in conditions(rule) if condition.fact == "segment" for each in _named(condition))


def _named(condition: Condition) -> Iterable[str]:
    return (*condition.values.get("is", ()), *condition.values.get("is_not", ()))


def refuse_cycles(slug: str, rule: Rule, names: Names) -> None:
    """Raise SegmentCycle where the segment ``slug`` with this rule would depend on itself, or on far too many."""
    path: list[str] = [slug]
    asked = 0

    def follow(one: Rule) -> None:
        nonlocal asked
        asked += sum(1 for _ in conditions(one))
        if asked > MOST_ASKED:
            raise SegmentCycle(N_("This rule depends on too many other segments."), N_("Make it simpler."))
        for name in _all_named(one):
            if name in path:
                raise SegmentCycle(
                    N_("The segment {name} would depend on itself: {chain}."),
                    N_("Take one of these segments out of the rule."),
                    name=name,
                    chain=" → ".join([*path[path.index(name):], name]),
                )  # fmt: skip
            if name in names.segments:
                path.append(name)
                follow(names.segments[name].rule)
                path.pop()

    follow(rule)


def every_condition(rule: Rule, names: Names) -> Iterable[Condition]:
    """Yield the conditions of a rule and of the segments that it depends on; they depend on nothing twice over."""
    waiting, seen = [rule], set[str]()
    while waiting:
        one = waiting.pop()
        yield from (condition for _, condition in conditions(one))
        fresh = [name for name in segments_of(one) if name in names.segments and name not in seen]
        seen.update(fresh)
        waiting.extend(names.segments[name].rule for name in fresh)


def states_asked_for(rule: Rule, names: Names) -> set[str]:
    """Return those of the states out of sight that a rule asks for by name; a stage 'contact' asks for contacts."""
    asked: set[str] = set()
    for condition in every_condition(rule, names):
        if condition.fact in ("state", "stage"):
            asked.update(word for word in condition.values.get("is", ()) if word in OUT_OF_SIGHT)
    return asked


def hidden_states(rule: Rule, names: Names) -> list[str]:
    """Return the states whose people a rule leaves out."""
    asked = states_asked_for(rule, names)
    return [state for state in OUT_OF_SIGHT if state not in asked]
