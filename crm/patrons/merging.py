"""Makes one person of two and, where that was wrong, two of one again; nothing is lost either way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Table, and_, insert, or_, select, update

from crm.database import writing
from crm.errors import ActionRefused, NotThere
from crm.i18n import N_
from crm.patrons import belongings
from crm.patrons.duplicates import MERGED
from crm.patrons.identity import RENAME
from crm.patrons.many import existing
from crm.patrons.search import keep_words
from crm.schema.people import contact_point, duplicate, membership, merge, note, permission, person, trait
from crm.staff import audit
from crm.touched import touch_persons

WITH_ID = {table.name: table for table in (contact_point, note, permission)}
SHOWN = ("name", "folded", "search", "gender", "birth_date", "is_placeholder_birth")
FILLED = ("deceased_on", "referred_by")  # what the kept person takes from the other where he has none
DATES = ("birth_date", "deceased_on")

Moved = dict[str, Any]


def make_one(engine: Engine, kept_id: int, merged_id: int, at: datetime, by: int | None) -> int:
    """Give all that one person has to another and take him out of sight; return the id of the merge.

    Both said the same thing: the later word counts, the earlier one stays with the person out of sight. Raises
    ActionRefused for one person twice, NotThere where one of them is not there any more.
    """
    if kept_id == merged_id:
        raise ActionRefused(N_("This is one person already."), N_("Choose two persons."))
    with writing(engine) as connection:
        _hold(connection, kept_id, merged_id)
        existing(connection, {kept_id, merged_id})
        moved = _move(connection, kept_id, merged_id, at)
        row = {"kept_id": kept_id, "merged_id": merged_id, "moved": moved, "merged_at": at, "merged_by": by}
        merge_id = int(connection.execute(insert(merge).values(row)).lastrowid)
        _tell(connection, "person.merge", (kept_id, merged_id), at, by)
    return merge_id


def _hold(connection: Connection, *person_ids: int) -> None:
    """Make others wait who would merge one of them (SQLite has one writer at a time anyway)."""
    connection.execute(select(person.c.id).where(person.c.id.in_(person_ids)).order_by(person.c.id).with_for_update())


def _tell(connection: Connection, action: str, pair: tuple[int, int], at: datetime, by: int | None) -> None:
    audit.record(connection, at, by, action, "person", pair[0], {"other": pair[1]})
    touch_persons(connection, pair)


def _move(connection: Connection, kept_id: int, merged_id: int, at: datetime) -> Moved:
    moved: Moved = {"membership": _memberships(connection, merged_id)}
    connection.execute(
        update(membership).where(membership.c.person_id.in_((kept_id, merged_id))).values(fingerprint=None)
    )
    connection.execute(update(membership).where(membership.c.person_id == merged_id).values(person_id=kept_id))
    for name, table in WITH_ID.items():
        moved[name] = list(connection.scalars(select(table.c.id).where(table.c.person_id == merged_id)))
        connection.execute(update(table).where(table.c.person_id == merged_id).values(person_id=kept_id))
    moved["keyed"] = belongings.hand_over(connection, merged_id, kept_id)
    moved["referred"] = list(connection.scalars(select(person.c.id).where(person.c.referred_by == merged_id)))
    _refer(connection, moved["referred"], kept_id)
    moved["wards"] = _wards(connection, merged_id)
    _guard(connection, moved["wards"], kept_id)
    moved["kept"], moved["filled"] = _fill(connection, kept_id, merged_id, at)
    moved["duplicate"] = _decide(connection, kept_id, merged_id)
    connection.execute(update(person).where(person.c.id == merged_id).values(merged_into=kept_id, changed_at=at))
    return moved


def _memberships(connection: Connection, person_id: int) -> list[list[Any]]:
    keys = select(membership.c.source_id, membership.c.patron_key).where(membership.c.person_id == person_id)
    return [[source_id, key] for source_id, key in connection.execute(keys)]


def _refer(connection: Connection, person_ids: Sequence[int], to: int) -> None:
    others = person.c.id.in_(person_ids)
    connection.execute(update(person).where(others, person.c.id != to).values(referred_by=to))
    connection.execute(update(person).where(others, person.c.id == to).values(referred_by=None))


def _wards(connection: Connection, person_id: int) -> list[list[Any]]:
    """Return whose guardian a person is, by person and origin."""
    is_his = (trait.c.name == "guardian", trait.c.value == person_id)
    return [
        [ward, origin] for ward, origin in connection.execute(select(trait.c.person_id, trait.c.origin).where(*is_his))
    ]


def _guard(connection: Connection, wards: Sequence[Sequence[Any]], guardian: int) -> None:
    for ward, origin in wards:
        mine = (trait.c.person_id == ward, trait.c.origin == origin, trait.c.name == "guardian")
        connection.execute(update(trait).where(*mine).values(value=guardian))


def _fill(connection: Connection, kept_id: int, merged_id: int, at: datetime) -> tuple[Moved, Moved]:
    """Give the kept person what he lacks; return his row as it was, and what he got."""
    columns = (person.c.id, *(person.c[name] for name in (*SHOWN, *FILLED)))
    rows = connection.execute(select(*columns).where(person.c.id.in_((kept_id, merged_id)))).mappings()
    by_id = {row["id"]: row for row in rows}
    kept, merged = by_id[kept_id], by_id[merged_id]
    filled = {name: merged[name] for name in FILLED if kept[name] is None and merged[name] not in (None, kept_id)}
    connection.execute(update(person).where(person.c.id == kept_id).values(**filled, changed_at=at))
    return {name: _plain(kept[name]) for name in SHOWN}, {name: _plain(value) for name, value in filled.items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _read(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain values as the columns take them."""
    return {
        name: datetime.fromisoformat(value).date() if name in DATES and value is not None else value
        for name, value in values.items()
    }


