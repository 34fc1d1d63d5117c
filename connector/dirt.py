"""Counts what is odd in a source's rows, newest first, in statements short enough that no table is held for long."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.source import Source

FIRST_WINDOW = 2_000
SMALLEST_WINDOW = 500
LARGEST_WINDOW = 50_000
TARGET_SECONDS = 0.1
ENOUGH_SECONDS = 3.0


@dataclass(frozen=True)
class Survey:
    """What is counted of one table.

    ``key`` is the column that windows go by, ``counts`` are conditions by name; ``shared`` is an expression whose
    values should differ from row to row. ``message`` tells of ``rows``, of every name in ``counts`` and of ``shared``;
    ``serious`` names the counts that need somebody's hand, for which ``hint`` asks.
    """

    name: str
    table: str
    key: str
    message: str
    counts: Mapping[str, str] = field(default_factory=dict)
    shared: str = "NULL"
    serious: tuple[str, ...] = ()
    hint: str = ""


def counted(source: Source, survey: Survey) -> dict[str, int]:
    """Return how many ``rows`` were looked at, how many each condition holds for and how many have a ``shared`` value.

    Stops looking after some seconds: a large table's newest rows tell enough. Of the values that may be shared only
    hashes are kept, 100 bytes each.
    """
    totals: Counter[str] = Counter()
    values: Counter[int] = Counter()
    for rows, texts, *numbers in _windows(source, survey):
        totals.update(dict(zip(("rows", *survey.counts), (rows, *numbers), strict=True)))
        values.update(map(hash, texts.split(",")) if texts else ())
    return {**totals, "shared": sum(number for number in values.values() if number > 1)}


def _windows(source: Source, survey: Survey) -> Iterator[list[Any]]:
    """Yield rows, what may be shared and counts of windows of the key, each as large as the last one's speed allows."""
    size, ends = FIRST_WINDOW, time.monotonic() + ENOUGH_SECONDS
    values: dict[str, Any] = {}
    while True:
        began = time.monotonic()
        statement = _statement(survey, f"{survey.key} < :low" if values else "1 = 1")
        low, rows, *counts = source.rows(statement, size=size, **values)[0]
        yield [rows, *counts]
        if rows < size or time.monotonic() > ends:
            return
        factor = min(2.0, TARGET_SECONDS / max(time.monotonic() - began, 0.001))
        size, values = int(min(LARGEST_WINDOW, max(SMALLEST_WINDOW, size * factor))), {"low": low}


def _statement(survey: Survey, where: str) -> str:
    """Return: the lowest key, how many rows, what may be shared, and the counts, of the last ``size`` rows."""
    columns = [f"CASE WHEN {condition} THEN 1 END AS c{at}" for at, condition in enumerate(survey.counts.values())]
    chosen = [f"{survey.key} AS k", f"NULLIF(HEX({survey.shared}), '') AS value", *columns]
    counts = "".join(f", COUNT(c{at})" for at in range(len(columns)))
    rows = f"SELECT {', '.join(chosen)} FROM {survey.table} WHERE {where} ORDER BY {survey.key} DESC LIMIT :size"
    return f"SELECT MIN(k), COUNT(*), GROUP_CONCAT(value){counts} FROM ({rows}) AS chunk"
