"""The first page: what is to do, how the library is doing, who is worth writing to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from crm.reports import days, stages, topics, weeks
from crm.reports.days import NOBODY, People, list_name
from crm.reports.rules import YEAR, Compared, Rising, Week, against_last_year, last_full_week, monday, rising
from crm.reports.suggestions import Suggestion, worth_doing
from crm.reports.tasks import Sources, Task, sources, tasks
from crm.schema.profiles import topic

MONTH = timedelta(days=30)
CHARTED = 26  # weeks
NEAR = timedelta(days=7)  # a day of last year this near to today's is as good
STAGES = ("new", "active", "occasional", "lapsing", "lapsed", "never")
TOPICS = 5


@dataclass(frozen=True)
class Stage:
    """A stage: how many are in it now and were a month ago (None if nobody counted then), who came and who left."""

    word: str
    now: int
    before: int | None
    came: int
    left: int


@dataclass(frozen=True)
class Move:
    """So many people went from one stage to another."""

    before: str
    stage: str
    people: int


@dataclass(frozen=True)
class RisingTopic:
    """A topic that is borrowed more than it was, with its names."""

    slug: str
    name_id: str
    name_en: str
    rising: Rising


@dataclass(frozen=True)
class Today:
    """Everything on the first page.

    ``last_week`` is the Monday of the last week that the numbers add up; ``thisyear`` and ``lastyear`` are the weeks
    of the chart, oldest first, side by side; ``counted_on`` is the day people were last counted, None before that.
    """

    sources: Sources
    tasks: tuple[Task, ...]
    last_week: date
    visits: Compared
    loans: Compared
    readers: Compared
    agreed: Compared
    reachable: int
    suggestions: tuple[Suggestion, ...]
    stages: tuple[Stage, ...]
    moves: tuple[Move, ...]
    thisyear: tuple[Week, ...]
    lastyear: tuple[Week, ...]
    rising: tuple[RisingTopic, ...]
    counted_on: date | None


def show(connection: Connection, today: date, now: datetime, late_after: Mapping[str, timedelta]) -> Today:
    """Return the first page for the library's local day; a fixed number of statements, none over loans or visits."""
    last = last_full_week(today)
    known = weeks.kept(connection, monday(today) - 2 * YEAR)
    counted_on = days.last_day(connection, today)
    counts = days.counted_on(connection, counted_on)
    there = sources(connection, now, late_after)
    moved = stages.moves(connection, today - MONTH)
    return Today(
        sources=there,
        tasks=tuple(tasks(connection, there, today)),
        last_week=last,
        visits=against_last_year(known, last, "visits"),
        loans=against_last_year(known, last, "loans"),
        readers=_readers(known, last),
        agreed=_agreed(connection, counts, today),
        reachable=sum(each.reachable for name, each in counts.items() if name.startswith("stage:")),
        suggestions=tuple(worth_doing(counts)),
        stages=_stages(connection, counts, moved, today),
        moves=_moves(moved),
        thisyear=_charted(known, last),
        lastyear=_charted(known, last - YEAR),
        rising=_rising(connection),
        counted_on=counted_on,
    )


def _readers(known: Mapping[date, Week], last: date) -> Compared:
    weeks_ = [known.get(week, Week(week)) for week in (last, last - YEAR)]
    before = weeks_[1].readers if against_last_year(known, last, "loans").before is not None else None
    return Compared(weeks_[0].readers or 0, before)


def _agreed(connection: Connection, counts: Mapping[str, People], today: date) -> Compared:
    name = list_name("agreed")
    day = days.last_day(connection, today - YEAR)
    if day is None or today - YEAR - day > NEAR:
        return Compared(counts.get(name, NOBODY).people, None)
    return Compared(counts.get(name, NOBODY).people, days.counted_on(connection, day).get(name, NOBODY).people)


Moved = Mapping[tuple[str, str], int]


def _stages(connection: Connection, counts: Mapping[str, People], moved: Moved, today: date) -> tuple[Stage, ...]:
    then = days.counted_on(connection, days.last_day(connection, today - MONTH))
    return tuple(
        Stage(
            word,
            counts.get(days.stage_name(word), NOBODY).people,
            then.get(days.stage_name(word), NOBODY).people if then else None,
            sum(people for (_, now), people in moved.items() if now == word),
            sum(people for (before, _), people in moved.items() if before == word),
        )
        for word in STAGES
    )


def _moves(moved: Moved) -> tuple[Move, ...]:
    ranked = sorted(moved.items(), key=lambda each: (-each[1], each[0]))
    return tuple(Move(before, now, people) for (before, now), people in ranked if before != now)


def _charted(known: Mapping[date, Week], last: date) -> tuple[Week, ...]:
    mondays = [last - timedelta(weeks=number) for number in reversed(range(CHARTED))]
    return tuple(known.get(week, Week(week)) for week in mondays)


def _rising(connection: Connection) -> tuple[RisingTopic, ...]:
    each, everything = topics.loans_of_topics(connection)
    found = rising(each, everything.recent, everything.before, TOPICS)
    ids = [one.topic_id for one in found]
    rows = connection.execute(
        select(topic.c.id, topic.c.slug, topic.c.name_id, topic.c.name_en).where(topic.c.id.in_(ids))
    )
    named = {row.id: row for row in rows}
    return tuple(
        RisingTopic(named[one.topic_id].slug, named[one.topic_id].name_id, named[one.topic_id].name_en, one)
        for one in found
    )
