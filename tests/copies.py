"""What a CRM database holds of an ILS, as plain data, and what must be true of it at any instant."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, create_engine, inspect, null, select, text, type_coerce

from crm.schema import METADATA, ils, sync
from crm.schema.base import JsonWords, Words
from crm.schema.events import event
from crm.schema.ils import COPIED

LISTED = {"author", "subject"}
LISTED_IN = {"title": LISTED}
STAMPS = {"source_id", "first_seen_at", "gone_at"}

Row = tuple[Any, ...]


@dataclass
class EntityCopy:
    """One entity: its live rows by bucket, what is recorded of each bucket (rows, fingerprint), and the rest."""

    width: int = 0
    is_loaded: bool = False
    is_hashed: bool = False
    live: dict[int, set[Row]] = field(default_factory=lambda: defaultdict(set))
    recorded: dict[int, tuple[int, str]] = field(default_factory=dict)
    rejects: Counter[int] = field(default_factory=Counter)
    gone: set[str] = field(default_factory=set)

    def unit(self, bucket: int) -> tuple[set[Row], tuple[int, str] | None]:
        """Return what must change together: a bucket's live rows and what is recorded of it."""
        return self.live.get(bucket, set()), self.recorded.get(bucket)

    @property
    def rows(self) -> dict[str, Row]:
        """All live rows by their key as events name it; a title's list counts as one."""
        found: dict[str, Row] = {}
        for bucket in self.live.values():
            for row in bucket:
                found[str(row[0])] = (*found.get(str(row[0]), ()), row)
        return {key: tuple(sorted(rows, key=repr)) for key, rows in found.items()}


@dataclass
class Snapshot:
    """The copy of one source at one instant: entities by name, events as (type, subject, changed columns)."""

    entities: dict[str, EntityCopy] = field(default_factory=dict)
    events: list[tuple[str, str, str]] = field(default_factory=list)
    as_of: Any = None


@contextmanager
def frozen(crm_url: str) -> Iterator[Connection]:
    """Open a transaction in which nothing moves, whatever others commit."""
    engine = create_engine(crm_url)
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    try:
        with engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection
    finally:
        engine.dispose()


def snapshot(crm_url: str) -> Snapshot:
    """Return what the CRM database holds; nothing where its tables are not all there yet."""
    found = Snapshot()
    with frozen(crm_url) as connection:
        if not METADATA.tables.keys() <= set(inspect(connection).get_table_names()):
            return found
        found.as_of = connection.scalar(select(ils.source.c.as_of))
        told = connection.execute(select(event.c.type, event.c.subject, event.c.changed).order_by(event.c.id))
        found.events = [(kind, subject, ",".join(changed or ())) for kind, subject, changed in told]
        states = select(sync.entity.c.entity, sync.entity.c.width, sync.entity.c.is_loaded)
        for entity, width, is_loaded in connection.execute(states):
            found.entities[entity] = EntityCopy(width, is_loaded, "key_hash" in COPIED[entity].c)
        for entity, copy in found.entities.items():
            _read_rows(connection, COPIED[entity], copy)
        _read_prints(connection, found)
    return found


def _read_rows(connection: Connection, table: Table, copy: EntityCopy) -> None:
    position = table.c["key_hash" if "key_hash" in table.c else "title_key" if "position" in table.c else "key"]
    gone_at = table.c.gone_at if "gone_at" in table.c else null()
    wanted = [column for column in table.c if column.name not in STAMPS]
    columns = [type_coerce(each, Words) if isinstance(each.type, JsonWords) else each for each in wanted]
    for at, is_gone, *row in connection.execute(select(position, gone_at, *columns)):
        if is_gone is None:
            copy.live[bucket_of(at, copy.width)].add(tuple(row))
        else:
            copy.gone.add(str(row[0]))


def _read_prints(connection: Connection, found: Snapshot) -> None:
    bucket = sync.bucket.c
    prints = select(bucket.entity, bucket.bucket, bucket.rows, bucket.fingerprint)
    for entity, number, rows, fingerprint in connection.execute(prints):
        found.entities[entity].recorded[number] = (rows, fingerprint)
    for entity, position in connection.execute(select(ils.reject.c.entity, ils.reject.c.position)):
        copy = found.entities[entity]
        copy.rejects[bucket_of(position, copy.width)] += 1


def bucket_of(position: int, width: int) -> int:
    """Return the number of the bucket that holds a position."""
    return -1 if position < 0 else position // width


def assert_whole(found: Snapshot) -> None:
    """Fail unless every recorded bucket has exactly its rows, and events speak of rows that are there.

    While the first copy of an entity with text keys is being made, rows come before their buckets are recorded.
    """
    for entity, copy in found.entities.items():
        for bucket, (rows, _) in copy.recorded.items():
            present = len(copy.live.get(bucket, ())) + copy.rejects[bucket]
            assert present == rows, f"{entity}, bucket {bucket}: {present} rows there, {rows} recorded"
        if copy.is_loaded or not copy.is_hashed:
            stray = {bucket for bucket, rows in copy.live.items() if rows} - copy.recorded.keys()
            assert not stray, f"{entity}: live rows in buckets {sorted(stray)[:5]} that are not recorded"
    _assert_events_are_true(found)


def _assert_events_are_true(found: Snapshot) -> None:
    rows = {entity: copy.rows for entity, copy in found.entities.items()}
    for kind, subject, _ in found.events:
        entity, _, what = kind.partition(".")
        if entity == "source":
            continue
        is_live = subject in rows[entity] or any(subject in rows[each] for each in LISTED_IN.get(entity, ()))
        is_gone = subject in found.entities[entity].gone
        assert is_gone or is_live, f"{kind} of {subject}, which is not in the copy"
        assert what != "gone" or is_gone, f"{kind} of {subject}, which is not gone"


def assert_between(found: Snapshot, before: Snapshot, after: Snapshot) -> None:
    """Fail unless every recorded bucket is, as a whole, as it was or as it will be."""
    for entity, copy in found.entities.items():
        old, new = before.entities.get(entity, EntityCopy()), after.entities[entity]
        for bucket in copy.recorded:
            assert copy.unit(bucket) in (old.unit(bucket), new.unit(bucket)), f"{entity}, bucket {bucket} is half done"
        if not copy.is_loaded and not old.live:
            assert set().union(*copy.live.values()) <= set().union(*new.live.values())


def changed_keys(before: Snapshot, after: Snapshot) -> dict[str, set[str]]:
    """Return, by entity as events name it, the keys whose live rows differ."""
    changed: dict[str, set[str]] = defaultdict(set)
    for entity, copy in after.entities.items():
        old, new = before.entities[entity].rows, copy.rows
        name = "title" if entity in LISTED else entity
        changed[name] |= {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    return {entity: keys for entity, keys in changed.items() if keys}


def dump(crm_url: str) -> dict[str, set[Row]]:
    """Return every row of the tables that a sync without changes must not touch."""
    quiet = [name for name in METADATA.tables if name.startswith("ils_") and name != "ils_source"]
    with frozen(crm_url) as connection:
        return {
            name: {tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))}
            for name in (*quiet, "sync_bucket", "sync_entity", "event", "touched")
        }
