"""The jobs, one per row of the table of goals: who takes part and what has to be reached."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench import matcher
from bench.changes import DLT_LOANS, missed
from bench.measure import ROOT, Measure, measured, median
from bench.outcome import Goal, Line, Outcome
from bench.profiles import facts
from bench.rig import Rig, copy_of, discard, scalar
from bench.rivals.tables import COLUMNS, FIVE
from bench.segments import segments
from crm.schema.ils import COPIED

MEMORY_LIMIT = 200.0
LONGEST_WAIT = 250.0
DLT_PROGRAM = ROOT / "bench" / "rivals" / "dlt_copy.py"
FIVE_ENTITIES = ("patron", "title", "item", "loan", "visit")
DLT = (("sqlalchemy", "sqlite"), ("pyarrow", "sqlite"), ("connectorx", "sqlite"), ("connectorx", "duckdb"))

SAPA, SAPA_FIVE, SAPA_FAST = "sapa sync", "sapa sync, the five tables", "sapa sync, fast"
PLAIN, DUCKDB, MEMORY = "plain script", "dlt connectorx → DuckDB", "executemany from memory"
INSERT, INSERT_AFTER = "INSERT … SELECT", "INSERT … SELECT, indexes afterwards"
INSERT_UNRESOLVED = "INSERT … SELECT, without item and title"


def first(rig: Rig) -> Outcome:
    """Copy the library into SQLite for the first time: the whole, and the five large tables that the rivals copy."""
    outcome = Outcome("First copy into SQLite")

    def sync(*entities: str) -> Measure:
        config = rig.new_sqlite()
        found = rig.sapa(config, "sync", "--json", *(word for name in entities for word in ("--entity", name)))
        discard(config)
        return found

    outcome.lines = [
        rig.repeat(SAPA, sync),
        rig.repeat(SAPA_FIVE, lambda: sync(*FIVE_ENTITIES)),
        rig.rival(MEMORY, lambda: memory_load(rig, rig.synced(), *COPIED), "the limit: the whole, no source to read"),
        rig.rival(PLAIN, lambda: plain_copy(rig, *FIVE), "the five tables, row by row"),
        *dlt_lines(rig),
    ]
    into_sqlite = [
        line for line in outcome.lines if line.name.startswith("dlt") and "SQLite" in line.name and line.runs
    ]
    whole = outcome.seconds(SAPA)
    if into_sqlite and whole:
        fastest = min(into_sqlite, key=lambda line: line.seconds)
        outcome.goals.append(Goal(f"faster than {fastest.name}", round(fastest.seconds / whole, 2), 4, at_least=True))
    outcome.compare(f"÷ {MEMORY}", SAPA, MEMORY, 1.6, is_aim=True)
    outcome.compare(f"÷ {DUCKDB}", SAPA, DUCKDB, 1, is_aim=True)
    outcome.goals.append(Goal("peak memory", round(outcome.lines[0].memory), MEMORY_LIMIT, "MB"))
    return outcome


def dlt_lines(rig: Rig) -> list[Line]:
    """Measure dlt's back ends and destinations on the five tables."""
    labels = {"sqlite": "SQLite", "duckdb": "DuckDB"}
    names = {pair: f"dlt {pair[0]} → {labels[pair[1]]}" for pair in DLT if rig.is_thorough or pair[0] != "sqlalchemy"}
    if rig.dlt is None:
        return [Line(name, note="dlt is not installed") for name in names.values()]
    source, python = rig.tidy.url, rig.dlt

    def copy(backend: str, destination: str) -> Measure:
        folder = rig.scratch()
        options: list[str | Path] = ["--backend", backend, "--destination", destination, "--folder", folder]
        found = measured([python, DLT_PROGRAM, "--source", source, *options, *FIVE], rig.server_pids)
        discard(folder / "any")
        return found

    return [rig.rival(name, partial(copy, *pair), "the five tables") for pair, name in names.items()]


def plain_copy(rig: Rig, *tables: str) -> Measure:
    """Run the plain script into a new SQLite file."""
    target = rig.scratch() / "plain.db"
    found = rig.program("plain_copy", "--source", rig.library.url, "--target", target, *tables)
    discard(target)
    return found


def memory_load(rig: Rig, config: Path, *entities: str) -> Measure:
    """Write the rows of a copy, from memory, into a new SQLite file."""
    target = rig.scratch() / "limit.db"
    found = rig.program("memory_load", "--rows-of", copy_of(config), "--target", target, *entities)
    discard(target)
    return found


