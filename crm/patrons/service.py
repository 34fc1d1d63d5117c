"""Keeps the persons in step with the ILS's patrons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select

from crm.database import reading, writing
from crm.patrons import album, duplicates, registry, sharers
from crm.patrons.identity import NEW, RENAME, RETURNED, Key, Renames, Seen
from crm.patrons.many import chunks
from crm.patrons.portrait import Portrait, Setting, portrait
from crm.patrons.search import keep_words
from crm.schema.people import membership, person
from crm.schema.profiles import person_touched, touched
from crm.scope import Scope
from crm.settings import ProfileSettings
from crm.touched import PATRON

LATELY = timedelta(days=2)  # every day all are compared with all
MOST_COMPARED_SINGLY = 5_000  # people; more are compared in one pass over all


def refresh(engine: Engine, profile: ProfileSettings, scope: Scope, today: date, now: datetime) -> int:
    """Bring persons, contact points, traits and proposals to what the copy says; return how many rows were written.

    Unless everything is meant, the rows of ``touched`` say of which patrons and people, and ``person_touched`` holds
    those people afterwards. Every step is a transaction of its own; a run that was killed is made good by the next.
    """
    with reading(engine) as connection:
        keys = None if scope.is_everything else registry.touched_keys(connection)
        people = registry.touched_people(connection)
        idle = keys is not None and not keys and not people
        setting = Setting(profile.patrons, profile.country, today, {} if idle else registry.heaps(connection, today))
    written = 0
    if not idle:
        written += _settle_all(engine, keys, setting, now)
        written += album.renew(engine, people, setting, now)
    changed = None if keys is None else _changed(engine, _write_concerned(engine, people), people, now)
    if changed is not None and len(changed) > MOST_COMPARED_SINGLY:
        changed = None
    if changed == []:
        return written
    return written + sharers.count(engine, changed) + duplicates.propose(engine, changed, now)


def _changed(engine: Engine, concerned: Sequence[int], people: Sequence[int], now: datetime) -> list[int]:
    """Return those who have to be compared with others: who changed lately, in a run that was killed perhaps."""
    found = set(people)
    lately = select(person.c.id).where(person.c.changed_at >= now - LATELY)
    with reading(engine) as connection:
        for chunk in chunks(concerned):
            found.update(connection.scalars(lately.where(person.c.id.in_(chunk))))
    return sorted(found)


def _settle_all(engine: Engine, keys: Sequence[Key] | None, setting: Setting, now: datetime) -> int:
    """Settle whose every key is: those that vanished first, so that renames find them."""
    renames: Renames | None = None
    written = 0
    for is_live in (False, True):
        for page in registry.pages(engine, keys, is_live=is_live):
            if is_live and renames is None and any(seen.is_new for seen in page):
                with reading(engine) as connection:
                    renames = registry.renames(connection)
            written += _settle(engine, page, renames or Renames(), setting, now)
    return written


def _settle(engine: Engine, page: Sequence[Seen], renames: Renames, setting: Setting, now: datetime) -> int:
    """Write the memberships of some keys and the rows of their people."""
    ended = [seen for seen in page if seen.has_ended]
    returned = [seen for seen in page if seen.has_returned]
    found = [(seen, renames.former(seen.registration)) for seen in page if seen.is_new]
    renamed = [(seen, evidence) for seen, evidence in found if evidence]
    new = [(seen, portrait([seen.registration], setting)) for seen, evidence in found if not evidence]
    attached: list[int] = []
    if ended or returned or found:
        with writing(engine) as connection:
            registry.end(connection, ended)
            registry.take_up(connection, returned, RETURNED)
            registry.put_aside(connection, [seen for seen, _ in found if seen.is_reused], now)
            attached = _attach(connection, renamed, now)
            _create(connection, new, setting, now)
    concerned = [
        seen.known.person_id for seen in page if seen.is_reused or (not seen.is_new and _is_stale(seen, setting))
    ]
    people = {person_id for person_id in (*concerned, *attached) if person_id is not None}
    return len(ended) + len(returned) + len(found) + album.renew(engine, people, setting, now)


def _is_stale(seen: Seen, setting: Setting) -> bool:
    return seen.known.fingerprint != setting.fingerprint(seen.registration)


def _attach(connection: Connection, renamed: Sequence[tuple[Seen, dict[str, Any]]], now: datetime) -> list[int]:
    """Give renamed keys to the persons who had the old ones; return whose they are."""
    people: list[int] = []
    for seen, evidence in renamed:
        owner = registry.owners(connection, seen.registration.source_id, [evidence["old_key"]])[evidence["old_key"]]
        registry.add(connection, [_membership(seen, owner, RENAME, now, evidence=evidence)])
        people.append(owner)
    return people


def _create(connection: Connection, new: Sequence[tuple[Seen, Portrait]], setting: Setting, now: datetime) -> None:
    """Write new persons with all that belongs to them."""
    if not new:
        return
    first = album.next_id(connection)
    changes = album.Changes()
    rows = [album.new_rows(person_id, shown, now, changes) for person_id, (_, shown) in enumerate(new, first)]
    connection.execute(insert(person), rows)
    keep_words(connection, {row["id"]: row["search"] for row in rows})
    members = [
        _membership(seen, person_id, NEW, now, fingerprint=setting.fingerprint(seen.registration))
        for person_id, (seen, _) in enumerate(new, first)
    ]
    registry.add(connection, members)
    album.write(connection, changes, now)


def _membership(seen: Seen, person_id: int, how: str, now: datetime, **more: Any) -> dict[str, Any]:
    one = seen.registration
    return {
        "source_id": one.source_id, "patron_key": one.key, "person_id": person_id, "how": how, "since_at": now,
        "ended_at": one.gone_at, "archive_id": seen.archive_id, "evidence": None, "fingerprint": None, **more,
    }  # fmt: skip


def _write_concerned(engine: Engine, people: Sequence[int]) -> list[int]:
    """Fill ``person_touched`` with those of whom something waits to be worked out, and return them."""
    same = (touched.c.source_id == membership.c.source_id) & (touched.c.key == membership.c.patron_key)
    theirs = select(membership.c.person_id).join(touched, same).where(touched.c.kind == PATRON).distinct()
    with writing(engine) as connection:
        concerned = sorted({*people, *connection.scalars(theirs)})
        connection.execute(delete(person_touched))
        for chunk in chunks(concerned, 5_000):
            connection.execute(insert(person_touched), [{"person_id": person_id} for person_id in chunk])
    return concerned
