"""What an admin is told when something is wrong at the ILS's database: one line what, one line what to do."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pymysql
import pytest
from sqlalchemy import Connection, Engine, TextClause, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InternalError

from connector import source as rooms
from connector.grants import grants
from connector.progress import SILENT, Silence
from connector.settings import SourceSettings
from connector.source import Rows, Source
from connector.sync import sync_source
from connector.verify import verify_source
from crm import greeting
from crm.database import open_engine, upgrade, writing
from crm.errors import CrmSchemaMismatch, SapaError, SourceSchemaMismatch, SourceUnavailable
from crm.status import copy_status
from tests.conftest import numbers
from tests.desk import enlarge_loans
from tests.library import Library, settings_of
from tests.servers import HOST, PASSWORD, Database, MariaDBServer, free_port

SECRET = "rahasia-sekali"
Told = tuple[str, str]


@dataclass
class When(Silence):
    """Lets something happen at the moment a sync comes to an entity."""

    entity: str
    happens: Callable[[], object]

    def begin(self, entity: str, total: int) -> None:  # noqa: ARG002 - the names are the protocol's
        """Do it, if this is the entity."""
        if entity == self.entity:
            self.happens()


@pytest.fixture
def crm(crm_sqlite: str) -> Iterator[Engine]:
    """Give an embedded CRM database."""
    engine = open_engine(crm_sqlite)
    yield engine
    engine.dispose()


@pytest.fixture
def reader(lean: Database) -> Iterator[SourceSettings]:
    """Give the source as an account sees it that has what doctor prints, and a password nobody may read."""
    lean.server.execute(f"CREATE USER 'errant'@'{HOST}' IDENTIFIED BY '{SECRET}'")
    settings = replace(settings_of(lean), database_url=lean.server.url(lean.name, "errant", SECRET))
    for statement in grants(settings):
        lean.server.execute(statement)
    yield settings
    lean.server.execute(f"DROP USER 'errant'@'{HOST}'")


def told(crm: Engine, settings: SourceSettings, family: type[SapaError], progress: When | None = None) -> Told:
    """Sync, and return the two lines of what went wrong, after a look at their form."""
    with pytest.raises(family) as failed:
        sync_source(crm, settings, progress=progress or SILENT)
    lines = failed.value.lines(str)
    assert len(lines) == 2
    for secret in (SECRET, PASSWORD, "\n", "{", "pymysql", "SQL:"):
        assert secret not in "".join([*lines, *map(str, failed.value.values.values())])
    assert "main" in lines[0]
    [status] = copy_status(crm)
    assert status.last_run is not None
    assert (status.as_of, status.last_run.outcome) == (None, "failed")
    return lines[0], lines[1]


def at(settings: SourceSettings, **parts: object) -> SourceSettings:
    """Return the settings with other parts of the URL."""
    url = make_url(settings.database_url).set(**parts)  # type: ignore[arg-type]
    return replace(settings, database_url=url.render_as_string(hide_password=False))


def place(settings: SourceSettings) -> str:
    """Return how a source's place is written."""
    url = make_url(settings.database_url)
    return f"{url.host}:{url.port}/{url.database}"


def test_a_wrong_password(crm: Engine, reader: SourceSettings) -> None:
    message, hint = told(crm, at(reader, password=f"{SECRET}-wrong"), SourceUnavailable)
    assert message == f"The server of source main at {place(reader)} refused the user name or password."
    assert "database_url" in hint
    assert "%40" in hint


def test_an_unknown_host(crm: Engine, reader: SourceSettings) -> None:
    message, hint = told(crm, at(reader, host="no-such-host.invalid"), SourceUnavailable)
    assert message == "The host name of source main, no-such-host.invalid, is not known."
    assert "database_url" in hint


def test_a_server_that_does_not_run(crm: Engine, reader: SourceSettings) -> None:
    nowhere = at(reader, port=free_port())
    message, hint = told(crm, nowhere, SourceUnavailable)
    assert message == f"The server of source main at {place(nowhere)} does not answer."
    assert "firewall" in hint


@pytest.mark.parametrize("fast", [False, True])
def test_a_port_that_says_nothing(
    crm: Engine, reader: SourceSettings, monkeypatch: pytest.MonkeyPatch, fast: bool
) -> None:
    monkeypatch.setattr(greeting, "CONNECT_SECONDS", 0.5)
    began = time.monotonic()
    with socket.create_server((HOST, 0)) as silent:
        nowhere = replace(at(reader, port=silent.getsockname()[1]), fast=fast)
        message, hint = told(crm, nowhere, SourceUnavailable)
    assert time.monotonic() - began < 10
    assert message == f"The server of source main at {place(nowhere)} does not answer."
    assert "firewall" in hint


