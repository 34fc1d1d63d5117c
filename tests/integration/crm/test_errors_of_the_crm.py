"""What an admin is told when something is wrong at the CRM database: one line what, one line what to do."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url

from connector.local_infile import loading_engine
from connector.progress import Silence
from connector.settings import SourceSettings
from connector.sync import sync_source
from connector.verify import verify_source
from crm import greeting
from crm.database import ensure_current, open_engine, reading, writing
from crm.errors import CrmUnavailable, SapaError
from crm.status import copy_status
from sapa.demo.library import Size, build
from tests.servers import PASSWORD, MariaDBServer, free_port

NOBODY = 65534


@pytest.fixture(scope="module")
def slims(tmp_path_factory: pytest.TempPathFactory) -> SourceSettings:
    """Invent a small library."""
    path = tmp_path_factory.mktemp("slims") / "slims.db"
    build(path, seed=3, today=date(2026, 11, 24), size=Size.SMALL)
    return SourceSettings("main", "slims", f"sqlite:///{path}")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that any user can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="sapa-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Act as a user who is not root, for whom alone permissions hold."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """Open a CRM database and close it in the end."""
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def told(act: Callable[[], object]) -> tuple[str, str]:
    """Return the two lines of what went wrong, after a look at their form."""
    with pytest.raises(SapaError) as failed:
        act()
    assert isinstance(failed.value, CrmUnavailable)
    lines = failed.value.lines(str)
    assert len(lines) == 2
    for secret in (PASSWORD, "\n", "SQL:", "pymysql."):
        assert secret not in "".join([*lines, *map(str, failed.value.values.values())])
    return lines[0], lines[1]


def other(url: str, **parts: Any) -> str:
    """Return a URL with other parts."""
    return make_url(url).set(**parts).render_as_string(hide_password=False)


def place(url: str) -> str:
    """Return how a server's place is written."""
    parsed = make_url(url)
    return f"{parsed.host}:{parsed.port}/{parsed.database}"


def test_a_wrong_password(crm_mariadb: str, slims: SourceSettings) -> None:
    with opened(other(crm_mariadb, password=f"{PASSWORD}-wrong")) as engine:
        message, hint = told(lambda: sync_source(engine, slims))
    assert "refused the user name or password" in message
    assert hint == "Correct [crm] database_url."


def test_an_unknown_host(crm_mariadb: str) -> None:
    with opened(other(crm_mariadb, host="no-such-host.invalid")) as engine:
        message, hint = told(lambda: ensure_current(engine))
    assert "no-such-host.invalid" in message
    assert "host and port" in hint


def test_a_server_that_does_not_run(crm_mariadb: str) -> None:
    port = free_port()
    with opened(other(crm_mariadb, port=port)) as engine:
        message, hint = told(lambda: ensure_current(engine))
    assert f"127.0.0.1:{port}" in message
    assert "Check that the server runs" in hint


def test_a_port_that_says_nothing(crm_mariadb: str, slims: SourceSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(greeting, "CONNECT_SECONDS", 0.5)
    began = time.monotonic()
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        opened(other(crm_mariadb, port=silent.getsockname()[1])) as engine,
    ):
        message, hint = told(lambda: sync_source(engine, slims))
    assert time.monotonic() - began < 10
    assert message == f"The CRM database at {place(str(engine.url))} does not answer."
    assert "Check that the server runs" in hint


