"""One person and his days on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, Engine

from crm.database import reading, writing
from crm.reports.likings import inferred
from crm.reports.patron import patron_of, person_of_key
from crm.reports.timeline import KINDS, Timeline, Window, timeline
from crm.schema import ils, people, profiles, programmes
from crm.schema.staff import staff
from tests.readers import (
    ANI,
    BUDI,
    GUEST,
    NOW,
    SITI,
    STAMPS,
    TODAY,
    add,
    add_loan,
    add_membership,
    add_readers,
    days,
    furnish,
)

JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.fixture
def library(crm: Engine) -> Engine:
    with writing(crm) as connection:
        furnish(connection)
        add_readers(connection)
        add(connection, staff, {"id": 1, "username": "rina", "name": "Rina", "role": "desk", "created_at": NOW})
    return crm


def test_a_person_is_told_with_all_that_belongs_to_him(library: Engine) -> None:
    with writing(library) as connection:
        add_loan(connection, 1, "A-1", 10)
        add_loan(connection, 2, "A-1", 2, title_key=3)
        add_loan(connection, 3, "A-1", 40, returned_on=days(30))
        add_loan(connection, 4, "A-1", 1, gone_at=NOW)
        charge = {"patron_key": "A-1", **STAMPS}
        add(connection, ils.charge, {"key": 1, "amount": Decimal(5000), "paid": Decimal(2000), **charge},
            {"key": 2, "amount": Decimal("0.5"), **charge})  # fmt: skip
        note = {"person_id": SITI, "kind": "talk", "by": 1}
        add(connection, people.note,
            {**note, "words": "Minta buku memasak", "at": NOW - timedelta(days=3), "follow_up_on": TODAY},
            {**note, "words": "Sudah", "at": NOW - timedelta(days=9), "follow_up_on": days(5), "done_at": NOW},
            {**note, "words": "Terakhir", "at": NOW})  # fmt: skip
    with reading(library) as connection:
        found = patron_of(connection, SITI)
    assert found is not None
    assert (found.name, found.facts.stage, found.tags) == ("Dr. Siti Aminah, S.Pd.", "active", ("relawan",))
    assert [(each.title, each.due_on) for each in found.loans] == [
        ("Laskar Pelangi", days(3)),
        ("Belajar Python", days(-5)),
    ]
    assert found.balance == Decimal("3000.5")
    assert [(each.words, each.by, each.follow_up_on) for each in found.promised] == [
        ("Minta buku memasak", "Rina", TODAY)
    ]
    assert [each.words for each in found.last_notes] == ["Terakhir"]
    assert [(each.kind, each.raw) for each in found.points] == [
        ("email", "siti@example.org"),
        ("mobile", "0812-3456-7890"),
    ]
    member = found.memberships[0]
    assert (member.source, member.card_number, member.category, member.branch) == ("main", "A-1", "Pelajar", "Pusat")
    assert not found.is_contact


def test_a_contact_is_told_by_the_same(library: Engine) -> None:
    with reading(library) as connection:
        found = patron_of(connection, GUEST)
        assert patron_of(connection, 999) is None
    assert found is not None
    assert found.is_contact
    assert (found.memberships, found.loans, found.balance, found.groups) == ((), (), Decimal(), ())


def test_the_membership_that_lives_comes_before_those_that_ended(library: Engine) -> None:
    with writing(library) as connection:
        add_membership(connection, SITI, "Siti", "OLD", gone_at=NOW)
        connection.execute(
            people.membership.update().where(people.membership.c.patron_key == "OLD").values(ended_at=NOW)
        )
    with reading(library) as connection:
        found = patron_of(connection, SITI)
    assert found is not None
    assert [(each.key, each.is_gone) for each in found.memberships] == [("A-1", False), ("OLD", True)]


def test_the_last_word_about_a_purpose_counts(library: Engine) -> None:
    said = {"person_id": SITI, "purpose": "profiling", "means": "desk"}
    with writing(library) as connection:
        for state in ("agreed", "refused"):
            add(connection, people.permission, {**said, "state": state, "at": NOW, "by": 1})
    with reading(library) as connection:
        siti, budi = patron_of(connection, SITI), patron_of(connection, BUDI)
    assert siti is not None
    assert budi is not None
    assert [(each.state, each.by) for each in siti.permissions] == [("refused", "Rina")]
    assert (siti.objects, budi.objects) == (True, False)


def test_a_guardian_is_told_by_name(library: Engine) -> None:
    said = {"person_id": ANI, "set_at": NOW, "set_by": 1}
    with writing(library) as connection:
        add(connection, people.trait, {**said, "name": "guardian", "origin": "staff", "value": SITI},
            {**said, "name": "hobbies", "origin": "reader", "value": "menari"})  # fmt: skip
    with reading(library) as connection:
        found = patron_of(connection, ANI)
    assert found is not None
    assert [(each.name, each.guardian, each.by) for each in found.traits] == [
        ("guardian", "Dr. Siti Aminah, S.Pd.", "Rina"),
        ("hobbies", None, "Rina"),
    ]
    assert [(each.name, each.role) for each in found.groups] == [("SMPN 1", "member")]


def test_likely_twins_of_the_data_are_told_from_either_side(library: Engine) -> None:
    pair = {"first_id": SITI, "second_id": GUEST, "score": 80, "reasons": ["same_name"], "found_at": NOW}
    with writing(library) as connection:
        add(connection, people.duplicate, {**pair, "state": "proposed"},
            {**pair, "second_id": BUDI, "state": "dismissed"})  # fmt: skip
    with reading(library) as connection:
        siti, guest = patron_of(connection, SITI), patron_of(connection, GUEST)
    assert siti is not None
    assert guest is not None
    assert [(each.id, each.score) for each in siti.likenesses] == [(GUEST, 80)]
    assert [each.id for each in guest.likenesses] == [SITI]


def test_inferred_interests_are_topics_with_counts_and_never_sensitive_hidden_or_authors(library: Engine) -> None:
    more: list[tuple[int, str, dict[str, Any]]] = [
        (3, "iman", {"is_sensitive": True}),
        (4, "lama", {"hidden_at": NOW}),
        (5, "pengarang", {"kind": "author"}),
    ]
    with writing(library) as connection:
        for key, slug, values in more:
            row = {"id": key, "slug": slug, "name_id": slug, "name_en": slug, "kind": "topic", "is_shipped": True}
            add(connection, profiles.topic, row | {"is_sensitive": False} | values)
        for key in (1, 2, 3, 4, 5):
            add(connection, profiles.interest,
                {"person_id": SITI, "topic_id": key, "weight": key / 10, "loans": key, "last_on": TODAY})  # fmt: skip
        add(connection, profiles.declared,
            {"person_id": SITI, "topic_id": 2, "wish": "more", "origin": "staff", "set_at": NOW})  # fmt: skip
    with reading(library) as connection:
        found = patron_of(connection, SITI)
        likes = inferred(connection, SITI)
    assert [(each.name_id, each.loans) for each in likes] == [("Komputer", 2), ("Fiksi", 1)]
    assert found is not None
    assert [(each.name_en, each.wish) for each in found.declared] == [("Computing", "more")]


def test_a_key_of_the_ils_leads_to_the_person_it_belongs_to_now(library: Engine) -> None:
    with writing(library) as connection:
        connection.execute(people.person.update().where(people.person.c.id == BUDI).values(merged_into=SITI))
    with reading(library) as connection:
        found = [
            person_of_key(connection, *asked)
            for asked in (("main", "A-1"), ("main", "A-2"), ("main", "a-1"), ("x", "A-1"))
        ]
    assert found == [SITI, SITI, None, None]


def days_of(connection: Connection, **values: object) -> Timeline:
    return timeline(connection, Window(SITI, JAKARTA, **values))  # type: ignore[arg-type]


def test_the_timeline_tells_every_kind_on_its_local_day(library: Engine) -> None:
    night = datetime(2026, 11, 22, 17, 5)  # past midnight in Jakarta
    with writing(library) as connection:
        add_loan(connection, 1, "A-1", 40, returned_on=days(30))
        add(connection, ils.visit, {"key": 1, "patron_key": "A-1", "visited_at": night, **STAMPS})
        add(connection, ils.hold, {"key": 1, "patron_key": "A-1", "title_key": 2, "placed_at": night, **STAMPS})
        charge = {"amount": Decimal(500), "paid": Decimal(500), **STAMPS}
        add(connection, ils.charge, {"key": 1, "patron_key": "A-1", "charged_on": days(30), **charge})
        add(connection, people.note, {"person_id": SITI, "kind": "call", "words": "Halo", "at": night, "by": 1})
        said = {"purpose": "news", "channel": "email", "state": "agreed", "means": "desk"}
        add(connection, people.permission, {"person_id": SITI, "at": night, **said})
        when = {"starts_at": night, "created_at": NOW}
        add(connection, programmes.programme, {"id": 9, "slug": "x", "title": "Bedah buku", "is_public": True, **when})
        add(connection, programmes.attendance, {"programme_id": 9, "person_id": SITI, "came_at": night, "how": "qr"})
    with reading(library) as connection:
        found = days_of(connection)
    told = {(each.kind, each.what, str(day.on)) for day in found.days for each in day.events}
    assert told == {
        ("tags", "tagged", "2026-11-24"),
        ("visits", "visited", "2026-11-23"),
        ("holds", "placed", "2026-11-23"),
        ("notes", "call", "2026-11-23"),
        ("permissions", "agreed", "2026-11-23"),
        ("programmes", "came", "2026-11-23"),
        ("loans", "returned", str(days(30))),
        ("charges", "charged", str(days(30))),
        ("charges", "paid", str(days(30))),
        ("loans", "loaned", str(days(40))),
    }
    assert [day.on for day in found.days] == sorted((day.on for day in found.days), reverse=True)
    assert found.before is None


def test_loans_are_counted_without_titles_and_named_with_them(library: Engine) -> None:
    with writing(library) as connection:
        for key in (1, 2, 3):
            add_loan(connection, key, "A-1", 5, title_key=key)
    with reading(library) as connection:
        counted = timeline(connection, Window(SITI, JAKARTA), ["loans"])
        named = timeline(connection, Window(SITI, JAKARTA, with_titles=True), ["loans"])
    assert [(each.count, each.words) for each in counted.days[0].events] == [(3, None)]
    assert {each.words for each in named.days[0].events} == {"Laskar Pelangi", "Bumi Manusia", "Belajar Python"}


def test_older_days_follow_without_gap_or_repetition(library: Engine) -> None:
    with writing(library) as connection:
        for key in range(100):
            add_loan(connection, key, "A-1", key % 50, returned_on=days(key % 50))
    seen: list[date] = []
    before: date | None = None
    pages = 0
    while pages == 0 or before is not None:
        with reading(library) as connection:
            found = timeline(connection, Window(SITI, JAKARTA, before, limit=7), ["loans"])
        assert all(sum(each.count for each in day.events) == 4 for day in found.days)
        seen += [day.on for day in found.days]
        before = found.before
        pages += 1
    assert seen == [days(number) for number in range(50)]
    assert pages > 5


def test_a_day_with_more_than_a_page_does_not_stop_the_way_back(library: Engine) -> None:
    with writing(library) as connection:
        for key in range(20):
            add_loan(connection, key, "A-1", 3, title_key=None)
        add_loan(connection, 99, "A-1", 9)
    with reading(library) as connection:
        first = timeline(connection, Window(SITI, JAKARTA, limit=5), ["loans"])
        second = timeline(connection, Window(SITI, JAKARTA, first.before, limit=5), ["loans"])
    assert [day.on for day in first.days] == [days(3)]
    assert [day.on for day in second.days] == [days(9)]


def test_every_kind_has_a_reader(library: Engine) -> None:
    with reading(library) as connection:
        assert [timeline(connection, Window(GUEST, JAKARTA), [kind]).days for kind in KINDS] == [()] * len(KINDS)
