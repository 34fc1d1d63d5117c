"""Brings the copy of one source up to date: which buckets differ, in which order, and what may not happen silently."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, insert, select, update

from connector.copy import Clock, open_copy
from connector.entity_sync import EntitySync, SyncOptions
from connector.extract import Extract, Layout
from connector.ils.recognise import layout_of
from connector.local_infile import loading_engine
from connector.locks import holder, running_alone
from connector.progress import SILENT, Progress
from connector.report import EntityReport, SyncReport
from connector.settings import SourceSettings
from connector.source import Source
from connector.state import Fence, register_source, take_fence
from crm.database import ensure_current, writing
from crm.errors import SourceEmptied
from crm.events import Event, write_events
from crm.schema import ils, sync


def utc_now() -> datetime:
    """Return the time as naive UTC to the second."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def sync_source(
    crm: Engine,
    settings: SourceSettings,
    options: SyncOptions | None = None,
    progress: Progress = SILENT,
    clock: Clock = utc_now,
) -> SyncReport:
    """Bring the copy of one source up to date and return what was done.

    Raises SourceUnavailable, SourceSchemaMismatch, AlreadyRunning, SourceEmptied, CrmUnavailable or
    CrmSchemaMismatch; whatever was committed before stays, and the next run completes it.
    """
    chosen = options or SyncOptions()
    ensure_current(crm)
    with running_alone(crm, settings.name, chosen.wait_seconds), Source(settings) as source:
        return _Run(crm, source, chosen, progress, clock).go()


class _Run:
    """One run, holding the source's lock."""

    def __init__(self, crm: Engine, source: Source, options: SyncOptions, progress: Progress, clock: Clock) -> None:
        self.crm = crm
        self.loading = loading_engine(crm)
        self.source = source
        self.options = options
        self.progress = progress
        self.clock = clock
        self.report = SyncReport(source.settings.name, is_dry_run=options.dry_run)
        self.fence = Fence(0, 0)
        self.run_id = 0
        self.has_baseline = False

    def go(self) -> SyncReport:
        """Sync all chosen entities, keeping a record of the run."""
        began, started_at = time.monotonic(), self.clock()
        layout = layout_of(self.source)
        self._begin(layout, started_at)
        outcome = "failed"
        try:
            for extract in layout.extracts:
                if not self.options.entities or extract.entity in self.options.entities:
                    self.report.entities[extract.entity] = self._entity(extract)
            self._complete(layout, started_at)
            outcome = "review" if self.report.needs_look else "done"
        except SourceEmptied:
            outcome = "review"
            raise
        finally:
            self.report.seconds = time.monotonic() - began
            self._end(outcome)
        return self.report

    def _begin(self, layout: Layout, started_at: datetime) -> None:
        with writing(self.crm) as connection:
            source_id = register_source(connection, self.source.settings.name, layout.ils)
            self.fence = take_fence(connection, source_id, holder(), started_at)
            row = connection.execute(select(ils.source.c.as_of).where(ils.source.c.id == source_id)).one()
            self.has_baseline = row.as_of is not None
            self.report.as_of = row.as_of
            mine = sync.run.c.source_id == source_id
            connection.execute(
                update(sync.run)
                .where(mine, sync.run.c.finished_at.is_(None))
                .values(outcome="failed", finished_at=started_at)
            )
            values = {"source_id": source_id, "started_at": started_at, "outcome": "running"}
            key = connection.execute(insert(sync.run).values(**values)).inserted_primary_key
            self.run_id = int(key[0]) if key else 0

    def _complete(self, layout: Layout, started_at: datetime) -> None:
        """Move ``as_of`` when every entity is done; the first time, tell that the copy is there."""
        if self.options.dry_run or self.options.entities:
            return
        with (
            open_copy(self.loading, self.fence, self.clock, has_baseline=self.has_baseline) as copy,
            copy.committing() as connection,
        ):
            mine = ils.source.c.id == self.fence.source_id
            connection.execute(update(ils.source).where(mine).values(as_of=started_at, version=layout.version))
            if not self.has_baseline:
                counts = {name: each.scanned for name, each in self.report.entities.items()}
                baseline = Event("source.baseline", self.source.settings.name, counts=counts)
                write_events(connection, self.fence.source_id, [baseline], self.clock(), copy.ids)
        self.report.as_of = started_at

    def _end(self, outcome: str) -> None:
        values: dict[str, Any] = {"finished_at": self.clock(), "outcome": outcome, "report": self.report.as_json()}
        with writing(self.crm) as connection:
            connection.execute(update(sync.run).where(sync.run.c.id == self.run_id).values(**values))

    def _entity(self, extract: Extract) -> EntityReport:
        with open_copy(self.loading, self.fence, self.clock, has_baseline=self.has_baseline) as copy:
            return EntitySync(self.source, copy, extract, self.options, self.progress).go()