def test_an_answer_may_take_longer_than_the_greeting(crm_mariadb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(greeting, "CONNECT_SECONDS", 0.5)
    with opened(crm_mariadb) as engine:
        for patient in (engine, loading_engine(engine)):
            with reading(patient) as connection:
                assert connection.scalar(text("SELECT SLEEP(1)")) == 0
            patient.dispose()


def test_a_database_that_is_not_there(crm_mariadb: str) -> None:
    with opened(other(crm_mariadb, database="nowhere")) as engine:
        message, hint = told(lambda: ensure_current(engine))
    assert "There is no CRM database at" in message
    assert "CREATE DATABASE" in hint


def test_an_account_without_rights(mariadb: MariaDBServer, crm_mariadb: str) -> None:
    mariadb.execute("CREATE USER 'poor'@'127.0.0.1' IDENTIFIED BY 'poor-but-honest'")
    with opened(other(crm_mariadb, username="poor", password="poor-but-honest")) as engine:
        message, hint = told(lambda: ensure_current(engine))
    mariadb.execute("DROP USER 'poor'@'127.0.0.1'")
    assert "may not use the database" in message
    assert "Grant it ALL PRIVILEGES" in hint


def test_an_account_that_may_only_read(mariadb: MariaDBServer, crm_mariadb: str, slims: SourceSettings) -> None:
    with opened(crm_mariadb) as engine:
        ensure_current(engine)
    mariadb.execute("CREATE USER 'reader'@'127.0.0.1' IDENTIFIED BY 'only-reads'")
    mariadb.execute(f"GRANT SELECT ON `{make_url(crm_mariadb).database}`.* TO 'reader'@'127.0.0.1'")
    with opened(other(crm_mariadb, username="reader", password="only-reads")) as engine:
        message, hint = told(lambda: sync_source(engine, slims))
    mariadb.execute("DROP USER 'reader'@'127.0.0.1'")
    assert "may not" in message
    assert "Grant it ALL PRIVILEGES" in hint


@pytest.mark.parametrize("has_tables", [True, False])
def test_a_server_that_is_read_only(
    mariadb: MariaDBServer, crm_mariadb: str, slims: SourceSettings, has_tables: bool
) -> None:
    if has_tables:
        with opened(crm_mariadb) as engine:
            ensure_current(engine)
    mariadb.execute("CREATE USER 'owner'@'127.0.0.1' IDENTIFIED BY 'owns-it-all'")
    mariadb.execute(f"GRANT ALL PRIVILEGES ON `{make_url(crm_mariadb).database}`.* TO 'owner'@'127.0.0.1'")
    mariadb.execute("SET GLOBAL read_only = 1")
    try:
        with opened(other(crm_mariadb, username="owner", password="owns-it-all")) as engine:
            message, hint = told(lambda: sync_source(engine, slims))
    finally:
        mariadb.execute("SET GLOBAL read_only = 0")
        mariadb.execute("DROP USER 'owner'@'127.0.0.1'")
    assert message == f"The server of the CRM database at {place(crm_mariadb)} is read-only."
    assert "SET GLOBAL read_only = 0" in hint


@pytest.mark.parametrize("url", ["postgresql://sapa:s3cret@h/sapa", "sapa.db", "", "mysql+nope://h/sapa"])
def test_a_url_of_another_kind(url: str) -> None:
    message, hint = told(lambda: open_engine(url))
    assert "URL" in message
    assert "sqlite:///sapa.db" in hint
    assert "s3cret" not in message + hint


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    message, hint = told(lambda: open_engine(f"sqlite:///{tmp_path}/nowhere/crm.db"))
    assert str(tmp_path / "nowhere") in message
    assert hint.startswith("Create it")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    path.write_text("Perpustakaan Daerah " * 500)
    with opened(f"sqlite:///{path}") as engine:
        message, hint = told(lambda: ensure_current(engine))
    assert message == f"The file {path} is not an SQLite database."
    assert "database_url" in hint


def test_a_folder_that_may_not_be_written(open_folder: Path, slims: SourceSettings) -> None:
    path = open_folder / "crm.db"
    with opened(f"sqlite:///{path}") as engine, unprivileged():
        message, hint = told(lambda: sync_source(engine, slims))
    assert message == f"The CRM database {path} cannot be opened."
    assert "may write there" in hint
    assert list(open_folder.iterdir()) == []


def test_a_database_that_may_not_be_written(open_folder: Path, slims: SourceSettings) -> None:
    path = open_folder / "crm.db"
    with opened(f"sqlite:///{path}") as engine:
        sync_source(engine, slims)
    path.chmod(0o644)
    with opened(f"sqlite:///{path}") as engine, unprivileged():
        message, hint = told(lambda: sync_source(engine, slims))
    assert str(path) in message
    assert "write" in message + hint


def test_a_full_disk_keeps_nothing_half_done_and_the_next_run_completes(tmp_path: Path, slims: SourceSettings) -> None:
    path = tmp_path / "crm.db"
    with opened(f"sqlite:///{path}") as engine:
        ensure_current(engine)
    pages = path.stat().st_size // 4096

    with opened(f"sqlite:///{path}") as engine:
        event.listen(engine, "connect", lambda bare, _: bare.execute(f"PRAGMA max_page_count = {pages + 60}"))
        message, hint = told(lambda: sync_source(engine, slims))
        assert copy_status(engine)[0].as_of is None
    assert message == f"The disk that holds the CRM database {path} is full."
    assert "Free some space" in hint
    with opened(f"sqlite:///{path}") as engine:
        sync_source(engine, slims)
        assert verify_source(engine, slims).equal


def test_a_damaged_database(tmp_path: Path, slims: SourceSettings) -> None:
    path = tmp_path / "crm.db"
    with opened(f"sqlite:///{path}") as engine:
        sync_source(engine, slims)
    content = bytearray(path.read_bytes())
    content[8192:-4096] = b"\xff" * (len(content) - 12288)
    path.write_bytes(content)
    with opened(f"sqlite:///{path}") as engine:
        message, hint = told(lambda: sync_source(engine, slims))
    assert message == f"The CRM database {path} is damaged."
    assert "backup" in hint


def test_a_database_that_another_program_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "crm.db"
    monkeypatch.setattr("crm.database.SQLITE_PRAGMAS", ("PRAGMA busy_timeout = 50",))
    with opened(f"sqlite:///{path}") as engine:
        ensure_current(engine)
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        message, hint = told(lambda: _write(engine))
        holder.close()
    assert message == f"The CRM database {path} is being written by another process."
    assert hint.startswith("Wait")


def _write(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM event"))


def test_a_server_that_dies_half_way(tmp_path: Path, slims: SourceSettings) -> None:
    server = MariaDBServer(tmp_path / "server")
    server.start()
    try:
        url = server.create_database("crm").url
        with opened(url) as engine:
            message, hint = told(lambda: sync_source(engine, slims, progress=_Dies(server)))
            assert "127.0.0.1" in message
            assert hint
            server.restart()
            sync_source(engine, slims)
            assert verify_source(engine, slims).equal
    finally:
        server.stop()


class _Dies(Silence):
    """Kills a server when the loans begin."""

    def __init__(self, server: MariaDBServer) -> None:
        self.server = server

    def begin(self, entity: str, total: int) -> None:
        """Kill it at the loans."""
        if entity == "loan" and total:
            self.server.kill()
