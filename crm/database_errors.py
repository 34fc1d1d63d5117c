"""Says in a person's words what a CRM database's driver says in its own."""

from __future__ import annotations

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from crm.errors import CrmUnavailable, SapaError
from crm.i18n import N_

SQLITE_CAUSES = {
    "database or disk is full": (
        N_("The disk that holds the CRM database {place} is full."),
        N_("Free some space and run the command again; nothing half-done was kept."),
    ),
    "disk I/O error": (
        N_("The disk that holds the CRM database {place} cannot be read or written; most often it is full."),
        N_("Free some space, see that the disk is sound, and run the command again; nothing half-done was kept."),
    ),
    "readonly": (
        N_("The CRM database {place} may not be written."),
        N_("Give the user that runs Sapa write permission on the file and its folder."),
    ),
    "unable to open": (
        N_("The CRM database {place} cannot be opened."),
        N_("Check that its folder exists and that the user that runs Sapa may write there."),
    ),
    "locked": (
        N_("The CRM database {place} is being written by another process."),
        N_("Wait for it to finish and run the command again."),
    ),
    "malformed": (
        N_("The CRM database {place} is damaged."),
        N_("Restore it from a backup; `sapa sync` rebuilds the copy of the ILS, but not what staff have entered."),
    ),
    "not a database": (N_("The file {place} is not an SQLite database."), N_("Correct [crm] database_url.")),
}
MYSQL_CAUSES = {
    1045: (N_("The CRM database at {place} refused the user name or password."), N_("Correct [crm] database_url.")),
    1044: (
        N_("The account of [crm] database_url may not use the database at {place}."),
        N_("Grant it ALL PRIVILEGES on that database."),
    ),
    1049: (N_("There is no CRM database at {place}."), N_("Create it: CREATE DATABASE sapa CHARACTER SET utf8mb4;")),
    1021: (
        N_("The disk of the CRM database at {place} is full."),
        N_("Free some space and run the command again; nothing half-done was kept."),
    ),
    1290: (
        N_("The server of the CRM database at {place} is read-only."),
        N_("If it is a replica, name its master in [crm] database_url; if not, run: SET GLOBAL read_only = 0"),
    ),
}
MYSQL_CAUSES[1836] = MYSQL_CAUSES[1290]
MYSQL_CAUSES[1114] = MYSQL_CAUSES[1021]
MYSQL_CAUSES[1142] = MYSQL_CAUSES[1044]
UNREACHABLE = (
    N_("The CRM database at {place} cannot be reached: {cause}."),
    N_("Check that the server runs and that host and port in [crm] database_url are right."),
)
SILENT = (N_("The CRM database at {place} does not answer."), UNREACHABLE[1])
FAILED = (
    N_("The CRM database at {place} failed: {cause}."),
    N_("Run `sapa doctor`; with --debug the whole error is shown."),
)


def explain(error: DBAPIError, url: URL) -> SapaError:
    """Return what ``error`` means for the admin of the CRM database at ``url``, without secrets."""
    place = str(url.database) if url.get_backend_name() == "sqlite" else f"{url.host}:{url.port or 3306}/{url.database}"
    message, hint = _cause(error)
    return CrmUnavailable(message, hint, place=place, cause=_plain(error))


def _plain(error: DBAPIError) -> str:
    """Return the driver's own words in one line, without the number before them."""
    arguments = error.orig.args if error.orig is not None else ()
    return str(arguments[1] if len(arguments) > 1 else error.orig).replace("\n", " ")


def _cause(error: DBAPIError) -> tuple[str, str]:
    text = str(error.orig)
    for words, cause in SQLITE_CAUSES.items():
        if words in text:
            return cause
    number = error.orig.args[0] if error.orig is not None and error.orig.args else None
    if number in MYSQL_CAUSES:
        return MYSQL_CAUSES[number]
    if number == 2013 and "timed out" in text:
        return SILENT
    return UNREACHABLE if number in {2002, 2003, 2006, 2013} else FAILED
