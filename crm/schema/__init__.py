"""The tables of the CRM database, one file per subject."""

from __future__ import annotations

from crm.schema import events, ils, people, profiles, programmes, segments, staff, sync, work
from crm.schema.base import METADATA

__all__ = ["METADATA", "events", "ils", "people", "profiles", "programmes", "segments", "staff", "sync", "work"]