def loans_into_sqlite(rig: Rig) -> Outcome:
    """Copy all loans into SQLite, beside the same rows from memory."""
    outcome = Outcome("Loans into SQLite")
    last: list[Path] = []

    def sync() -> Measure:
        last.append(rig.new_sqlite())
        rig.sapa(last[-1], "sync", "--entity", "item")
        return rig.sapa(last[-1], "sync", "--entity", "loan", "--json")

    outcome.lines = [
        rig.repeat(SAPA, sync, "--entity loan; the items are there"),
        rig.repeat(MEMORY, lambda: memory_load(rig, last[-1], "loan"), "the limit: the same table, indexes afterwards"),
        rig.rival(PLAIN, lambda: plain_copy(rig, "loan"), "row by row, one index"),
    ]
    outcome.facts.append(f"{scalar(copy_of(last[-1]), 'SELECT COUNT(*) FROM ils_loan'):,} loans")
    outcome.compare(f"÷ {MEMORY}", SAPA, MEMORY, 1.6)
    outcome.goals.append(Goal("peak memory", round(outcome.lines[0].memory), MEMORY_LIMIT, "MB"))
    for config in last:
        discard(config)
    return outcome


def loans_into_mariadb(rig: Rig) -> Outcome:
    """Copy all loans into a CRM on MariaDB, beside the server copying them itself."""
    outcome = Outcome("Loans into MariaDB")

    def sync() -> Measure:
        config, database = rig.new_mariadb()
        rig.sapa(config, "sync", "--entity", "item")
        found = rig.sapa(config, "sync", "--entity", "loan", "--json")
        database.drop()
        discard(config)
        return found

    def insert(*options: str) -> Measure:
        database = rig.new_database()
        found = rig.program("server_copy", "--source-name", rig.library.name, "--target", database.url, *options)
        database.drop()
        return found

    outcome.lines = [
        rig.repeat(SAPA, sync, "--entity loan; the items are there"),
        rig.repeat(INSERT, lambda: insert("--resolved"), "the same rows, all indexes in place"),
        rig.repeat(INSERT_AFTER, lambda: insert("--resolved", "--indexes-after"), "the same rows"),
        rig.repeat(INSERT_UNRESOLVED, insert, "item_key and title_key left NULL"),
    ]
    outcome.compare(f"÷ {INSERT}", SAPA, INSERT, 1.2)
    outcome.compare(f"÷ {INSERT_AFTER}", SAPA, INSERT_AFTER, 1.2, is_aim=True)
    outcome.compare(f"÷ {INSERT_UNRESOLVED}", SAPA, INSERT_UNRESOLVED, 1.2, is_aim=True)
    return outcome


def unchanged(rig: Rig) -> Outcome:
    """Sync when nothing changed, beside the sync's own fingerprint queries run plainly."""
    outcome = Outcome("Nothing changed")
    for fast, name in ((False, SAPA), (True, SAPA_FAST)):
        config = rig.synced(fast=fast)
        queries = rig.recorded_queries(config)
        replayed = f"the same queries{', fast' if fast else ''}"
        outcome.lines += [
            rig.repeat(name, partial(rig.sapa, config, "sync", "--json")),
            rig.repeat(replayed, partial(replay, rig, queries), "the limit, on one connection"),
        ]
        outcome.facts.append(
            f"{len(json.loads(queries.read_text('utf-8'))):,} queries{' in fast mode' if fast else ''}"
        )
        outcome.compare(f"{name} ÷ {replayed}", name, replayed, 1.3)
    return outcome


def replay(rig: Rig, queries: Path) -> Measure:
    """Run recorded queries plainly."""
    return rig.program("replay", "--source", rig.library.url, "--queries", queries)


def changed(rig: Rig) -> Outcome:
    """Sync after one change in a thousand loans, beside a sync when nothing changed; nothing may be missed."""
    outcome = Outcome("0.1 % changed")
    config, rival = rig.synced(), incremental_dlt(rig)
    lost, quiet, busy, others, keys = 0, [], [], [], []
    for _ in range(rig.runs):
        quiet.append(rig.sapa(config, "sync", "--json"))
        keys = rig.edits.make()
        busy.append(rig.sapa(config, "sync", "--json"))
        lost += missed(rig.library, copy_of(config), keys)
        others += [rival.measure()] if rival else []
    outcome.lines = [Line.of(SAPA, busy, "all entities"), Line.of("sapa sync, nothing changed", quiet)]
    if rival:
        unseen = missed(rig.library, rival.copy, keys, DLT_LOANS)
        outcome.lines.append(Line.of("dlt, incremental", others, f"loans only; {unseen:,} of {len(keys):,} not seen"))
    outcome.facts.append(f"{len(keys):,} loans touched each time, half of the updates without a moved last_update")
    outcome.compare("÷ nothing changed", SAPA, "sapa sync, nothing changed", 2)
    outcome.goals.append(Goal("changes missed", lost, 0, ""))
    return outcome


