"""Small invented libraries: what is known of a few people, as plain rows of the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import Connection, Table, delete, insert, update

from crm.schema import ils
from crm.schema.base import METADATA
from crm.schema.people import membership, note, person
from crm.schema.profiles import facts, interest, person_touched, topic
from crm.schema.programmes import attendance, programme

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 5)
ZONES = ("Asia/Jakarta", "Asia/Jayapura", "Europe/Berlin", "America/New_York")
SOURCES = (1, 2)
KEYS = ("a", "A", "a ", "b", "stray")
CATEGORIES: dict[str, tuple[str, int | None]] = {
    "1": ("Umum", None), "2": ("Anak", 7), "3": ("Guru", 60), "4": ("Mahasiswa", 0), "5": ("Aneh", -3),
}  # fmt: skip
TOPICS = (1, 2, 3)
PROGRAMMES = (1, 2)

Row = dict[str, Any]
Library = Mapping[Table, Sequence[Row]]

days = st.integers(-500, 20).map(lambda number: TODAY + timedelta(days=number))
edges = st.sampled_from([-366, -365, -364, -183, -91, -90, -89, -61, -60, -31, -30, -29, -1, 0, 1]).map(
    lambda number: TODAY + timedelta(days=number)
)
some_day = st.none() | days | edges | edges
hours = st.tuples(st.sampled_from([0, 1, 4, 5, 14, 15, 16, 17, 22, 23]), st.sampled_from([(0, 0), (59, 59)]))
moments = st.none() | st.tuples(days | edges | edges, hours).map(
    lambda at: datetime(at[0].year, at[0].month, at[0].day, at[1][0], *at[1][1])
)
places = st.tuples(st.sampled_from((1, *SOURCES)), st.sampled_from(("a", "a", *KEYS)))
amounts = st.sampled_from([None, Decimal(0), Decimal(500), Decimal("0.1"), Decimal("0.2"), Decimal("12.75")])
gone = st.sampled_from([None, None, None, NOON])


@dataclass(frozen=True)
class Invented:
    """The rows by table, and the zone in which the library lies."""

    tables: Library
    zone: str

    def __repr__(self) -> str:
        """Show the rows, not what the tables look like."""
        return f"Invented({self.zone}, { {table.name: rows for table, rows in self.tables.items() if rows} })"


def numbered(rows: Sequence[Row], **fixed: Any) -> list[Row]:
    """Return the rows with keys 1, 2, 3 …."""
    return [{**row, **fixed, "key": at} for at, row in enumerate(rows, 1)]


def of_a_patron(**columns: Any) -> st.SearchStrategy[list[Row]]:
    """Invent rows of the ILS that name a patron, or none."""
    made = st.fixed_dictionaries({"place": places, "nameless": st.sampled_from([False] * 5 + [True]), **columns})
    return st.lists(made, max_size=14).map(lambda rows: [_placed(row) for row in rows])


def _placed(row: Row) -> Row:
    source_id, key = row["place"]
    left = {name: value for name, value in row.items() if name not in ("place", "nameless")}
    return {"source_id": source_id, "patron_key": None if row["nameless"] else key, **left}


loans = of_a_patron(loaned_on=some_day, due_on=some_day, returned_on=some_day, is_open=st.sampled_from([True, False]),
                    gone_at=gone)  # fmt: skip
visits = of_a_patron(visited_at=moments, gone_at=gone)
holds = of_a_patron(placed_at=moments, gone_at=gone)
charges = of_a_patron(amount=amounts, paid=amounts, gone_at=gone)
patrons = st.fixed_dictionaries(
    {
        "category_key": st.sampled_from([None, "9", *CATEGORIES]),
        "branch_key": st.sampled_from([None, "P"]),
        "is_blocked": st.sampled_from([None, False, True]),
        **dict.fromkeys(("member_since", "added_on", "registered_on", "expires_on"), some_day),
    }
)
people = st.lists(
    st.fixed_dictionaries(
        {
            "birth_date": st.sampled_from([None, date(2008, 11, 24), date(2008, 11, 25), date(2014, 2, 28),
                                           date(1990, 5, 5), date(1950, 1, 2), date(2008, 2, 29)]),
            "is_merged": st.sampled_from([False] * 6 + [True]),
        }
    ),
    min_size=1, max_size=5,
)  # fmt: skip


@st.composite
def libraries(draw: st.DrawFn) -> Invented:
    """Invent a library: two sources, up to five people, and whatever they did."""
    rows: dict[Table, list[Row]] = _surroundings(draw)
    found = draw(people)
    for number, each in enumerate(found, 1):
        merged = 1 if each["is_merged"] and number > 1 else None
        rows[person].append(
            {"id": number, "name": f"Orang {number}", "birth_date": each["birth_date"], "merged_into": merged,
             "is_placeholder_birth": False, "created_at": NOON, "changed_at": NOON}
        )  # fmt: skip
    ids = st.integers(1, len(found))
    for source_id, key in draw(st.sets(st.tuples(st.sampled_from(SOURCES), st.sampled_from(KEYS[:-1])), max_size=6)):
        _join(draw, rows, source_id, key, draw(ids))
    for table, strategy in ((ils.loan, loans), (ils.visit, visits), (ils.hold, holds), (ils.charge, charges)):
        rows[table] = numbered(draw(strategy), first_seen_at=NOON)
    came = st.dictionaries(st.tuples(st.sampled_from(PROGRAMMES), ids), moments, max_size=4)
    rows[attendance] = [{"programme_id": at, "person_id": who, "came_at": when, "how": "list"}
                        for (at, who), when in draw(came).items()]  # fmt: skip
    notes = st.lists(
        st.tuples(ids, st.sampled_from(["question", "talk"]), moments.map(lambda at: at or NOON)), max_size=4
    )
    rows[note] = [{"person_id": who, "kind": kind, "words": "?", "at": at} for who, kind, at in draw(notes)]
    liked = st.dictionaries(st.tuples(ids, st.sampled_from(TOPICS)), st.tuples(st.integers(0, 2), some_day), max_size=4)
    rows[interest] = [{"person_id": who, "topic_id": about, "weight": 0.5, "loans": count, "last_on": last}
                      for (who, about), (count, last) in draw(liked).items()]  # fmt: skip
    return Invented(rows, draw(st.sampled_from(ZONES)))


def _join(draw: st.DrawFn, rows: dict[Table, list[Row]], source_id: int, key: str, person_id: int) -> None:
    since = draw(st.integers(0, 3)), draw(st.sampled_from([None, 1, 2]))
    rows[membership].append(
        {"source_id": source_id, "patron_key": key, "person_id": person_id, "how": "new",
         "since_at": NOON - timedelta(days=since[0]),
         "ended_at": None if since[1] is None else NOON - timedelta(days=since[1])}
    )  # fmt: skip
    if draw(st.sampled_from([True, True, True, False])):
        known = {"source_id": source_id, "key": key, "key_hash": 1, "first_seen_at": NOON}
        rows[ils.patron].append({**known, **draw(patrons)})


def _surroundings(draw: st.DrawFn) -> dict[Table, list[Row]]:
    """Invent what belongs to nobody: sources, categories, closed days, topics and programmes."""
    stamps = {"first_seen_at": NOON}
    weekly = draw(st.sets(st.integers(1, 7), max_size=3) | st.just(set(range(1, 8))))
    begin, length = draw(days), draw(st.sampled_from([0, 3, 12, 30, 90]))
    single = [begin + timedelta(days=number) for number in range(length)]
    closed: list[Row] = [{"weekday": each, "on_date": None, "branch_key": None} for each in sorted(weekly)]
    closed += [{"weekday": each.isoweekday(), "on_date": each, "branch_key": None} for each in single]
    closed.append({"weekday": 1, "on_date": TODAY, "branch_key": "P"})
    return {
        ils.source: [{"id": each, "name": f"s{each}", "ils": "slims"} for each in SOURCES],
        topic: [{"id": each, "slug": str(each), "kind": "topic", "name_id": "?", "name_en": "?", "is_sensitive": False,
                 "is_shipped": True} for each in TOPICS],
        programme: [{"id": each, "slug": str(each), "title": "?", "starts_at": NOON, "is_public": True,
                     "created_at": NOON} for each in PROGRAMMES],
        ils.category: [{"source_id": 1, "key": key, "key_hash": 1, "name": name, "loan_days": loan_days, **stamps}
                       for key, (name, loan_days) in CATEGORIES.items()],
        ils.closed_day: numbered(closed, source_id=1, **stamps),
        person: [], membership: [], ils.patron: [],
    }  # fmt: skip


def write(connection: Connection, library: Library) -> None:
    """Put a library in place of what the tables hold."""
    connection.execute(update(person).values(merged_into=None))
    for table in (facts, person_touched):
        connection.execute(delete(table))
    mine = [table for table in METADATA.sorted_tables if table in library]
    for table in reversed(mine):
        connection.execute(delete(table))
    for table in mine:
        if library[table]:
            connection.execute(insert(table), list(library[table]))
