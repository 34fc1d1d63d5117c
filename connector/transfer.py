"""Brings dirty buckets from the source into the copy: stage, compare in sets, commit group by group.

A group of buckets is one commit unit: its rows, tombstones, events, rejects and fingerprints appear together or not
at all, and SQLite's write lock is held for a few thousand changed rows at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, delete, func, insert, literal, null, or_, select, update

from connector.copy import Copy
from connector.extract import Extract
from connector.fingerprint import Print, bounds
from connector.outcome import OCCURRED, events_of, listed_events
from connector.pipeline import Parcel, packed
from connector.reader import Reader
from connector.rejects import Reject, write_rejects
from connector.shelf import Shelf
from connector.staging import BACK, CHANGED, GONE, NEW, REUSED, Staging, spans_of
from connector.state import write_prints
from connector.touching import EVERYBODY, TOUCHING
from crm.events import write_events
from crm.schema import ils
from crm.schema.base import KEY_LENGTH
from crm.schema.profiles import touched
from crm.touched import touch_everything
from crm.words import DOUBLE_KEY

CHANGES_PER_COMMIT = 2_000
BUCKETS_PER_COMMIT = 2_000
UPSERTED = (CHANGED, BACK, REUSED)


@dataclass
class Delivery:
    """What was fetched for one entity and waits in the staging tables."""

    prints: dict[int, Print] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    kinds: Mapping[str, int] = field(default_factory=dict)
    repaired: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """Rows inserted, updated and gone."""
        updated = sum(self.kinds.get(kind, 0) for kind in UPSERTED)
        return {"inserted": self.kinds.get(NEW, 0), "updated": updated, "gone": self.kinds.get(GONE, 0)}


class Transfer:
    """Carries one extract's dirty buckets into the copy."""

    def __init__(self, copy: Copy, reader: Reader, dirty: Sequence[int]) -> None:
        """Prepare for the buckets ``dirty``."""
        self.copy = copy
        self.reader = reader
        self.extract: Extract = reader.extract
        self.dirty = sorted(dirty)
        self.staging = Staging(copy, self.extract)
        self.delivery = Delivery()

    def fetch(self, seen: Callable[[int], None]) -> Delivery:
        """Stage the source's rows of the dirty buckets and compare them with the copy."""
        delivery, source = self.delivery, self.reader.source
        with self.copy.looking():
            self.staging.create(spans_of(self._bounds(bucket) for bucket in self.dirty))
            batches = self.reader.some(self.dirty)
            with closing(packed(batches, self.extract, source.settings.timezone, None)) as parcels:
                for parcel in parcels:
                    self._stage(parcel)
                    seen(parcel.size)
            delivery.rejects += [Reject(key, at, DOUBLE_KEY) for key, at in self.staging.without_doubles()]
            delivery.kinds = self.staging.compare()
        return delivery

    def _stage(self, parcel: Parcel) -> None:
        self.staging.add(parcel.columns)
        self.delivery.rejects += parcel.rejects
        self.delivery.repaired += parcel.repaired
        for bucket, found in parcel.prints.items():
            self.delivery.prints[bucket] = self.delivery.prints.get(bucket, Print()).joined(found)

    def apply(self, *, is_bulk: bool) -> None:
        """Commit what was staged, group by group; a bulk change writes no single events."""
        if self.extract.shelf:
            with self.copy.looking():
                self.staging.find_on(Shelf(self.reader.source, self.extract.shelf))
        for group in self._groups():
            with self.copy.committing():
                self._commit(group, is_bulk=is_bulk)

    def _bounds(self, bucket: int) -> tuple[int, int]:
        return bounds(bucket, self.reader.width)

    def _groups(self) -> Iterator[list[int]]:
        with self.copy.looking():
            changes = self.staging.changes_by_bucket(self._bucket_of)
        group: list[int] = []
        weight = 0
        for bucket in self.dirty:
            weight += changes.get(bucket, 0)
            if group and (weight > CHANGES_PER_COMMIT or len(group) >= BUCKETS_PER_COMMIT):
                yield group
                group, weight = [], changes.get(bucket, 0)
            group.append(bucket)
        if group:
            yield group

    def _bucket_of(self, position: int) -> int:
        return -1 if position < 0 else position // self.reader.width

    def _commit(self, group: Sequence[int], *, is_bulk: bool) -> None:
        connection, source_id, entity = self.copy.connection, self.copy.source_id, self.extract.entity
        span = low, high = self._bounds(group[0])[0], self._bounds(group[-1])[1]
        now = self.copy.clock()
        unit = _Unit(self.copy, self.staging, span, now)
        unit.rekey()
        unit.archive()
        if not is_bulk and self.copy.runner.has_baseline:
            unit.tell()
        if not is_bulk:
            unit.touch()
        unit.upsert()
        unit.insert()
        unit.bury()
        rejects = [each for each in self.delivery.rejects if low <= each.position <= high]
        write_rejects(connection, source_id, entity, spans_of(map(self._bounds, group)), rejects, now)
        prints = self.delivery.prints
        write_prints(connection, source_id, entity, ((bucket, prints.get(bucket, Print())) for bucket in group))


