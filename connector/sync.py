"""Brings the copy of one source up to date: which buckets differ, in which order, and what may not happen silently."""

from __future__ import annotations

import time
from contextlib import nullcontext, suppress
from datetime import datetime

from sqlalchemy import Engine, update

from connector.copy import Clock, Runner, open_copy
from connector.entity_sync import EntitySync, SyncOptions
from connector.extract import Layout
from connector.ils.recognise import layout_of
from connector.local_infile import loading_engine
from connector.progress import SILENT, Progress, StoppedError
from connector.report import SyncReport
from connector.rights import listed
from connector.settings import SourceSettings
from connector.source import Source
from connector.state import begin_run, end_run, last_not_supplied, register_source, take_fence  # fmt: skip
from crm.clock import utc_now
from crm.database import ensure_current, writing
from crm.errors import SapaError, SourceEmptied
from crm.events import Event, write_events
from crm.i18n import N_, Message
from crm.locks import holder, running_alone
from crm.schema import ils
from crm.words import DONE, FAILED, INTERRUPTED, REVIEW


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
    with running_alone(crm, settings.name, chosen.wait_seconds, progress.wait):
        return _Run(crm, settings, chosen, progress, clock).go()


class _Run:
    """One run, holding the source's lock."""

    def __init__(
        self, crm: Engine, settings: SourceSettings, options: SyncOptions, progress: Progress, clock: Clock
    ) -> None:
        self.crm = crm
        self.settings = settings
        self.options = options
        self.progress = progress
        self.clock = clock
        self.report = SyncReport(settings.name, is_dry_run=options.dry_run)

    def go(self) -> SyncReport:
        """Sync all chosen entities, keeping a record of the run."""
        began, started_at = time.monotonic(), self.clock()
        with writing(self.crm) as connection:
            source_id, self.report.as_of = register_source(connection, self.settings.name, self.settings.ils)
            fence = take_fence(connection, source_id, holder(), started_at)
            run_id = None if self.options.dry_run else begin_run(connection, source_id, started_at)
        runner = Runner(fence, self.clock, has_baseline=self.report.as_of is not None)
        outcome = FAILED
        try:
            with Source(self.settings) as source:
                self._sync(source, loading_engine(self.crm), runner, started_at)
            outcome = REVIEW if self.report.needs_look else DONE
        except SapaError as error:
            self.report.error = Message(error.message, error.values)
            outcome = REVIEW if isinstance(error, SourceEmptied) else FAILED
            raise
        except (KeyboardInterrupt, StoppedError):
            self.report.error = Message(INTERRUPTED)
            raise
        finally:
            self.report.seconds = time.monotonic() - began
            if run_id is not None:
                self._end(run_id, outcome)
        return self.report

    def _sync(self, source: Source, engine: Engine, runner: Runner, started_at: datetime) -> None:
        layout = layout_of(source)
        self._guard_lost(layout, engine, runner)
        for extract in layout.extracts:
            if not self.options.entities or extract.entity in self.options.entities:
                with open_copy(engine, runner) as copy:
                    sync = EntitySync(source, copy, extract, self.options, self.progress)
                    self.report.entities[extract.entity] = sync.go()
        if not self.options.dry_run and not self.options.entities:
            self._complete(engine, runner, layout.version, started_at)

    def _guard_lost(self, layout: Layout, engine: Engine, runner: Runner) -> None:
        """Stop where tables or columns vanished that were there last time: their values would leave the copy."""
        with open_copy(engine, runner) as copy, copy.looking() as connection:
            before = last_not_supplied(connection, runner.fence.source_id)
        lost = sorted(set(layout.not_supplied) - set(before)) if before is not None else []
        if lost and not self.options.accept_empty:
            raise SourceEmptied(
                N_("Source {source} shows {lost} no longer; the copy was left as it was."),
                N_(
                    "Grant again what `sapa doctor --grants` prints; "
                    "if it is right, run: sapa sync --source {source} --accept-empty"
                ),
                source=self.settings.name,
                lost=listed(lost),
            )
        self.report.not_supplied = layout.not_supplied

    def _complete(self, engine: Engine, runner: Runner, version: str, started_at: datetime) -> None:
        """Move ``as_of``, for every entity is done; the first time, tell that the copy is there."""
        source_id = runner.fence.source_id
        with open_copy(engine, runner) as copy, copy.committing() as connection:
            mine = ils.source.c.id == source_id
            connection.execute(update(ils.source).where(mine).values(as_of=started_at, version=version))
            if not runner.has_baseline:
                counts = {name: each.scanned for name, each in self.report.entities.items()}
                baseline = Event("source.baseline", self.settings.name, counts=counts)
                write_events(connection, source_id, [baseline], self.clock(), runner.ids)
        self.report.as_of = started_at

    def _end(self, run_id: int, outcome: str) -> None:
        """Close the record; a CRM that fails just now must not hide why the run failed."""
        with suppress(SapaError) if outcome == FAILED else nullcontext(), writing(self.crm) as connection:
            end_run(connection, run_id, self.clock(), outcome, self.report.as_json())
