"""The few expressions in which the servers of a source differ.

``fingerprint`` makes 64 bits of a real hash out of one row: XOR of CRCs misses structured edits, such as the same
change in two rows. Its input is unambiguous: which values are NULL, then the values that cannot hold the separator,
then the length of every text, then the texts, byte by byte.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

HASH_SPAN = 1 << 32
NEGATIVE_BUCKET = -1


@dataclass(frozen=True)
class Part:
    """One value of a row as the source's SQL writes it; ``is_text`` where it is text in a Unicode character set."""

    sql: str
    is_text: bool = False


class Dialect(Protocol):
    """How one kind of server says what the sync asks of it."""

    name: str

    def fingerprint(self, parts: Sequence[Part]) -> str:
        """Return the expression of one row's 64-bit hash."""

    def fold(self, hashed: str) -> str:
        """Return the aggregate that XORs the hashes of a group of rows."""

    def hashed_key(self, key: str) -> str:
        """Return the expression that maps a text key to 0 … 2**32 - 1."""

    def bucket(self, position: str, width: int) -> str:
        """Return the expression of the number of the bucket that holds ``position``."""

    def rows(self, parts: Sequence[Part]) -> str:
        """Return the aggregate that gathers a group's rows as JSON arrays with commas between them."""


def raw(part: Part) -> str:
    """Return the expression of a value for reading row by row: of text its bytes as hexadecimal digits."""
    return f"HEX({part.sql})" if part.is_text else part.sql


def json_array(parts: Sequence[Part]) -> str:
    """Return the expression of one row as a JSON array."""
    return "JSON_ARRAY(" + ",".join(part.sql for part in parts) + ")"


class MysqlDialect:
    """MariaDB 10.2 and later, MySQL 5.7 and later.

    MariaDB turns a byte that its character set does not have into '?' when it mixes character sets, but gives NULL for
    JSON of such bytes read as binary, which can be seen; MySQL would write binary text as base64.
    """

    name = "mysql"

    def __init__(self, *, is_mariadb: bool) -> None:
        """Note which of the two it is."""
        self.is_mariadb = is_mariadb

    def fingerprint(self, parts: Sequence[Part]) -> str:
        """Hash a binary concatenation, so that neither collation nor invalid bytes play a role."""
        texts = [part.sql for part in parts if part.is_text]
        values = [
            "CONCAT(" + ",".join(f"ISNULL({part.sql})" for part in parts) + ")",
            *(part.sql for part in parts if not part.is_text),
            *(f"LENGTH({text})" for text in texts),
            *(f"CAST({text} AS BINARY)" for text in texts),
        ]
        return f"CAST(CONV(LEFT(SHA1(CONCAT_WS('|',{','.join(values)})),16),16,10) AS UNSIGNED)"

    def fold(self, hashed: str) -> str:
        """Use the server's own XOR."""
        return f"BIT_XOR({hashed})"

    def hashed_key(self, key: str) -> str:
        """Use CRC32: it only deals rows into buckets, it proves nothing."""
        return f"CRC32({key})"

    def bucket(self, position: str, width: int) -> str:
        """Divide; negative keys share a bucket, for DIV rounds towards zero."""
        return f"IF({position}<0,{NEGATIVE_BUCKET},{position} DIV {width})"

    def rows(self, parts: Sequence[Part]) -> str:
        """Let the server build one text per group, handed over as bytes."""
        form = "CAST({} AS BINARY)" if self.is_mariadb else "CONVERT({} USING utf8mb4)"
        values = [form.format(part.sql) if part.is_text else part.sql for part in parts]
        return f"CAST(GROUP_CONCAT(JSON_ARRAY({','.join(values)}) SEPARATOR ',') AS BINARY)"


class SqliteDialect:
    """SQLite with the functions of ``register``."""

    name = "sqlite"

    def fingerprint(self, parts: Sequence[Part]) -> str:
        """Hash the row's JSON."""
        return f"sapa_hash({json_array(parts)})"

    def fold(self, hashed: str) -> str:
        """Use the registered XOR."""
        return f"sapa_xor({hashed})"

    def hashed_key(self, key: str) -> str:
        """Use the registered CRC."""
        return f"sapa_crc32({key})"

    def bucket(self, position: str, width: int) -> str:
        """Divide; negative keys share a bucket."""
        return f"CASE WHEN {position}<0 THEN {NEGATIVE_BUCKET} ELSE {position}/{width} END"

    def rows(self, parts: Sequence[Part]) -> str:
        """Let SQLite build one text per group."""
        return f"group_concat({json_array(parts)}, ',')"


def hash64(text: str) -> int:
    """Return 64 bits of the SHA-1 of ``text`` as a signed number, as SQLite holds it."""
    return int.from_bytes(
        hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()[:8], signed=True
    )


class Xor:
    """SQLite aggregate: the XOR of signed 64-bit numbers."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.value = 0

    def step(self, value: int) -> None:
        """Take one number in."""
        self.value ^= value

    def finalize(self) -> int:
        """Return the XOR of all."""
        return self.value


def register(connection: Any) -> None:
    """Give an SQLite connection the functions that SqliteDialect names."""
    connection.create_function("sapa_hash", 1, hash64, deterministic=True)
    connection.create_function("sapa_crc32", 1, crc32, deterministic=True)
    connection.create_aggregate("sapa_xor", 1, Xor)


def crc32(key: object) -> int:
    """Return the CRC-32 of a key's text."""
    return zlib.crc32(str("" if key is None else key).encode("utf-8", "surrogatepass"))
