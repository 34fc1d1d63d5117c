"""The statements that a source's own server answers: bucket, count, fingerprint and, where wanted, the rows.

A fingerprint is the sum, modulo 2**64, of 64 bits of SHA-1 per row over exactly the values that would be fetched, so
windows of a table can be read one by one and combined.
"""

from __future__ import annotations

from dataclasses import dataclass

from connector.dialects import ALL_ROWS, HASH_SPAN, Dialect, Part, raw
from connector.extract import Extract

KEYS_PER_BUCKET = 100
LOWEST, HIGHEST = -(1 << 63), (1 << 63) - 1
MASK = (1 << 64) - 1


@dataclass(frozen=True)
class Print:
    """How many rows a bucket holds and their combined fingerprint, 0 … 2**64 - 1."""

    rows: int = 0
    value: int = 0

    def joined(self, other: Print) -> Print:
        """Return the print of the two sets of rows together."""
        return Print(self.rows + other.rows, (self.value + other.value) & MASK)

    @property
    def text(self) -> str:
        """The fingerprint as 16 hexadecimal digits."""
        return f"{self.value:016x}"


def width_for(extract: Extract, rows: int) -> int:
    """Return how many positions a bucket spans: about 100 keys, by hash for text keys."""
    if not extract.text_key:
        return KEYS_PER_BUCKET
    buckets = 1
    while buckets * KEYS_PER_BUCKET < rows:
        buckets *= 2
    return HASH_SPAN // buckets


def is_outgrown(extract: Extract, width: int, rows: int) -> bool:
    """Tell whether a table has grown or shrunk so much that its buckets should be dealt anew."""
    wanted = width_for(extract, rows)
    return max(wanted, width) > 4 * min(wanted, width)


def bounds(bucket: int, width: int) -> tuple[int, int]:
    """Return the lowest and highest position of a bucket; all negative positions share bucket -1."""
    return (LOWEST, -1) if bucket < 0 else (bucket * width, min((bucket + 1) * width - 1, HIGHEST))


class Statements:
    """Writes the SELECTs of one extract for one kind of server and one width of buckets."""

    def __init__(self, dialect: Dialect, extract: Extract, width: int) -> None:
        """Prepare the expressions."""
        self.dialect = dialect
        self.extract = extract
        position = dialect.hashed_key(extract.key) if extract.text_key else extract.key
        self.bucket = dialect.bucket(position, width)
        self.parts = (*([Part(position)] if extract.text_key else []), *extract.parts)
        self.row = dialect.row(self.parts)
        self.base = extract.tables.partition(" ")[0]

    def prints(self, where: str) -> str:
        """Return: bucket, rows, fingerprint per bucket."""
        return (
            f"SELECT {self.bucket} AS bucket, COUNT(*), {self.dialect.fold(self.dialect.hashed(self.row))}"
            f" FROM {self.extract.tables} WHERE {where} GROUP BY bucket ORDER BY NULL"
        )

    def rows(self, where: str) -> str:
        """Return: bucket, rows, fingerprint and the texts of the rows per bucket, read in one go."""
        fold, gather = self.dialect.fold(self.dialect.hashed("line")), self.dialect.gather("line")
        lines = f"SELECT {self.bucket} AS bucket, {self.row} AS line FROM {self.extract.tables} WHERE {where}"
        return (
            f"SELECT bucket, COUNT(*), {fold}, {gather} FROM ({lines} LIMIT {ALL_ROWS}) AS found"
            " GROUP BY bucket ORDER BY NULL"
        )

    def plain(self, where: str) -> str:
        """Return: fingerprint and every value, text in hexadecimal digits, one row each."""
        chosen = ", ".join([self.dialect.hashed(self.row), *map(raw, self.parts)])
        return f"SELECT {chosen} FROM {self.extract.tables} WHERE {where}"

    def boundary(self, where: str, size: int) -> str:
        """Return: the key that comes ``size`` rows after the first that ``where`` admits."""
        key = self.extract.key
        return f"SELECT {key} FROM {self.base} WHERE {where} ORDER BY {key} LIMIT 1 OFFSET {size}"

    def count(self) -> str:
        """Return: how many rows the base table has."""
        return f"SELECT COUNT(*) FROM {self.base}"
