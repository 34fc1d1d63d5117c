"""Reads a source in statements short enough that no table is held for long."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from connector.dialects import RECORD, UNIT
from connector.extract import Extract
from connector.fingerprint import HIGHEST, MASK, Print, Statements, bounds
from connector.prefetch import prefetched
from connector.source import Source

FIRST_WINDOW = 2_000
SMALLEST_WINDOW = 500
LARGEST_WINDOW = 10_000
TARGET_SECONDS = 0.1
BUCKETS_PER_STATEMENT = 20
ROWS_PER_BATCH = 500
LISTED_BUCKETS = 1_000

Group = tuple[Any, int, int, "bytes | str | None"]  # bucket, rows, fingerprint, the rows' texts one after the other


@dataclass
class Batch:
    """Raw rows of some buckets, as columns, with the prints that were taken in the same statement.

    All values are texts, NULL as '': the key's hash where the extract has a text key, the values of the fields,
    and perhaps more that is of no interest.
    ``repaired`` counts the rows in which bytes that their character set does not have became U+FFFD.
    """

    columns: list[list[str]] = field(default_factory=list)
    prints: dict[int, Print] = field(default_factory=dict)
    repaired: int = 0

    def take(self, columns: Sequence[Sequence[str]]) -> None:
        """Add rows, given as columns."""
        self.columns = self.columns or [[] for _ in columns]
        for column, more in zip(self.columns, columns, strict=True):
            column.extend(more)

    def note(self, bucket: int, found: Print) -> None:
        """Add the print of a bucket, or of a part of it."""
        self.prints[bucket] = self.prints.get(bucket, Print()).joined(found)


@dataclass(frozen=True)
class Window:
    """A condition on the rows to read, with its values."""

    where: str = "1 = 1"
    values: Mapping[str, Any] = field(default_factory=dict)

    def narrowed(self, condition: str) -> Window:
        """Return the window with one more condition."""
        return Window(f"{self.where} AND {condition}", self.values)


class Reader:
    """Reads one extract of an open source with buckets of one width."""

    def __init__(self, source: Source, extract: Extract, width: int) -> None:
        """Prepare the statements."""
        self.source = source
        self.extract = extract
        self.width = width
        self.statements = Statements(source.dialect, extract, width)
        self.values = len(self.statements.parts) + sum(part.is_text for part in self.statements.parts)
        self.size = FIRST_WINDOW

    def prints(self, seen: Callable[[int], None]) -> dict[int, Print]:
        """Return the print of every bucket; ``seen`` is told how many rows each statement covered."""
        found: dict[int, Print] = {}
        windows = iter((Window(),)) if self.source.settings.fast else self._windows()
        for window in windows:
            rows = self._timed(self.statements.prints(window.where), window)
            for number, count, value in rows:
                bucket = self._shared(number)
                found[bucket] = found.get(bucket, Print()).joined(Print(count, int(value) & MASK))
            seen(sum(row[1] for row in rows))
        return found

    def all(self, first_bucket: int | None = None) -> Iterator[Batch]:
        """Yield the rows of all buckets, or of those from ``first_bucket`` on (integer keys only)."""
        low = None if first_bucket is None else bounds(first_bucket, self.width)[0]
        return self._batches(self._windows(low))

    def some(self, buckets: Sequence[int]) -> Iterator[Batch]:
        """Yield the rows of the named buckets; a batch holds whole buckets or, for text keys, parts of them."""
        if not self.extract.text_key:
            ordered = sorted(buckets)
            chunks = (ordered[at : at + BUCKETS_PER_STATEMENT] for at in range(0, len(ordered), BUCKETS_PER_STATEMENT))
            return self._batches(Window(self._ranges(chunk)) for chunk in chunks)
        if len(buckets) > LISTED_BUCKETS:
            return self._batches(self._windows(), set(buckets))
        listed = f"{self.statements.bucket} IN ({','.join(map(str, sorted(buckets)))})"
        return self._batches(window.narrowed(listed) for window in self._windows())

    def _ranges(self, buckets: Sequence[int]) -> str:
        """Return the condition for some buckets of an integer key, neighbours taken together."""
        runs = [
            [bucket for _, bucket in run]
            for _, run in groupby(enumerate(buckets), key=lambda numbered: numbered[1] - numbered[0])
        ]
        spans = [(bounds(run[0], self.width)[0], bounds(run[-1], self.width)[1]) for run in runs]
        key = self.extract.key
        ranges = [f"{key} BETWEEN {low} AND {high}" if high < HIGHEST else f"{key} >= {low}" for low, high in spans]
        return "(" + " OR ".join(ranges) + ")"

    def _shared(self, number: Any) -> int:
        """Return the bucket of a number that may come as a Decimal; keys beyond the copy's 64 bits share the last."""
        return min(int(number), HIGHEST // self.width)

    def _windows(self, low: Any = None) -> Iterator[Window]:
        """Yield windows of the key that cover the table; each is as large as the last statement's speed allows."""
        while True:
            high = self._boundary(low)
            if high == low is not None:
                high = self._next(low)
            yield self._between(low, high)
            if high is None:
                return
            low = high

    def _boundary(self, low: Any) -> Any:
        window = self._between(low, None)
        found = self.source.rows(self.statements.boundary(window.where, self.size), **window.values)
        if not found:
            return None
        key = found[0][0]
        return key if self.extract.text_key else (key // self.width + 1) * self.width

    def _next(self, low: Any) -> Any:
        """Return the key after ``low``, where a table without a primary key has a window's worth of rows of one."""
        found = self.source.rows(self.statements.boundary(f"{self.extract.key} > :low", 0), low=low)
        return found[0][0] if found else None

    def _between(self, low: Any, high: Any) -> Window:
        limits = {f"{sign} :{name}": (name, value) for sign, name, value in ((">=", "low", low), ("<", "high", high))}
        given = {condition: pair for condition, pair in limits.items() if pair[1] is not None}
        where = " AND ".join(f"{self.extract.key} {condition}" for condition in given)
        return Window(where, dict(given.values())) if given else Window()

    def _timed(self, sql: str, window: Window) -> list[tuple[Any, ...]]:
        """Run one statement over a window and size the next by how long it took."""
        began = time.monotonic()
        rows = self.source.rows(sql, **window.values)
        factor = min(2.0, TARGET_SECONDS / max(time.monotonic() - began, 0.001))
        self.size = int(min(LARGEST_WINDOW, max(SMALLEST_WINDOW, self.size * factor)))
        return rows

    def _batches(self, windows: Iterable[Window], wanted: Container[int] | None = None) -> Iterator[Batch]:
        """Yield the rows of windows in pieces that stay in the processor's cache.

        Another thread asks the server; all that is done with a row happens in this one, for passing many small
        objects from one processor to another costs more than it gains.
        """
        with closing(prefetched((window, self._fetched(window)) for window in windows)) as answers:
            for window, groups in answers:
                chosen = [group for group in groups if wanted is None or int(group[0]) in wanted]
                for some in _handfuls(chosen):
                    yield self._batch(window, some)

    def _fetched(self, window: Window) -> list[tuple[Any, ...]]:
        return self._timed(self.statements.rows(window.where), window)

    def _batch(self, window: Window, groups: Sequence[Group]) -> Batch:
        """Part the rows of some groups; where one of them spoils it, of each group by itself."""
        batch = Batch()
        columns = parted([text for *_, text in groups], sum(group[1] for group in groups), self.values)
        if columns is None and len(groups) > 1:
            return joined(self._batch(window, [group]) for group in groups)
        for number, count, value, _ in groups:
            found = Print(count, int(value) & MASK) if columns else self._reread(window, number, batch)
            batch.note(self._shared(number), found)
        if columns:
            batch.take(columns)
        return batch

    def _reread(self, window: Window, bucket: Any, batch: Batch) -> Print:
        """Read a bucket row by row: a bad byte, a separator within a text or a very long text spoils the usual way."""
        found = Print()
        texts = [part.is_text for part in self.statements.parts]
        lengths = [""] * (self.values - len(texts))  # where other rows have them
        rows: list[list[str]] = []
        narrow = window.narrowed(f"{self.statements.bucket} = {bucket}")
        for hashed, *values in self.source.rows(self.statements.plain(narrow.where), **narrow.values):
            mended = [
                legible(value) if text else (plain(value), False) for value, text in zip(values, texts, strict=True)
            ]
            rows.append([value for value, _ in mended] + lengths)
            batch.repaired += any(is_mended for _, is_mended in mended)
            found = found.joined(Print(1, hashed & MASK))
        batch.take([list(column) for column in zip(*rows, strict=True)])
        return found


def _handfuls(groups: Iterable[Group]) -> Iterator[list[Group]]:
    """Yield groups together that have about as many rows as stay in the processor's cache."""
    some: list[Group] = []
    rows = 0
    for group in groups:
        some.append(group)
        rows += group[1]
        if rows >= ROWS_PER_BATCH:
            yield some
            some, rows = [], 0
    if some:
        yield some


def joined(batches: Iterable[Batch]) -> Batch:
    """Return one batch of all the rows and prints of some."""
    whole = Batch()
    for batch in batches:
        if batch.columns:
            whole.take(batch.columns)
        whole.repaired += batch.repaired
        for bucket, found in batch.prints.items():
            whole.note(bucket, found)
    return whole


def parted(texts: Iterable[bytes | str | None], rows: int, values: int) -> list[list[str]] | None:
    """Return the columns of some groups' texts, None where one was cut short or holds what it cannot carry.

    Each row has one RECORD at its end and one UNIT between two values; more of either means that a text holds one.
    """
    try:
        text = "".join(each.decode() if isinstance(each, bytes) else each or "" for each in texts)
    except UnicodeDecodeError:
        return None
    found = text.replace(RECORD, UNIT).split(UNIT)
    if found.pop() or text.count(RECORD) != rows or len(found) != rows * values:
        return None
    return [found[at::values] for at in range(values)]


def legible(digits: str | None) -> tuple[str, bool]:
    """Return a text from its bytes' hexadecimal digits, and whether some bytes had to be replaced."""
    value = bytes.fromhex(digits or "")
    try:
        return value.decode(), False
    except UnicodeDecodeError:
        return value.decode(errors="replace"), True


def plain(value: Any) -> str:
    """Return a value as a row's text carries it."""
    return "" if value is None else str(value)
