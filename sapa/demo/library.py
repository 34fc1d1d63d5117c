"""One call that invents the whole library."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from connector.progress import SILENT, Progress
from sapa.demo.catalogue import Acquisitions
from sapa.demo.catalogue_tables import write_catalogue
from sapa.demo.chance import Chance
from sapa.demo.changes import Changes
from sapa.demo.circulation import Desk
from sapa.demo.circulation_tables import write_circulation
from sapa.demo.dirt import soil
from sapa.demo.masters import OPENED, write_masters
from sapa.demo.member_tables import write_members
from sapa.demo.members import Registry
from sapa.demo.seasons import Seasons
from sapa.demo.shelf import Shelf
from sapa.demo.tables import create, finish
from sapa.demo.visits import Gate

ZONE = ZoneInfo("Asia/Jakarta")
YEARS = 3  # of loans and visits
APPLICATION = 0x53617061  # "Sapa", in the header of the file
GENERATION = 1  # raised when the library comes out differently


@dataclass(frozen=True)
class Size:
    """How many patrons and titles there are before some are deleted; the rest follows from them."""

    patrons: int
    titles: int

    SMALL: ClassVar[Size]
    DEFAULT: ClassVar[Size]

    @property
    def share(self) -> float:
        """Return the size beside the default one."""
        return self.patrons / Size.DEFAULT.patrons


Size.SMALL = Size(200, 500)
Size.DEFAULT = Size(2400, 5200)


@dataclass(frozen=True)
class Summary:
    """What was invented, in rows."""

    path: Path
    seed: int
    today: date
    rows: dict[str, int]


def build(
    path: Path, seed: int = 1, today: date | None = None, size: Size = Size.DEFAULT, progress: Progress = SILENT
) -> Summary:
    """Write the library to the SQLite file ``path``, as it stands before it opens on ``today``.

    The same seed, day and size give the same rows; without ``today`` it is the day in Medan. Holidays are known from
    2020 to 2034. The file appears when it is whole, in place of one that was there.
    """
    today = today or datetime.now(ZONE).date()
    draft = path.with_name(f"{path.name}.part")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        create(connection)
        invent(connection, seed, today, size, progress)
        soil(connection, seed)
        finish(connection)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {GENERATION}")
        connection.commit()
        rows = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables(connection)}
    draft.replace(path)
    return Summary(path, seed, today, rows)


def invent(connection: sqlite3.Connection, seed: int, today: date, size: Size, progress: Progress) -> None:
    """Live through the years of the library and write them down, clean."""
    seasons = Seasons(date.fromisoformat(OPENED), today)
    first = date(today.year - YEARS, today.month, min(today.day, 28)).toordinal()
    write_masters(connection, seasons, today)
    progress.begin("patron", size.patrons)
    members = Registry(seed, seasons, today).enrol(size.patrons)
    progress.end()
    progress.begin("title", size.titles)
    stock = Acquisitions(seed, seasons, today).fill(size.titles)
    progress.end()
    progress.begin("loan", 0)
    ledger = Desk(seed, seasons, Shelf(stock, Chance(seed, "shelf")), first).run(members)
    progress.end()
    progress.begin("visit", 0)
    visits = Gate(seed, seasons, first).run(members, ledger.calls, size.share)
    progress.end()
    Changes(seed, seasons, ledger).make(members, stock)
    write_catalogue(connection, stock, seed)
    write_members(connection, members, seed)
    write_circulation(connection, ledger, visits, members, seasons, seed)


def tables(connection: sqlite3.Connection) -> list[str]:
    """Return the names of all tables."""
    return [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]


def is_whole(path: Path) -> bool:
    """Return whether ``path`` is a library of this generation that was written to its end and is not damaged."""
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(path)) as connection:
            marks = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
            return marks == [APPLICATION, GENERATION] and connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
    except sqlite3.DatabaseError:
        return False
