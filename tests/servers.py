"""A private MariaDB server for tests: real accounts, loopback only, gone when the tests are."""

from __future__ import annotations

import atexit
import gzip
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pymysql
import pytest

from tests.programs import program

HOST = "127.0.0.1"
ADMIN = "keeper"
PASSWORD = "keeper-of-tests"
START_SECONDS = 60
DUMPS = Path(os.environ.get("SAPA_ILS_DUMPS") or Path(__file__).parent.parent.parent / "shared" / "ils")

Rows = list[tuple[Any, ...]]


def dump_path(name: str) -> Path:
    """Return the file of the ILS dump ``name`` (such as ``slims-9.7.0``), or skip the test."""
    path = DUMPS / f"{name}.sql.gz"
    if not path.is_file():
        pytest.skip(f"no dump {name}.sql.gz in {DUMPS}; set SAPA_ILS_DUMPS to the folder that has it")
    return path


def numbers_to(last: int) -> str:
    """Return a FROM item with the numbers 1 to ``last`` in its column ``seq``."""
    more = f"SELECT seq + 1 FROM counted WHERE seq < {last}"
    return f"(WITH RECURSIVE counted (seq) AS (SELECT 1 UNION ALL {more}) SELECT seq FROM counted) AS numbers"


def free_port() -> int:
    """Return a TCP port that nobody on this machine listens on at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class MariaDBServer:
    """One MariaDB server with its own data folder; ``folder`` must not hold another server's data.

    ``options`` are further command line options of the server, such as ``--lower-case-table-names=1``.
    """

    def __init__(self, folder: Path, options: Sequence[str] = ()) -> None:
        """Remember where to live; nothing is started yet."""
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "server.log"
        self.options = tuple(options)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.accounts = folder / "accounts.sql"

    def start(self) -> None:
        """Start the server and return when it answers; the data folder is made at the first start."""
        if not self.data.exists():
            self._install()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches the tests alone, which then stop the server in order
            )
        atexit.register(self.kill)
        self._wait()

    def stop(self) -> None:
        """End the server in order, by force after ten seconds."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        self.process = None

    def kill(self) -> None:
        """End the server as a power cut would: at once, nothing flushed (``kill -9``)."""
        atexit.unregister(self.kill)
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def restart(self) -> None:
        """Stop the server if it runs, and start it again on the same port and data."""
        self.stop()
        self.start()

    def url(self, database: str = "", user: str = ADMIN, password: str = PASSWORD) -> str:
        """Return the SQLAlchemy URL of ``database`` on this server.

        Without TLS: getting ready for it takes 20 ms per connection, longer than most questions.
        """
        return f"mysql+pymysql://{user}:{password}@{HOST}:{self.port}/{database}?charset=utf8mb4&ssl_disabled=1"

    @contextmanager
    def connection(
        self, database: str | None = None, user: str = ADMIN, password: str = PASSWORD
    ) -> Iterator[pymysql.Connection[Any]]:
        """Give a PyMySQL connection that commits each statement at once."""
        opened = pymysql.connect(
            host=HOST, port=self.port, user=user, password=password, database=database, autocommit=True,
            charset="utf8mb4", connect_timeout=5,
            ssl_disabled=True,
        )  # fmt: skip
        try:
            yield opened
        finally:
            opened.close()

    def execute(self, sql: str, database: str | None = None, values: Sequence[object] | None = None) -> Rows:
        """Run one statement as the administrator and return its rows."""
        with self.connection(database) as opened, opened.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

    def create_database(self, name: str) -> Database:
        """Create the empty utf8mb4 database ``name``."""
        self.execute(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
        return Database(self, name)

    def load_dump(self, name: str, database: str) -> Database:
        """Load the dump ``name`` into the new database ``database``; skips the test where the dump is missing."""
        path = dump_path(name)
        created = self.create_database(database)
        self.run_script(gzip.decompress(path.read_bytes()), database)
        return created

    def run_script(self, script: bytes, database: str) -> None:
        """Run a script of many statements, ``DELIMITER`` lines included, through the command line client."""
        client = program("mariadb", "mysql")
        account = ["--no-defaults", f"--host={HOST}", f"--port={self.port}", f"--user={ADMIN}"]
        environment = {**os.environ, "MYSQL_PWD": PASSWORD}
        command = [client, *account, "--default-character-set=utf8mb4", database]
        if self.is_mysql:
            script = script.replace(b",NO_AUTO_CREATE_USER", b"")  # a mode that MySQL 8 has no more
        subprocess.run(command, input=script, env=environment, check=True)

    def copy_database(self, template: str, name: str) -> Database:
        """Copy ``template``, whose MyISAM tables nobody writes to meanwhile, to the new database ``name``.

        MyISAM tables and triggers are copied as files, which takes a twentieth of loading a dump.
        """
        created = self.create_database(name)
        tables = self.execute("SELECT table_name, engine FROM information_schema.tables WHERE table_schema = %s",
                              values=[template])  # fmt: skip
        if self.is_mysql:
            return self._copy_rows(template, created, [table for table, _ in tables])
        with self.connection(name) as opened, opened.cursor() as cursor:
            cursor.execute("FLUSH TABLES " + ", ".join(f"`{template}`.`{table}`" for table, _ in tables))
            for table, engine in tables:
                if engine == "MyISAM":
                    self._copy_files(template, name, table)
                else:
                    cursor.execute(f"CREATE TABLE `{table}` LIKE `{template}`.`{table}`")
                    cursor.execute(f"INSERT INTO `{table}` SELECT * FROM `{template}`.`{table}`")
        for trigger_name in (self.data / template).glob("*.TRN"):
            shutil.copyfile(trigger_name, self.data / name / trigger_name.name)
        return created

    def _copy_rows(self, template: str, created: Database, tables: Sequence[str]) -> Database:
        """Copy tables and triggers by statements: MySQL keeps their definitions in a place of its own."""
        with self.connection(created.name) as opened, opened.cursor() as cursor:
            cursor.execute("SET SESSION sql_mode = ''")
            for table in tables:
                cursor.execute(f"CREATE TABLE `{table}` LIKE `{template}`.`{table}`")
                cursor.execute(f"INSERT INTO `{table}` SELECT * FROM `{template}`.`{table}`")
            for trigger, *_ in self.execute(f"SHOW TRIGGERS FROM `{template}`"):
                cursor.execute(self.execute(f"SHOW CREATE TRIGGER `{template}`.`{trigger}`")[0][2])
        return created

    def _copy_files(self, template: str, name: str, table: str) -> None:
        """Copy the definition, data, index and trigger files of one MyISAM table."""
        for suffix in ("MYD", "MYI", "TRG", "frm"):
            source = self.data / template / f"{table}.{suffix}"
            if source.exists():
                shutil.copyfile(source, self.data / name / source.name)

    def _install(self) -> None:
        """Make the data folder and the statements that create the administrator's account."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.is_mysql:
            command = [self.binary, "--no-defaults", "--initialize-insecure", f"--datadir={self.data}", *self._user()]
        else:
            beside = Path(self.binary).parents[1]
            named = beside / "bin" / "mariadb-install-db" if os.environ.get("SAPA_MARIADBD") else None
            is_there = named is not None and named.is_file()  # a version brings the installer that fits it
            installer = str(named) if is_there else program("mariadb-install-db", "mysql_install_db")
            command = [installer, "--no-defaults", f"--datadir={self.data}", "--skip-test-db", *self._user()]
            command += ["--auth-root-authentication-method=normal", "--skip-name-resolve"]
            command += [f"--basedir={beside}"] if is_there else []
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.decode(errors="replace"))
        self.accounts.write_text(
            f"CREATE USER IF NOT EXISTS '{ADMIN}'@'{HOST}' IDENTIFIED BY '{PASSWORD}';\n"
            f"GRANT ALL ON *.* TO '{ADMIN}'@'{HOST}' WITH GRANT OPTION;\n"
        )

    @cached_property
    def binary(self) -> str:
        """The server's program; ``SAPA_MARIADBD`` names another one, MySQL's too."""
        return os.environ.get("SAPA_MARIADBD") or program("mariadbd", "mysqld")

    @cached_property
    def is_mysql(self) -> bool:
        """Tell whether this is MySQL and not MariaDB."""
        version = subprocess.run([self.binary, "--no-defaults", "--version"], capture_output=True, check=True).stdout
        return b"MariaDB" not in version

    def _user(self) -> list[str]:
        """Return the option without which MariaDB refuses to run as root."""
        return ["--user=root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []

    def _command(self) -> list[str]:
        """Return the server's command line: small, without a binary log, no names looked up."""
        return [
            self.binary,
            "--no-defaults",
            *self._user(),
            f"--datadir={self.data}",
            f"--tmpdir={self.folder}",  # a starting server deletes what others keep in a shared one
            f"--socket={self.folder / 'server.sock'}",
            f"--pid-file={self.folder / 'server.pid'}",
            f"--port={self.port}",
            f"--bind-address={HOST}",
            f"--init-file={self.accounts}",
            "--skip-name-resolve",
            "--skip-log-bin",
            "--character-set-server=utf8mb4",
            "--local-infile=1",
            "--innodb-buffer-pool-size=64M",
            "--loose-innodb-log-file-size=64M",
            "--loose-mysqlx=OFF",
            "--loose-cte-max-recursion-depth=1000000",  # MySQL's name of it, and MariaDB's
            "--loose-max-recursive-iterations=1000000",
            "--sql-mode=STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION",  # zero dates go in
            "--secure-file-priv=",
            # 2, not 0: a commit is in the kernel's hands when it returns, so that killing the server loses none.
            "--innodb-flush-log-at-trx-commit=2",
            "--key-buffer-size=32M",
            "--performance-schema=OFF",
            "--max-connections=60",
            "--loose-restrict-fk-on-non-standard-key=OFF",  # Koha's tables have such keys; MySQL 8.4 refuses them
            *self.options,
            *os.environ.get("SAPA_MARIADBD_OPTIONS", "").split(),
        ]

    def _wait(self) -> None:
        """Return when the administrator can sign in; raise with the server's log when it will never be."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                break
            try:
                self.execute("SELECT 1")
            except pymysql.OperationalError:
                time.sleep(0.05)
            else:
                return
        self.kill()
        raise RuntimeError(f"MariaDB did not start:\n{self.log.read_text(errors='replace')[-3000:]}")


@dataclass(frozen=True)
class Database:
    """One database on a private server."""

    server: MariaDBServer
    name: str

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of this database, signed in as the administrator."""
        return self.server.url(self.name)

    def execute(self, sql: str, values: Sequence[object] | None = None) -> Rows:
        """Run one statement as the administrator and return its rows."""
        return self.server.execute(sql, self.name, values)

    def drop(self) -> None:
        """Remove the database with all its tables."""
        self.server.execute(f"DROP DATABASE IF EXISTS `{self.name}`")
