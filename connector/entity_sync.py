"""One entity of one run: load what was never copied, then bring what differs up to date."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import case, func, select

from connector.copy import Copy
from connector.extract import Extract
from connector.fingerprint import Print, bounds, is_outgrown, width_for
from connector.loading import Loading, ensure_indexes
from connector.pipeline import without_cycle_search
from connector.progress import Progress
from connector.reader import Reader
from connector.report import EntityReport
from connector.source import Source
from connector.state import EntityState, forget_prints, read_prints, read_state, write_state
from connector.touching import TOUCHING
from connector.transfer import Delivery, Transfer
from crm.errors import SourceEmptied
from crm.events import Event, write_events
from crm.i18n import N_, Word
from crm.schema.ils import reject
from crm.touched import touch_everything
from crm.words import ENTITY_WORDS

BULK_ROWS = 1_000
BULK_SHARE = 0.05
FEW_ROWS = 20


@dataclass(frozen=True)
class SyncOptions:
    """``entities`` narrows the run (empty: all); ``dry_run`` only counts; ``accept_empty`` lets an entity vanish."""

    entities: tuple[str, ...] = ()
    dry_run: bool = False
    accept_empty: bool = False
    wait_seconds: float = 10


class EntitySync:
    """Syncs one extract; everything it needs to go on after a kill is committed with the rows."""

    def __init__(self, source: Source, copy: Copy, extract: Extract, options: SyncOptions, progress: Progress) -> None:
        """Read what is remembered of the entity and choose the width of its buckets."""
        self.source = source
        self.copy = copy
        self.extract = extract
        self.options = options
        self.progress = progress
        self.report = EntityReport()
        with copy.looking() as connection:
            self.state = read_state(connection, copy.source_id, extract.entity)
            self.stored = read_prints(connection, copy.source_id, extract.entity)
        self.total = self._total()
        width = self.state.width or width_for(extract, self.total)
        if is_outgrown(extract, width, self.total):
            width = width_for(extract, self.total)
        self.reader = Reader(source, extract, width)
        self.definition = extract.definition(width, source.settings.timezone)

    def go(self) -> EntityReport:
        """Sync the entity and return what was done."""
        self.progress.begin(self.extract.entity, self.total)
        try:
            with without_cycle_search():
                return self._go()
        finally:
            self.progress.end()

    def _go(self) -> EntityReport:
        if not self.options.dry_run:
            if self.definition != self.state.definition:
                self._begin_anew()
            if not self.state.is_loaded and self._load():
                return self.report
        elif self.definition != self.state.definition:
            self.stored, self.state = {}, EntityState()
        self._renew()
        return self.report

    def _total(self) -> int:
        known = sum(each.rows for each in self.stored.values())
        if known and self.state.is_loaded:
            return known
        statement = Reader(self.source, self.extract, 1).statements.count()
        return int(self.source.rows(statement)[0][0])

    def _begin_anew(self) -> None:
        """Forget the prints of another definition: every bucket will be read again."""
        state = EntityState(self.definition, self.reader.width, is_loaded=False, bulk=self.state.bulk)
        with self.copy.committing() as connection:
            forget_prints(connection, self.copy.source_id, self.extract.entity)
            write_state(connection, self.copy.source_id, self.extract.entity, state)
        self.stored, self.state = {}, state

    def _load(self) -> bool:
        """Load the entity if nothing of what is left is in the copy; return whether that completed it."""
        last = max(self.stored, default=None)
        if last is not None and self.extract.text_key:
            return False
        first = None if last is None else last + 1
        if self._copy_has_rows_from(first):
            return False
        loading = Loading(self.copy, self.reader, first)
        loading.run(self._scanned)
        ensure_indexes(self.copy, self.extract.table)
        self.report.inserted, self.report.repaired = loading.inserted, loading.repaired
        self.report.rejected = loading.rejected
        self.report.buckets = self.report.buckets_read = len(loading.prints)
        if first is not None:  # what an earlier run loaded may have changed since
            self.stored |= loading.prints
            self.report.scanned = 0
            return False
        self._finish()
        return True

    def _scanned(self, rows: int) -> None:
        self.report.scanned += rows
        self.progress.advance(rows)

    def _copy_has_rows_from(self, bucket: int | None) -> bool:
        table = self.extract.table
        query = select(table.c.source_id).where(table.c.source_id == self.copy.source_id)
        if bucket is not None:
            query = query.where(table.c[self.extract.position_column] >= bounds(bucket, self.reader.width)[0])
        with self.copy.looking() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def _renew(self) -> None:
        """Find the buckets that differ, fetch them, and commit the differences."""
        if not self.options.dry_run:
            ensure_indexes(self.copy, self.extract.table)
        found = self.reader.prints(self._scanned)
        self._guard_emptied(found)
        dirty = self._dirty(found)
        self.report.buckets = max(len(found), self.report.buckets)
        self.report.buckets_read += len(dirty)
        if dirty:
            self._transfer(dirty, found)
        self.report.rejected = self._rejects()
        is_unfinished = not self.state.is_loaded or self.state.bulk is not None
        if not self.options.dry_run and (dirty or is_unfinished):
            self._finish()

    def _dirty(self, found: dict[int, Print]) -> list[int]:
        dirty = {bucket for bucket in found.keys() | self.stored.keys() if found.get(bucket) != self.stored.get(bucket)}
        if not self.state.is_loaded:
            dirty |= self._copied_buckets() - self.stored.keys()
        return sorted(dirty)

    def _copied_buckets(self) -> set[int]:
        """Return the buckets of all rows in the copy, whether or not their prints are known."""
        table = self.extract.table
        position = table.c[self.extract.position_column]
        bucket = case((position < 0, -1), else_=position // self.reader.width)
        with self.copy.looking() as connection:
            query = select(bucket).where(table.c.source_id == self.copy.source_id).distinct()
            return {int(number) for number in connection.scalars(query)}

    def _guard_emptied(self, found: dict[int, Print]) -> None:
        if any(each.rows for each in found.values()) or self.options.accept_empty:
            return
        table = self.extract.table
        live = select(table.c.source_id).where(table.c.source_id == self.copy.source_id)
        if not self.extract.is_listed:
            live = live.where(table.c.gone_at.is_(None))
        ordinary = FEW_ROWS if self.extract.passing else 0
        with self.copy.looking() as connection:
            vanished = len(connection.execute(live.limit(ordinary + 1)).all())
        if vanished > ordinary:
            raise SourceEmptied(
                N_("Source {source} has no {entity} at all any more; the copy was left as it is."),
                N_("If that is right, run: sapa sync --source {source} --accept-empty"),
                source=self.source.settings.name,
                entity=Word(ENTITY_WORDS[self.extract.entity]),
            )

    def _transfer(self, dirty: list[int], found: dict[int, Print]) -> None:
        transfer = Transfer(self.copy, self.reader, dirty)
        delivery = transfer.fetch(lambda _rows: self.progress.advance(0))
        for name, count in delivery.counts.items():
            setattr(self.report, name, getattr(self.report, name) + count)
        self.report.repaired += delivery.repaired
        if self.options.dry_run:
            return
        is_bulk = self._announce_bulk(delivery, sum(each.rows for each in found.values()))
        transfer.apply(is_bulk=is_bulk)

    def _announce_bulk(self, delivery: Delivery, rows: int) -> bool:
        """Decide, and remember over a kill, that a change is too large for single events."""
        changes = sum(delivery.counts.values())
        if self.state.bulk is None and self.copy.runner.has_baseline and changes > max(BULK_ROWS, BULK_SHARE * rows):
            self.state = replace(self.state, bulk=delivery.counts)
            with self.copy.committing() as connection:
                write_state(connection, self.copy.source_id, self.extract.entity, self.state)
        return self.state.bulk is not None

    def _finish(self) -> None:
        """Note that the entity is whole, and tell of a large change that went by without single events."""
        bulk, was_loaded = self.state.bulk, self.state.is_loaded
        self.state = EntityState(self.definition, self.reader.width, is_loaded=True)
        with self.copy.committing() as connection:
            write_state(connection, self.copy.source_id, self.extract.entity, self.state)
            if (bulk or not was_loaded) and self.extract.entity in TOUCHING:
                touch_everything(connection)
            if bulk:
                counts = {"entity": self.extract.entity, **bulk}
                events = [Event("source.bulk_change", self.extract.entity, counts=counts)]
                write_events(connection, self.copy.source_id, events, self.copy.clock(), self.copy.runner.ids)

    def _rejects(self) -> int:
        query = select(func.count()).where(
            reject.c.source_id == self.copy.source_id, reject.c.entity == self.extract.entity
        )
        with self.copy.looking() as connection:
            return int(connection.scalar(query) or 0)