def test_a_port_that_hangs_up_at_once(crm: Engine, reader: SourceSettings) -> None:
    def hang_up() -> None:
        rude.accept()[0].close()

    with socket.create_server((HOST, 0)) as rude:
        threading.Thread(target=hang_up, daemon=True).start()
        nowhere = at(reader, port=rude.getsockname()[1])
        message, _ = told(crm, nowhere, SourceUnavailable)
    assert message == f"The server of source main at {place(nowhere)} does not answer."


def test_an_answer_may_take_longer_than_the_greeting(reader: SourceSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(greeting, "CONNECT_SECONDS", 0.5)
    with Source(reader) as source:
        assert source.rows("SELECT SLEEP(1)") == [(0,)]


def test_a_database_that_is_not_there(crm: Engine, lean: Database) -> None:
    message, hint = told(crm, at(settings_of(lean), database="slimms"), SourceUnavailable)
    assert message.endswith("/slimms, said source main to be.")
    assert "database_url" in hint


def test_a_database_that_is_not_granted(crm: Engine, reader: SourceSettings) -> None:
    message, hint = told(crm, at(reader, database="mysql"), SourceUnavailable)
    assert "may not use the database" in message
    assert "sapa doctor --grants" in hint


def test_a_statement_that_takes_too_long(
    crm: Engine, reader: SourceSettings, lean: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if lean.server.is_mysql:  # whose shortest limit is 1 ms
        enlarge_loans(lean, 40_000)
    monkeypatch.setattr(rooms, "STATEMENT_SECONDS", 0.001 if lean.server.is_mysql else 0.000_001)
    message, hint = told(crm, reader, SourceUnavailable)
    assert "took too long and was stopped" in message
    assert "less busy" in hint


@pytest.mark.parametrize("dump", ["koha-23.05", "koha-19.06-schema"])
def test_a_database_of_koha(crm: Engine, mariadb: MariaDBServer, dump: str) -> None:
    koha = mariadb.load_dump(dump, f"koha_{next(numbers)}")
    message, hint = told(crm, settings_of(koha), SourceSchemaMismatch)
    assert message == "The database of source main is not SLiMS; it looks like Koha."
    assert "config/database.php" in hint
    koha.drop()


def test_the_database_of_sapa_itself(crm: Engine, crm_mariadb: str, lean: Database) -> None:
    other = open_engine(crm_mariadb)
    sync_source(other, settings_of(lean))
    other.dispose()
    message, _ = told(crm, replace(settings_of(lean), database_url=crm_mariadb), SourceSchemaMismatch)
    assert "it looks like Sapa." in message


def test_an_empty_database(crm: Engine, mariadb: MariaDBServer) -> None:
    empty = mariadb.create_database(f"empty_{next(numbers)}")
    message, hint = told(crm, settings_of(empty), SourceSchemaMismatch)
    assert message == "The database of source main shows no tables to this account."
    assert "--grants" in hint
    empty.drop()


def test_a_needed_column_that_is_not_granted(crm: Engine, lean: Database, reader: SourceSettings) -> None:
    account = f"'errant'@'{HOST}'"
    columns = {row[0] for row in lean.execute("SHOW COLUMNS FROM loan")} - {"due_date"}
    lean.execute(f"REVOKE SELECT ON loan FROM {account}")
    lean.execute(f"GRANT SELECT ({', '.join(sorted(columns))}) ON loan TO {account}")
    message, hint = told(crm, reader, SourceSchemaMismatch)
    assert message == "Source main lacks what Sapa needs: loan.due_date (not there or not granted)."
    assert "--grants" in hint


def test_a_column_that_can_be_done_without_is_none_in_the_copy(
    crm: Engine, lean: Database, reader: SourceSettings
) -> None:
    lean.execute(f"REVOKE SELECT (member_phone) ON member FROM 'errant'@'{HOST}'")
    sync_source(crm, reader)
    assert verify_source(crm, reader).equal
    assert Library(lean, crm, reader).copy("SELECT count(*) FROM ils_patron WHERE phone IS NOT NULL") == [(0,)]


@pytest.mark.parametrize("table", ["fines", "mst_gmd", "biblio_topic"])
def test_a_table_that_is_missing(crm: Engine, lean: Database, table: str) -> None:
    lean.execute(f"DROP TABLE {table}")
    message, hint = told(crm, settings_of(lean), SourceSchemaMismatch)
    assert message == f"Source main lacks what Sapa needs: {table} (not there or not granted)."
    assert hint


def test_a_table_that_goes_while_it_is_read(crm: Engine, lean: Database) -> None:
    goes = When("charge", lambda: lean.execute("DROP TABLE fines"))
    message, hint = told(crm, settings_of(lean), SourceSchemaMismatch, goes)
    assert message.startswith("A table of source main is not there:")
    assert "fines" in message
    assert "sapa doctor" in hint


def test_a_right_that_goes_while_it_is_read(crm: Engine, lean: Database, reader: SourceSettings) -> None:
    goes = When("charge", lambda: lean.execute(f"REVOKE SELECT ON fines FROM 'errant'@'{HOST}'"))
    message, hint = told(crm, reader, SourceSchemaMismatch, goes)
    assert message.startswith("The account of source main may not read everything it needs:")
    assert "fines" in message
    assert "--grants" in hint


def test_connections_that_are_cut_half_way(crm: Engine, lean: Database, reader: SourceSettings) -> None:
    def cut() -> None:
        for (number,) in lean.execute("SELECT id FROM information_schema.processlist WHERE user = 'errant'"):
            lean.execute(f"KILL {number}")

    message, hint = told(crm, reader, SourceUnavailable, When("loan", cut))
    assert message == f"The server of source main at {place(reader)} went away while it was read."
    assert "run the command again" in hint
    sync_source(crm, reader)
    assert verify_source(crm, reader).equal


def test_a_server_that_dies_half_way(crm: Engine, tmp_path: Path) -> None:
    server = MariaDBServer(tmp_path / "server")
    server.start()
    try:
        settings = settings_of(server.load_dump("slims-9.7.0", "slims"))
        message, hint = told(crm, settings, SourceUnavailable, When("loan", server.kill))
        assert "127.0.0.1" in message
        assert "went away" in message or "does not answer" in message
        assert hint
        told(crm, settings, SourceUnavailable)
        server.restart()
        sync_source(crm, settings)
        assert verify_source(crm, settings).equal
    finally:
        server.stop()


@pytest.mark.parametrize("suffix", ["MYI", "MYD"])
def test_a_table_that_is_damaged(crm: Engine, lean: Database, suffix: str) -> None:
    lean.execute("FLUSH TABLES fines")
    path = lean.server.data / lean.name / f"fines.{suffix}"
    path.write_bytes(path.read_bytes()[:100])
    message, hint = told(crm, settings_of(lean), SourceUnavailable)
    assert message.startswith("A table of source main is damaged:")
    assert "fines" in message or "File too short" in message  # MySQL does not say which table
    assert "repair" in hint


@pytest.mark.parametrize(
    ("revision", "remedy"), [("0001", "run: sapa db upgrade"), ("9999", "Install that version of Sapa or a later one")]
)
def test_a_crm_of_another_version_is_told_before_the_source_is_asked(crm_url: str, revision: str, remedy: str) -> None:
    engine = open_engine(crm_url)
    upgrade(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    nowhere = SourceSettings("main", "slims", f"mysql+pymysql://nobody@{HOST}:{free_port()}/slims")
    for act in (sync_source, verify_source):
        with pytest.raises(CrmSchemaMismatch) as refused:
            act(engine, nowhere)
        message, hint = refused.value.lines(str)
        assert f"(revision {revision}" in message
        assert remedy in hint
    engine.dispose()


def test_a_server_that_dies_while_it_mends_a_table_is_told(lean: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with Source(settings_of(lean)) as source:
        answer, asked = source._answer, []

        def crashed_then_killed(connection: Connection, question: TextClause, values: Any) -> Rows:
            asked.append(question)
            if len(asked) == 1:
                raise InternalError("SELECT", {}, pymysql.err.InternalError(145, "marked as crashed"))
            ((number,),) = connection.exec_driver_sql("SELECT CONNECTION_ID()")
            lean.server.execute(f"KILL {number}")
            return answer(connection, question, values)

        monkeypatch.setattr(source, "_answer", crashed_then_killed)
        with pytest.raises(SourceUnavailable, match="went away"):
            source.rows("SELECT 1")
    assert len(asked) == 2
