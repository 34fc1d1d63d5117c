"""From the source's raw batches to rows the copy can take: converted, sifted and, for loans, found on the shelf."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


def packed(batches: Iterable[Batch], extract: Extract, timezone: str, shelf: Shelf | None) -> Iterator[Parcel]:
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
    keys, barcodes = columns["key"], columns["item_barcode"]
    if shelf is None:
        return [[None] * len(keys)] * 2
    return list(zip(*shelf.find(keys, barcodes), strict=True))
