"""Whose profiles are worked out: everybody's, or those of the people whose data moved."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """Who is meant; if not everybody, the people are the rows of the table ``person_touched``."""

    is_everything: bool
