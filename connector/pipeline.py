"""From the source's raw batches to rows the copy can take: converted, sifted and, for loans, found on the shelf."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.extract import Extract
from connector.fingerprint import Print
from connector.reader import Batch
from connector.rejects import Reject, Sieve
from connector.shelf import NOTHING, Shelf
from connector.staging import staged_columns
from connector.values import Converter


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
    columns = staged_columns(extract)
    for batch in batches:
        rows = converter.rows(batch.rows)
        if extract.found_once:
            rows = [row + found for row, found in zip(rows, _found(rows, columns, shelf), strict=True)]
        good, bad = sieve.sift(rows)
        yield Parcel(good, bad, batch.prints, batch.repaired)


def _found(rows: Sequence[tuple[Any, ...]], columns: Sequence[str], shelf: Shelf | None) -> Sequence[tuple[Any, ...]]:
    if shelf is None:
        return [NOTHING] * len(rows)
    key, barcode = columns.index("key"), columns.index("item_barcode")
    return shelf.find([(row[key], row[barcode]) for row in rows])
