"""What all jobs stand on: a private MariaDB server with the invented library, and Sapa's own command."""

from __future__ import annotations

import itertools
import json
import math
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.changes import Edits
from bench.environment import dlt_python
from bench.library import fill
from bench.measure import Measure, RunFailed, measured
from bench.outcome import Line
from bench.rivals.tables import FIVE
from bench.sizes import Size
from tests.servers import Database, MariaDBServer

SERVER_OPTIONS = (
    "--key-buffer-size=256M",
    "--innodb-buffer-pool-size=1G",
    "--innodb-log-file-size=512M",
    "--tmp-table-size=64M",
    "--max-heap-table-size=64M",
)
PATIENCE_SECONDS = 6.0
ZERO_DATES = {
    "member": ("birth_date", "member_since_date", "register_date", "input_date"),
    "item": ("received_date",),
    "loan": ("return_date",),
}
CONFIG = """
[library]
name = "Bench"
timezone = "Asia/Jakarta"
language = "en"
country = "ID"

[crm]
database_url = {crm}
secret_key = "0123456789abcdef0123456789abcdef0123456789abcdef"

[[sources]]
name = "main"
ils = "slims"
database_url = {source}
fast = {fast}
"""
DIFFERS_OR_REJECTS = 3


@dataclass(frozen=True)
class Plan:
    """What to measure: ``runs`` of Sapa, limits and quick rivals.

    ``tools`` is the folder for the rivals' packages, None to leave dlt out; ``is_thorough`` takes in rivals that need
    many minutes.
    """

    size: Size
    runs: int = 2
    tools: Path | None = None
    is_thorough: bool = False


