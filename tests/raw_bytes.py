"""Puts bytes into a MyISAM table that its character set does not have, as careless imports have left them.

No statement does that: the bytes are written into a twin whose column is binary, and the twin's data file is swapped
in below the server.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping

from tests.library import Library

BYTES_PER_LETTER = 3  # in utf8mb3


def write_raw(library: Library, table: str, column: str, values: Mapping[str, bytes]) -> None:
    """Put ``values``, by an SQL condition that picks the row, into a text column of a utf8mb3 MyISAM table."""
    ((_, kind, is_null, *_),) = library.source(f"SHOW COLUMNS FROM `{table}` LIKE '{column}'")
    letters = kind.removeprefix("varchar(").removesuffix(")")
    binary = "BLOB" if kind == "text" else f"VARBINARY({int(letters) * BYTES_PER_LETTER})"
    library.change(
        f"CREATE TABLE raw_twin LIKE `{table}`",
        *(f"ALTER TABLE raw_twin DROP INDEX `{name}`" for name in _indexes(library, table, column)),
        f"INSERT INTO raw_twin SELECT * FROM `{table}`",
        f"ALTER TABLE raw_twin MODIFY `{column}` {binary} {'NULL' if is_null == 'YES' else 'NOT NULL'}",
        *(f"UPDATE raw_twin SET `{column}` = x'{value.hex()}' WHERE {where}" for where, value in values.items()),
        f"FLUSH TABLES raw_twin, `{table}`",
    )
    folder = library.slims.server.data / library.slims.name
    shutil.copyfile(folder / "raw_twin.MYD", folder / f"{table}.MYD")
    library.change(f"REPAIR TABLE `{table}` USE_FRM", "DROP TABLE raw_twin")
    for where, value in values.items():
        assert library.source(f"SELECT HEX(`{column}`) FROM `{table}` WHERE {where}") == [(value.hex().upper(),)]


def _indexes(library: Library, table: str, column: str) -> set[str]:
    """Return the indexes that a binary column cannot have."""
    found = library.source(f"SHOW INDEX FROM `{table}` WHERE column_name = '{column}' AND key_name <> 'PRIMARY'")
    return {row[2] for row in found}
