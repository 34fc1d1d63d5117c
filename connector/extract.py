"""What the sync reads of one entity: a SELECT, its key and how each value becomes one of the copy's columns."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from sqlalchemy import Table

from connector.dialects import Part
from crm.schema.base import canonical_json
from crm.schema.ils import COPIED

MAPPING_VERSION = 2


class Kind(StrEnum):
    """How a source value becomes a value of the copy."""

    TEXT = "text"
    INTEGER = "integer"
    FLAG = "flag"
    DATE = "date"
    MOMENT = "moment"
    AMOUNT = "amount"
    CUSTOM = "custom"
    POSITION = "position"


TEXTUAL = {Kind.TEXT, Kind.CUSTOM}


@dataclass(frozen=True)
class Field:
    """One column of the copy and the SQL values it is made of.

    Most kinds take one value. CUSTOM takes one per custom field; POSITION takes those that order a title's list.
    """

    column: str
    kind: Kind
    values: tuple[str, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """The values as parts of a row."""
        return tuple(Part(sql, self.kind in TEXTUAL) for sql in self.values)


@dataclass(frozen=True)
class CustomField:
    """A field that a library has added: its column, its label, its SLiMS type and its options by index."""

    column: str
    label: str
    type: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reuse:
    """When a row is another thing under an old key: every one of ``columns`` differs from what the copy has.

    ``returning`` narrows it to rows that had vanished; ids are handed out again after a table was restored.
    """

    columns: tuple[str, ...]
    returning: bool


@dataclass(frozen=True)
class ShelfQueries:
    """How to ask a source which item and title a loan was of: by item code, else by the loan's own history."""

    items: str
    history: str | None


@dataclass(frozen=True)
class Extract:
    """One entity of one source.

    ``tables`` is the FROM clause; ``key`` the expression of the source's key, which windows and buckets go by;
    ``text_key`` tells whether rows are dealt into buckets by its hash; ``shelf`` is there where item and title have
    to be found for each new row; ``passing`` rows are deleted in the course of things, so that a few may all be gone.
    """

    entity: str
    tables: str
    key: str
    fields: tuple[Field, ...]
    text_key: bool = False
    custom: tuple[CustomField, ...] = ()
    reuse: Reuse | None = None
    shelf: ShelfQueries | None = None
    passing: bool = False

    @property
    def table(self) -> Table:
        """The table of the copy."""
        return COPIED[self.entity]

    @property
    def found_once(self) -> tuple[str, ...]:
        """The columns outside fingerprint and proof: what a row was found to be of when it was first seen."""
        return ("item_key", "title_key") if self.shelf else ()

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """All values of a row, in the order of the fields."""
        return tuple(part for each in self.fields for part in each.parts)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of a row on its way into the copy, in their order."""
        hashed = ("key_hash",) if self.text_key else ()
        return (*hashed, *(each.column for each in self.fields), *self.found_once)

    def column_at(self, name: str) -> int:
        """Return the place of a column among ``columns``."""
        return self.columns.index(name)

    @property
    def is_listed(self) -> bool:
        """Tell whether the rows are a list that is replaced with its title."""
        return "position" in self.table.c

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The columns that identify a row of this source in the copy."""
        return ("title_key", "position") if self.is_listed else ("key",)

    @property
    def position_column(self) -> str:
        """The column of the copy whose number decides the bucket."""
        if self.text_key:
            return "key_hash"
        return "title_key" if self.is_listed else "key"

    def definition(self, width: int, timezone: str) -> str:
        """Return a hash of all that shapes the copied rows beside the source's data: another one makes all dirty."""
        facts = {
            "mapping": MAPPING_VERSION,
            "width": width,
            "timezone": timezone,
            "tables": self.tables,
            "key": self.key,
            "fields": [[each.column, each.kind, *each.values] for each in self.fields],
            "custom": [[each.column, each.label, each.type, dict(each.options)] for each in self.custom],
        }
        return hashlib.sha256(canonical_json(facts).encode()).hexdigest()


@dataclass(frozen=True)
class Layout:
    """An ILS as found: its version as far as its tables show it, its extracts in the order of the sync.

    ``not_supplied`` names the columns, as table.column, that are not there or not granted; they are NULL in the copy.
    """

    ils: str
    version: str
    extracts: tuple[Extract, ...]
    not_supplied: tuple[str, ...] = ()
