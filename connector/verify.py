"""Proves the copy equal to its source, without the sync's fingerprints, transport or conversions.

The source's rows are read plainly, window by window, and every proven column of every row is compared with what the
copy's database has stored.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    CHAR,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    Engine,
    Integer,
    Select,
    String,
    cast,
    select,
    type_coerce,
)  # fmt: skip

from connector.expected import Expected
from connector.extract import Extract
from connector.ils.recognise import layout_of
from connector.progress import SILENT, Progress
from connector.settings import SourceSettings
from connector.source import Source
from crm.database import ensure_current, reading
from crm.errors import ConfigError
from crm.i18n import N_
from crm.schema import ils
from crm.schema.base import JsonWords, Moment, Words

WINDOW_ROWS = 1_000  # they stay in the processor's cache: a quarter faster than 5,000
KEYS_PER_QUERY = 500
LISTED_DIFFERENCES = 100
MISSING, EXTRA, DIFFERENT = "missing", "extra", "different"


@dataclass(frozen=True)
class Difference:
    """A key on which source and copy disagree; ``columns`` where both have the row."""

    entity: str
    kind: str
    key: str
    columns: tuple[str, ...] = ()


@dataclass
class EntityProof:
    """What comparing one entity gave; ``withheld`` rows are left out on purpose by the retention policy."""

    source_rows: int = 0
    copy_rows: int = 0
    missing: int = 0
    extra: int = 0
    different: int = 0
    rejected: int = 0
    withheld: int = 0


@dataclass
class VerifyReport:
    """The proof of one source; ``differences`` lists the first hundred of each entity."""

    source: str
    entities: dict[str, EntityProof] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def equal(self) -> bool:
        """Tell whether nothing is missing, extra or different."""
        return not any(proof.missing or proof.extra or proof.different for proof in self.entities.values())

    def as_json(self) -> dict[str, Any]:
        """Return the counts as plain data."""
        return {name: vars(proof).copy() for name, proof in self.entities.items()}


def verify_source(crm: Engine, settings: SourceSettings, progress: Progress = SILENT) -> VerifyReport:
    """Compare every row of every entity; rows that the desk changes meanwhile count as different."""
    began = time.monotonic()
    ensure_current(crm)
    report = VerifyReport(settings.name)
    with Source(settings) as source, reading(crm) as connection:
        source_id = _source_id(connection, settings.name)
        for extract in layout_of(source).extracts:
            _EntityVerify(source, connection, source_id, extract, report).go(progress)
    report.seconds = time.monotonic() - began
    return report


def _source_id(connection: Connection, name: str) -> int:
    row = connection.execute(select(ils.source.c.id).where(ils.source.c.name == name)).first()
    if row is None:
        raise ConfigError(
            N_("Source {source} was never synced, so there is nothing to compare."),
            N_("Run: sapa sync --source {source}"),
            source=name,
        )
    return int(row.id)


class _EntityVerify:
    """Compares one entity."""

    def __init__(
        self, source: Source, connection: Connection, source_id: int, extract: Extract, report: VerifyReport
    ) -> None:
        self.source = source
        self.connection = connection
        self.is_sqlite = connection.dialect.name == "sqlite"
        self.source_id = source_id
        self.extract = extract
        self.table = extract.table
        self.expected = Expected(extract, source.settings.timezone, is_sqlite=source.is_sqlite)
        self.columns = self.expected.columns
        self.report = report
        self.proof = report.entities.setdefault(extract.entity, EntityProof())
        self.listed = 0
        self.alike: set[Any] = set()  # of the keys that rejects share: those with a row like the copy's, and without
        self.unlike: set[Any] = set()

    def go(self, progress: Progress) -> None:
        """Read source and copy side by side."""
        progress.begin(self.extract.entity, 0)
        unseen = self._copied_keys() if self.extract.text_key else set()
        rejects = self._rejected_keys()
        low: Any = None
        for rows, high in self._windows():
            wanted = self.expected.rows(rows)
            copied = self._copied(wanted, low, high)
            self._compare(wanted, copied, rejects)
            if unseen:
                unseen.difference_update(key for key, _ in wanted)
            progress.advance(len(rows))
            low = high
        for key in sorted(self.unlike - self.alike):
            self._note(EXTRA, key)
        for key in sorted(unseen):
            self._note(EXTRA, key)
        self.proof.copy_rows += len(unseen)
        progress.end()

    def _compare(
        self, wanted: Sequence[tuple[Any, tuple[Any, ...]]], copied: dict[Any, Any], rejects: set[str]
    ) -> None:
        self.proof.source_rows += len(wanted)
        self.proof.copy_rows += len(copied)
        if len(copied) == len(wanted) and copied == dict(wanted):
            self.alike |= copied.keys() & rejects
            return
        for key, values in wanted:
            found = copied.get(key)
            if found == values:
                del copied[key]
                self.alike |= {key} & rejects
            elif _text(key) in rejects:  # the copy cannot hold it, or holds another row with its key
                self.proof.rejected += 1
            elif found is None:
                self._note(MISSING, key)
            else:
                self._note(DIFFERENT, key, self._unequal(values, copied.pop(key)))
        for key in copied:
            if self.extract.text_key and key in rejects:  # another window may have the row that it is like
                self.unlike.add(key)
            else:
                self._note(EXTRA, key)

    def _unequal(self, values: tuple[Any, ...], found: tuple[Any, ...]) -> tuple[str, ...]:
        return tuple(name for name, one, other in zip(self.columns, values, found, strict=True) if one != other)

    def _note(self, kind: str, key: Any, columns: tuple[str, ...] = ()) -> None:
        setattr(self.proof, kind, getattr(self.proof, kind) + 1)
        self.listed += 1
        if self.listed <= LISTED_DIFFERENCES:
            self.report.differences.append(Difference(self.extract.entity, kind, _text(key), columns))

    def _windows(self) -> Iterator[tuple[list[tuple[Any, ...]], Any]]:
        """Yield the source's rows in windows that never part a title's list, and where each ends (None: the end)."""
        key, size = self.extract.key, WINDOW_ROWS
        select_rows = self.expected.select()
        low: Any = None
        while True:
            where, values = ("1 = 1", {}) if low is None else (f"{key} >= :low", {"low": low})
            rows = self.source.rows(f"{select_rows} WHERE {where} ORDER BY {key} LIMIT {size}", **values)
            if len(rows) < size:
                yield rows, None
                return
            high = rows[-1][0]
            whole = [row for row in rows if row[0] != high]
            if whole:
                yield whole, high
                low = high
            else:
                size *= 2

    def _copied(self, wanted: Sequence[tuple[Any, Any]], low: Any, high: Any) -> dict[Any, tuple[Any, ...]]:
        if not self.extract.text_key:
            position = self.table.c[self.extract.position_column]
            query = self._live()
            query = query if low is None else query.where(position >= low)
            return self._read(query if high is None else query.where(position < high))
        keys = [key for key, _ in wanted if key is not None]
        found: dict[Any, tuple[Any, ...]] = {}
        for at in range(0, len(keys), KEYS_PER_QUERY):
            found |= self._read(self._live().where(self.table.c.key.in_(keys[at : at + KEYS_PER_QUERY])))
        return found

    def _live(self) -> Select[Any]:
        chosen = [self.table.c[name] for name in (*self.extract.key_columns, *self.columns)]
        query = select(*map(self._stored, chosen)).where(self.table.c.source_id == self.source_id)
        return query if self.extract.is_listed else query.where(self.table.c.gone_at.is_(None))

    def _stored(self, column: Column[Any]) -> ColumnElement[Any]:
        """Return a column as it is stored, times as text, without SQLAlchemy's conversions."""
        if isinstance(column.type, Date | Moment):
            return type_coerce(column, String) if self.is_sqlite else cast(column, CHAR)
        if isinstance(column.type, Boolean):
            return type_coerce(column, Integer)
        return type_coerce(column, Words) if isinstance(column.type, JsonWords) else column

    def _read(self, query: Select[Any]) -> dict[Any, tuple[Any, ...]]:
        size = len(self.extract.key_columns)
        rows = map(tuple, self.connection.execute(query))
        if size == 1:
            return {row[0]: row[1:] for row in rows}
        return {row[:size]: row[size:] for row in rows}

    def _copied_keys(self) -> set[Any]:
        key = self.table.c.key
        live = (self.table.c.source_id == self.source_id) & self.table.c.gone_at.is_(None)
        return set(self.connection.scalars(select(key).where(live)))

    def _rejected_keys(self) -> set[str]:
        mine = (ils.reject.c.source_id == self.source_id) & (ils.reject.c.entity == self.extract.entity)
        return set(self.connection.scalars(select(ils.reject.c.key).where(mine)))


def _text(key: Any) -> str:
    return "/".join(map(str, key)) if isinstance(key, tuple) else str("" if key is None else key)
