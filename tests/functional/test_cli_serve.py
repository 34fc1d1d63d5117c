"""``sapa serve`` and ``sapa work`` as processes: they answer, work on schedule, and end in good order."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError

import pytest

from crm.database import open_engine
from crm.heartbeat import latest_beat
from plugin_ui.staff.access import COOKIE
from tests.functional.running import Sapa, Start, Write
from tests.servers import Database
from tests.staffing import add_staff, session_of

PATIENCE_SECONDS = 30


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait until something is so; fail when the process ends or patience does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.1)


def line_with(words: str, process: subprocess.Popen[str]) -> str:
    """Return the next line on stderr that has ``words``."""
    assert process.stderr is not None
    for line in process.stderr:
        if words in line:
            return line
    pytest.fail(f"the process ended without saying {words!r}")


def get(address: str, cookie: str = "") -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers={"Cookie": cookie}), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def copied_loans(sapa: Sapa) -> int:
    document = json.loads(sapa("status", "--json").stdout)
    return document["source"]["main"]["entities"]["loan"]["rows"] if document["source"] else 0


def cookie_of_staff() -> str:
    """Make an account and return the cookie of its session."""
    engine = open_engine(f"sqlite:///{Path('sapa.db').absolute()}")
    try:
        return f"{COOKIE}={session_of(engine, add_staff(engine))}"
    finally:
        engine.dispose()


def last_beat(crm_url: str = "") -> object:
    engine = open_engine(crm_url or f"sqlite:///{Path('sapa.db').absolute()}")
    try:
        return latest_beat(engine)
    finally:
        engine.dispose()


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_serve_answers_copies_on_schedule_and_ends_in_good_order(
    sapa: Sapa, start: Start, write_config: Write, slims_reader_url: str, slims: Database, end: signal.Signals
) -> None:
    write_config(slims_reader_url)
    loans = slims.execute("SELECT COUNT(*) FROM loan")[0][0]
    process = start("serve", "--port", "0")
    address = line_with("http://127.0.0.1:", process).split()[3]
    wait_for(lambda: json.loads(get(f"{address}/healthz")[1])["sources"].get("main") is not None, process)
    assert "Sign in" in get(f"{address}/settings/copy?language=en")[1]
    status, page = get(f"{address}/settings/copy?language=en", cookie_of_staff())
    assert status == 200
    assert f"{loans:,}" in page
    assert copied_loans(sapa) == loans
    assert last_beat() is not None
    process.send_signal(end)
    output, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, output) == (0, "")
    assert errors.splitlines()[-1] == "Stopped."
    assert "Traceback" not in errors
    assert last_beat() is None


def test_serve_without_work_leaves_the_copy_alone(start: Start, write_config: Write) -> None:
    write_config()
    process = start("serve", "--port", "0", "--no-work")
    address = line_with("http://127.0.0.1:", process).split()[3]
    assert json.loads(get(f"{address}/healthz")[1]) == {"database": "ok", "sources": {}}
    assert get(f"{address}/nowhere")[0] == 404
    process.terminate()
    assert process.wait(PATIENCE_SECONDS) == 0
    assert last_beat() is None


def test_a_port_in_use_is_told(sapa: Sapa, write_config: Write) -> None:
    write_config()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = sapa("serve", "--no-work", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 1
    assert "cannot answer at 127.0.0.1" in result.stderr
    assert "--port" in result.stderr.splitlines()[1]


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_a_host_that_is_not_this_machine_is_told(sapa: Sapa, write_config: Write, host: str) -> None:
    write_config()
    result = sapa("serve", "--no-work", "--port", "0", "--host", host)
    assert result.exit_code == 1
    assert f"cannot answer at {host}" in result.stderr
    hint = result.stderr.splitlines()[1]
    assert "--host" in hint
    assert "--port" not in hint


def test_a_host_that_is_none_is_refused_before_anything_is_opened(sapa: Sapa, write_config: Write) -> None:
    write_config()
    result = sapa("serve", "--host", "")
    assert result.exit_code == 2
    assert "127.0.0.1" in result.stderr
    assert not Path("sapa.db").exists()


def test_work_copies_and_ends_in_good_order(
    sapa: Sapa, start: Start, write_config: Write, slims_reader_url: str, slims: Database, crm_url: str
) -> None:
    write_config(slims_reader_url, crm_url)
    process = start("work")
    line_with("rows changed", process)
    assert copied_loans(sapa) == slims.execute("SELECT COUNT(*) FROM loan")[0][0]
    assert last_beat(crm_url) is not None
    process.terminate()
    output, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, output) == (0, "")
    assert errors.splitlines()[-1] == "Stopped."
    assert last_beat(crm_url) is None


def test_work_outlives_a_source_that_does_not_answer(start: Start, write_config: Write) -> None:
    write_config()
    process = start("work")
    line = line_with("ERROR", process)
    assert "sync main: " in line
    assert "sapa:x@" not in line
    assert process.poll() is None
    process.terminate()
    assert process.wait(PATIENCE_SECONDS) == 0


def test_work_without_a_source_says_so(sapa: Sapa, write_config: Write) -> None:
    path = write_config()
    path.write_text(path.read_text().partition("[[sources]]")[0])
    result = sapa("work")
    assert result.exit_code == 1
    assert "names no source" in result.stderr
