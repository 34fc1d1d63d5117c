"""Finds which item and title a loan was of, once, when the loan is first seen.

The ILS matches barcodes without case and trailing blanks, lets items be renamed without their loans and hands codes
out again; so what was found stays with the loan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from connector.extract import ShelfQueries
from connector.source import Source
from crm.schema.ils import item

CODES_PER_QUERY = 500

Found = tuple[int | None, int | None]
NOTHING: Found = (None, None)


def folded(barcode: str) -> str:
    """Return a barcode as it is matched."""
    return barcode.rstrip(" ").casefold()


class _Known(dict["str | None", Found]):
    """What was found by barcode, as spelled and folded; ``asked`` gathers those that are not known yet."""

    def __init__(self, found: Mapping[str | None, Found]) -> None:
        super().__init__(found)
        self.asked: set[str] = set()

    def __missing__(self, barcode: str) -> Found:
        self.asked.add(barcode)
        return NOTHING


class Shelf:
    """Answers for loans of one source; ``preload`` first where many will be asked."""

    def __init__(self, source: Source, queries: ShelfQueries) -> None:
        """Begin with nothing known."""
        self.source = source
        self.queries = queries
        self.known = _Known({None: NOTHING})

    def preload(self, connection: Connection, source_id: int) -> None:
        """Take in all live items of the copy, about 200 bytes each."""
        rows = connection.execute(
            select(item.c.barcode, item.c.key, item.c.title_key).where(
                item.c.source_id == source_id, item.c.gone_at.is_(None), item.c.barcode.is_not(None)
            )
        )
        for barcode, key, title_key in rows:
            self.known[folded(barcode)] = (key, title_key)

    def find(self, keys: Sequence[int], barcodes: Sequence[str | None]) -> list[Found]:
        """Return (item key, title key) for each loan key and barcode, None where neither item nor history tells."""
        found = list(map(self.known.__getitem__, barcodes))
        if self.known.asked:
            self._learn()
            found = list(map(self.known.__getitem__, barcodes))
        lost = [at for at, each in enumerate(found) if each is NOTHING]
        titles = self._ask_history([keys[at] for at in lost])
        for at in lost:
            found[at] = (None, titles.get(keys[at]))
        return found

    def _learn(self) -> None:
        """Match barcodes that were never asked for in this spelling."""
        barcodes = self.known.asked
        self._ask_items({folded(barcode) for barcode in barcodes} - self.known.keys())
        for barcode in barcodes:
            self.known[barcode] = self.known[folded(barcode)]
        barcodes.clear()

    def _ask_items(self, codes: set[str]) -> None:
        for some in _chunks(sorted(codes)):
            values = {f"code{at}": code for at, code in enumerate(some)}
            marks = ", ".join(f":{name}" for name in values)
            for barcode, key, title_key in self.source.rows(self.queries.items.format(codes=marks), **values):
                self.known[folded(barcode)] = (key, title_key)
        for code in codes:
            self.known.setdefault(code, NOTHING)

    def _ask_history(self, keys: Sequence[int]) -> dict[int, int]:
        if self.queries.history is None:
            return {}
        found: dict[int, int] = {}
        for some in _chunks(keys):
            found.update(dict(self.source.rows(self.queries.history.format(keys=", ".join(map(str, some))))))
        return found


def _chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[at : at + CODES_PER_QUERY] for at in range(0, len(values), CODES_PER_QUERY))
