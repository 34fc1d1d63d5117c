"""Reads the ILS's patrons beside the memberships that were made of them, and writes memberships."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, bindparam, func, insert, select, type_coerce, update

from crm.database import reading
from crm.patrons import births
from crm.patrons.identity import RENAME, REUSED, Key, Known, Renames, Seen, by_facts
from crm.patrons.many import chunks
from crm.patrons.portrait import Registration
from crm.schema import ils
from crm.schema.base import KEY_LENGTH, Words
from crm.schema.people import membership
from crm.schema.profiles import touched
from crm.touched import PATRON, PERSON

PAGE = 500
PATRON_COLUMNS = (
    *(ils.patron.c[name] for name in (
        "source_id", "key", "card_number", "name", "gender", "birth_date", "email", "phone",
        "member_since", "registered_on", "added_on",
    )),
    type_coerce(ils.patron.c.custom, Words),
    ils.patron.c.first_seen_at,
    ils.patron.c.gone_at,
)  # fmt: skip
_KNOWN = (membership.c.person_id, membership.c.ended_at, membership.c.archive_id, membership.c.fingerprint)
_WIDTH = len(PATRON_COLUMNS)
SAME_KEY = (membership.c.source_id == ils.patron.c.source_id) & (membership.c.patron_key == ils.patron.c.key)


def touched_keys(connection: Connection) -> list[Key]:
    """Return the patron keys of which something waits to be worked out, in order."""
    wanted = select(touched.c.source_id, touched.c.key).where(touched.c.kind == PATRON).distinct()
    return sorted((row.source_id, row.key) for row in connection.execute(wanted) if row.key is not None)


def touched_people(connection: Connection) -> list[int]:
    """Return the people of whom staff, a page or a merge changed something."""
    wanted = select(touched.c.key).where(touched.c.kind == PERSON).distinct()
    return sorted(int(key) for key in connection.scalars(wanted))


def pages(engine: Engine, keys: Sequence[Key] | None, *, is_live: bool) -> Iterator[list[Seen]]:
    """Yield the patrons with these keys, or all, beside what is known of them; either those live or those gone."""
    condition = ils.patron.c.gone_at.is_(None) if is_live else ils.patron.c.gone_at.is_not(None)
    wanted = select(*PATRON_COLUMNS, *_KNOWN).outerjoin(membership, SAME_KEY).where(condition)
    yield from _all(engine, wanted) if keys is None else _some(engine, wanted, keys)


def _all(engine: Engine, wanted: Select[Any]) -> Iterator[list[Seen]]:
    with reading(engine) as connection:
        sources = list(connection.scalars(select(ils.source.c.id).order_by(ils.source.c.id)))
    for source_id in sources:
        last = ""
        while True:
            place = (ils.patron.c.source_id == source_id, ils.patron.c.key > last)
            with reading(engine) as connection:
                found = _seen(connection, wanted.where(*place).order_by(ils.patron.c.key).limit(PAGE))
            if found:
                yield found
                last = found[-1].registration.key
            if len(found) < PAGE:
                break


def _some(engine: Engine, wanted: Select[Any], keys: Sequence[Key]) -> Iterator[list[Seen]]:
    by_source: dict[int, list[str]] = defaultdict(list)
    for source_id, key in keys:
        by_source[source_id].append(key)
    for source_id, mine in by_source.items():
        for chunk in chunks(mine):
            place = (ils.patron.c.source_id == source_id, ils.patron.c.key.in_(chunk))
            with reading(engine) as connection:
                found = _seen(connection, wanted.where(*place).order_by(ils.patron.c.key))
            if found:
                yield found


def _seen(connection: Connection, wanted: Select[Any]) -> list[Seen]:
    rows = connection.execute(wanted).all()
    archived = _archived(connection, rows)
    return [_seen_one(row, archived.get((row.source_id, row.key))) for row in rows]


def _seen_one(row: Row[Any], archive_id: int | None) -> Seen:
    person_id, ended_at, known_archive, fingerprint = row[_WIDTH:]
    known = Known(person_id, ended_at is not None, known_archive, fingerprint)
    return Seen(Registration(*row[:_WIDTH]), known, archive_id)


def _archived(connection: Connection, rows: Sequence[Row[Any]]) -> dict[Key, int]:
    """Return the newest archived row of each key that has any."""
    archive = ils.archive.c
    if not rows:
        return {}
    keys = [row.key for row in rows]
    newest = (
        select(archive.source_id, archive.key, func.max(archive.id))
        .where(archive.source_id == rows[0].source_id, archive.entity == "patron")
        .where(archive.key.in_(keys))
        .group_by(archive.source_id, archive.key)
    )
    return {(source_id, key): archive_id for source_id, key, archive_id in connection.execute(newest)}


def heaps(connection: Connection, today: date) -> dict[int, births.Heaps]:
    """Return the birth dates of every source that too many live patrons share."""
    counted = (
        select(ils.patron.c.source_id, ils.patron.c.birth_date, func.count())
        .where(ils.patron.c.gone_at.is_(None), ils.patron.c.birth_date.is_not(None))
        .group_by(ils.patron.c.source_id, ils.patron.c.birth_date)
    )
    counts: dict[int, dict[date, int]] = defaultdict(dict)
    for source_id, birth, count in connection.execute(counted):
        counts[source_id][birth] = count
    return {source_id: births.heaps(found, today) for source_id, found in counts.items()}


def renames(connection: Connection) -> Renames:
    """Return what is needed to tell renamed patrons from new ones."""
    wanted = select(*PATRON_COLUMNS, membership.c.person_id).join(membership, SAME_KEY)
    gone, people = [], {}
    for row in connection.execute(wanted.where(ils.patron.c.gone_at.is_not(None))):
        one = Registration(*row[:_WIDTH])
        gone.append(one)
        people[one.source_id, one.key] = row[_WIDTH]
    renamed = select(membership.c.source_id, membership.c.evidence).where(
        membership.c.how == RENAME, membership.c.ended_at.is_(None)
    )
    taken = {(source_id, evidence["old_key"]) for source_id, evidence in connection.execute(renamed)}
    return Renames(by_facts(gone), people, moved_loans(connection), taken)


def moved_loans(connection: Connection) -> dict[tuple[int, str, str], int]:
    """Return how many loans went from one patron key to another."""
    names = (ils.rekeyed.c.source_id, ils.rekeyed.c.old_patron_key, ils.rekeyed.c.new_patron_key)
    counted = select(*names, func.count()).group_by(*names)
    return {(source_id, old, new): count for source_id, old, new, count in connection.execute(counted)}


def owners(connection: Connection, source_id: int, keys: Sequence[str]) -> dict[str, int]:
    """Return whose these keys are."""
    wanted = select(membership.c.patron_key, membership.c.person_id).where(membership.c.source_id == source_id)
    found = connection.execute(wanted.where(membership.c.patron_key.in_(keys)))
    return {row.patron_key: row.person_id for row in found}


_mine = (membership.c.source_id == bindparam("its_source"), membership.c.patron_key == bindparam("its_key"))


def _key(seen: Seen) -> dict[str, Any]:
    return {"its_source": seen.registration.source_id, "its_key": seen.registration.key}


def end(connection: Connection, ended: Sequence[Seen]) -> None:
    """End the memberships of keys that vanished."""
    rows = [{**_key(seen), "then": seen.registration.gone_at} for seen in ended]
    if rows:
        connection.execute(update(membership).where(*_mine).values(ended_at=bindparam("then")), rows)


def take_up(connection: Connection, returned: Sequence[Seen], how: str) -> None:
    """Take up the memberships of keys that returned to the same person."""
    if returned:
        connection.execute(update(membership).where(*_mine).values(ended_at=None, how=how), list(map(_key, returned)))


def put_aside(connection: Connection, reused: Sequence[Seen], now: datetime) -> None:
    """Leave those whose key now names another human an ended membership under a key that no ILS gives."""
    rows = [{**_key(seen), "aside": aside(seen.registration.key, seen.archive_id or 0), "then": now} for seen in reused]
    if not rows:
        return
    ended_at = func.coalesce(membership.c.ended_at, bindparam("then", type_=membership.c.ended_at.type))
    values: dict[str, Any] = {
        "patron_key": bindparam("aside"),
        "how": REUSED,
        "ended_at": ended_at,
        "fingerprint": None,
    }
    connection.execute(update(membership).where(*_mine).values(values), rows)


def aside(key: str, archive_id: int) -> str:
    """Return the key under which a membership is kept whose own key was given to another human."""
    mark = f" (reused {archive_id})"
    return key[: KEY_LENGTH - len(mark)] + mark


def add(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write memberships."""
    if rows:
        connection.execute(insert(membership), list(rows))


def keys_of(connection: Connection, person_ids: Sequence[int]) -> dict[int, list[Registration]]:
    """Return what the ILS says of some people, by person."""
    wanted = select(membership.c.person_id, *PATRON_COLUMNS).join(ils.patron, SAME_KEY)
    found: dict[int, list[Registration]] = defaultdict(list)
    for row in connection.execute(wanted.where(membership.c.person_id.in_(person_ids))):
        found[row[0]].append(Registration(*row[1:]))
    return found


def sign(connection: Connection, signs: Sequence[tuple[Registration, str]]) -> None:
    """Note what the person's rows were made from."""
    rows = [{"its_source": one.source_id, "its_key": one.key, "sign": sign_} for one, sign_ in signs]
    if rows:
        connection.execute(update(membership).where(*_mine).values(fingerprint=bindparam("sign")), rows)
