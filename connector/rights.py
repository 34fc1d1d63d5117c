"""What the account of a source may do on its server."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property

from connector.source import Source
from connector.source_errors import MISMATCH
from crm.errors import SourceSchemaMismatch

READING = {
    "USAGE", "SELECT", "SHOW VIEW", "SHOW DATABASES", "REFERENCES", "PROCESS", "REPLICATION CLIENT", "BINLOG MONITOR",
}  # fmt: skip
LISTED = 3
NOT_THERE = MISMATCH[1146][0]

_GRANT = re.compile(r"GRANT (?P<privileges>.+?) ON (?P<scope>.+?) TO (?P<rest>.+)", re.DOTALL)
_COLUMNS = re.compile(r"\([^)]*\)")


class Access(StrEnum):
    """What comes of asking for a table or a column; what is denied may as well be absent."""

    READABLE = "readable"
    DENIED = "denied"
    ABSENT = "absent"


class Account:
    """The account that an open source was reached with; the source need not have a default database."""

    def __init__(self, source: Source, database: str) -> None:
        """Ask about the tables of ``database``; nothing is sent yet."""
        self.source = source
        self.database = database

    @cached_property
    def name(self) -> str:
        """User and host as SQL quotes them: the URL's user, at any host where the server took it for somebody else."""
        user = self.source.url.username or ""
        taken_for, _, host = str(self.source.rows("SELECT CURRENT_USER()")[0][0]).rpartition("@")
        return f"{_text(user)}@{_text(host if taken_for == user else '%')}"

    def access(self, table: str, column: str | None = None) -> Access:
        """Return what comes of asking a table, or one column of it, for no row at all."""
        chosen = "1" if column is None else identifier(column)
        place = f"{identifier(self.database)}.{identifier(table)}"
        try:
            self.source.rows(f"SELECT {chosen} FROM {place} LIMIT 0".replace(":", r"\:"))
        except SourceSchemaMismatch as error:
            return Access.ABSENT if error.message == NOT_THERE else Access.DENIED
        return Access.READABLE

    def reads(self, names: Iterable[str]) -> list[str]:
        """Return those of some tables (``user``) and columns (``member.pin``) that the account may read."""
        return [name for name in names if self.access(*name.split(".")) is Access.READABLE]

    def writes(self) -> list[str]:
        """Return what the account, or a role it has, may do beyond reading, anywhere on the server."""
        return beyond_reading(str(line) for (line,) in self.source.rows("SHOW GRANTS"))


def beyond_reading(lines: Iterable[str]) -> list[str]:
    """Return where the lines of SHOW GRANTS allow more than reading, as ``"`slims`.* (INSERT, UPDATE)"``.

    The lines themselves are not fit to be shown: MariaDB puts the password's hash into them.
    """
    found = []
    for match in filter(None, map(_GRANT.match, lines)):
        privileges = [each.strip() for each in _COLUMNS.sub("", match["privileges"]).split(",")]
        more = [each for each in privileges if each.upper() not in READING]
        more += ["GRANT OPTION"] * ("WITH GRANT OPTION" in match["rest"])
        if more:
            found.append(f"{match['scope']} ({listed(more)})")
    return found


def listed(names: Iterable[str]) -> str:
    """Return the first names with commas between them, and dots where there are more."""
    all_names = list(names)
    return ", ".join(all_names[:LISTED]) + (", …" if len(all_names) > LISTED else "")


def identifier(name: str) -> str:
    """Return the name of a database, table or column as SQL quotes it."""
    return "`" + name.replace("`", "``") + "`"


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
