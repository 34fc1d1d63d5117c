"""The few expressions in which the servers of a source differ.

A row travels, and is fingerprinted, as one text: its values with UNIT between them, NULL as nothing, then the length
of every text value in bytes (nothing for NULL). The lengths make it unambiguous whatever the texts hold: no value can
pretend to be its neighbour's, and NULL, '' and 'NULL' differ. Rows end with RECORD; a text that holds one of the two
characters shows by the number of rows or values and is read in another way. The hash is 64 bits of SHA-1, on MySQL of
SHA-2, because CRCs, being linear, miss structured edits such as the same change in two rows; a group's hashes are added
up modulo 2**64, because XOR would not see two identical rows, of a table without primary key, change alike.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

UNIT, RECORD = "\x1f", "\x1e"
HASH_SPAN = 1 << 32
SIGN = 1 << 63
NEGATIVE_BUCKET = -1
ALL_ROWS = 9223372036854775807  # a LIMIT that keeps the server from building every row's text twice


@dataclass(frozen=True)
class Part:
    """One value of a row as the source's SQL writes it; ``is_text`` where it is text in a Unicode character set."""

    sql: str
    is_text: bool = False


class Dialect(Protocol):
    """How one kind of server says what the sync asks of it."""

    name: str

    def row(self, parts: Sequence[Part]) -> str:
        """Return the expression of one row's text."""

    def hashed(self, row: str) -> str:
        """Return the expression of the 64-bit hash of a row's text."""

    def fold(self, hashed: str) -> str:
        """Return the aggregate that adds the hashes of a group of rows up; all but its lowest 64 bits mean nothing."""

    def gather(self, row: str) -> str:
        """Return the aggregate that puts the texts of a group of rows one after the other."""

    def hashed_key(self, key: str) -> str:
        """Return the expression that maps a text key to 0 … 2**32 - 1."""

    def bucket(self, position: str, width: int) -> str:
        """Return the expression of the number of the bucket that holds ``position``."""


class MysqlDialect:
    """MariaDB 10.2 and later, MySQL 5.7 and later.

    Text is taken as binary: MariaDB turns a byte that its character set does not have into '?' when it mixes
    character sets, and neither collation nor conversion may hide a change.
    """

    name = "mysql"

    def __init__(self, *, is_mariadb: bool = True) -> None:
        """Choose the hash: MySQL from 9.6 on has SHA-1 only where a component of that name is installed."""
        self.digest = "SHA1({})" if is_mariadb else "SHA2({},256)"

    def row(self, parts: Sequence[Part]) -> str:
        """Let the server join the values."""
        values = [f"IFNULL({f'CAST({part.sql} AS BINARY)' if part.is_text else part.sql},'')" for part in parts]
        lengths = [f"IFNULL(LENGTH({part.sql}),'')" for part in parts if part.is_text]
        return f"CONCAT_WS(x'1F',{','.join([*values, *lengths])})"

    def hashed(self, row: str) -> str:
        """Take the first 64 bits of the server's digest."""
        return f"CAST(CONV(LEFT({self.digest.format(row)},16),16,10) AS UNSIGNED)"

    def fold(self, hashed: str) -> str:
        """Use the server's own sum, which is exact."""
        return f"SUM({hashed})"

    def gather(self, row: str) -> str:
        """Use the server's own aggregate; the session allows it long texts."""
        return f"GROUP_CONCAT({row}, x'1E' SEPARATOR '')"

    def hashed_key(self, key: str) -> str:
        """Use CRC32: it only deals rows into buckets, it proves nothing."""
        return f"CRC32({key})"

    def bucket(self, position: str, width: int) -> str:
        """Divide; negative keys share a bucket, for DIV rounds towards zero."""
        return f"IF({position}<0,{NEGATIVE_BUCKET},{position} DIV {width})"


class SqliteDialect:
    """SQLite with the functions of ``register``."""

    name = "sqlite"

    def row(self, parts: Sequence[Part]) -> str:
        """Join the values as text."""
        values = [f"IFNULL(CAST({part.sql} AS TEXT),'')" for part in parts]
        lengths = [f"IFNULL(LENGTH(CAST({part.sql} AS BLOB)),'')" for part in parts if part.is_text]
        return "||char(31)||".join([*values, *lengths])

    def hashed(self, row: str) -> str:
        """Use the registered hash."""
        return f"sapa_hash({row})"

    def fold(self, hashed: str) -> str:
        """Use the registered sum, for SQLite's own overflows."""
        return f"sapa_sum({hashed})"

    def gather(self, row: str) -> str:
        """Use SQLite's own aggregate."""
        return f"group_concat({row}||char(30),'')"

    def hashed_key(self, key: str) -> str:
        """Use the registered CRC."""
        return f"sapa_crc32({key})"

    def bucket(self, position: str, width: int) -> str:
        """Divide; negative keys share a bucket."""
        return f"CASE WHEN {position}<0 THEN {NEGATIVE_BUCKET} ELSE {position}/{width} END"


def raw(part: Part) -> str:
    """Return the expression of a value for reading row by row: of text its bytes as hexadecimal digits."""
    return f"HEX({part.sql})" if part.is_text else part.sql


def hash64(text: str) -> int:
    """Return 64 bits of the SHA-1 of ``text`` as a signed number, as SQLite holds it."""
    digest = hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
    return int.from_bytes(digest[:8], signed=True)


class Sum:
    """SQLite aggregate: the sum of signed 64-bit numbers modulo 2**64, signed again."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.value = 0

    def step(self, value: int) -> None:
        """Take one number in."""
        self.value += value

    def finalize(self) -> int:
        """Return the sum of all."""
        return (self.value + SIGN) % (2 * SIGN) - SIGN


def register(connection: Any) -> None:
    """Give an SQLite connection the functions that SqliteDialect names."""
    connection.create_function("sapa_hash", 1, hash64, deterministic=True)
    connection.create_function("sapa_crc32", 1, crc32, deterministic=True)
    connection.create_aggregate("sapa_sum", 1, Sum)


def crc32(key: object) -> int:
    """Return the CRC-32 of a key's text."""
    return zlib.crc32(str("" if key is None else key).encode("utf-8", "surrogatepass"))
