"""From the source's raw batches to rows the copy can take: converted, sifted and, for loans, found on the shelf."""

from __future__ import annotations

import gc
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from connector.extract import Extract
from connector.fingerprint import Print
from connector.reader import Batch
from connector.rejects import Reject, Sieve
from connector.shelf import Shelf
from connector.staging import staged_columns
from connector.values import Column, Converter

ROWS_PER_UNIT = 5_000


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
    """Rows of ``staged_columns``, the rejects among them, and the prints taken with them."""

    rows: Sequence[tuple[Any, ...]] = ()
    rejects: Sequence[Reject] = ()
    prints: dict[int, Print] = field(default_factory=dict)
    repaired: int = 0

    @property
    def size(self) -> int:
        """How many rows the source gave."""
        return len(self.rows) + len(self.rejects)


def packed(batches: Iterable[Batch], extract: Extract, timezone: str, shelf: Shelf | None) -> Generator[Parcel]:
    """Yield a parcel per batch; without a shelf the columns found once stay NULL."""
    converter, sieve = Converter(extract, timezone), Sieve(extract)
    for batch in batches:
        if not batch.rows:
            yield Parcel(prints=batch.prints)
            continue
        columns = converter.columns(batch.rows)
        if extract.found_once:
            columns += _found(dict(zip(staged_columns(extract), columns, strict=False)), shelf)
        good, bad = sieve.sift(columns)
        yield Parcel(good, bad, batch.prints, batch.repaired)


def _found(columns: Mapping[str, Column], shelf: Shelf | None) -> list[Column]:
    barcodes = columns["item_barcode"]
    if shelf is None:
        return [[None] * len(barcodes)] * 2
    return list(zip(*shelf.find(barcodes), strict=True))


def in_units(parcels: Iterable[Parcel], shelf: Shelf | None) -> Generator[list[Parcel]]:
    """Gather parcels until there are enough rows for a commit unit; loans without an item ask their history."""
    unit: list[Parcel] = []
    for parcel in parcels:
        unit.append(parcel)
        if sum(each.size for each in unit) >= ROWS_PER_UNIT:
            yield _remembered(unit, shelf)
            unit = []
    if unit:
        yield _remembered(unit, shelf)


def _remembered(unit: list[Parcel], shelf: Shelf | None) -> list[Parcel]:
    """Fill in the titles of loans, whose rows begin with their key and end with item and title key."""
    if shelf is not None:
        titles = shelf.titles([row[0] for parcel in unit for row in parcel.rows if row[-2] is None])
        for parcel in unit if titles else ():
            parcel.rows = [(*row[:-1], titles.get(row[0])) if row[-2] is None else row for row in parcel.rows]
    return unit
