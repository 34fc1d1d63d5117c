"""Writes persons as their portraits show them: only what differs, and only what is the ILS's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, delete, func, insert, select, update

from crm.database import reading, writing
from crm.patrons import registry
from crm.patrons.contact_points import BOUNCED, MARKED, OPTED_OUT, ContactPoint
from crm.patrons.many import chunks
from crm.patrons.names import folded
from crm.patrons.portrait import Portrait, Registration, Setting, portrait, search_text
from crm.patrons.search import keep_words
from crm.patrons.traits import ILS
from crm.schema.people import contact_point, person, trait

KEPT_STATUSES = (BOUNCED, OPTED_OUT)  # what was learnt of a contact point outlives what the ILS says of it
COMPARED = ("name", "folded", "gender", "birth_date", "is_placeholder_birth", "search")
_POINT = ("id", "person_id", "kind", "value", "raw", "status", "reason", "origin", "gone_at")


@dataclass
class Changes:
    """What has to be written of some people."""

    people: list[dict[str, Any]] = field(default_factory=list)
    new_points: list[dict[str, Any]] = field(default_factory=list)
    points: list[dict[str, Any]] = field(default_factory=list)
    gone_points: list[int] = field(default_factory=list)
    new_traits: list[dict[str, Any]] = field(default_factory=list)
    traits: list[dict[str, Any]] = field(default_factory=list)
    gone_traits: list[tuple[int, str]] = field(default_factory=list)
    signs: list[tuple[Registration, str]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many rows that is."""
        return sum(map(len, vars(self).values())) - len(self.signs)


def next_id(connection: Connection) -> int:
    """Return the first free id of a person; to be used in the same transaction."""
    return (connection.scalar(select(func.max(person.c.id))) or 0) + 1


def new_rows(person_id: int, shown: Portrait, now: datetime, changes: Changes) -> dict[str, Any]:
    """Return the row of a new person; what belongs to it goes into ``changes``."""
    points = [_point_row(person_id, point, now) for point in shown.points.values()]
    changes.new_points += points
    changes.new_traits += [_trait_row(person_id, name, value, now) for name, value in shown.traits.items()]
    search = search_text(shown.words, ((point["kind"], point["value"], point["status"]) for point in points))
    return {"id": person_id, **shown.columns, "search": search, "created_at": now, "changed_at": now}


def renew(engine: Engine, person_ids: Iterable[int], setting: Setting, now: datetime) -> int:
    """Bring the rows of some people to what the ILS says; return how many rows were written."""
    written = 0
    for chunk in chunks(sorted(set(person_ids))):
        with reading(engine) as connection:
            changes = _compare(connection, chunk, setting, now)
        if changes.count or changes.signs:
            with writing(engine) as connection:
                write(connection, changes, now)
        written += changes.count
    return written


def _compare(connection: Connection, person_ids: Sequence[int], setting: Setting, now: datetime) -> Changes:
    columns = (person.c.id, *(person.c[name] for name in COMPARED))
    people = {row.id: row for row in connection.execute(select(*columns).where(person.c.id.in_(person_ids)))}
    registrations = registry.keys_of(connection, person_ids)
    points: dict[int, list[Row[Any]]] = defaultdict(list)
    wanted = select(*(contact_point.c[name] for name in _POINT)).where(contact_point.c.person_id.in_(person_ids))
    for row in connection.execute(wanted.order_by(contact_point.c.id)):
        points[row.person_id].append(row)
    traits: dict[int, dict[str, Any]] = defaultdict(dict)
    said = select(trait.c.person_id, trait.c.name, trait.c.value)
    for row in connection.execute(said.where(trait.c.person_id.in_(person_ids), trait.c.origin == ILS)):
        traits[row.person_id][row.name] = row.value
    changes = Changes()
    for person_id, row in people.items():
        mine = registrations.get(person_id, [])
        shown = portrait(mine, setting) if mine else _of_contact(row)
        before = changes.count
        current = _compare_points(person_id, shown.points, points[person_id], now, changes)
        _compare_traits(person_id, shown.traits, traits[person_id], now, changes)
        values = {**shown.columns, "search": search_text(shown.words, current)}
        if changes.count > before or any(getattr(row, name) != value for name, value in values.items()):
            changes.people.append({"its_id": person_id, **values})
        changes.signs += [(one, setting.fingerprint(one)) for one in mine]
    return changes


def _of_contact(row: Row[Any]) -> Portrait:
    """Return the portrait of somebody whom no ILS knows: as he is."""
    columns = {name: getattr(row, name) for name in COMPARED if name != "search"}
    return Portrait({**columns, "folded": folded(row.name) or None}, {}, {}, (row.name or "",))


