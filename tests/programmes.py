"""A library with contacts, groups and programmes, for the tests of the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Engine, func, insert, select

from crm.database import reading, writing
from crm.patrons.search import keep_words
from crm.programmes import arrivals, contacts, groups, people, service, sign_ups
from crm.programmes.groups import GroupDraft
from crm.programmes.people import Entry, Visitor
from crm.programmes.rules import Draft, to_local
from crm.schema.ils import patron, source
from crm.schema.people import membership, person
from crm.schema.programmes import programme
from crm.scope import Scope

ZONE = "Asia/Jakarta"
INSTITUTIONS = (*["SMAN 1 Medan"] * 4, "SMA Negeri 1 Medan", "SMA N 1 Medan", *["Dinas Sosial Kota Medan"] * 5, None)
NAMES = (
    "Siti Aminah", "Budi Santoso", "Ani Lestari", "Joko Widodo Siregar", "Maria Simanjuntak", "Putri Nasution",
    "Rahmat Hidayat", "Dewi Sartika", "Andi Lubis", "Fitri Handayani", "Yusuf Harahap", "Kartini <Raden> & Ayu",
)  # fmt: skip
codes = count(1)


def code() -> str:
    """Return a fresh code for a sign-up."""
    return f"code-{next(codes)}"


@dataclass(frozen=True)
class Filled:
    """What was put there: the ids of the patrons in order, of the groups and the programmes."""

    patrons: tuple[int, ...]
    school: int
    klass: int
    contest: int
    full: int
    past: int
    cancelled: int
    hidden: int


def visitor(name: str, phone: str = "", mail: str = "", brought_by: str = "") -> Visitor:
    """Return somebody who fills in a form; without a number he gives none."""
    return people.visitor(Entry(name, phone, mail, brought_by=brought_by), "ID", is_reachable=False)


def add_patrons(engine: Engine, institutions: tuple[str | None, ...], now: datetime, source_id: int = 1) -> list[int]:
    """Add a patron for every institution, with the card numbers P1, P2 and so on, by his id."""
    shared: dict[str, Any] = {"is_placeholder_birth": False, "created_at": now, "changed_at": now}
    with reading(engine) as connection:
        first = (connection.scalar(select(func.max(person.c.id))) or 0) + 1
    ids = [*range(first, first + len(institutions))]
    named = dict(zip(ids, NAMES, strict=True))
    with writing(engine) as connection:
        rows = [{"id": each, "name": name, "folded": name.casefold()[:100], **shared} for each, name in named.items()]
        connection.execute(insert(person), rows)
        keep_words(connection, {each: f"{name} P{each}".casefold() for each, name in named.items()})
        stamps = {"source_id": source_id, "first_seen_at": now}
        copied = [
            {"key": f"P{each}", "key_hash": each, "card_number": f"P{each}", "institution": where, **stamps}
            for each, where in zip(ids, institutions, strict=True)
        ]
        connection.execute(insert(patron), copied)
        member = {"source_id": source_id, "how": "new", "since_at": now}
        connection.execute(
            insert(membership), [{**member, "patron_key": f"P{each}", "person_id": each} for each in ids]
        )
    return ids


def plan(engine: Engine, now: datetime, title: str, hours: float, **draft: Any) -> int:
    """Plan a programme that begins so many hours after ``now`` and takes two."""
    begins = to_local(now + timedelta(hours=hours), ZONE)
    day, start = begins.date(), begins.time().replace(second=0, microsecond=0)
    wanted = {"place": "Aula lantai 2", **draft}
    return service.plan(
        engine, Draft(title, day, start, (begins + timedelta(hours=2)).time(), **wanted), ZONE, now, None
    )


def slug_of(engine: Engine, programme_id: int) -> str:
    """Return the address of a programme."""
    with writing(engine) as connection:
        return str(connection.scalar(select(programme.c.slug).where(programme.c.id == programme_id)))


def fill(engine: Engine, now: datetime) -> Filled:
    """Put patrons, groups, contacts and programmes of every state into a database without people."""
    with writing(engine) as connection:
        if connection.execute(select(source.c.id)).first() is None:
            connection.execute(insert(source).values(id=1, name="main", ils="slims", as_of=now))
    ids = add_patrons(engine, INSTITUTIONS, now)
    service.refresh(engine, None, Scope(is_everything=True), now.date(), now)
    school = groups.accept(engine, "sman 1 medan", now, None)
    klass = groups.make(engine, GroupDraft("XI IPA 2", "class", school), now, None)
    groups.add_members(engine, klass, ids[:4], now, None)
    contest = plan(
        engine,
        now,
        "Lomba mewarnai anak",
        1,
        seats=3,
        about="Bawa krayon sendiri.\nHadiah untuk semua.",
        group_id=klass,
    )
    full, past = plan(engine, now, "Kelas menulis", 48, seats=1), plan(engine, now, "Dongeng Sabtu", -72)
    cancelled, hidden = plan(engine, now, "Bedah buku", 72), plan(engine, now, "Kunjungan TK", 24, is_public=False)
    service.call_off(engine, cancelled, now, None)
    for number, name in enumerate(("Rina Marlina", "Tono Gunawan", "Wati Sinaga", "Umar Batubara")):
        sign_ups.sign_up(
            engine, slug_of(engine, contest), visitor(name, f"0812345678{number:02d}", brought_by="P1"), code(), now
        )
    sign_ups.sign_up(engine, slug_of(engine, full), visitor("Rina Marlina", "081234567800"), code(), now)
    sign_ups.put_on_list(engine, contest, ids[:2], (code() for _ in ids), now, None)
    arrivals.tick(engine, contest, ids[0], now, None)
    arrivals.count_walk_ins(
        engine, contest, {("f", "child"): "12", ("m", "child"): "9", ("-", "adult"): "4"}, now, None
    )
    contacts.add_contact(engine, visitor("Hendra Tamu", "", "hendra@example.org"), now, None)
    return Filled(tuple(ids), school, klass, contest, full, past, cancelled, hidden)
