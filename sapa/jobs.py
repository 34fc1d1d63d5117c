"""Named jobs and their schedule; whoever runs them, running one twice does no harm."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine

from connector.entity_sync import SyncOptions
from connector.progress import StoppedError
from connector.settings import SourceSettings
from connector.sync import sync_source
from crm import heartbeat
from crm.clock import utc_now
from crm.errors import AlreadyRunning, SapaError
from crm.i18n import N_, Message, Translate, translator
from sapa.refresh import PROFILES, refresh
from sapa.settings import Settings

LONGEST_PAUSE_SECONDS = 3_600.0
PROFILES_SECONDS = 60.0
PACKAGES = ("connector", "crm", "plugin_ui", "sapa")
CHANGES = ("inserted", "updated", "gone")

log = logging.getLogger("sapa.work")


@dataclass(frozen=True)
class Job:
    """Something to do every so often."""

    name: str
    every_seconds: float
    run: Callable[[], None]


def pause_after(every_seconds: float, failures: int) -> float:
    """Return the seconds until the next run: doubled for each failure in a row, up to an hour."""
    return min(every_seconds * 2.0 ** min(failures, 20), max(every_seconds, LONGEST_PAUSE_SECONDS))


class StopWatch:
    """A progress that ends a job at its next step once the worker has been asked to stop."""

    def __init__(self, stop: threading.Event) -> None:
        """Watch ``stop``."""
        self.stop = stop

    def wait(self, reason: Message) -> None:
        """Let the log say it."""

    def begin(self, entity: str, total: int) -> None:  # noqa: ARG002 - the names are the protocol's
        """Look whether to stop."""
        self._look()

    def advance(self, rows: int) -> None:  # noqa: ARG002
        """Look whether to stop."""
        self._look()

    def end(self) -> None:
        """Let the entity end."""

    def _look(self) -> None:
        if self.stop.is_set():
            raise StoppedError


class Worker:
    """Runs jobs one after the other, each when it is due, until ``stop`` is set."""

    def __init__(
        self,
        jobs: Sequence[Job],
        stop: threading.Event,
        translate: Translate,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make every job due at once."""
        self.jobs = {job.name: job for job in jobs}
        self.stop = stop
        self.translate = translate
        self.clock = clock
        self.due = dict.fromkeys(self.jobs, clock())
        self.failures = dict.fromkeys(self.jobs, 0)

    def run(self) -> None:
        """Work until asked to stop."""
        while not self.stop.is_set():
            name = min(self.due, key=self.due.__getitem__, default=None)
            pause = self.due[name] - self.clock() if name else LONGEST_PAUSE_SECONDS
            if self.stop.wait(max(pause, 0)) or name is None:
                continue
            self.run_one(self.jobs[name])

    def run_one(self, job: Job) -> None:
        """Run a job and set when it is due again; whatever it raises is logged, never passed on."""
        try:
            job.run()
            self.failures[job.name] = 0
        except StoppedError:
            log.info("%s: %s", job.name, self.translate(N_("stopped on request; the next run goes on from here")))
        except AlreadyRunning as error:
            log.info("%s: %s", job.name, error.lines(self.translate)[0])
        except SapaError as error:
            self._failed(job, " ".join(error.lines(self.translate)))
        except Exception as error:
            self._failed(job, where_it_broke(error))
            log.debug("%s", job.name, exc_info=error)
        self.due[job.name] = self.clock() + pause_after(job.every_seconds, self.failures[job.name])

    def _failed(self, job: Job, cause: str) -> None:
        self.failures[job.name] += 1
        log.error("%s: %s", job.name, cause)


def where_it_broke(error: Exception) -> str:
    """Return the kind of an unforeseen error and the last place in Sapa's code; its text may hold personal data."""
    places = [frame for frame, _line in traceback.walk_tb(error.__traceback__)]
    ours = [frame for frame in places if frame.f_globals.get("__name__", "").partition(".")[0] in PACKAGES]
    if not ours:
        return type(error).__name__
    return f"{type(error).__name__} in {ours[-1].f_globals['__name__']}.{ours[-1].f_code.co_name}"


def sync_job(engine: Engine, source: SourceSettings, stop: threading.Event, translate: Translate) -> Job:
    """Return the job that brings the copy of one source up to date."""

    def run() -> None:
        report = sync_source(engine, source, SyncOptions(wait_seconds=0), StopWatch(stop))
        document = report.as_json()
        changed = sum(counts[kind] for counts in document["entities"].values() for kind in CHANGES)
        text = translate(N_("{count} rows changed, {seconds} s"))
        log.info("%s: %s", name, text.format(count=changed, seconds=document["seconds"]))
        if report.needs_look:
            log.warning("%s: %s", name, translate(N_("something needs a look; run `sapa status`")))

    name = f"sync {source.name}"
    return Job(name, source.every_seconds, run)


def profiles_job(engine: Engine, settings: Settings, stop: threading.Event, translate: Translate) -> Job:
    """Return the job that works out the profiles of those whose data moved, and on a new day everybody's."""

    def run() -> None:
        report = refresh(engine, settings, utc_now(), wait_seconds=0, progress=StopWatch(stop))
        if report.rows:
            text = translate(N_("profiles of {count} people, {seconds} s"))
            log.info("%s: %s", PROFILES, text.format(count=report.rows["facts"], seconds=round(report.seconds, 1)))

    return Job(PROFILES, PROFILES_SECONDS, run)


@contextmanager
def beating(engine: Engine, translate: Translate) -> Iterator[None]:
    """Leave a sign of life every half minute while the body runs."""
    holder = f"{socket.gethostname()}:{os.getpid()}"
    ended = threading.Event()
    thread = threading.Thread(target=_beat, args=(engine, holder, ended, translate), name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(engine: Engine, holder: str, ended: threading.Event, translate: Translate) -> None:
    while True:
        try:
            heartbeat.beat(engine, holder, utc_now())
            if ended.wait(heartbeat.BEAT_SECONDS):
                heartbeat.leave(engine, holder)
                return
        except SapaError as error:
            log.warning("heartbeat: %s", error.lines(translate)[0])
            if ended.wait(heartbeat.BEAT_SECONDS):
                return


def work(engine: Engine, settings: Settings, stop: threading.Event) -> None:
    """Do the scheduled work of ``settings`` until ``stop`` is set."""
    translate = translator(settings.library.language)
    jobs = [sync_job(engine, source, stop, translate) for source in settings.sources]
    jobs.append(profiles_job(engine, settings, stop, translate))
    with beating(engine, translate):
        Worker(jobs, stop, translate).run()
