"""Temporary tables in which a sync gathers the source's rows and finds out, in sets, what changed.

``stage`` holds the rows of all dirty buckets, ``dirty`` the spans of positions they cover, ``change`` one row per key
whose copy has to change: its kind and, as a bit mask over the proven columns, what differs; ``found`` what new loans
were found to be of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    MetaData,
    String,
    Table,
    and_,
    case,
    delete,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)  # fmt: skip

from connector.bulk import insert_rows
from connector.copy import Copy
from connector.extract import Extract
from connector.rejects import MENDED
from connector.shelf import NOTHING, Shelf
from connector.values import Column as Values

NO_SOURCE = -1
FOUND = ("key", "item_key", "title_key")
NEW, CHANGED, BACK, REUSED, GONE = "new", "changed", "back", "reused", "gone"


class Staging:
    """The temporary tables of one entity; made in ``create``, gone with the connection."""

    def __init__(self, copy: Copy, extract: Extract) -> None:
        """Describe the tables."""
        self.copy = copy
        self.extract = extract
        self.target = extract.table
        self.keys = extract.key_columns
        self.columns = extract.columns
        metadata = MetaData()
        prefix: Any = {"prefixes": ["TEMPORARY"]}
        keys = [self.target.c[name] for name in self.keys]
        self.stage = Table(
            f"stage_{extract.entity}",
            metadata,
            *(
                Column(name, self.target.c[name].type, primary_key=name in self.keys, autoincrement=False)
                for name in self.columns
            ),
            **prefix,
        )
        self.change = Table(
            f"change_{extract.entity}",
            metadata,
            Column("place", BigInteger, index=True),
            *(Column(column.name, column.type, primary_key=True, autoincrement=False) for column in keys),
            Column("kind", String(8)),
            Column("mask", BigInteger),
            **prefix,
        )
        self.dirty = Table(
            f"dirty_{extract.entity}",
            metadata,
            Column("low", BigInteger, primary_key=True, autoincrement=False),
            Column("high", BigInteger),
            **prefix,
        )
        self.found = Table(
            f"found_{extract.entity}",
            metadata,
            *(Column(name, BigInteger, primary_key=name == "key", autoincrement=False) for name in FOUND),
            **prefix,
        )
        self.metadata = metadata

    def create(self, spans: Sequence[tuple[int, int]]) -> None:
        """Make the tables; ``spans`` are the lowest and highest position of every stretch of dirty buckets."""
        connection = self.copy.connection
        self.metadata.drop_all(connection)
        self.metadata.create_all(connection, checkfirst=False)
        if spans:
            connection.execute(insert(self.dirty), [{"low": low, "high": high} for low, high in spans])

    def add(self, columns: Sequence[Values]) -> None:
        """Take converted rows in."""
        insert_rows(self.copy.connection, self.stage, self.columns, columns)

    def without_doubles(self) -> list[tuple[str, int]]:
        """Take rows out whose mended key a live row outside the dirty buckets has; return their keys and hashes."""
        if not self.extract.text_key:
            return []
        stage, target, dirty = self.stage, self.target, self.dirty
        is_dirty = select(dirty).where(target.c.key_hash.between(dirty.c.low, dirty.c.high)).exists()
        query = (
            select(stage.c.key, stage.c.key_hash)
            .join_from(stage, target, self._joined())
            .where(stage.c.key.contains(MENDED), target.c.gone_at.is_(None), ~is_dirty)
        )
        doubles = [(key, position) for key, position in self.copy.connection.execute(query)]
        for key, _ in doubles:
            self.copy.connection.execute(delete(stage).where(stage.c.key == key))
        return doubles

    def compare(self) -> dict[str, int]:
        """Fill ``change``; return how many keys are new, changed, back, reused and gone."""
        connection = self.copy.connection
        columns = ["place", *self.keys, "kind", "mask"]
        connection.execute(insert(self.change).from_select(columns, self._present()))
        connection.execute(insert(self.change).from_select(columns, self._absent()))
        kind = self.change.c.kind
        rows = connection.execute(select(kind, func.count().label("keys")).group_by(kind))
        return {row.kind: row.keys for row in rows}

    def find_on(self, shelf: Shelf) -> None:
        """Find item and title of the loans that are new or name another barcode than before."""
        change, stage, connection = self.change, self.stage, self.copy.connection
        renamed = change.c.mask.op("&")(self.bit("item_barcode")) != 0
        asked = select(stage.c.key, stage.c.item_barcode).join_from(change, stage, change.c.key == stage.c.key)
        loans = connection.execute(asked.where(or_(change.c.kind.in_((NEW, REUSED)), renamed))).all()
        keys = [row.key for row in loans]
        answers = dict(zip(keys, shelf.find([row.item_barcode for row in loans]), strict=True))
        titles = shelf.titles([key for key in keys if answers[key] is NOTHING])
        columns = keys, [answers[key][0] for key in keys], [titles.get(key, answers[key][1]) for key in keys]
        insert_rows(connection, self.found, FOUND, columns)
        values = {name: self.found.c[name] for name in FOUND[1:]}
        connection.execute(update(stage).values(values).where(stage.c.key == self.found.c.key))

    def bit(self, column: str) -> int:
        """Return the bit of a proven column in a change's mask."""
        return 1 << [each.column for each in self.extract.fields].index(column)

    def _joined(self) -> ColumnElement[bool]:
        same = [self.target.c[name] == self.stage.c[name] for name in self.keys]
        return and_(self.target.c.source_id == self.copy.source_id, *same)

    def _present(self) -> Any:
        """Select the staged rows that the copy does not have as they are."""
        stage, target = self.stage, self.target
        differs = {name: target.c[name].is_distinct_from(stage.c[name]) for name in self._compared()}
        is_new = target.c.source_id.is_(None)
        is_gone = target.c.gone_at.is_not(None) if "gone_at" in target.c else false()
        kinds = [(is_new, NEW), *self._reuse(differs, is_gone), (is_gone, BACK)]
        proven = [each.column for each in self.extract.fields]
        bits = [case((differs[name], 1 << at), else_=0) for at, name in enumerate(proven) if name in differs]
        mask: Any = literal(0)
        for bit in bits:
            mask = mask + bit
        return (
            select(
                stage.c[self.extract.position_column],
                *(stage.c[name] for name in self.keys),
                case(*kinds, else_=CHANGED),
                case((is_new, 0), else_=mask),
            )
            .prefix_with("STRAIGHT_JOIN", dialect="mysql")
            .select_from(stage.outerjoin(target, self._joined()))
            .where(or_(is_new, is_gone, *differs.values()))
        )

    def _compared(self) -> list[str]:
        return [name for name in self.columns if name not in (*self.keys, *self.extract.found_once)]

    def _reuse(self, differs: dict[str, ColumnElement[bool]], is_gone: Any) -> list[tuple[Any, str]]:
        reuse = self.extract.reuse
        if reuse is None:
            return []
        another = and_(*(differs[name] for name in reuse.columns))
        return [(and_(is_gone, another) if reuse.returning else another, REUSED)]

    def _absent(self) -> Any:
        """Select the live rows of the copy in dirty buckets that the source does not have any more.

        The outer join and the coalesce keep SQLite from walking the whole copy once and the dirty spans for each row.
        """
        stage, target, dirty = self.stage, self.target, self.dirty
        position = target.c[self.extract.position_column]
        within = and_(target.c.source_id == self.copy.source_id, position.between(dirty.c.low, dirty.c.high))
        live = [target.c.gone_at.is_(None)] if "gone_at" in target.c else []
        same = and_(*(target.c[name] == stage.c[name] for name in self.keys))
        return (
            select(position, *(target.c[name] for name in self.keys), literal(GONE), literal(0))
            .prefix_with("STRAIGHT_JOIN", dialect="mysql")
            .select_from(dirty.outerjoin(target, within).outerjoin(stage, same))
            .where(func.coalesce(target.c.source_id, NO_SOURCE) != NO_SOURCE, stage.c[self.keys[0]].is_(None), *live)
        )

    def changes_by_bucket(self, bucket_of: Callable[[int], int]) -> dict[int, int]:
        """Return how many keys change in each bucket."""
        found: dict[int, int] = {}
        for (position,) in self.copy.connection.execute(select(self.change.c.place)):
            bucket = bucket_of(position)
            found[bucket] = found.get(bucket, 0) + 1
        return found


def spans_of(bounds: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return sorted stretches of positions, neighbours taken together."""
    spans: list[tuple[int, int]] = []
    for low, high in sorted(bounds):
        if spans and spans[-1][1] + 1 == low:
            spans[-1] = (spans[-1][0], high)
        else:
            spans.append((low, high))
    return spans
