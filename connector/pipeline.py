"""From the source's raw batches to rows the copy can take: converted, sifted and, for loans, found on the shelf."""

from __future__ import annotations

import gc
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from connector.extract import Extract
from connector.fingerprint import Print
from connector.reader import Batch
from connector.rejects import Reject, Sieve
from connector.shelf import Shelf
from connector.values import Column, Converter

ROWS_PER_UNIT = 10_000


@contextmanager
def without_cycle_search() -> Iterator[None]:
    """Switch Python's search for cycles off: rows have none, and looking through millions takes longer than copying."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass
class Parcel:
    """Rows as the columns that ``Extract.columns`` names, the rejects among them, and the prints taken with them."""

    columns: list[Column] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    prints: dict[int, Print] = field(default_factory=dict)
    repaired: int = 0

    @property
    def rows(self) -> int:
        """How many rows fit the copy."""
        return len(self.columns[0]) if self.columns else 0

    @property
    def size(self) -> int:
        """How many rows the source gave."""
        return self.rows + len(self.rejects)

    def take(self, other: Parcel) -> None:
        """Add the contents of another parcel."""
        if not self.columns:
            self.columns = [[] for _ in other.columns]
        for column, more in zip(self.columns, other.columns, strict=False):
            column.extend(more)
        self.rejects += other.rejects
        self.repaired += other.repaired
        for bucket, found in other.prints.items():
            self.prints[bucket] = self.prints.get(bucket, Print()).joined(found)


def packed(batches: Iterable[Batch], extract: Extract, timezone: str, shelf: Shelf | None) -> Generator[Parcel]:
    """Yield parcels large enough for a commit unit; without a shelf the columns found once stay NULL."""
    converter, sieve = Converter(extract, timezone), Sieve(extract)
    unit = Parcel()
    for batch in batches:
        columns = converter.columns(batch.columns) if batch.columns else []
        if columns and extract.found_once:
            columns += _found(columns[extract.column_at("item_barcode")], shelf)
        good, bad = sieve.sift(columns) if columns else ([], [])
        unit.take(Parcel(good, bad, batch.prints, batch.repaired))
        if unit.size >= ROWS_PER_UNIT:
            yield _remembered(unit, extract, shelf)
            unit = Parcel()
    if unit.prints:
        yield _remembered(unit, extract, shelf)


def _found(barcodes: Column, shelf: Shelf | None) -> list[Column]:
    if shelf is None:
        return [[None] * len(barcodes), [None] * len(barcodes)]
    found = shelf.find(barcodes)
    return [list(column) for column in zip(*found, strict=True)]


def _remembered(unit: Parcel, extract: Extract, shelf: Shelf | None) -> Parcel:
    """Fill in the titles of loans without an item from the loans' own history."""
    if shelf is not None and unit.columns:
        keys, items, titles = (unit.columns[extract.column_at(name)] for name in ("key", "item_key", "title_key"))
        lost = [at for at, item in enumerate(items) if item is None]
        known = shelf.titles([keys[at] for at in lost])
        for at in lost:
            titles[at] = known.get(keys[at])
    return unit
