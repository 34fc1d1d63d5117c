"""What a person has one of at most for each of something else, a tag or a seat: handed over and back at a merge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, insert, select, update

from crm.schema.people import tag, trait
from crm.schema.profiles import declared
from crm.schema.programmes import attendance, class_consent, group_member

# By table: the rest of its key and, where both persons may have said something, the column that tells who did last.
KEYED: dict[str, tuple[Table, tuple[str, ...], str | None]] = {
    table.name: (table, key, later)
    for table, key, later in (
        (trait, ("name", "origin"), "set_at"),
        (tag, ("name",), None),
        (declared, ("topic_id",), "set_at"),
        (attendance, ("programme_id",), "came_at"),
        (group_member, ("group_id",), None),
        (class_consent, ("group_id", "purpose"), "signed_on"),
    )
}

Handed = dict[str, dict[str, list[list[Any]]]]


def hand_over(connection: Connection, giver: int, taker: int) -> Handed:
    """Give the rows of one person to another; return what was moved, and what was exchanged.

    Where both have a row the later one goes to, or stays with, the taker; the giver has the other.
    """
    handed: Handed = {}
    for name, (table, key, later) in KEYED.items():
        own = {_key(row, key): row for row in _rows(connection, table, giver)}
        others = {_key(row, key): row for row in _rows(connection, table, taker)}
        moved = [list(each) for each in own if each not in others]
        swapped = [list(each) for each in own if each in others and _is_later(own[each], others[each], later)]
        for each in moved:
            connection.execute(update(table).where(_is(table, giver, key, each)).values(person_id=taker))
        _exchange(connection, name, swapped, giver, taker)
        handed[name] = {"moved": moved, "swapped": swapped}
    return handed


def hand_back(
    connection: Connection, handed: Mapping[str, Mapping[str, list[list[Any]]]], taker: int, giver: int
) -> None:
    """Undo what ``hand_over`` did."""
    for name, what in handed.items():
        table, key, _ = KEYED[name]
        for each in what["moved"]:
            connection.execute(update(table).where(_is(table, taker, key, each)).values(person_id=giver))
        _exchange(connection, name, what["swapped"], giver, taker)


def _rows(connection: Connection, table: Table, person_id: int) -> list[Mapping[str, Any]]:
    return [dict(row) for row in connection.execute(select(table).where(table.c.person_id == person_id)).mappings()]


def _key(row: Mapping[str, Any], key: Sequence[str]) -> tuple[Any, ...]:
    return tuple(row[name] for name in key)


def _is(table: Table, person_id: int, key: Sequence[str], values: Sequence[Any]) -> Any:
    return and_(
        table.c.person_id == person_id, *(table.c[name] == value for name, value in zip(key, values, strict=True))
    )


def _is_later(one: Mapping[str, Any], other: Mapping[str, Any], column: str | None) -> bool:
    if column is None or one[column] is None:
        return False
    return other[column] is None or bool(one[column] > other[column])


def _exchange(
    connection: Connection, name: str, keys: Sequence[Sequence[Any]], first: int, second: int
) -> None:  # fmt: skip
    """Give each of two persons the row of the other; rows that one of them has lost meanwhile stay where they are."""
    table, key, _ = KEYED[name]
    for each in keys:
        mine = {
            row["person_id"]: dict(row)
            for person_id in (first, second)
            for row in _found(connection, table, person_id, key, each)
        }
        if len(mine) != 2:
            continue
        for person_id in mine:
            connection.execute(delete(table).where(_is(table, person_id, key, each)))
        swapped = [{**mine[first], "person_id": second}, {**mine[second], "person_id": first}]
        connection.execute(insert(table), swapped)


def _found(connection: Connection, table: Table, person_id: int, key: Sequence[str], values: Sequence[Any]) -> Any:
    return connection.execute(select(table).where(_is(table, person_id, key, values))).mappings().all()
