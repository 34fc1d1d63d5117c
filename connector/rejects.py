"""Rows that the copy cannot hold: kept apart with their reason, so that one row never stops a sync."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import NoneType
from typing import Any

from sqlalchemy import BigInteger, Connection, Integer, delete, insert

from connector.extract import Extract
from connector.values import Column
from crm.schema.base import KEY_LENGTH, Key
from crm.schema.ils import reject
from crm.words import BLANK_KEY, DOUBLE_KEY, LARGE_NUMBER, LONG_TEXT

LIMIT = 1 << 63
MENDED = "\ufffd"  # what stands for bytes that their character set does not have

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Reject:
    """A row that is not in the copy: its key as far as it has one, the position that decides its bucket, why."""

    key: str
    position: int
    reason: str


class Sieve:
    """Parts rows that fit the copy's columns from those that do not."""

    def __init__(self, extract: Extract) -> None:
        """Look up which columns have limits."""
        types = [extract.table.c[name].type for name in extract.columns]
        self.columns = extract.columns
        self.is_listed, self.has_text_key = extract.is_listed, extract.text_key
        self.mended: set[str] = set()
        self.key = extract.column_at(extract.key_columns[0])
        self.position = extract.column_at(extract.position_column)
        self.texts = [at for at, kind in enumerate(types) if isinstance(kind, Key)]
        self.numbers = [at for at, kind in enumerate(types) if isinstance(kind, BigInteger | Integer)]

    def sift(self, columns: list[Column]) -> tuple[list[Column], list[Reject]]:
        """Return the columns of the rows that fit, and the rejects; of rows with one key the first fits."""
        if self._all_fit(columns):
            return columns, []
        good: list[Row] = []
        bad: list[Reject] = []
        taken: set[Any] = set()
        for row in zip(*columns, strict=True):
            reason = self._misfit(row) or self._doubled(row[self.key], taken)
            if reason:
                bad.append(Reject(str(row[self.key] or ""), self._place(row), reason))
            else:
                good.append(row)
        return [list(column) for column in zip(*good, strict=True)] or [[] for _ in columns], bad

    def _all_fit(self, columns: Sequence[Column]) -> bool:
        keys = columns[self.key]
        return (
            None not in keys
            and (self.is_listed or len(set(keys)) == len(keys))
            and not (self.has_text_key and MENDED in "".join(keys))
            and all(max(map(len, filter(None, columns[at])), default=0) <= KEY_LENGTH for at in self.texts)
            and all(_are_whole(columns[at]) for at in self.numbers)
        )

    def _misfit(self, row: Row) -> str | None:
        """Return what the copy cannot hold of a row."""
        if row[self.key] is None:
            return BLANK_KEY
        for at in self.texts:
            if row[at] is not None and len(row[at]) > KEY_LENGTH:
                return LONG_TEXT.format(column=self.columns[at])
        for at in self.numbers:
            if row[at] is not None and not _is_whole(row[at]):
                return LARGE_NUMBER.format(column=self.columns[at])
        return None

    def _doubled(self, key: Any, taken: set[Any]) -> str | None:
        """Tell if another row has the key: beside it in a table that lost its primary key, or once it was mended."""
        if self.is_listed:
            return None
        if self.has_text_key and MENDED in key:
            taken = self.mended
        if key in taken:
            return DOUBLE_KEY
        taken.add(key)
        return None

    def _place(self, row: Row) -> int:
        position = row[self.position]
        return max(-LIMIT, min(position, LIMIT - 1)) if isinstance(position, int) else 0


def _are_whole(column: Column) -> bool:
    if not set(map(type, column)) <= {int, NoneType}:
        return False
    numbers = list(filter(None, column))
    return not numbers or (_is_whole(max(numbers)) and _is_whole(min(numbers)))


def _is_whole(value: Any) -> bool:
    return value.__class__ is int and -LIMIT <= value < LIMIT


def write_rejects(
    connection: Connection, source_id: int, entity: str, spans: Iterable[tuple[int, int]], rejects: Sequence[Reject],
    seen_at: datetime,
) -> None:  # fmt: skip
    """Replace the rejects of the positions in ``spans``."""
    mine = (reject.c.source_id == source_id) & (reject.c.entity == entity)
    for low, high in spans:
        connection.execute(delete(reject).where(mine, reject.c.position.between(low, high)))
    rows = [
        {"key": each.key, "position": each.position, "reason": each.reason, "source_id": source_id,
         "entity": entity, "seen_at": seen_at}
        for each in rejects
    ]  # fmt: skip
    if rows:
        connection.execute(insert(reject), rows)


def forget_rejects(connection: Connection, source_id: int, entity: str) -> None:
    """Forget what an earlier, unfinished or differently defined, first copy has rejected of an entity."""
    connection.execute(delete(reject).where(reject.c.source_id == source_id, reject.c.entity == entity))
