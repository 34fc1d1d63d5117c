"""The time as the CRM keeps it."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present time as naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)
