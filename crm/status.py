"""What the copy holds and how current it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, literal, select

from crm.database import reading
from crm.i18n import Message, recognised
from crm.locks import is_running
from crm.schema import ils, sync
from crm.words import FAILED, INTERRUPTED, REJECT_REASONS, REVIEW, RUNNING, STOPPED


@dataclass(frozen=True)
class EntityStatus:
    """Live rows, rows that the ILS has no more, and rows that could not be copied."""

    entity: str
    rows: int
    gone: int
    rejected: int


@dataclass(frozen=True)
class RunStatus:
    """One run of the sync in naive UTC; ``outcome`` is a key of OUTCOME_WORDS; ``reason`` ended it early."""

    started_at: datetime
    finished_at: datetime | None
    outcome: str
    reason: Message | None = None


@dataclass(frozen=True)
class SourceStatus:
    """One source; ``as_of`` is naive UTC, None during the first copy."""

    name: str
    ils: str
    version: str | None
    as_of: datetime | None
    last_run: RunStatus | None
    entities: tuple[EntityStatus, ...]


@dataclass(frozen=True)
class RejectedRow:
    """A row that is not in the copy, and why, in English; ``message`` says it in any language."""

    entity: str
    key: str
    reason: str
    seen_at: datetime

    @property
    def message(self) -> Message:
        """The reason as it can be translated."""
        return recognised(self.reason, REJECT_REASONS)


def is_copied(connection: Connection) -> bool:
    """Tell whether the first copy of any source is whole."""
    return (
        connection.execute(select(ils.source.c.id).where(ils.source.c.as_of.is_not(None)).limit(1)).first() is not None
    )


def copy_status(engine: Engine) -> list[SourceStatus]:
    """Return the state of every source, by name."""
    with reading(engine) as connection:
        found = [_source_status(connection, row) for row in connection.execute(select(ils.source).order_by("name"))]
    return [_checked(engine, source) for source in found]


def _checked(engine: Engine, source: SourceStatus) -> SourceStatus:
    """Say of a run that was killed, and could not close its record, that it was interrupted."""
    run = source.last_run
    if run is None or run.outcome != RUNNING or is_running(engine, source.name):
        return source
    return replace(source, last_run=replace(run, outcome=FAILED, reason=Message(INTERRUPTED)))


def as_of_by_source(engine: Engine) -> dict[str, datetime | None]:
    """Return how current the copy of every source is (naive UTC, None before its first copy), without counting it."""
    with reading(engine) as connection:
        rows = connection.execute(select(ils.source.c.name, ils.source.c.as_of))
        return {row.name: row.as_of for row in rows}


def rejected_rows(engine: Engine, source: str, limit: int = 20) -> list[RejectedRow]:
    """Return the latest rejects of a source."""
    with reading(engine) as connection:
        rows = connection.execute(
            select(ils.reject.c.entity, ils.reject.c.key, ils.reject.c.reason, ils.reject.c.seen_at)
            .join(ils.source, ils.source.c.id == ils.reject.c.source_id)
            .where(ils.source.c.name == source)
            .order_by(ils.reject.c.seen_at.desc(), ils.reject.c.id)
            .limit(limit)
        )
        return [RejectedRow(*row) for row in rows]


def _source_status(connection: Connection, row: object) -> SourceStatus:
    source_id: int = row.id  # type: ignore[attr-defined]
    rejected = _rejected(connection, source_id)
    entities = tuple(
        _entity_status(connection, source_id, name, table, rejected.get(name, 0)) for name, table in ils.COPIED.items()
    )
    last = connection.execute(
        select(sync.run.c.started_at, sync.run.c.finished_at, sync.run.c.outcome, sync.run.c.report)
        .where(sync.run.c.source_id == source_id)
        .order_by(sync.run.c.id.desc())
        .limit(1)
    ).first()
    run = _run_status(*last) if last else None
    return SourceStatus(row.name, row.ils, row.version, row.as_of, run, entities)  # type: ignore[attr-defined]


def _run_status(
    started_at: datetime, finished_at: datetime | None, outcome: str, report: Mapping[str, Any] | None
) -> RunStatus:
    error = (report or {}).get("error")
    if error and outcome == REVIEW:
        outcome = STOPPED
    return RunStatus(started_at, finished_at, outcome, Message.from_json(error) if error else None)


def _entity_status(connection: Connection, source_id: int, name: str, table: Table, rejected: int) -> EntityStatus:
    mine = table.c.source_id == source_id
    gone_rows = func.count(table.c.gone_at) if "gone_at" in table.c else literal(0)
    total, gone = connection.execute(select(func.count(), gone_rows).select_from(table).where(mine)).one()
    return EntityStatus(name, total - gone, gone, rejected)


def _rejected(connection: Connection, source_id: int) -> dict[str, int]:
    rows = connection.execute(
        select(ils.reject.c.entity, func.count().label("rows"))
        .where(ils.reject.c.source_id == source_id)
        .group_by("entity")
    )
    return {row.entity: row.rows for row in rows}