def _compare_points(
    person_id: int,
    wanted: Mapping[tuple[str, str], ContactPoint],
    rows: Sequence[Row[Any]],
    now: datetime,
    changes: Changes,
) -> list[tuple[str, str, str]]:
    """Note how the ILS's points differ; return all that are current then, whoever gave them."""
    others = [row for row in rows if row.origin != ILS and row.gone_at is None]
    current = [(row.kind, row.value, row.status) for row in others]
    given = {(row.kind, row.value) for row in others}
    mine, surplus = _single([row for row in rows if row.origin == ILS])
    for key, point in wanted.items():
        if key in given:  # staff or the reader gave the same, and what they say of it counts
            continue
        row = mine.pop(key, None)
        if row is None:
            changes.new_points.append(_point_row(person_id, point, now))
            current.append((point.kind, point.value, point.status))
            continue
        status, reason = (row.status, row.reason) if _is_learnt(row) else (point.status, point.reason)
        current.append((point.kind, point.value, status))
        if row.gone_at is not None or (row.raw, row.status, row.reason) != (point.raw, status, reason):
            changes.points.append({"its_id": row.id, "raw": point.raw, "status": status, "reason": reason})
    changes.gone_points += [row.id for row in (*mine.values(), *surplus) if row.gone_at is None]
    return current


def _is_learnt(row: Row[Any]) -> bool:
    return row.status in KEPT_STATUSES or row.reason == MARKED


def _single(rows: Sequence[Row[Any]]) -> tuple[dict[tuple[str, str], Row[Any]], list[Row[Any]]]:
    """Return one row of each number and address, that of which something was learnt first, and those to spare."""
    ordered = sorted(rows, key=lambda each: (not _is_learnt(each), each.gone_at is not None, each.id))
    single = {(row.kind, row.value): row for row in reversed(ordered)}
    return single, [row for row in ordered if single[row.kind, row.value] is not row]


def _compare_traits(
    person_id: int, wanted: Mapping[str, Any], found: Mapping[str, Any], now: datetime, changes: Changes
) -> None:  # fmt: skip
    for name, value in wanted.items():
        if name not in found:
            changes.new_traits.append(_trait_row(person_id, name, value, now))
        elif found[name] != value:
            changes.traits.append({"its_person": person_id, "its_name": name, "value": value, "set_at": now})
    changes.gone_traits += [(person_id, name) for name in found if name not in wanted]


def _point_row(person_id: int, point: ContactPoint, now: datetime) -> dict[str, Any]:
    return {
        "person_id": person_id, "kind": point.kind, "value": point.value, "raw": point.raw, "status": point.status,
        "reason": point.reason, "origin": ILS, "sharers": 1, "since_at": now,
    }  # fmt: skip


def _trait_row(person_id: int, name: str, value: Any, now: datetime) -> dict[str, Any]:
    return {"person_id": person_id, "name": name, "origin": ILS, "value": value, "set_at": now}


def write(connection: Connection, changes: Changes, now: datetime) -> None:
    """Write what differs."""
    if changes.people:
        by_id = update(person).where(person.c.id == bindparam("its_id"))
        values: dict[str, Any] = {name: bindparam(name) for name in COMPARED}
        connection.execute(by_id.values(**values, changed_at=now), changes.people)
        keep_words(connection, {row["its_id"]: row["search"] for row in changes.people})
    if changes.new_points:
        connection.execute(insert(contact_point), changes.new_points)
    if changes.points:
        by_id = update(contact_point).where(contact_point.c.id == bindparam("its_id"))
        values = {name: bindparam(name) for name in ("raw", "status", "reason")}
        connection.execute(by_id.values(**values, gone_at=None), changes.points)
    for chunk in chunks(changes.gone_points):
        connection.execute(update(contact_point).where(contact_point.c.id.in_(chunk)).values(gone_at=now))
    _write_traits(connection, changes)
    registry.sign(connection, changes.signs)


def _write_traits(connection: Connection, changes: Changes) -> None:
    if changes.new_traits:
        connection.execute(insert(trait), changes.new_traits)
    if changes.traits:
        mine = (
            trait.c.person_id == bindparam("its_person"),
            trait.c.name == bindparam("its_name"),
            trait.c.origin == ILS,
        )
        values = {"value": bindparam("value", type_=trait.c.value.type), "set_at": bindparam("set_at")}
        connection.execute(update(trait).where(*mine).values(values), changes.traits)
    for person_id, name in changes.gone_traits:
        mine = (trait.c.person_id == person_id, trait.c.name == name, trait.c.origin == ILS)
        connection.execute(delete(trait).where(*mine))
