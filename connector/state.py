"""What the sync remembers of a source between two runs, and the fence that lets only the newest runner commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from connector.fingerprint import Print
from crm.errors import AlreadyRunning
from crm.i18n import N_
from crm.schema import ils, sync
from crm.words import FAILED, RUNNING

RUNS_KEPT = 1_000


@dataclass(frozen=True)
class EntityState:
    """How an entity was read last: by what definition, in buckets of what width, whether the first copy is whole.

    ``bulk`` holds the counts of a large change that is being copied without single events.
    """

    definition: str = ""
    width: int = 0
    is_loaded: bool = False
    bulk: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Fence:
    """The number that a run got; whoever comes later gets a higher one and this run can commit no more."""

    source_id: int
    number: int

    def guard(self, connection: Connection, now: datetime) -> None:
        """Raise AlreadyRunning unless this run is still the newest; serves as a sign of life as well."""
        lease = sync.lease.c
        mine = (lease.source_id == self.source_id) & (lease.fence == self.number)
        if connection.execute(update(sync.lease).where(mine).values(beat_at=now)).rowcount != 1:
            raise AlreadyRunning(
                N_("Another sync of this source has taken over; this one stops."),
                N_("Nothing is lost: the other one brings the copy up to date."),
            )


def register_source(connection: Connection, name: str, kind: str) -> tuple[int, datetime | None]:
    """Return the id of the source called ``name``, giving it one if it is new, and how current its copy is."""
    row = connection.execute(select(ils.source.c.id, ils.source.c.as_of).where(ils.source.c.name == name)).first()
    if row is not None:
        return int(row.id), row.as_of
    return _inserted(connection, ils.source, name=name, ils=kind), None


def begin_run(connection: Connection, source_id: int, now: datetime) -> int:
    """Open the record of a run and return its id; what a killed run left open is closed as failed."""
    run = sync.run
    mine = run.c.source_id == source_id
    unfinished = update(run).where(mine, run.c.finished_at.is_(None))
    connection.execute(unfinished.values(outcome=FAILED, finished_at=now))
    run_id = _inserted(connection, run, source_id=source_id, started_at=now, outcome=RUNNING)
    connection.execute(delete(run).where(mine, run.c.id <= run_id - RUNS_KEPT))
    return run_id


def end_run(connection: Connection, run_id: int, now: datetime, outcome: str, report: Mapping[str, Any]) -> None:
    """Close the record of a run."""
    connection.execute(
        update(sync.run).where(sync.run.c.id == run_id).values(finished_at=now, outcome=outcome, report=report)
    )


def last_not_supplied(connection: Connection, source_id: int) -> list[str] | None:
    """Return what the source did not supply when it was last read, None if it never was."""
    run = sync.run.c
    reports = connection.scalars(select(run.report).where(run.source_id == source_id).order_by(run.id.desc()))
    return next((each["not_supplied"] for each in reports if each and "not_supplied" in each), None)


def _inserted(connection: Connection, table: Table, **values: object) -> int:
    key = connection.execute(insert(table).values(**values)).inserted_primary_key
    return int(key[0]) if key else 0


def take_fence(connection: Connection, source_id: int, holder: str, now: datetime) -> Fence:
    """Return a fence higher than every one before."""
    lease = sync.lease
    row = connection.execute(select(lease.c.fence).where(lease.c.source_id == source_id).with_for_update()).first()
    number = 1 if row is None else int(row.fence) + 1
    values = {"fence": number, "holder": holder, "beat_at": now}
    if row is None:
        connection.execute(insert(lease).values(source_id=source_id, **values))
    else:
        connection.execute(update(lease).where(lease.c.source_id == source_id).values(**values))
    return Fence(source_id, number)


def read_state(connection: Connection, source_id: int, entity: str) -> EntityState:
    """Return what is remembered of an entity."""
    table = sync.entity.c
    columns = (table.definition, table.width, table.is_loaded, table.bulk)
    row = connection.execute(select(*columns).where(table.source_id == source_id, table.entity == entity)).first()
    return EntityState() if row is None else EntityState(*row)


def write_state(connection: Connection, source_id: int, entity: str, state: EntityState) -> None:
    """Remember how an entity is read."""
    table = sync.entity
    connection.execute(delete(table).where(table.c.source_id == source_id, table.c.entity == entity))
    values: dict[str, Any] = {"definition": state.definition, "width": state.width, "is_loaded": state.is_loaded}
    connection.execute(insert(table).values(source_id=source_id, entity=entity, bulk=state.bulk, **values))


def read_prints(connection: Connection, source_id: int, entity: str) -> dict[int, Print]:
    """Return the prints of the buckets as they were copied."""
    table = sync.bucket.c
    rows = connection.execute(
        select(table.bucket, table.rows, table.fingerprint).where(table.source_id == source_id, table.entity == entity)
    )
    return {bucket: Print(count, int(text, 16)) for bucket, count, text in rows}


def write_prints(connection: Connection, source_id: int, entity: str, prints: Iterable[tuple[int, Print]]) -> None:
    """Replace the prints of some buckets; an empty bucket is forgotten."""
    known = list(prints)
    if not known:
        return
    table = sync.bucket
    mine = (table.c.source_id == source_id) & (table.c.entity == entity)
    numbers = [bucket for bucket, _ in known]
    for at in range(0, len(numbers), 500):
        connection.execute(delete(table).where(mine, table.c.bucket.in_(numbers[at : at + 500])))
    rows = [
        {"source_id": source_id, "entity": entity, "bucket": bucket, "rows": each.rows, "fingerprint": each.text}
        for bucket, each in known
        if each.rows
    ]
    if rows:
        connection.execute(insert(table), rows)


def forget_prints(connection: Connection, source_id: int, entity: str) -> None:
    """Forget all prints, so that every bucket is read again."""
    table = sync.bucket
    connection.execute(delete(table).where(table.c.source_id == source_id, table.c.entity == entity))
