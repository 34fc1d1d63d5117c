"""The first copy of an entity: straight into its table, with the indexes built afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import Connection, Index, Table, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, DropIndex

from connector.bulk import insert_rows
from connector.copy import Copy
from connector.fingerprint import Print
from connector.pipeline import Parcel, packed
from connector.reader import Reader
from connector.rejects import forget_rejects, write_rejects
from connector.shelf import Shelf
from connector.state import read_state, write_prints

DUPLICATE_NAME, CANNOT_DROP = 1061, 1091


class Loading:
    """Loads one extract into a copy that has none of it yet; a killed run goes on where the last commit ended."""

    def __init__(self, copy: Copy, reader: Reader, first_bucket: int | None) -> None:
        """Prepare to load everything, or an integer-keyed entity from ``first_bucket`` on."""
        self.copy = copy
        self.reader = reader
        self.first_bucket = first_bucket
        self.extract = reader.extract
        self.table = self.extract.table
        self.prints: dict[int, Print] = {}
        self.inserted = self.rejected = self.repaired = 0

    def run(self, seen: Callable[[int], None]) -> None:
        """Load every row, in commit units of one batch each."""
        if self._is_table_empty():
            with self.copy.committing() as connection:
                drop_indexes(connection, self.table)
        if self.first_bucket is None:
            with self.copy.committing() as connection:
                forget_rejects(connection, self.copy.source_id, self.extract.entity)
        batches = self.reader.all(self.first_bucket)
        timezone = self.reader.source.settings.timezone
        with closing(packed(batches, self.extract, timezone, self._shelf())) as parcels:
            for parcel in parcels:
                self._load(parcel)
                seen(parcel.size)
        if self.extract.text_key:
            with self.copy.committing() as connection:
                write_prints(connection, self.copy.source_id, self.extract.entity, self.prints.items())

    def _shelf(self) -> Shelf | None:
        if self.extract.shelf is None:
            return None
        shelf = Shelf(self.reader.source, self.extract.shelf)
        with self.copy.looking() as connection:
            if read_state(connection, self.copy.source_id, "item").is_loaded:  # else the source is asked
                shelf.load(connection, self.copy.source_id)
        return shelf

    def _load(self, parcel: Parcel) -> None:
        source_id, entity, now = self.copy.source_id, self.extract.entity, self.copy.clock()
        with self.copy.committing() as connection:
            insert_rows(connection, self.table, self.extract.columns, parcel.columns, self._constants())
            write_rejects(connection, source_id, entity, (), parcel.rejects, now)
            if not self.extract.text_key:
                write_prints(connection, source_id, entity, parcel.prints.items())
        self.inserted += parcel.rows
        self.rejected += len(parcel.rejects)
        self.repaired += parcel.repaired
        for bucket, found in parcel.prints.items():
            self.prints[bucket] = self.prints.get(bucket, Print()).joined(found)

    def _constants(self) -> Mapping[str, int | str]:
        constants: dict[str, Any] = {"source_id": self.copy.source_id}
        if not self.extract.is_listed:
            constants["first_seen_at"] = self.copy.clock().isoformat(" ", "seconds")
        return constants

    def _is_table_empty(self) -> bool:
        with self.copy.looking() as connection:
            return connection.execute(select(self.table.c.source_id).limit(1)).first() is None


def drop_indexes(connection: Connection, table: Table) -> None:
    """Drop the secondary indexes of an empty table, unless another source's first copy was quicker."""
    may_ask = _knows_if_exists(connection)
    for index in table.indexes:
        if may_ask or _has(connection, index):
            with _unless_done(CANNOT_DROP):
                connection.execute(DropIndex(index, if_exists=may_ask))


def ensure_indexes(copy: Copy, table: Table) -> None:
    """Create the secondary indexes that a first copy left out, or that a killed one could not build."""
    with copy.looking() as connection:
        may_ask = _knows_if_exists(connection)
        missing = [index for index in table.indexes if not _has(connection, index)]
    for index in missing:
        with copy.committing() as connection:
            if may_ask or not _has(connection, index):
                with _unless_done(DUPLICATE_NAME):
                    connection.execute(CreateIndex(index, if_not_exists=may_ask))


@contextmanager
def _unless_done(number: int) -> Iterator[None]:
    """Pass over MySQL's error of this number: another process did it between the look and the statement."""
    try:
        yield
    except DBAPIError as error:
        if error.orig is None or error.orig.args[0] != number:
            raise


def _knows_if_exists(connection: Connection) -> bool:
    """Tell whether the server itself can leave out what another process has done meanwhile; MySQL cannot."""
    return connection.dialect.name == "sqlite" or bool(getattr(connection.dialect, "is_mariadb", False))


def _has(connection: Connection, index: Index) -> bool:
    table = index.table
    return table is not None and inspect(connection).has_index(table.name, str(index.name))
