"""Runs a command in a process of its own and tells what it took."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
MEGABYTE = 1024 * 1024


class RunFailed(RuntimeError):
    """A measured command ended with an error; the message is the essence of what it said."""


@dataclass(frozen=True)
class Measure:
    """What one process took.

    ``seconds`` of wall time, ``cpu`` its own seconds of CPU, ``server_cpu`` those of the watched servers meanwhile,
    ``memory`` its peak in MB; ``said`` is the JSON it printed last, {} without one.
    """

    seconds: float
    cpu: float
    server_cpu: float
    memory: float
    said: dict[str, Any]


def measured(command: Sequence[str | Path], server_pids: Sequence[int] = (), accept: Sequence[int] = (0,)) -> Measure:
    """Run ``command`` from the root of the repository; raise RunFailed if its exit code is not in ``accept``.

    A command that prints ``{"seconds": …}`` has timed its essential part itself, and that is what counts.
    """
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as complained:
        served, began = cpu_seconds(server_pids), time.perf_counter()
        process = subprocess.Popen([str(word) for word in command], cwd=ROOT, stdout=printed, stderr=complained)
        status, usage = _awaited(process)
        seconds = time.perf_counter() - began
        process.returncode = status
        served = cpu_seconds(server_pids) - served
        said, complaint = _read(printed), _read(complained)
    if process.returncode not in accept:
        raise RunFailed(essence(said + complaint))
    document = last_json(said)
    return Measure(
        seconds=float(document.get("seconds", seconds)),
        cpu=usage.ru_utime + usage.ru_stime,
        server_cpu=served,
        memory=usage.ru_maxrss / 1024,
        said=document,
    )


def essence(complaint: str) -> str:
    """Return the line that tells what went wrong: Sapa's own, or the last of a traceback."""
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    said = [line for line in lines if not line.startswith("(Background on")]  # SQLAlchemy's advertisement
    told = [line for line in said if "error" in line.lower() or "exception" in line.lower()]
    return (told or lines or ["it said nothing"])[-1][:300]


def cpu_seconds(pids: Sequence[int]) -> float:
    """Return the CPU seconds that the processes have used so far, 0 where the system does not tell."""
    total = 0
    for pid in pids:
        path = Path(f"/proc/{pid}/stat")
        if path.exists():
            fields = path.read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def last_json(text: str) -> dict[str, Any]:
    """Return the JSON object that ``text`` is or whose line it ends with, {} if there is none."""
    for candidate in (text, text.strip().rpartition("\n")[2]):
        try:
            document = json.loads(candidate)
        except ValueError:
            continue
        if isinstance(document, dict):
            return document
    return {}


def median(measures: Sequence[Measure]) -> Measure:
    """Return the medians of several runs, with what the last one said."""
    return Measure(
        seconds=statistics.median(each.seconds for each in measures),
        cpu=statistics.median(each.cpu for each in measures),
        server_cpu=statistics.median(each.server_cpu for each in measures),
        memory=max(each.memory for each in measures),
        said=measures[-1].said,
    )


def _awaited(process: subprocess.Popen[bytes]) -> tuple[int, resource.struct_rusage]:
    """Return the exit code and what the process used; if we are interrupted, end it first."""
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        process.kill()
        raise
    return os.waitstatus_to_exitcode(status), usage


def _read(file: Any) -> str:
    file.seek(0)
    return str(file.read().decode(errors="replace"))
