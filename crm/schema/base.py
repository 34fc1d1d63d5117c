"""What all tables share: the metadata, the names of constraints and the column types of either database."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from sqlalchemy import DateTime, MetaData, Numeric, String, Text
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

MYSQL_FAMILY = ("mysql", "mariadb")
KEY_LENGTH = 191


def bytewise_collation(dialect: Dialect) -> str:
    """Return the collation that compares every byte, trailing blanks included, on this MariaDB or MySQL."""
    return "utf8mb4_nopad_bin" if getattr(dialect, "is_mariadb", False) else "utf8mb4_0900_bin"


class Key(TypeDecorator[str]):
    """A short text that identifies a row or is looked up: 'A1', 'a1' and 'A1 ' are three keys."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the bytewise form of the text type."""
        if dialect.name not in MYSQL_FAMILY:
            return String(KEY_LENGTH)
        return mysql.VARCHAR(KEY_LENGTH, charset="utf8mb4", collation=bytewise_collation(dialect))


class Code(TypeDecorator[str]):
    """A short text of a known few: the name of an entity, an outcome, a version."""

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        """Set the most characters it may have."""
        super().__init__(length)
        self.length = length

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the bytewise form of the text type."""
        if dialect.name not in MYSQL_FAMILY:
            return String(self.length)
        return mysql.VARCHAR(self.length, charset="utf8mb4", collation=bytewise_collation(dialect))


class Words(TypeDecorator[str]):
    """A text of any length (up to 16 MB on MariaDB) that compares bytewise."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the bytewise form of the text type."""
        if dialect.name not in MYSQL_FAMILY:
            return Text()
        return mysql.MEDIUMTEXT(charset="utf8mb4", collation=bytewise_collation(dialect))


class JsonWords(Words):
    """A JSON document kept as canonical text, so that equal documents are equal bytes."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write a document as text."""
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read a document from text."""
        return None if value is None else json.loads(value)


class Moment(TypeDecorator[Any]):
    """A naive UTC time to the second, 'YYYY-MM-DD HH:MM:SS' in SQLite."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Drop the microseconds that SQLAlchemy would write into SQLite."""
        to_the_second: Any = sqlite.DATETIME
        return to_the_second(truncate_microseconds=True) if dialect.name == "sqlite" else DateTime()


class _AsStored(Numeric[Any]):
    """A number as SQLite takes and gives it: whole ones as such, not as a float that drops digits."""

    def bind_processor(self, dialect: Dialect) -> None:
        """Leave it alone."""

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        """Leave it alone."""


class Amount(TypeDecorator[Decimal]):
    """An exact decimal amount of money."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Fix precision and scale for MariaDB; SQLite keeps whole numbers and up to 15 digits exactly."""
        if dialect.name == "sqlite":
            return _AsStored(28, 6, asdecimal=False)
        return Numeric(28, 6, asdecimal=True)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """Hand SQLite a text, which its column turns into a number only where nothing is lost."""
        return str(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Return a Decimal from either database."""
        return None if value is None else Decimal(str(value))


_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical_json(value: Any) -> str:
    """Return ``value`` as JSON text with sorted keys and no blanks."""
    return _canonical.encode(value)
