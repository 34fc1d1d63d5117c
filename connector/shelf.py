"""Finds which item and title a loan was of, once, when the loan is first seen.

The ILS matches barcodes without case and trailing blanks, lets items be renamed without their loans and hands codes
out again; so what was found stays with the loan.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select

from connector.extract import ShelfQueries
from connector.source import Source
from crm.schema.ils import item

CODES_PER_QUERY = 500
ITEMS_AT_A_TIME = 1_000

Found = tuple[int | None, int | None]
NOTHING: Found = (None, None)


def folded(barcode: str | None) -> str:
    """Return a barcode as it is matched; no barcode is the empty one."""
    return barcode.rstrip(" ").casefold() if barcode else ""


class Shelf:
    """Answers for loans of one source; ``load`` the copy's items first where many will be asked."""

    def __init__(self, source: Source, queries: ShelfQueries) -> None:
        """Begin with nothing known."""
        self.source = source
        self.queries = queries
        self.known: dict[str | None, Found] = {None: NOTHING, "": NOTHING}
        self.folded: dict[str, Found] = {"": NOTHING}
        self.is_loaded = False

    def load(self, connection: Connection, source_id: int) -> None:
        """Take in all live items of the copy, about 200 bytes each."""
        rows = connection.execute(
            select(item.c.barcode, item.c.key, item.c.title_key).where(
                item.c.source_id == source_id, item.c.gone_at.is_(None), item.c.barcode.is_not(None)
            ),
            execution_options={"yield_per": ITEMS_AT_A_TIME},
        )
        self.known.update((barcode, (key, title_key)) for barcode, key, title_key in rows)
        self.is_loaded = True

    def find(self, barcodes: Sequence[str | None]) -> list[Found]:
        """Return (item key, title key) for each barcode, NOTHING where no item has it."""
        found: list[Any] = list(map(self.known.get, barcodes))
        if None in found:
            self._learn({code for code, each in zip(barcodes, found, strict=True) if code and each is None})
            found = list(map(self.known.get, barcodes))
        return found

    def _learn(self, barcodes: set[str]) -> None:
        """Find barcodes that no item has letter by letter."""
        if not self.is_loaded:
            self._ask_items({folded(code) for code in barcodes} - self.folded.keys())
        elif len(self.folded) == 1:
            self.folded |= {folded(code): each for code, each in self.known.items() if each is not NOTHING}
        for code in barcodes:
            self.known[code] = self.folded.get(folded(code), NOTHING)

    def titles(self, loans: Sequence[int]) -> dict[int, int]:
        """Return the title key by loan key for those whose history knows it."""
        if self.queries.history is None:
            return {}
        found: dict[int, int] = {}
        for some in _chunks(loans):
            found.update(dict(self.source.rows(self.queries.history.format(keys=", ".join(map(str, some))))))
        return found

    def _ask_items(self, codes: set[str]) -> None:
        for some in _chunks(sorted(codes)):
            values = {f"code{at}": code for at, code in enumerate(some)}
            marks = ", ".join(f":{name}" for name in values)
            for barcode, key, title_key in self.source.rows(self.queries.items.format(codes=marks), **values):
                self.folded[folded(barcode)] = (key, title_key)
        for code in codes:
            self.folded.setdefault(code, NOTHING)


def _chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[at : at + CODES_PER_QUERY] for at in range(0, len(values), CODES_PER_QUERY))
