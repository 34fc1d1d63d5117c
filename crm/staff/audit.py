"""What staff did, kept for who has to answer for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from crm.schema.staff import audit


def record(  # noqa: PLR0913, PLR0917 - a line has this many columns
    connection: Connection,
    at: datetime,
    staff_id: int | None,
    action: str,
    subject: str | None = None,
    subject_id: object = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add a line to the audit log."""
    key = None if subject_id is None else str(subject_id)
    row = {"at": at, "staff_id": staff_id, "action": action, "subject": subject, "subject_id": key, "details": details}
    connection.execute(insert(audit).values(row))
