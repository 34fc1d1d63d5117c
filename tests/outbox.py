"""Reads the outbox of a library's copy."""

from __future__ import annotations

import json
from typing import Any

from tests.library import Library

Told = list[tuple[str, str | None, list[str] | None]]


def told(library: Library) -> Told:
    """Return the outbox in order but for the baseline: type, subject, changed columns by name."""
    rows = library.copy("SELECT type, subject, changed FROM event WHERE type <> 'source.baseline' ORDER BY id")
    return [(kind, subject, sorted(json.loads(changed)) if changed else None) for kind, subject, changed in rows]


def counted(library: Library, kind: str) -> list[dict[str, Any]]:
    """Return the counts of the events of one type."""
    return [json.loads(counts) for (counts,) in library.copy("SELECT counts FROM event WHERE type = :kind", kind=kind)]
