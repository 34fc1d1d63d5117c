"""The worker: what is due, what happens after a failure, and how it ends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import pytest

from connector.progress import StoppedError
from crm.errors import AlreadyRunning, SourceUnavailable
from crm.i18n import N_, translator
from sapa.jobs import Job, StopWatch, Worker, pause_after, where_it_broke


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def fail_with(error: Exception) -> Callable[[], None]:
    def run() -> None:
        raise error

    return run


def worker_for(*jobs: Job) -> Worker:
    return Worker(jobs, threading.Event(), translator("en"), Clock())


@pytest.mark.parametrize(
    ("every", "failures", "pause"),
    [
        (300, 0, 300),
        (300, 1, 600),
        (300, 2, 1_200),
        (300, 9, 3_600),
        (86_400, 3, 86_400),
        (10, 5, 320),
        (10, 2_000, 3_600),
    ],
)
def test_the_pause_doubles_with_each_failure_up_to_an_hour_or_the_jobs_own(
    every: float, failures: int, pause: float
) -> None:
    assert pause_after(every, failures) == pause


def test_a_job_is_due_again_after_its_pause() -> None:
    worker = worker_for(Job("sync main", 300, lambda: None))
    worker.run_one(worker.jobs["sync main"])
    assert worker.due == {"sync main": 1_300.0}


def test_a_failed_job_is_logged_and_tried_again_later(caplog: pytest.LogCaptureFixture) -> None:
    error = SourceUnavailable(N_("{host} does not answer."), N_("Start it."), host="db.example.org")
    worker = worker_for(Job("sync main", 300, fail_with(error)))
    worker.run_one(worker.jobs["sync main"])
    assert caplog.messages == ["sync main: db.example.org does not answer. Start it."]
    assert worker.due == {"sync main": 1_600.0}


def test_a_success_forgets_the_failures_before() -> None:
    failing = Job("sync main", 300, fail_with(SourceUnavailable(N_("Gone."))))
    worker = worker_for(failing)
    worker.run_one(failing)
    worker.run_one(Job("sync main", 300, lambda: None))
    worker.run_one(failing)
    assert worker.due == {"sync main": 1_600.0}


def test_a_sync_that_runs_elsewhere_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    worker = worker_for(Job("sync main", 300, fail_with(AlreadyRunning(N_("Another sync is running.")))))
    worker.run_one(worker.jobs["sync main"])
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("INFO", "sync main: Another sync is running.")
    ]
    assert worker.due == {"sync main": 1_300.0}


def test_an_unforeseen_error_is_logged_without_its_text(caplog: pytest.LogCaptureFixture) -> None:
    worker = worker_for(Job("sync main", 300, fail_with(ValueError("Siti Aminah, 0812 3456 7890"))))
    worker.run_one(worker.jobs["sync main"])
    assert caplog.messages == ["sync main: ValueError in sapa.jobs.run_one"]
    assert "Siti" not in caplog.text


def test_the_place_of_an_error_from_elsewhere_is_only_its_kind() -> None:
    assert where_it_broke(KeyError("secret")) == "KeyError"


@pytest.mark.parametrize("first", ["sync a", "sync b"])
def test_the_job_that_is_due_first_runs_first(first: str) -> None:
    ran: list[str] = []
    stop = threading.Event()

    def run_once(name: str) -> Callable[[], None]:
        def run() -> None:
            ran.append(name)
            stop.set()

        return run

    worker = Worker([Job(name, 300, run_once(name)) for name in ("sync a", "sync b")], stop, translator("en"))
    worker.due[first] -= 1.0
    worker.run()
    assert ran == [first]


def test_a_worker_without_jobs_ends_when_asked() -> None:
    stop = threading.Event()
    worker = Worker([], stop, translator("en"))
    thread = threading.Thread(target=worker.run)
    thread.start()
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


def test_a_job_in_progress_ends_at_its_next_step() -> None:
    stop = threading.Event()
    watch = StopWatch(stop)
    watch.begin("loan", 10)
    watch.advance(5)
    stop.set()
    with pytest.raises(StoppedError):
        watch.advance(5)
    with pytest.raises(StoppedError):
        watch.begin("hold", 10)


def test_stopping_a_job_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    worker = worker_for(Job("sync main", 300, fail_with(StoppedError())))
    worker.run_one(worker.jobs["sync main"])
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []
    assert worker.due == {"sync main": 1_300.0}
