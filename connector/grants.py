"""The least that an account needs: SELECT on what the sync reads, no more."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.engine import URL

from connector.ils import slims
from connector.ils.recognise import layout_of, require_readable
from connector.rights import Access, Account, identifier
from connector.settings import SourceSettings
from connector.source import Source

SECRET_TABLES = {table for table, has_columns, _ in (name.partition(".") for name in slims.SECRETS) if has_columns}


def grants(settings: SourceSettings) -> list[str]:
    """Return the GRANT statements of one source, each ending in ``;``; an SQLite file needs none.

    They are for the administrator to run. An account without any right will do: tables that it cannot see are taken to
    be there, those that only newer versions of the ILS have come last. Raises SourceUnavailable where the server lets
    nobody in, SourceSchemaMismatch where the account can see that the database is not the ILS it is said to be.
    """
    require_readable(settings)
    url = Source(settings).url
    if url.get_backend_name() == "sqlite":
        return []
    if not url.database:
        _refuse(settings)
    with Source(_without_database(settings, url)) as server:
        account = Account(server, url.database or "")
        tables = [table for table in slims.columns_read() if account.access(table) is not Access.ABSENT]
        if not slims.REQUIRED.keys() <= set(tables):
            _refuse(settings)
        return [_statement(account, table) for table in tables]


def doubtful(settings: SourceSettings) -> list[str]:
    """Return the tables that only newer versions of the ILS have and of which the account cannot see if they are there.

    A GRANT on one that is not there fails, which does no harm. Raises SourceUnavailable.
    """
    url = Source(settings).url
    if url.get_backend_name() == "sqlite":
        return []
    with Source(_without_database(settings, url)) as server:
        account = Account(server, url.database or "")
        later = [table for table in slims.columns_read() if table in slims.LATER]
        return [table for table in later if account.access(table) is Access.DENIED]


def _statement(account: Account, table: str) -> str:
    place = f"{identifier(account.database)}.{identifier(table)}"
    return f"GRANT SELECT{_columns(account, table)} ON {place} TO {account.name};"


def _columns(account: Account, table: str) -> str:
    """Return the list of columns for a table that also has some which nobody else should see."""
    if table not in SECRET_TABLES:
        return ""
    wanted = sorted(slims.columns_read()[table])
    granted = [identifier(name) for name in wanted if account.access(table, name) is not Access.ABSENT]
    return f" ({', '.join(granted)})"


def _without_database(settings: SourceSettings, url: URL) -> SourceSettings:
    """Return settings that connect even where the account may not use the database yet."""
    return replace(settings, database_url=url.set(database="").render_as_string(hide_password=False))


def _refuse(settings: SourceSettings) -> None:
    """Raise what is wrong with a database that is not named or visibly lacks a table."""
    with Source(settings) as source:
        layout_of(source)
