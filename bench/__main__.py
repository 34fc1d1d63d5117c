"""``python -m bench``: measure Sapa beside its rivals on an invented library in a private MariaDB."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.jobs import JOBS
from bench.measure import ROOT, RunFailed
from bench.outcome import Goal, Outcome
from bench.report import as_text, document, save, write_page
from bench.rig import SERVER_OPTIONS, Plan, Rig
from bench.sizes import SIZES
from tests.programs import program
from tests.servers import MariaDBServer

RESULTS = ROOT / "build" / "bench"
GOAL_SIZE = "l"
BUSY_LOAD = 1.25
PAGE = ROOT / "docs" / "performance.md"


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="s", help="xs: 20,000 loans, s: 200,000, l: 2,000,000")
    parser.add_argument("--large", action="store_const", const="l", dest="size", help="the same as --size l")
    parser.add_argument(
        "--only", nargs="+", choices=list(JOBS), default=list(JOBS), metavar="JOB", help=", ".join(JOBS)
    )
    parser.add_argument("--runs", type=int, default=2, help="runs of Sapa, limits and quick rivals; medians count")
    parser.add_argument("--without-dlt", action="store_true", help="leave dlt out")
    parser.add_argument("--thorough", action="store_true", help="also dlt's slowest way, which takes many minutes")
    parser.add_argument(
        "--results", type=Path, default=RESULTS, help="folder for the JSON files and the rivals' packages"
    )
    parser.add_argument(
        "--write-page", action="store_true", help="only put the results of all sizes into docs/performance.md"
    )
    return parser.parse_args(words)


@contextmanager
def rig(given: argparse.Namespace) -> Iterator[Rig]:
    """Give a filled library on a private server, and remove both at the end."""
    with tempfile.TemporaryDirectory(prefix="sapa-bench-", ignore_cleanup_errors=True) as name:
        server = MariaDBServer(Path(name) / "server", SERVER_OPTIONS)
        server.start()
        try:
            tools = None if given.without_dlt else given.results
            plan = Plan(SIZES[given.size], given.runs, tools, is_thorough=given.thorough)
            yield Rig(server, Path(name), plan)
        finally:
            server.stop()


def measure(given: argparse.Namespace) -> bool:
    """Run the chosen jobs, show and save what they found; return False if a goal that holds at this size was missed."""
    outcomes: dict[str, Outcome] = {}
    with rig(given) as built:
        print(f"Inventing a library: {built.build():.0f} s", file=sys.stderr, flush=True)
        for name in given.only:
            print(f"  {name}", file=sys.stderr, flush=True)
            outcomes[name] = attempt(name, built)
            print(as_text(outcomes[name].as_json()) + "\n", flush=True)
            save(given.results / f"{given.size}.json", document(built.size, built.server, {name: outcomes[name]}))
    if given.size != GOAL_SIZE:
        print("The goals are set for --size l; in smaller libraries the start of a program weighs more.")
        return True
    return all(goal.is_reached or goal.is_aim for outcome in outcomes.values() for goal in outcome.goals)


def attempt(name: str, built: Rig) -> Outcome:
    """Run one job; if Sapa fails in it, that is its outcome, and a goal missed."""
    try:
        outcome = JOBS[name](built)
    except RunFailed as failure:
        outcome = Outcome(name, facts=[str(failure)], goals=[Goal("failures", 1, 0, "")])
    outcome.facts += busy()
    return outcome


def busy() -> list[str]:
    """Tell if others kept the machine busy meanwhile, which makes every number worse."""
    load, cores = os.getloadavg()[1], os.cpu_count() or 1
    return [f"the machine had other work: a load of {load:.1f} on {cores} cores"] if load > BUSY_LOAD * cores else []


def write_pages(results: Path) -> None:
    """Put the saved results of every size into the manual."""
    for name in SIZES:
        path = results / f"{name}.json"
        if path.exists():
            write_page(PAGE, json.loads(path.read_text("utf-8")))


def main() -> None:
    """Measure, or write the page; exit code 3 when a goal was missed at the size that it is set for."""
    given = arguments()
    if given.write_page:
        write_pages(given.results)
        return
    program("mariadbd", "mysqld")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended by another, it still stops what it started
    try:
        sys.exit(0 if measure(given) else 3)
    except KeyboardInterrupt:
        sys.exit("Interrupted; the jobs that were done are saved.")


if __name__ == "__main__":
    main()
