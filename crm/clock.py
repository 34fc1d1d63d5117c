"""The time as the CRM keeps it."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present time as naive UTC, to the second as the database keeps it."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)
