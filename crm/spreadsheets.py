"""Lists for spreadsheets, as CSV that no program takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last are wide forms
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # tells Excel that the file is UTF-8


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a CSV (RFC 4180) of ``rows`` under ``heads``; None is empty.

    A text that a spreadsheet would calculate gets an apostrophe before it (OWASP, CSV injection), a phone number too.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([harmless(head) for head in heads])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return MARK + file.getvalue()


def harmless(cell: object) -> object:
    """Return a cell that is shown, never calculated."""
    if cell is None:
        return ""
    text = str(cell)
    return f"'{text}" if not isinstance(cell, int | float) and text.lstrip().startswith(RISKY) else text
