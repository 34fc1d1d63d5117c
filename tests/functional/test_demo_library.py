"""The invented library at its whole size, and the same on every run of Python."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from sapa.demo.library import Summary, build

TODAY = date(2026, 11, 24)
DIGEST = """
import hashlib, sqlite3, sys
from datetime import date
from pathlib import Path
from sapa.demo.library import Size, build

path = build(Path(sys.argv[1]), today=date(2026, 11, 24), size=Size.SMALL).path
print(hashlib.sha256("\\n".join(sqlite3.connect(path).iterdump()).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Summary, float]:
    """Build the whole library; returns the processor time it took, too."""
    before = time.process_time()
    summary = build(tmp_path_factory.mktemp("demo") / "library.db", today=TODAY)
    return summary, time.process_time() - before


@pytest.fixture(scope="module")
def library(built: tuple[Summary, float]) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(built[0].path)) as connection:
        yield connection


def test_it_is_as_large_as_promised(built: tuple[Summary, float]) -> None:
    rows = built[0].rows
    assert rows["member"] >= 2_000
    assert rows["biblio"] >= 5_000
    assert rows["item"] >= 7_000
    assert 40_000 <= rows["loan"] < 50_000
    assert 55_000 <= rows["visitor_count"] < 70_000
    assert rows["reserve"] >= 40
    assert rows["fines"] >= 4_000


def test_it_is_made_in_seconds(built: tuple[Summary, float]) -> None:
    assert built[1] < 15


def lent(library: sqlite3.Connection, first: str, last: str) -> int:
    sql = "SELECT count(*) FROM loan WHERE loan_date BETWEEN ? AND ?"
    return int(library.execute(sql, (first, last)).fetchone()[0])


@pytest.mark.parametrize(
    ("quiet", "busy"),
    [
        (("2026-02-18", "2026-03-17"), ("2026-04-06", "2026-05-03")),  # Ramadan and a month in the semester
        (("2025-03-01", "2025-03-28"), ("2025-04-14", "2025-05-11")),
        (("2025-12-24", "2026-01-04"), ("2025-11-24", "2025-12-05")),  # holidays and examinations
    ],
)
def test_the_seasons_show(library: sqlite3.Connection, quiet: tuple[str, str], busy: tuple[str, str]) -> None:
    assert lent(library, *quiet) < 0.8 * lent(library, *busy)


def test_every_year_is_about_as_busy_as_the_others(library: sqlite3.Connection) -> None:
    years = [lent(library, f"{year}-11-24", f"{year + 1}-11-23") for year in (2023, 2024, 2025)]
    assert max(years) < 1.4 * min(years)


def test_few_read_a_lot_and_many_a_little(library: sqlite3.Connection) -> None:
    counts = sorted((n for (n,) in library.execute("SELECT count(*) FROM loan GROUP BY member_id")), reverse=True)
    assert 0.2 < sum(counts[: len(counts) // 20]) / sum(counts) < 0.45
    assert sum(n >= 100 for n in counts) >= 25


def test_fiction_and_children_lead_and_all_main_classes_are_read(library: sqlite3.Connection) -> None:
    shares = dict(library.execute("SELECT substr(classification, 1, 1), count(*) FROM loan_history GROUP BY 1"))
    assert set("0123456789FA") <= set(shares)
    assert shares["8"] + shares["F"] > 0.2 * sum(shares.values())


def test_phones_are_written_in_all_the_ways_of_forms(library: sqlite3.Connection) -> None:
    shapes = {re.sub(r"\d", "9", phone) for (phone,) in library.execute("SELECT member_phone FROM member") if phone}
    assert len(shapes) >= 25
    assert {"WA: 999999999999", "(999) 9999999", "+9999999999999", "9.99E+99", "-"} <= shapes


@pytest.mark.parametrize("hash_seed", ["1", "4711"])
def test_no_order_of_hashes_shows(tmp_path: Path, hash_seed: str) -> None:
    digests = set()
    for seed in ("0", hash_seed):
        command = [sys.executable, "-c", DIGEST, str(tmp_path / f"{seed}.db")]
        ran = subprocess.run(
            command, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        )
        digests.add(ran.stdout)
    assert len(digests) == 1