def _between(first: int, second: int) -> Any:
    pair = sorted((first, second))
    return and_(duplicate.c.first_id == pair[0], duplicate.c.second_id == pair[1])


def _decide(connection: Connection, kept_id: int, merged_id: int) -> str | None:
    """Note on the proposal, if there is one, that it was followed; return what it said before."""
    mine = _between(kept_id, merged_id)
    before: str | None = connection.scalar(select(duplicate.c.state).where(mine))
    connection.execute(update(duplicate).where(mine).values(state=MERGED))
    return before


def undo(engine: Engine, merge_id: int, at: datetime, by: int | None) -> None:
    """Give back to a merged person what was his; what came to the kept one since stays there.

    A key to which one of his was renamed since goes with him. Raises NotThere for a merge that is not there or was
    undone, ActionRefused while the kept person is himself merged into another.
    """
    with writing(engine) as connection:
        row = connection.execute(select(merge).where(merge.c.id == merge_id).with_for_update()).first()
        if row is None or row.undone_at is not None:
            raise NotThere(N_("This merge is not there, or was undone."), N_("Look at the list once more."))
        _hold(connection, row.kept_id, row.merged_id)
        if not existing(connection, {row.kept_id}, strict=False):
            raise ActionRefused(
                N_("The person who was kept has been merged into another since."), N_("Undo the later merge first.")
            )
        _give_back(connection, row.moved, row.kept_id, row.merged_id, at)
        connection.execute(update(merge).where(merge.c.id == merge_id).values(undone_at=at, undone_by=by))
        _tell(connection, "person.unmerge", (row.kept_id, row.merged_id), at, by)


def _give_back(connection: Connection, moved: Moved, kept_id: int, merged_id: int, at: datetime) -> None:
    connection.execute(update(person).where(person.c.id == merged_id).values(merged_into=None, changed_at=at))
    for source_id, key in _with_renames(connection, moved["membership"], kept_id):
        mine = (membership.c.source_id == source_id, membership.c.patron_key == key, membership.c.person_id == kept_id)
        connection.execute(update(membership).where(*mine).values(person_id=merged_id))
    connection.execute(
        update(membership).where(membership.c.person_id.in_((kept_id, merged_id))).values(fingerprint=None)
    )
    for name, table in WITH_ID.items():
        _return_rows(connection, table, moved[name], kept_id, merged_id)
    belongings.hand_back(connection, moved["keyed"], kept_id, merged_id)
    _refer_back(connection, moved["referred"], kept_id, merged_id)
    _guard(connection, [ward for ward in moved["wards"] if ward in _wards(connection, kept_id)], merged_id)
    _unfill(connection, moved, kept_id, at)
    if moved["duplicate"] is not None:
        state = update(duplicate).where(_between(kept_id, merged_id), duplicate.c.state == MERGED)
        connection.execute(state.values(state=moved["duplicate"]))


def _with_renames(connection: Connection, keys: Sequence[Sequence[Any]], kept_id: int) -> list[list[Any]]:
    """Return keys and those that they were renamed to since."""
    renamed = select(membership.c.source_id, membership.c.patron_key, membership.c.evidence)
    renamed = renamed.where(membership.c.person_id == kept_id, membership.c.how == RENAME)
    found, rows = [list(key) for key in keys], connection.execute(renamed).all()
    grown = True
    while grown:
        more = [[row.source_id, row.patron_key] for row in rows if [row.source_id, row.evidence["old_key"]] in found]
        more = [key for key in more if key not in found]
        found, grown = found + more, bool(more)
    return found


def _return_rows(connection: Connection, table: Table, ids: Sequence[int], kept_id: int, merged_id: int) -> None:
    mine = (table.c.id.in_(ids), table.c.person_id == kept_id)
    connection.execute(update(table).where(*mine).values(person_id=merged_id))


def _refer_back(connection: Connection, person_ids: Sequence[int], kept_id: int, merged_id: int) -> None:
    theirs = or_(person.c.referred_by == kept_id, person.c.id == kept_id)
    connection.execute(update(person).where(person.c.id.in_(person_ids), theirs).values(referred_by=merged_id))


def _unfill(connection: Connection, moved: Moved, kept_id: int, at: datetime) -> None:
    """Show the kept person as he was; what he got is taken back unless it was changed since."""
    connection.execute(update(person).where(person.c.id == kept_id).values(**_read(moved["kept"]), changed_at=at))
    keep_words(connection, {kept_id: moved["kept"]["search"]})
    for name, value in _read(moved["filled"]).items():
        same = (person.c.id == kept_id, person.c[name] == value)
        connection.execute(update(person).where(*same).values({name: None}))
