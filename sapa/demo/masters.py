"""What the library was set up with: kinds of patron, branches, rooms, collections, staff, settings, closed days."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sapa.demo import php
from sapa.demo.publishers import Publishers
from sapa.demo.seasons import Rhythm, Seasons, iso
from sapa.demo.tables import Value, columns_of, insert
from sapa.demo.words import DATA

OPENED = "2014-02-03"
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LOAN_DESK = (2, 3, 4, 5, 7)  # user_id of those who lend

BRANCHES = (("PST", 0.56), ("JHR", 0.13), ("TBG", 0.11), ("HLV", 0.1), ("BLW", 0.07), ("KEL", 0.03))
SHELVES = {"referensi": 1, "umum": 2, "fiksi": 3, "anak": 4, "daerah": 5, "majalah": 6, "audio": 7}
CUSTOM_TYPES = {"date": "date", "longtext": "text"}


@dataclass(frozen=True)
class Category:
    """A kind of patron: the row in ``mst_member_type``, and who they are.

    ``ages`` are those of its members, ``share`` is out of all patrons, ``learned`` and ``pilgrim`` are the shares of
    those with a degree and, among Muslims, with a hajj behind them.
    """

    key: str
    number: int
    name: str
    rhythm: Rhythm
    ages: tuple[int, int]
    share: float
    limit: int
    days: int
    term: int
    renewals: int
    fine: int
    learned: float = 0.0
    pilgrim: float = 0.0


CATEGORIES = (
    Category("sd", 2, "Pelajar SD", Rhythm.SCHOOL, (6, 11), 15, 2, 7, 365, 1, 500),
    Category("smp", 3, "Pelajar SMP", Rhythm.SCHOOL, (12, 14), 11, 2, 7, 365, 1, 500),
    Category("sma", 4, "Pelajar SMA/SMK", Rhythm.SCHOOL, (15, 17), 14, 3, 7, 365, 1, 500),
    Category("mahasiswa", 5, "Mahasiswa", Rhythm.CAMPUS, (18, 25), 21, 3, 7, 365, 2, 1000),
    Category("umum", 6, "Umum", Rhythm.ADULT, (19, 58), 21, 3, 7, 730, 2, 1000, 0.12, 0.04),
    Category("guru", 7, "Guru & Dosen", Rhythm.ADULT, (24, 59), 6, 5, 14, 730, 2, 500, 0.75, 0.15),
    Category("asn", 8, "ASN/TNI/Polri", Rhythm.ADULT, (24, 57), 5, 3, 14, 730, 2, 1000, 0.5, 0.12),
    Category("lansia", 9, "Lansia", Rhythm.ADULT, (60, 81), 5, 3, 14, 1825, 3, 0, 0.2, 0.4),
    Category("lembaga", 10, "Taman Bacaan & Lembaga", Rhythm.ADULT, (25, 55), 0.5, 40, 30, 730, 1, 0),
)
BY_KEY = {category.key: category for category in CATEGORIES}


@cache
def masters() -> dict[str, Any]:
    """Return the fixed tables: columns and rows by table."""
    found: dict[str, Any] = json.loads((DATA / "masters.json").read_text(encoding="utf-8"))
    return found


def write_masters(connection: sqlite3.Connection, seasons: Seasons, today: date) -> None:
    """Fill every table that no reader and no book changes."""
    for name, content in masters().items():
        stamped_insert(connection, name, content["columns"], [prepared(name, row) for row in content["rows"]])
    stamped_insert(
        connection,
        "mst_member_type",
        ("member_type_id", "member_type_name", "loan_limit", "loan_periode", "enable_reserve", "reserve_limit",
         "member_periode", "reborrow_limit", "fine_each_day", "grace_periode"),
        list(member_types()),
    )  # fmt: skip
    publishers = [(one.number, one.name) for one in Publishers().all]
    stamped_insert(connection, "mst_publisher", ("publisher_id", "publisher_name"), publishers)
    fields = [row[2:5] for row in masters()["mst_custom_field"]["rows"] if row[1] == "member"]
    columns = ", ".join(f"{name} {CUSTOM_TYPES.get(kind, 'varchar(255)')}" for name, _, kind in fields)
    connection.execute(
        f"CREATE TABLE member_custom (member_id varchar(20) NOT NULL COLLATE NOCASE, {columns}, "
        "PRIMARY KEY (member_id)) WITHOUT ROWID"
    )
    insert(
        connection,
        "holiday",
        ("holiday_id", "holiday_dayname", "holiday_date", "description"),
        list(holidays(seasons, today)),
    )


def prepared(name: str, row: list[Any]) -> list[Value]:
    """Return a row of masters.json as the table ``name`` keeps it: settings and choices in PHP's notation."""
    if name == "setting":
        return [*row[:2], php.serialise(row[2])]
    return [php.options(value) if isinstance(value, list) else value for value in row]


def member_types() -> Iterator[tuple[Value, ...]]:
    """Yield the kinds of patron, SLiMS's own first and never used here; SLiMS saves a grace of 0 days as NULL."""
    yield (1, "Standard", 2, 7, 1, 2, 365, 1, 0, 0)
    for one in CATEGORIES:
        reserve = int(one.key not in {"sd", "lembaga"})
        grace = 1 if one.key == "lansia" else None
        yield (
            one.number, one.name, one.limit, one.days, reserve, 2 * reserve, one.term, one.renewals, one.fine, grace
        )  # fmt: skip


def holidays(seasons: Seasons, today: date) -> Iterator[tuple[Value, ...]]:
    """Yield Sunday, the six test days every new SLiMS has, and the holidays entered up to the end of this year."""
    for number in range(1, 7):
        yield number, DAY_NAMES[number - 1], f"2009-06-{number:02d}", "Tes Libur"
    yield 7, "Sun", None, None
    last = date(today.year, 12, 31).toordinal()
    days = [day for day in sorted(seasons.holidays) if day <= last]
    for number, day in enumerate(days, 8):
        yield number, DAY_NAMES[date.fromordinal(day).weekday()], iso(day), seasons.holidays[day]


def stamped_insert(
    connection: sqlite3.Connection, name: str, columns: tuple[str, ...] | list[str], rows: list[Any]
) -> None:
    """Insert rows that were there from the first day, with the stamps the table has a place for."""
    there = columns_of(connection, name)
    stamps = [column for column in ("input_date", "last_update") if column in there]
    insert(connection, name, [*columns, *stamps], [[*row, *[OPENED] * len(stamps)] for row in rows])
