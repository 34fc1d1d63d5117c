"""How good the matcher is: on the invented library, what it would have told readers, and what they then borrowed.

``python -m bench.matcher`` prints the table; with ``--write-page`` it goes into docs/interests.md.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from bench.measure import ROOT
from bench.report import commit
from connector.settings import SourceSettings
from connector.sync import sync_source
from crm.database import ensure_current, open_engine, reading, writing
from crm.interests import matcher, service, shelf
from crm.scope import Scope
from crm.settings import ProfileSettings
from sapa.demo import library

PAGE = ROOT / "docs" / "interests.md"
BEGIN, END = "<!-- measured: matcher -->", "<!-- end: matcher -->"
TODAY, DAYS = date(2026, 11, 24), 90
CUT = TODAY - timedelta(days=DAYS)
SEEDS = (1, 2, 3)
READERS = "SELECT person_id, COUNT(*) FROM ils_loan JOIN membership USING (source_id, patron_key) {} GROUP BY person_id"
RECENT = "WHERE loaned_on >= :since"

Pair = tuple[int, int]  # person, title


@dataclass(frozen=True)
class Library:
    """The invented library as it was on the day CUT, but with what came in afterwards; ``later`` are loans of that."""

    engine: Engine
    later: frozenset[Pair]
    seats: dict[int, int]  # by new title: how many readers may hear of it


@dataclass(frozen=True)
class Score:
    """What one way of choosing readers led to."""

    alerts: int = 0
    hits: int = 0
    loans: int = 0

    def __add__(self, other: Score) -> Score:
        """Return both together."""
        return Score(self.alerts + other.alerts, self.hits + other.hits, self.loans + other.loans)

    @property
    def cells(self) -> tuple[str, ...]:
        """The numbers of a line of the table."""
        per_hit = f"{self.alerts / self.hits:.1f}" if self.hits else "none"
        return (f"{self.alerts:,}", f"{self.hits:,}", f"{self.hits / self.loans:.1%}", per_hit)


def build(folder: Path, seed: int) -> Library:
    """Invent a library, copy it, hold back the loans of the last 90 days, and work out the interests of before."""
    library.build(folder / "slims.db", seed, TODAY)
    engine = open_engine(f"sqlite:///{folder / 'crm.db'}")
    ensure_current(engine)
    source = SourceSettings("main", "slims", f"sqlite:///{folder / 'slims.db'}", "Asia/Jakarta")
    sync_source(engine, source, clock=lambda: datetime.now(UTC).replace(tzinfo=None, microsecond=0))
    with writing(engine) as connection:
        _make_people(connection)
        later = frozenset(_hold_back(connection))
    service.refresh(engine, ProfileSettings(), Scope(is_everything=True), CUT, datetime(2026, 8, 26, 9))
    with reading(engine) as connection:
        seats = {key: per_copy(connection, key) for _, key in connection.execute(shelf.arrivals(_begin()))}
    new = {key for key, count in seats.items() if count}
    return Library(engine, frozenset(pair for pair in later if pair[1] in new), seats)


def per_copy(connection: Connection, title_key: int) -> int:
    """Return how many readers may hear of a title."""
    return shelf.free_copies(connection, 1, title_key) * matcher.Terms(CUT).readers_per_copy


def _begin() -> datetime:
    return datetime.combine(CUT, datetime.min.time())


def _make_people(connection: Connection) -> None:
    """Make one person of every patron."""
    stamp = "'2026-01-01 00:00:00'"
    connection.execute(
        text(
            "INSERT INTO person (id, name, birth_date, is_placeholder_birth, created_at, changed_at)"
            f" SELECT rowid, name, '1990-05-05', 0, {stamp}, {stamp} FROM ils_patron"
        )
    )
    connection.execute(
        text(
            "INSERT INTO membership (source_id, patron_key, person_id, how, since_at)"
            f" SELECT source_id, key, rowid, 'new', {stamp} FROM ils_patron"
        )
    )


def _hold_back(connection: Connection) -> Iterable[Pair]:
    """Remove the loans since CUT and return who borrowed what; those not yet back then are open again."""
    cut = {"cut": CUT.isoformat()}
    query = "SELECT person_id, title_key FROM ils_loan JOIN membership USING (source_id, patron_key)"
    rows = connection.execute(text(f"{query} WHERE loaned_on >= :cut AND title_key IS NOT NULL"), cut).all()
    connection.execute(text("DELETE FROM ils_loan WHERE loaned_on >= :cut"), cut)
    connection.execute(text("UPDATE ils_loan SET is_open = returned_on IS NULL OR returned_on >= :cut"), cut)
    return [(person_id, title_key) for person_id, title_key in rows]


def interests(built: Library) -> set[Pair]:
    """Choose by the matcher."""
    with reading(built.engine) as connection:
        found = matcher.alerts(connection, _begin(), matcher.Terms(CUT))
        return {(match.person_id, match.title_key) for match in found}


def busiest(built: Library, condition: str) -> set[Pair]:
    """Choose those who borrow most, whatever it is."""
    with reading(built.engine) as connection:
        rows = connection.execute(text(READERS.format(condition)), _since(condition)).all()
    readers = [person_id for person_id, _ in sorted(rows, key=lambda row: (-row[1], row[0]))]
    return {(person_id, title) for title, seats in built.seats.items() for person_id in readers[:seats]}


def popular(built: Library, condition: str) -> set[Pair]:
    """Tell as many readers as the matcher does, all of the same: the new titles of the topics most borrowed."""
    about = "JOIN title_topic USING (source_id, title_key)"
    with reading(built.engine) as connection:
        counts: dict[int, int] = dict(
            connection.execute(
                text(f"SELECT topic_id, COUNT(*) FROM ils_loan {about} {condition} GROUP BY topic_id"),
                _since(condition),
            ).all()
        )
        topics = connection.execute(text("SELECT title_key, topic_id FROM title_topic")).all()
        readers = list(connection.scalars(text(f"SELECT person_id FROM ({READERS.format(RECENT)})"), _since(RECENT)))
    worth: Counter[int] = Counter()
    for title, topic_id in topics:
        worth[title] = max(worth[title], counts.get(topic_id, 0))
    ranked = sorted(built.seats, key=lambda title: (-worth[title], title))
    chance = random.Random(1)
    budget = sum(built.seats.values())
    pairs = ((reader, title) for title in ranked for reader in chance.sample(readers, len(readers)))
    return {pair for pair, _ in zip(pairs, range(budget), strict=False)}


def at_random(built: Library) -> set[Pair]:
    """Choose by lot among those who have borrowed within 90 days."""
    chance = random.Random(1)
    with reading(built.engine) as connection:
        readers = sorted(connection.scalars(text(f"SELECT person_id FROM ({READERS.format(RECENT)})"), _since(RECENT)))
    return {
        (reader, title)
        for title, seats in built.seats.items()
        for reader in chance.sample(readers, min(seats, len(readers)))
    }


def _since(condition: str) -> dict[str, str]:
    return {"since": (CUT - timedelta(days=DAYS)).isoformat()} if condition else {}


WAYS: dict[str, Callable[[Library], set[Pair]]] = {
    "interests (the matcher)": interests,
    "recently popular: topics most borrowed in the 90 days before": lambda built: popular(built, RECENT),
    "most popular: topics most borrowed ever": lambda built: popular(built, ""),
    "the busiest readers of the 90 days before": lambda built: busiest(built, RECENT),
    "the busiest readers ever": lambda built: busiest(built, ""),
    "readers of the 90 days before, by lot": at_random,
}


def evaluate(seeds: Iterable[int] = SEEDS) -> dict[str, Score]:
    """Return the score of every way, over one invented library per seed."""
    totals = dict.fromkeys(WAYS, Score())
    for seed in seeds:
        with tempfile.TemporaryDirectory(prefix="sapa-matcher-") as name:
            built = build(Path(name), seed)
            for way, choose in WAYS.items():
                pairs = choose(built)
                totals[way] += Score(len(pairs), len(pairs & built.later), len(built.later))
            built.engine.dispose()
    return totals


def as_markdown(scores: dict[str, Score]) -> str:
    """Return the table of the manual."""
    lines = ["| told by | alerts | of them borrowed | share of the loans | alerts per loan |", "|---|--:|--:|--:|--:|"]
    lines += [f"| {' | '.join((way, *score.cells))} |" for way, score in scores.items()]
    loans = next(iter(scores.values())).loans
    lines += [
        "",
        f"{len(SEEDS)} invented libraries, {loans:,} loans of new arrivals within {DAYS} days; commit {commit()}.",
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write the page if asked to."""
    parser = argparse.ArgumentParser(prog="python -m bench.matcher", description=__doc__)
    parser.add_argument("--write-page", action="store_true", help="put the table into docs/interests.md")
    given = parser.parse_args()
    table = as_markdown(evaluate())
    print(table)
    if given.write_page:
        before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}", "utf-8")


if __name__ == "__main__":
    main()
