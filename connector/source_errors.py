"""Says in an admin's words what went wrong at the ILS's database."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from crm.errors import SapaError, SourceSchemaMismatch, SourceUnavailable
from crm.i18n import N_

UNAVAILABLE = {
    1045: (
        N_("The server of source {source} at {place} refused the user name or password."),
        N_("Correct database_url of this source; characters such as @ and / in a password are written %40 and %2F."),
    ),
    1698: (
        N_("The server of source {source} at {place} does not let this user in with a password."),
        N_("Make an account for Sapa; `sapa doctor --grants` prints the rights it needs."),
    ),
    1044: (
        N_("The account of source {source} may not use the database at {place}."),
        N_("Grant it the rights that `sapa doctor --grants` prints."),
    ),
    1049: (
        N_("There is no database at {place}, said source {source} to be."),
        N_("Correct the name at the end of database_url; the ILS's own settings show it."),
    ),
    1130: (
        N_("The server of source {source} at {place} does not allow connections from this computer."),
        N_("Make the account for this computer's address, e.g. 'reader'@'192.168.1.%'."),
    ),
    1040: (
        N_("The server of source {source} at {place} has too many connections."),
        N_("Run the command again later."),
    ),
    1969: (
        N_("A question to source {source} took too long and was stopped, to spare the library's server."),
        N_("Run the command again when the server is less busy."),
    ),
    1193: (  # max_execution_time before MySQL 5.7.8, max_statement_time before MariaDB 10.1
        N_("The server of source {source} at {place} is too old for Sapa: {cause}."),
        N_("Update the server to MariaDB 10.2, MySQL 5.7 or later."),
    ),
    144: (
        N_("A table of source {source} is damaged: {cause}"),
        N_("Repair it with mariadb-check --repair, then run the command again."),
    ),
}
UNAVAILABLE[3024] = UNAVAILABLE[1969]
CRASHED = {145, 1194}
UNAVAILABLE[145] = UNAVAILABLE[1194] = UNAVAILABLE[1195] = UNAVAILABLE[126] = UNAVAILABLE[127] = UNAVAILABLE[144]

MISMATCH = {
    1142: (
        N_("The account of source {source} may not read everything it needs: {cause}"),
        N_("Grant it the rights that `sapa doctor --grants` prints."),
    ),
    1146: (N_("A table of source {source} is not there: {cause}"), N_("Run `sapa doctor` to see what is missing.")),
}
MISMATCH[1143] = MISMATCH[1142]
MISMATCH[1054] = MISMATCH[1146]

STORAGE_ENGINE = 1030
BROKEN = {126, 127, 134, 144, 145, 175}  # MyISAM's own numbers, which MySQL passes on in the words of 1030

GONE = {2006, 2013, 2014, 2055, 1053, 1927, 0}

UNKNOWN_HOST = (
    N_("The host name of source {source}, {host}, is not known."),
    N_("Correct database_url of this source, or check this computer's network."),
)
UNREACHABLE = (
    N_("The server of source {source} at {place} does not answer."),
    N_("Check that MariaDB or MySQL runs there and that host, port and firewall are right."),
)
LOST = (
    N_("The server of source {source} at {place} went away while it was read."),
    N_("Nothing half-done was kept; run the command again once the server is back."),
)
FAILED = (
    N_("Source {source} at {place} failed: {cause}"),
    N_("Run `sapa doctor`; with --debug the whole error is shown."),
)


def explain(error: DBAPIError, source: str, url: URL, *, is_connecting: bool = False) -> SapaError:
    """Return what ``error`` means for the admin; never shows the password."""
    number, cause = error_number(error), str(error.orig)
    if number == STORAGE_ENGINE and any(int(each) in BROKEN for each in re.findall(r"error (\d+)", cause)):
        number = 144
    values: dict[str, Any] = {"source": source, "place": place_of(url), "host": url.host, "cause": _plain(error)}
    if number in MISMATCH:
        return SourceSchemaMismatch(*MISMATCH[number], **values)
    if number in UNAVAILABLE:
        return SourceUnavailable(*UNAVAILABLE[number], **values)
    if number in {2003, 2005} and ("Name or service" in cause or "getaddrinfo" in cause or "resolution" in cause):
        return SourceUnavailable(*UNKNOWN_HOST, **values)
    if number in {2002, 2003}:
        return SourceUnavailable(*UNREACHABLE, **values)
    if number in GONE:
        return SourceUnavailable(*(UNREACHABLE if is_connecting else LOST), **values)
    return SourceUnavailable(*FAILED, **values)


def place_of(url: URL) -> str:
    """Return host, port and database of a source, or its file; no account, no password."""
    return f"{url.host}:{url.port or 3306}/{url.database}" if url.host else str(url.database)


def error_number(error: DBAPIError) -> object:
    """Return the server's own number of an error."""
    return error.orig.args[0] if error.orig is not None and error.orig.args else None


def _plain(error: DBAPIError) -> str:
    arguments = error.orig.args if error.orig is not None else ()
    return str(arguments[1] if len(arguments) > 1 else error.orig).replace("\n", " ")
