"""Which database servers are recent enough for the CRM; an ILS may run on older ones, it is only read."""

from __future__ import annotations

import re
import sqlite3

from crm.errors import CrmUnavailable
from crm.i18n import N_

Version = tuple[int, ...]

OLDEST_SQLITE: Version = (3, 33)  # UPDATE … FROM
OLDEST_MARIADB: Version = (10, 2, 2)  # utf8mb4_nopad_bin, which counts trailing blanks
OLDEST_MYSQL: Version = (8, 0, 17)  # utf8mb4_0900_bin, which does so there
COMPATIBLE_PREFIX = "5.5.5-"  # MariaDB says it first, for programs older than itself

_NEEDED = N_("The CRM needs SQLite {sqlite}, MariaDB {mariadb} or MySQL {mysql}, or a later one.")


def refuse_old_server(greeting: str) -> None:
    """Raise CrmUnavailable if a MariaDB or MySQL with this version text is too old."""
    text = greeting.removeprefix(COMPATIBLE_PREFIX)
    name, oldest = ("MariaDB", OLDEST_MARIADB) if "mariadb" in greeting.casefold() else ("MySQL", OLDEST_MYSQL)
    found = tuple(map(int, re.findall(r"\d+", text)[:3]))
    if found < oldest:
        raise _too_old(name, found)


def refuse_old_sqlite(found: Version = sqlite3.sqlite_version_info) -> None:
    """Raise CrmUnavailable if the SQLite that Python came with is too old."""
    if found < OLDEST_SQLITE:
        raise _too_old("SQLite", found)


def _too_old(name: str, found: Version) -> CrmUnavailable:
    return CrmUnavailable(
        N_("The CRM database's {name} {found} is too old."),
        _NEEDED,
        name=name,
        found=_dotted(found),
        sqlite=_dotted(OLDEST_SQLITE),
        mariadb=_dotted(OLDEST_MARIADB),
        mysql=_dotted(OLDEST_MYSQL),
    )


def _dotted(version: Version) -> str:
    return ".".join(map(str, version))
