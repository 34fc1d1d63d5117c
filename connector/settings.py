"""What the connector has to be told about one source."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class SourceSettings:
    """One ILS database, read only; its URL, which holds a password, is not shown by ``repr``.

    ``timezone`` is the IANA zone of the times the ILS writes; ``every_seconds`` the pause between scheduled syncs;
    ``fast`` scans whole tables at once, which is quicker but locks MyISAM tables longer.
    """

    name: str
    ils: str
    database_url: str = field(repr=False)
    timezone: str = "Asia/Jakarta"
    every_seconds: int = 300
    fast: bool = False
