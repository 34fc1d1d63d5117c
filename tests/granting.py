"""Accounts that have what ``sapa doctor --grants`` prints, and what they may read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pymysql
from sqlalchemy.engine import make_url

from connector.ils import slims
from connector.rights import identifier
from connector.settings import SourceSettings
from connector.source import Source
from tests.library import settings_of
from tests.servers import HOST, Database, MariaDBServer

PASSWORD = "only reads: 100%/@"
VALUES = {"date": "2024-05-06", "datetime": "2024-05-06 07:08:09", "enum": "1"}
STATEMENT = re.compile(r"GRANT SELECT(?: \((?P<columns>[^)]+)\))? ON `[^`]+`\.`(?P<table>\w+)` TO (?P<account>.+);")
MISSING = {1146, 1054}  # a table, a column
DENIED = {1142, 1143}


@contextmanager
def account(server: MariaDBServer, name: str, host: str = HOST) -> Iterator[str]:
    """Create an account without any right, give its name as SQL writes it, drop it afterwards."""
    quoted = f"{identifier(name)}@{identifier(host)}"
    server.execute(f"CREATE USER {quoted} IDENTIFIED BY '{PASSWORD}'")
    yield quoted
    server.execute(f"DROP USER {quoted}")


def signed_in(database: Database, name: str) -> SourceSettings:
    """Return the settings of a source that is read by the account ``name``."""
    url = make_url(database.url).set(username=name, password=PASSWORD)
    return replace(settings_of(database), database_url=url.render_as_string(hide_password=False))


def administer(database: Database, statements: list[str]) -> list[str]:
    """Run the statements as the administrator; return those that a missing table or column spoiled, fail otherwise."""
    spoiled = []
    for statement in statements:
        try:
            database.server.execute(statement)
        except pymysql.MySQLError as error:
            if error.args[0] not in MISSING:
                raise
            spoiled.append(statement)
    return spoiled


def administer_until_refused(database: Database, statements: list[str]) -> list[str]:
    """Run the statements as the administrator's client does, which stops at an error; return those it did not run."""
    for at, statement in enumerate(statements):
        if administer(database, [statement]):
            return statements[at:]
    return []


def tables_of(statements: list[str]) -> list[str]:
    """Return the tables that the statements are about; fails where one has another form."""
    return [matched(statement)["table"] for statement in statements]


def matched(statement: str) -> re.Match[str]:
    """Return the parts of one statement."""
    found = STATEMENT.fullmatch(statement)
    assert found, statement
    return found


def columns_of(statements: list[str]) -> dict[str, list[str]]:
    """Return the columns that the statements grant, by table, none where it is the whole table."""
    found: dict[str, list[str]] = {}
    for parts in map(matched, statements):
        listed = found.setdefault(parts["table"], [])
        listed += re.findall(r"`(\w+)`", parts["columns"] or "")
    return found


def readable(database: Database, name: str) -> dict[str, set[str]]:
    """Return all columns, of any table of the database, that an account may read."""
    columns = database.execute(
        "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()"
    )
    found: dict[str, set[str]] = {}
    with database.server.connection(database.name, name, PASSWORD) as opened, opened.cursor() as cursor:
        for table, column in columns:
            try:
                cursor.execute(f"SELECT {identifier(column)} FROM {identifier(table)} LIMIT 1")
            except pymysql.OperationalError as error:
                if error.args[0] not in DENIED:
                    raise
            else:
                found.setdefault(table, set()).add(column)
    return found


def needed(database: Database) -> dict[str, set[str]]:
    """Return what Sapa reads of a database, as its administrator sees it."""
    with Source(settings_of(database)) as source:
        shape = source.shape
    read = slims.columns_read()
    return {table: read[table] & set(shape[table]) or set(shape[table]) for table in read if table in shape}


def furnish(database: Database) -> None:
    """Add a row to every table, with a value in every column and one key for all: each join finds it.

    The loan comes last, since triggers gather from the other tables what they note in loan_history.
    """
    columns: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in database.execute(
        "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()"
    ):
        columns.setdefault(table, []).append((column, kind))
    with database.server.connection(database.name) as opened, opened.cursor() as cursor:
        cursor.execute("SET sql_mode = ''")
        for table, found in sorted(columns.items(), key=lambda each: each[0] == "loan"):
            if table == "loan_history":
                continue
            chosen = ", ".join(identifier(column) for column, _ in found)
            values = [VALUES.get(kind, "7") for _, kind in found]
            marks = ", ".join(["%s"] * len(values))
            cursor.execute(f"REPLACE INTO {identifier(table)} ({chosen}) VALUES ({marks})", values)
        cursor.execute("UPDATE loan SET is_lent = 1, is_return = 1 WHERE loan_id = 7")
