"""Writes tables that spreadsheets open without running what is in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

STARTS_OF_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - full width too
BYTE_ORDER_MARK = "\ufeff"  # by which Excel knows UTF-8


def cell(value: object) -> str:
    """Return a value as a cell: a text that a spreadsheet would take for a formula gets an apostrophe before it.

    Source: OWASP, "CSV Injection".
    """
    text = "" if value is None else str(value)
    is_risky = text.startswith(STARTS_OF_FORMULAS) or text.lstrip().startswith(STARTS_OF_FORMULAS)
    return f"'{text}" if isinstance(value, str) and is_risky else text


def lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the lines of a CSV file (RFC 4180), each with its end."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in chain([header], rows):
        writer.writerow([cell(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