@dataclass(frozen=True)
class IncrementalDlt:
    """dlt as its manual has it follow a table: by the last moment of change, merged by key."""

    rig: Rig
    command: list[str | Path]
    copy: Path

    def measure(self) -> Measure:
        """Let dlt fetch what it takes for changed."""
        return measured(self.command, self.rig.server_pids)


def incremental_dlt(rig: Rig) -> IncrementalDlt | None:
    """Return dlt with a first copy of the loans, None where it is not installed."""
    if rig.dlt is None:
        return None
    folder = rig.scratch()
    where: list[str | Path] = [
        "--source",
        rig.library.url,
        "--backend",
        "pyarrow",
        "--destination",
        "sqlite",
        "--folder",
        folder,
    ]
    command: list[str | Path] = [rig.dlt, DLT_PROGRAM, *where, "--cursor", "last_update", "--key", "loan_id", "loan"]
    rival = IncrementalDlt(rig, command, folder / "copy.db")
    rival.measure()
    return rival


def verify(rig: Rig) -> Outcome:
    """Prove the copy, beside a plain script that only reads the same columns of the library."""
    outcome = Outcome("sapa verify")
    config = rig.synced()
    rig.sapa(config, "sync")
    answers: list[bool] = []

    def prove() -> Measure:
        found = rig.sapa(config, "verify", "--json")
        answers.append(bool(found.said.get("equal")))
        return found

    read = "plain script's read"
    outcome.lines = [
        rig.repeat("sapa verify", prove),
        rig.rival(
            read, lambda: rig.program("plain_copy", "--source", rig.library.url, *COLUMNS), "reads, writes nothing"
        ),
    ]
    outcome.compare(f"÷ {read}", "sapa verify", read, 1.5)
    outcome.goals.append(Goal("proofs that did not say equal", answers.count(False), 0, ""))
    return outcome


def desk(rig: Rig) -> Outcome:
    """Measure how long a small update at the desk waits while Sapa, or another, reads the library."""
    outcome = Outcome("An update at the desk meanwhile")
    config, fresh = rig.synced(), rig.new_sqlite()
    works: dict[str, Callable[[], Measure]] = {
        "first sapa sync": lambda: rig.sapa(fresh, "sync", "--json"),
        "sapa sync, nothing changed": lambda: rig.sapa(config, "sync", "--json"),
        "sapa verify": lambda: rig.sapa(config, "verify", "--json"),
        PLAIN: lambda: plain_copy(rig, *FIVE),
    }
    for name, work in works.items():
        found, waits = with_desk(rig, work)
        longest, middle, late = waits[-1], waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
        spread = f"99 % below {late:.0f} ms, half below {middle:.1f} ms, {len(waits):,} updates"
        note = f"longest wait {longest:.0f} ms, {spread}"
        outcome.lines.append(Line.of(name, [found], note))
        if name != PLAIN:
            outcome.goals.append(Goal(f"longest wait during {name}", round(longest), LONGEST_WAIT, "ms"))
    discard(fresh)
    return outcome


def with_desk(rig: Rig, work: Callable[[], Measure]) -> tuple[Measure, list[float]]:
    """Do ``work`` while a desk updates; return its measure and the waits in milliseconds, ascending."""
    command = [sys.executable, "-m", "bench.rivals.desk", "--source", rig.library.url, "--rows", str(rig.size.titles)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as clerk:
        found = work()
        printed, _ = clerk.communicate()
    waits = [wait for table in json.loads(printed).values() for wait in table]
    return median([found]), sorted(waits)


def alerts(rig: Rig) -> Outcome:
    """Count what readers told by the matcher then borrowed; on the library of the demo, whatever the size here."""
    outcome = Outcome("Alerts of new titles and the loans after them")
    scores = matcher.evaluate(seeds=range(1, rig.runs + 1))
    for way, score in scores.items():
        count, hits, share, per_hit = score.cells
        outcome.facts.append(f"{way}: {count} alerts, {hits} borrowed, {share} of the loans, {per_hit} per loan")
    mine, *others = scores.values()
    best = max(other.hits / other.alerts for other in others)
    ratio = round(mine.hits / mine.alerts / best, 2)
    outcome.goals.append(Goal("loans per alert, beside the best other way", ratio, 1, at_least=True))
    return outcome


JOBS: dict[str, Callable[[Rig], Outcome]] = {
    "first": first,
    "loans-sqlite": loans_into_sqlite,
    "loans-mariadb": loans_into_mariadb,
    "unchanged": unchanged,
    "changed": changed,
    "verify": verify,
    "desk": desk,
    "matcher": alerts,
    "segments": segments,
    "facts": facts,
}
