"""An invented population as plain records, and the rows that say the same in the tables."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
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
            "group": {"1": "SMPN 1", "2": "SMPN 2"}, "programme": {"bedah-buku": "Bedah buku", "kelas": "Kelas"}},
)  # fmt: skip

days = st.integers(-400, 40).map(lambda days: TODAY + timedelta(days=days))
past = st.integers(-400, 3).map(lambda days: TODAY + timedelta(days=days))
births = st.sampled_from(
    [date(2012, 2, 29), date(2010, 2, 28), date(2015, 2, 27), date(1990, 3, 1), date(1960, 12, 31)]
)
small = st.integers(0, 4)


@st.composite
def loans(draw: st.DrawFn) -> tuple[Happening, ...]:
    """Invent loans; the title that each is about is told by its topics."""
    found = draw(
        st.lists(st.tuples(past, st.sampled_from(list(TITLES)), st.sampled_from([None, "A", "B"])), max_size=5)
    )
    return tuple(Happening(on, frozenset(TITLES[title]), branch) for on, title, branch in found)


moments = st.lists(past, max_size=4).map(lambda found: tuple(Happening(on) for on in found))
holds = st.lists(st.tuples(past, st.sampled_from(list(TITLES))), max_size=3).map(
    lambda found: tuple(Happening(on, frozenset(TITLES[title])) for on, title in found)
)
columns = st.fixed_dictionaries(
    {
        "gender": st.sampled_from([None, "m", "f"]),
        "birth_date": st.none() | births,
        "deceased_on": st.sampled_from([None, None, None, None, TODAY]),
        "source_id": st.sampled_from([None, 1, 2]),
        "category_key": st.sampled_from([None, "1", "2"]),
        "branch_key": st.sampled_from([None, "A", "B"]),
        "age_band": st.sampled_from([None, "child", "adult"]),
        "state": st.sampled_from(["member", "member", "expired", "blocked", "gone", "contact"]),
        **{name: st.none() | days for name in ("joined_on", "expires_on", "next_due_on", "first_activity_on",
                                               "last_activity_on", "last_loan_on", "last_visit_on")},
        **dict.fromkeys(("open_loans", "overdue_loans", "breadth"), small),
        "balance": st.sampled_from([Decimal(0), Decimal("-5.50"), Decimal("0.1"), Decimal(10000)]),
        "on_time_rate": st.sampled_from([None, 0.0, 0.7, 0.9, 1.0]),
        "usual_gap_days": st.none() | st.sampled_from([1.0, 7.5, 30.0]),
        "stage": st.sampled_from(["new", "active", "lapsing", "contact"]),
        "key_score": st.sampled_from([0.0, 0.1, 0.3, 0.7]),
        "is_minor": st.booleans(),
    }
)  # fmt: skip


def within(days: int, each: Happening) -> bool:
    """Tell whether something happened in the last so many days."""
    return each.on is not None and 0 <= (TODAY - each.on).days <= days


@st.composite
def readers(draw: st.DrawFn) -> Reader:
    """Invent one reader; the worked-out counts follow from what happened."""
    happened = {"loans": draw(loans()), "holds": draw(holds), "visits": draw(moments), "questions": draw(moments)}
    attended = draw(st.dictionaries(st.sampled_from(list(PROGRAMMES)), past, max_size=2))
    happened["programmes"] = tuple(Happening(on) for on in attended.values())
    counts = {
        f"{what}_{days or 'ever'}": sum(days is None or within(days, each) for each in happened[what])
        for what in COUNTED for days in (*WINDOWS, None)
    }  # fmt: skip
    said = st.lists(st.tuples(st.sampled_from(["profiling", "news"]), st.sampled_from([None, "whatsapp", "email"]),
                              st.sampled_from(["agreed", "refused"])), max_size=3)  # fmt: skip
    answers: dict[tuple[str, str | None], str] = {}
    for purpose, channel, state in draw(said):
        answers.pop((purpose, channel), None)
        answers[purpose, channel] = state
    few = st.sampled_from(list(TOPICS))
    return Reader(
        columns=draw(columns) | counts,
        happened=happened,
        tags=frozenset(draw(st.sets(st.sampled_from(["relawan", "guru", 'a"b']), max_size=2))),
        groups=frozenset(draw(st.sets(st.sampled_from(GROUPS), max_size=2))),
        attended=frozenset(attended),
        traits=draw(st.dictionaries(st.sampled_from(["education", "hobbies"]),
                                    st.sampled_from(["S1", "S2", ["S1", "membaca"], ["x", 'a"b']]), max_size=2)),
        interests=draw(st.dictionaries(few, st.sampled_from([0.1, 0.25, 0.7]), max_size=3)),
        wishes=draw(st.dictionaries(few, st.sampled_from(["more", "less", "never"]), max_size=2)),
        channels=frozenset(draw(st.sets(st.sampled_from(list(CHANNEL_KIND)), max_size=2))),
        answers=answers,
    )  # fmt: skip


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
    for each in GROUPS:
        rows.add(group, id=int(each), name=f"SMPN {each}", kind="school", created_at=NOON)
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
    for each in reader.groups:
        rows.add(group_member, group_id=int(each), person_id=number, role="member", origin="staff", since_at=NOON)
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