class Rig:
    """One library on one server."""

    def __init__(self, server: MariaDBServer, folder: Path, plan: Plan) -> None:
        """Prepare; ``build`` fills the library."""
        self.server = server
        self.folder = folder
        self.size = plan.size
        self.runs = plan.runs
        self.is_thorough = plan.is_thorough
        self.numbers = itertools.count(1)
        self.library = Database(server, "library")
        self.dlt = dlt_python(plan.tools) if plan.tools else None
        self.edits = Edits(self.library, self.size)
        self._tidy: Database | None = None
        self._synced: dict[bool, Path] = {}

    def build(self) -> float:
        """Fill the library and return the seconds it took."""
        self.server.create_database(self.library.name)
        return fill(self.library, self.size)

    @property
    def server_pids(self) -> list[int]:
        """The server's process, whose CPU time is told apart."""
        return [self.server.process.pid] if self.server.process else []

    @property
    def tidy(self) -> Database:
        """The five large tables without zero dates, which two of dlt's back ends cannot read."""
        if self._tidy is None:
            self._tidy = self.server.create_database("tidy")
            for table in FIVE:
                self._tidy.execute(f"CREATE TABLE {table} LIKE library.{table}")
                self._tidy.execute(f"INSERT INTO {table} SELECT * FROM library.{table}")
                for column in ZERO_DATES.get(table, ()):
                    condition = f"{column} = '0000-00-00' OR DAY({column}) = 0 OR MONTH({column}) = 0"
                    self._tidy.execute(f"UPDATE {table} SET {column} = NULL WHERE {condition}")
        return self._tidy

    def scratch(self) -> Path:
        """Return a new empty folder."""
        path = self.folder / f"run-{next(self.numbers)}"
        path.mkdir()
        return path

    def new_sqlite(self) -> Path:
        """Return the configuration of a new CRM in SQLite, its tables made."""
        folder = self.scratch()
        return self._configured(folder, f"sqlite:///{folder / 'sapa.db'}")

    def new_database(self) -> Database:
        """Create an empty database for a CRM on the same MariaDB server."""
        return self.server.create_database(f"crm_{next(self.numbers)}")

    def new_mariadb(self) -> tuple[Path, Database]:
        """Return the configuration of a new CRM on the same MariaDB server, its tables made, and its database."""
        database = self.new_database()
        return self._configured(self.scratch(), database.url), database

    def _configured(self, folder: Path, crm: str, *, fast: bool = False) -> Path:
        path = folder / "config.toml"
        text = CONFIG.format(crm=json.dumps(crm), source=json.dumps(self.library.url), fast=str(fast).lower())
        path.write_text(text, "utf-8")
        path.chmod(0o600)
        self.sapa(path, "db", "upgrade")
        return path

    def sapa(self, config: Path, *words: str) -> Measure:
        """Run ``sapa`` and measure it; rejected rows are told by exit code 3 and are no failure here.

        A sync only makes the copy: profiles are a job of their own, and no rival makes any.
        """
        only_copy = ("--no-profiles",) if words[0] == "sync" else ()
        command: list[str | Path] = [sys.executable, "-m", "sapa", "--config", config, *words, *only_copy]
        return measured(command, self.server_pids, accept=(0, DIFFERS_OR_REJECTS))

    def program(self, name: str, *words: str | Path) -> Measure:
        """Run one of the programs in bench/rivals and measure it."""
        return measured([sys.executable, "-m", f"bench.rivals.{name}", *words], self.server_pids)

    def synced(self, *, fast: bool = False) -> Path:
        """Return the configuration of a CRM in SQLite that has been synced; made once."""
        if fast not in self._synced:
            base = self._synced.get(not fast)
            if base is None:
                config = self.new_sqlite()
                self.sapa(config, "sync")
            else:
                config = base
            self._synced[fast] = self._with_speed(config, fast=fast)
        return self._synced[fast]

    def _with_speed(self, config: Path, *, fast: bool) -> Path:
        path = config.with_name("fast.toml" if fast else "config.toml")
        text = config.read_text("utf-8")
        path.write_text(text.replace(f"fast = {str(not fast).lower()}", f"fast = {str(fast).lower()}"), "utf-8")
        path.chmod(0o600)
        return path

    def rival(self, name: str, once: Callable[[], Measure], note: str = "") -> Line:
        """Measure a rival as ``repeat`` does, but a slow one a single time."""
        return self.repeat(name, once, note, patience=PATIENCE_SECONDS)

    def repeat(self, name: str, once: Callable[[], Measure], note: str = "", patience: float = math.inf) -> Line:
        """Measure ``once`` as often as wished, while that takes less than ``patience`` seconds in all."""
        found: list[Measure] = []
        try:
            while len(found) < self.runs and sum(each.seconds for each in found) < patience:
                found.append(once())
        except RunFailed as failure:
            print(f"    {name}: {failure}", file=sys.stderr)
            return Line(name, note=str(failure))
        line = Line.of(name, found, note)
        print(f"    {name}: {line.seconds:.2f} s, {line.memory:.0f} MB", file=sys.stderr, flush=True)
        return line

    def recorded_queries(self, config: Path) -> Path:
        """Return a file with the fingerprint queries of a sync that finds nothing changed, as the server saw them."""
        with self._general_log():
            self.sapa(config, "sync")
            said = self.server.execute("SELECT argument FROM mysql.general_log WHERE command_type = 'Query'")
        queries = [query for query in (_text(argument) for (argument,) in said) if _is_fingerprint(query)]
        if not queries:
            raise RunFailed("the server's log has none of the fingerprint queries")
        path = self.scratch() / "queries.json"
        path.write_text(json.dumps(queries), "utf-8")
        return path

    @contextmanager
    def _general_log(self) -> Iterator[None]:
        for statement in (
            "TRUNCATE mysql.general_log",
            "SET GLOBAL log_output = 'TABLE'",
            "SET GLOBAL general_log = 1",
        ):
            self.server.execute(statement)
        try:
            yield
        finally:
            self.server.execute("SET GLOBAL general_log = 0")


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _is_fingerprint(query: str) -> bool:
    return "SHA1(" in query and "GROUP_CONCAT" not in query and "general_log" not in query


def copy_of(config: Path) -> Path:
    """Return the SQLite file that belongs to a configuration of ``Rig.new_sqlite``."""
    return config.with_name("sapa.db")


def scalar(path: Path, query: str, values: Sequence[object] = ()) -> Any:
    """Return the first value of a query on an SQLite file."""
    with sqlite3.connect(path) as connection:
        return connection.execute(query, values).fetchone()[0]


def discard(config: Path) -> None:
    """Remove the folder of a configuration, to give its disk space back."""
    shutil.rmtree(config.parent, ignore_errors=True)
