"""An invented library with few readers, row by row as the pages read them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from crm.patrons.search import keep_words
from crm.schema import ils, people, profiles, programmes, segments

NOW = datetime(2026, 11, 24, 3, 30)  # 10:30 in Jakarta
TODAY = date(2026, 11, 24)
SITI, BUDI, ANI, GUEST = 1, 2, 3, 4
STAMPS = {"source_id": 1, "first_seen_at": NOW}


def days(number: int) -> date:
    """Return the day so many days before today; after it where negative."""
    return TODAY - timedelta(days=number)


def add(connection: Connection, table: Any, *rows: dict[str, Any]) -> None:
    """Insert rows one after the other, so that they may name different columns."""
    for row in rows:
        connection.execute(insert(table).values(row))


def furnish(connection: Connection) -> None:
    """Make the library: a source, a branch, two categories, topics, titles."""
    add(connection, ils.source, {"id": 1, "name": "main", "ils": "slims", "version": "9.7.0", "as_of": NOW})
    add(connection, ils.branch, {"key": "001", "key_hash": 1, "name": "Pusat", **STAMPS})
    for key, name in (("1", "Pelajar"), ("2", "Umum")):
        add(connection, ils.category, {"key": key, "key_hash": 1, "name": name, "loan_days": 7, **STAMPS})
    for number, name in ((1, "Laskar Pelangi"), (2, "Bumi Manusia"), (3, "Belajar Python")):
        add(connection, ils.title, {"key": number, "title": name, **STAMPS})
    for topic, slug, name_id, name_en in ((1, "fiksi", "Fiksi", "Fiction"), (2, "komputer", "Komputer", "Computing")):
        names = {"name_id": name_id, "name_en": name_en, "is_sensitive": False, "is_shipped": True}
        add(connection, profiles.topic, {"id": topic, "slug": slug, "kind": "topic", **names})


def add_person(connection: Connection, person_id: int, name: str, **values: Any) -> None:
    """Add a person with what he is found by; no membership yet."""
    row = {"id": person_id, "name": name, "folded": name.casefold(), "search": name.casefold(),
           "is_placeholder_birth": False, "created_at": NOW, "changed_at": NOW}  # fmt: skip
    add(connection, people.person, row | values)
    keep_words(connection, {person_id: str((row | values)["search"])})


def add_patron(connection: Connection, person_id: int, name: str, key: str, **values: Any) -> None:
    """Add a person with a membership and facts; ``values`` go to the facts, ``gender`` and ``search`` to the person."""
    search = f"{name.casefold()} {key.casefold()} {values.pop('search', '')}"
    personal = {each: values.pop(each) for each in ("gender", "birth_date", "deceased_on", "folded") if each in values}
    add_person(connection, person_id, name, search=search, **personal)
    add_membership(connection, person_id, name, key, expires_on=values.get("expires_on"))
    add_facts(connection, person_id, patron_key=key, source_id=1, **values)


def add_membership(connection: Connection, person_id: int, name: str, key: str, **values: Any) -> None:
    """Add a row of the ILS and the membership that leads to it."""
    row = {"key": key, "key_hash": 1, "card_number": key, "name": name, "category_key": "1", "branch_key": "001"}
    add(connection, ils.patron, row | {"is_blocked": False, **STAMPS} | values)
    member = {"source_id": 1, "patron_key": key, "person_id": person_id, "how": "new", "since_at": NOW}
    add(connection, people.membership, member)


def add_facts(connection: Connection, person_id: int, **values: Any) -> None:
    """Add the facts of a person; counts that are not named are 0."""
    spans = (*profiles.WINDOWS, "ever")
    counts = {f"{what}_{span}": 0 for what in profiles.COUNTED for span in spans}
    row = {"person_id": person_id, "state": "member", "stage": "active", "category_key": "1", "branch_key": "001",
           "age_band": "adult", "open_loans": 0, "overdue_loans": 0, "balance": 0, "breadth": 0, "key_score": 0.0,
           "is_minor": False, "worked_out_on": TODAY}  # fmt: skip
    add(connection, profiles.facts, counts | row | values)


def add_loan(connection: Connection, key: int, patron_key: str, loaned: int, **values: Any) -> None:
    """Add a loan of title 1 made so many days ago, due after a week; ``is_open`` unless it has ``returned_on``."""
    row = {"key": key, "patron_key": patron_key, "item_barcode": f"B{key}", "title_key": 1, "renewals": 0,
           "loaned_on": days(loaned), "due_on": days(loaned - 7), "is_open": "returned_on" not in values}  # fmt: skip
    add(connection, ils.loan, row | STAMPS | values)


def add_readers(connection: Connection) -> None:
    """Add Siti (active), Budi (lapsing, blocked), Ani (a child) and a guest of an event who is no member."""
    add_patron(connection, SITI, "Dr. Siti Aminah, S.Pd.", "A-1", gender="f", birth_date=date(1980, 5, 17),
               stage="active", search="siti@example.org 6281234567890 081234567890", last_activity_on=days(3),
               key_score=0.9, joined_on=days(900), expires_on=days(-100), folded="siti aminah")  # fmt: skip
    add_patron(connection, BUDI, "Budi Santoso", "A-2", gender="m", stage="lapsing", state="blocked", category_key="2",
               last_activity_on=days(200), key_score=0.2, joined_on=days(500), overdue_loans=1)  # fmt: skip
    add_patron(connection, ANI, "Ani", "A-3", gender="f", birth_date=date(2016, 1, 9), stage="new", age_band="child",
               is_minor=True, last_activity_on=days(1), key_score=0.5, joined_on=days(20))  # fmt: skip
    add_person(connection, GUEST, "Tamu Acara")
    add_facts(
        connection, GUEST, state="contact", stage="contact", category_key=None, branch_key=None, age_band="unknown"
    )
    point = {"person_id": SITI, "status": "valid", "origin": "ils", "sharers": 1, "since_at": NOW}
    add(connection, people.contact_point,
        {"kind": "mobile", "value": "+6281234567890", "raw": "0812-3456-7890", **point},
        {"kind": "email", "value": "siti@example.org", "raw": "siti@example.org", **point})  # fmt: skip
    add(connection, people.tag, {"person_id": SITI, "name": "relawan", "set_at": NOW},
        {"person_id": BUDI, "name": "relawan", "set_at": NOW})  # fmt: skip
    add(connection, programmes.group, {"id": 7, "name": "SMPN 1", "kind": "school", "created_at": NOW})
    belongs = {"group_id": 7, "role": "member", "origin": "ils", "since_at": NOW}
    add(connection, programmes.group_member,
        {"person_id": ANI, **belongs}, {"person_id": BUDI, "ended_at": NOW, **belongs})  # fmt: skip
    stamps = {"created_at": NOW, "changed_at": NOW, "is_shipped": True, "rule": {}}
    add(connection, segments.segment, {"id": 5, "slug": "lapsing", "name": "Lapsing", **stamps})
    add(connection, segments.member, {"segment_id": 5, "person_id": BUDI, "entered_at": NOW})
