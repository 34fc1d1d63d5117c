"""An invented population as plain records, and the rows that say the same in the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, update

from crm.schema import ils
from crm.schema.base import METADATA
from crm.schema.people import contact_point, membership, note, permission, person, tag, trait
from crm.schema.profiles import COUNTED, WINDOWS, declared, facts, interest, title_topic, topic
from crm.schema.programmes import attendance, group, group_member, programme
from crm.segments.names import Names, SegmentName, TopicName
from crm.segments.reading import read_rule
from crm.segments.reference import Happening, Reader

TODAY = date(2028, 2, 27)  # two days before a 29 February
NOON = datetime(2028, 2, 27, 5)  # of that day in Jakarta
TOPICS = {"cerita": None, "dongeng": "cerita", "masak": None, "iman": None}
TOPIC_IDS = {slug: at for at, slug in enumerate(TOPICS, 1)}
TITLES = {1: {"cerita"}, 2: {"dongeng"}, 3: {"masak", "dongeng"}, 4: set()}
PROGRAMMES = {"bedah-buku": 1, "kelas": 2}
GROUPS = ("1", "2")
CHANNEL_KIND = {"email": "email", "phone": "landline"}

NAMES = Names(
    sources={"main": 1, "second": 2},
    topics={slug: TopicName(TOPIC_IDS[slug], slug, slug, above, slug == "iman") for slug, above in TOPICS.items()},
    segments={
        "women": SegmentName("Women", read_rule({"fact": "gender", "is": ["f"]})),
        "guests": SegmentName("Guests", read_rule({"fact": "state", "is": ["contact"]})),
        "busy": SegmentName("Busy", read_rule({"none": [{"fact": "segment", "is": ["women", "nothing"]},
                                                        {"fact": "loans", "at_most": 1}]})),
    },
    labels={"category": {"1": "Pelajar", "2": "Umum"}, "branch": {"A": "Pusat", "B": "Cabang"},
            "group": {"1": "SMPN 1", "2": "SMPN 2", "3": "Closed"},
            "programme": {"bedah-buku": "Bedah buku", "kelas": "Kelas"}},
)  # fmt: skip

EDGES_OF_SPANS = (-401, -400, -366, -365, -364, -101, -100, -91, -90, -89, -32, -31, -30, -29, -3, -2, -1, 0, 1, 2, 3)
AHEAD = (29, 30, 31, 90, 91)
BIRTHS = (date(2012, 2, 29), date(2010, 2, 28), date(2015, 2, 27), date(1990, 3, 1), date(1960, 12, 31))
CHOICES: dict[str, tuple[Any, ...]] = {
    "gender": (None, "m", "f"),
    "birth_date": (None, *BIRTHS),
    "deceased_on": (None, None, None, None, TODAY),
    "source_id": (None, 1, 2),
    "category_key": (None, "1", "2"),
    "branch_key": (None, "A", "B"),
    "age_band": (None, "child", "adult"),
    "state": ("member", "member", "expired", "blocked", "gone", "contact"),
    "open_loans": (0, 1, 2, 3, 4),
    "overdue_loans": (0, 1, 2, 3, 4),
    "breadth": (0, 1, 2, 3, 4),
    "balance": (Decimal(0), Decimal("-5.50"), Decimal("0.1"), Decimal(1), Decimal(10000)),
    "on_time_rate": (None, 0.0, 0.7, 0.9, 1.0),
    "usual_gap_days": (None, 1.0, 2.0, 7.5, 30.0),
    "stage": ("new", "active", "lapsing", "contact"),
    "key_score": (0.0, 0.1, 0.3, 0.7),
    "is_minor": (False, True),
}
DATES = ("joined_on", "expires_on", "next_due_on", "first_activity_on", "last_activity_on", "last_loan_on",
         "last_visit_on")  # fmt: skip
VALUES: tuple[Any, ...] = ("S1", "S2", ["S1", "membaca"], ["x", 'a"b'])


def within(days: int, each: Happening) -> bool:
    """Tell whether something happened in the last so many days."""
    return each.on is not None and 0 <= (TODAY - each.on).days <= days


def invent(chance: Random) -> Reader:
    """Invent one reader; the worked-out counts follow from what happened."""
    attended = sorted(_some(chance, PROGRAMMES))
    happened = {
        "loans": _happenings(chance, 5, is_of_title=True, branches=(None, "A", "B")),
        "holds": _happenings(chance, 3, is_of_title=True),
        "visits": _happenings(chance, 4),
        "questions": _happenings(chance, 4),
        "programmes": tuple(Happening(_day(chance)) for _ in attended),
    }
    counts = {
        f"{what}_{days or 'ever'}": sum(days is None or within(days, each) for each in happened[what])
        for what in COUNTED
        for days in (*WINDOWS, None)
    }
    return Reader(
        columns={name: chance.choice(words) for name, words in CHOICES.items()}
        | {name: chance.choice([None, _day(chance), _day(chance, AHEAD)]) for name in DATES}
        | counts,
        happened=happened,
        tags=frozenset(_some(chance, ["relawan", "guru", 'a"b'])),
        groups=frozenset(_some(chance, GROUPS)),
        attended=frozenset(attended),
        traits={name: chance.choice(VALUES) for name in _some(chance, ["education", "hobbies"])},
        interests={slug: chance.choice([0.1, 0.25, 0.7]) for slug in _some(chance, TOPICS)},
        wishes={slug: chance.choice(["more", "less", "never"]) for slug in _some(chance, TOPICS)},
        channels=frozenset(_some(chance, CHANNEL_KIND)),
        answers=_answers(chance),
    )


def _day(chance: Random, distances: Sequence[int] = EDGES_OF_SPANS) -> date:
    return TODAY + timedelta(days=chance.choice(distances))


def _some(chance: Random, words: Iterable[str]) -> list[str]:
    return [word for word in words if chance.random() < 0.4]


def _happenings(
    chance: Random, most: int, *, is_of_title: bool = False, branches: Sequence[str | None] = (None,)
) -> tuple[Happening, ...]:
    """Invent what happened; the title that each is about is told by its topics."""
    titles = list(TITLES.values()) if is_of_title else [set()]
    return tuple(
        Happening(_day(chance), frozenset(chance.choice(titles)), chance.choice(branches))
        for _ in range(chance.randint(0, most))
    )


def _answers(chance: Random) -> dict[tuple[str, str | None], str]:
    answers: dict[tuple[str, str | None], str] = {}
    for _ in range(chance.randint(0, 3)):
        asked = chance.choice(["profiling", "news"]), chance.choice([None, "whatsapp", "email"])
        answers.pop(asked, None)  # the latest stands last
        answers[asked] = chance.choice(["agreed", "refused"])
    return answers


def crowd(seed: int, size: int) -> list[Reader]:
    """Invent some readers, the same ones for the same seed."""
    chance = Random(seed)
    return [invent(chance) for _ in range(size)]


@dataclass
class Rows:
    """What is written into each table."""

    tables: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    numbers: Counter[str] = field(default_factory=Counter)

    def add(self, table: Table, **values: Any) -> None:
        self.tables.setdefault(table, []).append(values)

    def number(self, what: str) -> int:
        self.numbers[what] += 1
        return self.numbers[what]


EDGES = (time(0), time(23, 59, 59))


def utc(day: date | None, at: int) -> datetime:
    """Return a moment at the very beginning or end of a day in Jakarta."""
    assert day is not None
    return datetime.combine(day, EDGES[at % 2]) - timedelta(hours=7)


def write(connection: Connection, population: list[Reader]) -> None:
    """Put the population into tables that are empty but for it; person ids are 1, 2, 3 …."""
    connection.execute(update(topic).values(parent_id=None))
    for table in reversed(METADATA.sorted_tables):
        connection.execute(delete(table))
    rows = Rows()
    _surroundings(rows)
    for number, reader in enumerate(population, 1):
        _person(rows, number, reader)
        _happened(rows, number, reader)
        _beside(rows, number, reader)
    for table, values in rows.tables.items():
        connection.execute(insert(table), values)


def _surroundings(rows: Rows) -> None:
    for name, number in NAMES.sources.items():
        rows.add(ils.source, id=number, name=name, ils="slims")
    for slug, number in TOPIC_IDS.items():
        rows.add(topic, id=number, slug=slug, kind="topic", name_id=slug, name_en=slug,
                 parent_id=TOPIC_IDS.get(TOPICS[slug] or ""), is_sensitive=slug == "iman", is_shipped=True)  # fmt: skip
    for title, slugs in TITLES.items():
        for slug in sorted(slugs):
            rows.add(title_topic, source_id=1, title_key=title, topic_id=TOPIC_IDS[slug])
    for each in (*GROUPS, "3"):
        closed_at = NOON if each == "3" else None
        rows.add(group, id=int(each), name=f"SMPN {each}", kind="school", created_at=NOON, closed_at=closed_at)
    for slug, number in PROGRAMMES.items():
        rows.add(programme, id=number, slug=slug, title=slug, starts_at=NOON, is_public=True, created_at=NOON)


def _person(rows: Rows, number: int, reader: Reader) -> None:
    here = {name: value for name, value in reader.columns.items() if name in facts.c}
    mine = {name: reader.columns[name] for name in ("gender", "birth_date", "deceased_on")}
    rows.add(
        person, id=number, name=f"Reader {number}", is_placeholder_birth=False, created_at=NOON, changed_at=NOON, **mine
    )
    rows.add(facts, person_id=number, patron_key=f"p{number}", worked_out_on=TODAY, **here)
    rows.add(membership, source_id=1, patron_key=f"p{number}", person_id=number, how="new", since_at=NOON)


def _happened(rows: Rows, number: int, reader: Reader) -> None:
    title_of = {frozenset(slugs): title for title, slugs in TITLES.items()}
    row = {"source_id": 1, "patron_key": f"p{number}", "first_seen_at": NOON}
    for each in reader.happened["loans"]:
        rows.add(ils.loan, key=rows.number("loan"), loaned_on=each.on, title_key=title_of[each.topics],
                 branch_key=each.branch, **row)  # fmt: skip
    for at, each in enumerate(reader.happened["holds"]):
        rows.add(ils.hold, key=rows.number("hold"), placed_at=utc(each.on, at), title_key=title_of[each.topics], **row)
    for at, each in enumerate(reader.happened["visits"]):
        rows.add(ils.visit, key=rows.number("visit"), visited_at=utc(each.on, at), **row)
    for at, each in enumerate(reader.happened["questions"]):
        rows.add(note, person_id=number, kind="question", words="?", at=utc(each.on, at))
    came = dict(zip(sorted(reader.attended), reader.happened["programmes"], strict=True))
    for at, (slug, each) in enumerate(came.items()):
        rows.add(attendance, programme_id=PROGRAMMES[slug], person_id=number, came_at=utc(each.on, at), how="list")
    for slug in PROGRAMMES.keys() - reader.attended:
        rows.add(attendance, programme_id=PROGRAMMES[slug], person_id=number, came_at=None, how="page")


def _beside(rows: Rows, number: int, reader: Reader) -> None:
    for name in reader.tags:
        rows.add(tag, person_id=number, name=name, set_at=NOON)
    for each in (*GROUPS, "3"):  # the third is closed; whoever is in neither of the others has left it
        rows.add(group_member, group_id=int(each), person_id=number, role="member", origin="staff", since_at=NOON,
                 ended_at=None if each in reader.groups or each == "3" else NOON)  # fmt: skip
    for name, value in reader.traits.items():
        rows.add(trait, person_id=number, name=name, origin="ils", value="SMA", set_at=NOON)
        rows.add(trait, person_id=number, name=name, origin="staff", value=value, set_at=NOON)
    for slug, weight in reader.interests.items():
        rows.add(interest, person_id=number, topic_id=TOPIC_IDS[slug], weight=weight, loans=1)
    for slug, wish in reader.wishes.items():
        rows.add(declared, person_id=number, topic_id=TOPIC_IDS[slug], wish=wish, origin="reader", set_at=NOON)
    for reached in reader.channels:
        rows.add(contact_point, person_id=number, kind=CHANNEL_KIND[reached], value="x", status="valid", origin="ils",
                 sharers=1, since_at=NOON)  # fmt: skip
    for (purpose, channel), state in reader.answers.items():
        rows.add(permission, id=rows.number("permission"), person_id=number, purpose=purpose, channel=channel,
                 state=state, means="desk", at=NOON)  # fmt: skip