class _Unit:
    """The statements of one commit unit."""

    def __init__(self, copy: Copy, staging: Staging, span: tuple[int, int], now: datetime) -> None:
        self.connection = copy.connection
        self.copy = copy
        self.staging = staging
        self.extract = staging.extract
        self.target, self.stage, self.change = staging.target, staging.stage, staging.change
        self.keys, self.columns = staging.keys, staging.columns
        self.span = span
        self.within = self.change.c.place.between(*span)
        self.now = now
        self.mine = and_(self.target.c.source_id == copy.source_id, *self._near(self.target))

    def _near(self, table: Any) -> list[ColumnElement[bool]]:
        """Say of a table what follows from the change's place, so that no plan begins with all of a large one.

        Not for text keys: one whose bytes were mended may be kept under another hash.
        """
        position = self.extract.position_column
        return [] if self.extract.text_key else [table.c[position].between(*self.span)]

    def _same(self, left: Any, right: Any) -> list[ColumnElement[bool]]:
        return [left.c[name] == right.c[name] for name in self.keys]

    def _staged(self) -> ColumnElement[bool]:
        """Join the stage to the change."""
        return and_(*self._same(self.change, self.stage), *self._near(self.stage))

    def _of_kind(self, *kinds: str) -> ColumnElement[bool]:
        return and_(self.within, self.change.c.kind.in_(kinds))

    def rekey(self) -> None:
        """Keep the evidence that a loan now belongs to another patron key."""
        if self.extract.entity != "loan":
            return
        bit = self.staging.bit("patron_key")
        found = (
            select(
                literal(self.copy.source_id), self.target.c.key, self.target.c.patron_key,
                self.stage.c.patron_key, literal(self.now, ils.rekeyed.c.seen_at.type),
            )
            .select_from(self.change.join(self.stage, self._staged())
                         .join(self.target, and_(self.mine, *self._same(self.change, self.target))))
            .where(self._of_kind(CHANGED, BACK), self.change.c.mask.op("&")(bit) != 0)
            .where(self.target.c.patron_key.is_not(None), self.stage.c.patron_key.is_not(None))
        )  # fmt: skip
        names = ["source_id", "loan_key", "old_patron_key", "new_patron_key", "seen_at"]
        self.connection.execute(insert(ils.rekeyed).from_select(names, found))

    def archive(self) -> None:
        """Put away the old row of a key that now names another thing."""
        if self.extract.reuse is None:
            return
        joined = self.change.join(self.target, and_(self.mine, *self._same(self.change, self.target)))
        old = self.connection.execute(select(self.target).select_from(joined).where(self._of_kind(REUSED)))
        facts = {"source_id": self.copy.source_id, "entity": self.extract.entity, "archived_at": self.now}
        rows = [
            {**facts, "key": str(row["key"]), "row": {name: _plain(value) for name, value in row.items()}}
            for row in old.mappings()
        ]
        if rows:
            self.connection.execute(insert(ils.archive), rows)

    def tell(self) -> None:
        """Write the events of the changes to the outbox."""
        if self.extract.is_listed:
            titles = self.connection.scalars(select(self.change.c.title_key).where(self.within).distinct())
            events = listed_events(self.extract, list(titles))
        else:
            events = [
                event
                for row in self.connection.execute(self._changes())
                for event in events_of(self.extract, row.kind, row.key, row.mask, row)
            ]
        write_events(self.connection, self.copy.source_id, events, self.now, self.copy.runner.ids)

    def _changes(self) -> Any:
        occurred = OCCURRED.get(self.extract.entity)
        return (
            select(
                self.change.c.key,
                self.change.c.kind,
                self.change.c.mask,
                (self.stage.c.is_open if "is_open" in self.stage.c else null()).label("is_open"),
                (self.stage.c[occurred] if occurred else null()).label("occurred_at"),
            )
            .select_from(self.change.outerjoin(self.stage, self._staged()))
            .where(self.within)
            .order_by(self.change.c.place)
        )

    def touch(self) -> None:
        """Note whose profiles the changes are about: what the rows name now and what they named before."""
        touching = TOUCHING.get(self.extract.entity)
        if touching is None:
            return
        if touching is EVERYBODY:
            if self.connection.execute(select(self.change.c.kind).where(self.within).limit(1)).first():
                touch_everything(self.connection)
            return
        if not touching.moves:
            self._touch(touching.kind, self.change.c[touching.column], self.change)
            return
        new, old = self.stage.c[touching.column], self.target.c[touching.column]
        among = self.change.outerjoin(self.stage, self._staged())
        self._touch(touching.kind, new, among, *self._matters(touching.only))
        before = among.join(self.target, and_(self.mine, *self._same(self.change, self.target)))
        self._touch(touching.kind, old, before, *self._matters(touching.only), old.is_distinct_from(new))

    def _matters(self, columns: Sequence[str]) -> list[ColumnElement[bool]]:
        """Narrow changed rows to those where one of ``columns`` differs."""
        if not columns:
            return []
        mask = sum(self.staging.bit(name) for name in columns)
        return [or_(self.change.c.kind != CHANGED, self.change.c.mask.op("&")(mask) != 0)]

    def _touch(self, kind: str, key: Any, among: Any, *conditions: ColumnElement[bool]) -> None:
        named = cast(key, String(KEY_LENGTH))
        found = (
            select(literal(kind), literal(self.copy.source_id), named)
            .select_from(among)
            .where(self.within, key.is_not(None), *conditions)
            .distinct()
        )
        self.connection.execute(insert(touched).from_select(["kind", "source_id", "key"], found))

    def upsert(self) -> None:
        """Bring rows that differ to what the source has; a reused key starts afresh."""
        names = [name for name in self.columns if name not in self.keys and name not in self.extract.found_once]
        values: dict[str, Any] = {name: self.stage.c[name] for name in names}
        is_reused = self.change.c.kind == REUSED
        for name in self.extract.found_once:
            values[name] = self._once(name, is_reused)
        if not self.extract.is_listed:
            values["gone_at"] = null()
            values["first_seen_at"] = case((is_reused, self.now), else_=self.target.c.first_seen_at)
        statement = (
            update(self.target)
            .values(values)
            .where(self.mine, self._staged(), *self._same(self.target, self.stage))
            .where(self._of_kind(*UPSERTED))
        )
        self.connection.execute(statement)

    def _once(self, name: str, is_reused: Any) -> Any:
        """Return what a loan was found to be of: the first finding stays, unless the loan itself names another item."""
        new, old = self.stage.c[name], self.target.c[name]
        renamed = self.target.c.item_barcode.is_distinct_from(self.stage.c.item_barcode)
        return case((is_reused, new), (renamed, func.coalesce(new, old)), else_=func.coalesce(old, new))

    def insert(self) -> None:
        """Add rows that the copy has never seen."""
        fixed: dict[str, Any] = {"source_id": literal(self.copy.source_id)}
        if not self.extract.is_listed:
            fixed["first_seen_at"] = literal(self.now, self.target.c.first_seen_at.type)
        chosen = (
            select(*fixed.values(), *(self.stage.c[name] for name in self.columns))
            .select_from(self.change.join(self.stage, self._staged()))
            .where(self._of_kind(NEW))
        )
        self.connection.execute(insert(self.target).from_select([*fixed, *self.columns], chosen))

    def bury(self) -> None:
        """Mark rows that vanished from the source; a title's list loses them."""
        vanished = [*self._same(self.target, self.change), self._of_kind(GONE)]
        if not self.extract.is_listed:
            self.connection.execute(update(self.target).values(gone_at=self.now).where(self.mine, *vanished))
            return
        self.connection.execute(delete(self.target).where(self.mine, select(self.change).where(*vanished).exists()))


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | str | dict | list) else str(value)
