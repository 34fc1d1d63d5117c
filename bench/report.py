"""Shows what a run found: a table on the terminal, JSON in a file, Markdown in the manual."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.outcome import Outcome
from bench.sizes import Size
from tests.servers import MariaDBServer

Document = dict[str, Any]
HEADINGS = ("", "seconds", "CPU s", "server CPU s", "peak MB", "runs", "")
BEGIN, END = "<!-- measured: {name} -->", "<!-- end: {name} -->"


def document(size: Size, server: MariaDBServer, outcomes: Mapping[str, Outcome]) -> Document:
    """Return everything about one run as plain data."""
    return {
        "size": vars(size).copy(),
        "machine": machine(),
        "versions": {
            "MariaDB": str(server.execute("SELECT VERSION()")[0][0]),
            "Python": platform.python_version(),
            **{name: version(name) for name in ("pymysql", "sqlalchemy")},
        },
        "jobs": {name: {**outcome.as_json(), **stamp()} for name, outcome in outcomes.items()},
    }


def stamp() -> dict[str, str]:
    """Return when a job was measured, and what."""
    return {"measured_on": datetime.now(UTC).date().isoformat(), "commit": commit()}


def machine() -> str:
    """Return the processors and the memory in words."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return f"{os.cpu_count()} cores ({platform.machine()}), {pages * size / 2**30:.0f} GiB, {platform.system()}"


def commit() -> str:
    """Return the commit that was measured, '' outside a clone."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent
    ).stdout.strip()


def cells(line: Mapping[str, Any]) -> tuple[str, ...]:
    """Return one contestant's line as texts."""
    if not line["runs"]:
        return (line["name"], "—", "", "", "", "", line["note"] or "did not run")
    numbers = (f"{line[name]:.2f}" for name in ("seconds", "cpu", "server_cpu"))
    return (line["name"], *numbers, f"{line['memory']:.0f}", str(line["runs"]), line["note"])


def verdict(goal: Mapping[str, Any]) -> str:
    """Return one goal as a sentence."""
    sign = "≥" if goal["at_least"] else "≤"
    value, limit = (f"{goal[name]:g} {goal['unit']}".strip() for name in ("value", "limit"))
    word = "aim" if goal["is_aim"] else "goal"
    return f"{goal['name']}: {value} ({word} {sign} {limit}) {'reached' if goal['is_reached'] else 'NOT REACHED'}"


def as_text(job: Mapping[str, Any]) -> str:
    """Return one job for the terminal."""
    table = [HEADINGS, *(cells(line) for line in job["lines"])]
    widths = [max(len(row[at]) for row in table) for at in range(len(HEADINGS) - 1)]
    lines = []
    for row in table:
        columns = [
            row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:], strict=True)),
        ]
        lines.append("  ".join([*columns, row[-1]]).rstrip())
    return "\n".join(
        [job["title"], *(f"  {line}" for line in lines), *(f"  → {verdict(goal)}" for goal in job["goals"])]
    )


def as_markdown(found: Document) -> str:
    """Return a whole run as a section of the manual."""
    size = found["size"]
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    rows = ", ".join(f"{size[name]:,} {name}" for name in ("members", "titles", "items", "loans", "visits"))
    text = [f"{rows}. {found['machine']}; {versions}. Seconds are medians, MB is the highest of all runs."]
    for job in found["jobs"].values():
        text += ["", f"### {job['title']}", "", _row(HEADINGS), _row(("---", *["--:"] * 5, "---"))]
        text += [_row(cells(line)) for line in job["lines"]]
        facts = [*job["facts"], f"measured on {job['measured_on']} at commit {job['commit'] or 'unknown'}"]
        text += ["", *(f"- {verdict(goal)}" for goal in job["goals"]), *(f"- {fact}" for fact in facts)]
    return "\n".join(text)


def _row(values: tuple[str, ...]) -> str:
    return "| " + " | ".join(value.replace("|", "\\|") for value in values) + " |"


def write_page(page: Path, found: Document) -> None:
    """Put a run between its marks on a page of the manual."""
    name = found["size"]["name"]
    begin, end = BEGIN.format(name=name), END.format(name=name)
    before, _, rest = page.read_text("utf-8").partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{begin}\n{as_markdown(found)}\n{end}{after}", "utf-8")


def save(path: Path, found: Document) -> None:
    """Write a run as JSON; jobs that were not run this time keep what an earlier run of the same size found."""
    jobs = found["jobs"]
    if path.exists():
        jobs = json.loads(path.read_text("utf-8"))["jobs"] | jobs
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**found, "jobs": jobs}, indent=1, ensure_ascii=False) + "\n", "utf-8")
