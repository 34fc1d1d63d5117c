"""The least that an account needs: SELECT on the columns that the sync reads, no more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy.engine import URL

from connector.ils import slims
from connector.ils.recognise import layout_of, require_readable
from connector.rights import Access, Account, identifier
from connector.settings import SourceSettings
from connector.source import Source


def grants(settings: SourceSettings) -> list[str]:
    """Return the GRANT statements of one source, each ending in ``;``; an SQLite file needs none.

    They are for the administrator to run. An account without any right will do: what it cannot see is taken to be
    there. A server refuses a whole statement for one column that it does not have; so what no sync can do without is
    granted by itself, then the other columns, last what only newer versions of the ILS have. Columns that are still
    closed in a table that is open by now get a statement each. Raises SourceUnavailable where the server lets nobody
    in, SourceSchemaMismatch where the account can see that the database is not the ILS it is said to be.
    """
    require_readable(settings)
    url = Source(settings).url
    if url.get_backend_name() == "sqlite":
        return []
    if not url.database:
        _refuse(settings)
    with Source(_without_database(settings, url)) as server:
        account = Account(server, url.database or "")
        present = {table for table in slims.columns_read() if account.access(table) is not Access.ABSENT}
        if not slims.REQUIRED.keys() <= present:
            _refuse(settings)
        shares = [(table, columns) for table, columns in _shares() if table in present]
        return [statement for share in shares for statement in _statements(account, *share)]


def doubtful(settings: SourceSettings) -> list[str]:
    """Return what only newer versions of the ILS have and of which the account cannot see if it is there.

    Tables, and columns as table.column, in the order of their statements. A GRANT on one that is not there fails,
    which does no harm. Raises SourceUnavailable.
    """
    url = Source(settings).url
    if url.get_backend_name() == "sqlite":
        return []
    with Source(_without_database(settings, url)) as server:
        account = Account(server, url.database or "")
        return [name for name in slims.LATER if account.access(*name.split(".")) is Access.DENIED]


def _shares() -> list[tuple[str, Collection[str]]]:
    """Return tables with the columns that one statement grants, in order; without any where the whole is granted."""
    read = slims.columns_read()
    needed = [(table, set(columns)) for table, columns in slims.REQUIRED.items()]
    parted = (name.partition(".") for name in slims.LATER)
    later = [(table, {column} if column else read[table]) for table, _, column in parted]
    taken = {(table, column) for table, columns in [*needed, *later] for column in columns}
    others = [(table, {each for each in columns if (table, each) not in taken}) for table, columns in read.items()]
    whole = [(table, columns) for table, columns in read.items() if not columns]
    return [*needed, *(share for share in others if share[1]), *whole, *later]


def _statements(account: Account, table: str, columns: Collection[str]) -> list[str]:
    """Return the statements of one share, without the columns that are visibly absent."""
    place = f"{identifier(account.database)}.{identifier(table)}"
    if not columns:
        return [f"GRANT SELECT ON {place} TO {account.name};"]
    found: dict[Access, list[str]] = {access: [] for access in Access}
    for column in sorted(columns):
        found[account.access(table, column)].append(column)
    is_open = account.access(table) is Access.READABLE
    closed = [[column] for column in found[Access.DENIED]] if is_open else [found[Access.DENIED]]
    lists = [", ".join(map(identifier, some)) for some in (found[Access.READABLE], *closed) if some]
    return [f"GRANT SELECT ({listed}) ON {place} TO {account.name};" for listed in lists]


def _without_database(settings: SourceSettings, url: URL) -> SourceSettings:
    """Return settings that connect even where the account may not use the database yet."""
    return replace(settings, database_url=url.set(database="").render_as_string(hide_password=False))


def _refuse(settings: SourceSettings) -> None:
    """Raise what is wrong with a database that is not named or visibly lacks a table."""
    with Source(settings) as source:
        layout_of(source)
