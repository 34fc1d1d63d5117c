"""Syncs in processes of their own, which a test may kill, freeze and watch."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url

from connector.entity_sync import SyncOptions
from connector.settings import SourceSettings
from connector.sync import sync_source
from connector.verify import verify_source
from crm.database import open_engine
from crm.errors import SapaError

PATIENCE_SECONDS = 120
SMALL_UNITS: Mapping[str, int] = {"connector.pipeline.ROWS_PER_UNIT": 500, "connector.transfer.CHANGES_PER_COMMIT": 25}

CONFIG = """
[library]
name = "Perpustakaan Uji"
[crm]
database_url = "{crm_url}"
secret_key = "a key that is only for tests and long enough"
[[sources]]
name = "main"
ils = "slims"
database_url = "{source_url}"
"""

# A server that has imported everything once forks each process in a few milliseconds.
forks = multiprocessing.get_context("forkserver")
forks.set_forkserver_preload(["connector.sync", "alembic.command", "pymysql", __name__])


@dataclass(frozen=True)
class Job:
    """One sync.

    ``patches`` sets module attributes first; ``dies_before_step`` lets the process kill itself before that statement
    or commit on the CRM database, counted from 1; ``limits`` are resource limits by their number in ``resource``.
    """

    crm_url: str
    source: SourceSettings
    options: SyncOptions = field(default_factory=SyncOptions)
    patches: Mapping[str, Any] = field(default_factory=dict)
    dies_before_step: int | None = None
    limits: Mapping[int, int] = field(default_factory=dict)


@dataclass
class Ending:
    """How a process ended: its exit code, the report or the error's family and lines, what it took."""

    exit_code: int | None = None
    report: dict[str, Any] | None = None
    error: str | None = None
    lines: list[str] = field(default_factory=list)
    steps: int = 0
    seconds: float = 0.0
    peak_megabytes: float = 0.0

    @property
    def was_killed(self) -> bool:
        """Tell whether SIGKILL ended it before it was done."""
        return self.exit_code == -signal.SIGKILL and self.report is None and self.error is None


class SyncProcess:
    """A running sync; the constructor returns when the work itself begins."""

    def __init__(self, job: Job) -> None:
        """Start the process."""
        self.pipe, theirs = forks.Pipe()
        self.process = forks.Process(target=_work, args=(theirs, job), daemon=True)
        self.process.start()
        theirs.close()
        self.begun = self.pipe.poll(PATIENCE_SECONDS) and self.pipe.recv() == "begun"

    def send_signal(self, number: int) -> None:
        """Send a signal to the process, if it still runs."""
        if self.process.pid is not None and self.process.is_alive():
            os.kill(self.process.pid, number)

    def kill(self) -> Ending:
        """End the process at once (``kill -9``)."""
        self.send_signal(signal.SIGKILL)
        return self.ending()

    def ending(self, patience: float = PATIENCE_SECONDS) -> Ending:
        """Wait for the end and return how it was; a process that hangs is killed and fails the test."""
        ending = Ending()
        try:
            if self.pipe.poll(patience):
                ending = self.pipe.recv()
        except (EOFError, ConnectionResetError):
            pass
        self.process.join(10)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
            raise AssertionError(f"the sync still ran after {patience} seconds")
        ending.exit_code = self.process.exitcode
        self.pipe.close()
        return ending


def run(job: Job) -> Ending:
    """Run a sync to its end."""
    return SyncProcess(job).ending()


def completed(job: Job) -> Ending:
    """Run a sync that has to succeed, and prove the copy."""
    ending = run(job)
    assert ending.error is None, ending.lines
    assert ending.exit_code == 0
    assert ending.report is not None
    assert_equal(job.crm_url, job.source)
    return ending


def command(folder: Path, crm_url: str, source: SourceSettings, **options: Any) -> subprocess.Popen[str]:
    """Start ``python -m sapa sync`` with a configuration in ``folder``."""
    (folder / "config.toml").write_text(CONFIG.format(crm_url=crm_url, source_url=source.database_url))
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("SAPA_")}
    surroundings |= {"SAPA_LANGUAGE": "en", "LANGUAGE": "", "PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.Popen(
        [sys.executable, "-m", "sapa", "sync"], cwd=folder, env=surroundings, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
    )  # fmt: skip


def assert_equal(crm_url: str, source: SourceSettings) -> None:
    """Fail unless `sapa verify` finds no difference."""
    engine = open_engine(crm_url)
    try:
        report = verify_source(engine, source)
        assert report.equal, report.differences[:20]
    finally:
        engine.dispose()


def _work(pipe: Pipe, job: Job) -> None:
    """Be the process: sync, and tell the test how it went."""
    for name, value in job.patches.items():
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute), name
        setattr(importlib.import_module(module), attribute, value)
    for number, limit in job.limits.items():
        resource.setrlimit(number, (limit, resource.getrlimit(number)[1]))
    ending = Ending()
    engine = open_engine(job.crm_url)
    _count_steps(job, ending)
    pipe.send("begun")
    began = time.monotonic()
    try:
        ending.report = sync_source(engine, job.source, job.options).as_json()
    except SapaError as error:
        ending.error, ending.lines = type(error).__name__, error.lines(str)
    except BaseException as error:  # noqa: BLE001 - the test shall see whatever it was
        ending.error, ending.lines = type(error).__name__, traceback.format_exc().splitlines()
    ending.seconds = time.monotonic() - began
    ending.peak_megabytes = _peak_megabytes()
    pipe.send(ending)
    sys.stdout.flush()


def _count_steps(job: Job, ending: Ending) -> None:
    """Count what is asked of the CRM database, whatever engine the sync opens for it."""
    crm = make_url(job.crm_url)

    def step(connection: Connection, *_: object) -> None:
        url = connection.engine.url
        if (url.host, url.port, url.database) == (crm.host, crm.port, crm.database):
            ending.steps += 1
            if ending.steps == job.dies_before_step:
                os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", step)
    event.listen(Engine, "commit", step)


def _peak_megabytes() -> float:
    """Return the most memory this process ever held; getrusage would count what it was forked from."""
    status = Path("/proc/self/status").read_text("ascii")
    lines = dict(line.split(":", 1) for line in status.splitlines())
    return int(lines["VmHWM"].split()[0]) / 1024
