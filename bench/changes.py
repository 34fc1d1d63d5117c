"""One change in a thousand loans, anywhere in the table, as SLiMS and its librarians make them."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from bench.sizes import Size
from tests.servers import Database

# Of 2,000,000 loans: 1,000 changed with last_update moving, 1,000 without, 100 new, 50 deleted.
LOANS_PER_UPDATE = 2_000


@dataclass
class Edits:
    """Makes rounds of changes; a deleted loan is not chosen again."""

    library: Database
    size: Size
    deleted: set[int] = field(default_factory=set)
    rounds: int = 0

    def make(self) -> list[int]:
        """Change the library and return the keys of the loans that were touched."""
        self.rounds += 1
        each = self.size.loans // LOANS_PER_UPDATE
        stamped, silent, gone = self._choose(each, each, max(1, each // 20))
        self._update("due_date = due_date + INTERVAL 7 DAY, renewed = renewed + 1, last_update = NOW()", stamped)
        self._update("due_date = due_date + INTERVAL 1 DAY", silent)
        for table in ("loan", "loan_history"):
            self.library.execute(f"DELETE FROM {table} WHERE loan_id IN ({_listed(gone)})")
        self.deleted.update(gone)
        return [*stamped, *silent, *gone, *self._insert(max(1, each // 10))]

    def _choose(self, *counts: int) -> Iterator[list[int]]:
        """Yield as many groups of loans that are there as there are counts; no loan is in two."""
        wanted = sum(counts) + len(self.deleted)
        drawn = random.Random(self.rounds).sample(range(1, self.size.loans + 1), wanted)
        living = iter(key for key in drawn if key not in self.deleted)
        return (list(islice(living, count)) for count in counts)

    def _update(self, assignment: str, keys: Sequence[int]) -> None:
        self.library.execute(f"UPDATE loan SET {assignment} WHERE loan_id IN ({_listed(keys)})")

    def _insert(self, count: int) -> list[int]:
        (before,) = self.library.execute("SELECT MAX(loan_id) FROM loan")[0]
        self.library.execute(
            "INSERT INTO loan (item_code, member_id, loan_date, due_date, is_lent, input_date, last_update)"
            " SELECT item_code, member_id, CURDATE(), CURDATE() + INTERVAL 7 DAY, 1, NOW(), NOW() FROM loan"
            f" WHERE loan_id <= {2 * count} LIMIT {count}"
        )
        (after,) = self.library.execute("SELECT MAX(loan_id) FROM loan")[0]
        return list(range(int(before) + 1, int(after) + 1))


@dataclass(frozen=True)
class LoanTable:
    """Where a copy keeps its loans, and under which names."""

    name: str
    key: str
    due: str
    renewals: str


SAPA_LOANS = LoanTable("ils_loan WHERE gone_at IS NULL", "key", "due_on", "renewals")
DLT_LOANS = LoanTable("loan WHERE 1 = 1", "loan_id", "due_date", "renewed")


def missed(library: Database, copy: Path, keys: Sequence[int], table: LoanTable = SAPA_LOANS) -> int:
    """Return how many of the touched loans an SQLite copy shows otherwise than the library."""
    source = {
        key: (due.isoformat(), renewed)
        for key, due, renewed in library.execute(
            f"SELECT loan_id, due_date, renewed FROM loan WHERE loan_id IN ({_listed(keys)})"
        )
    }
    with sqlite3.connect(copy) as connection:
        found = connection.execute(
            f"SELECT {table.key}, {table.due}, {table.renewals} FROM {table.name} AND {table.key} IN ({_listed(keys)})"
        )
        copied = {key: (due, renewals) for key, due, renewals in found}
    return sum(source.get(key) != copied.get(key) for key in keys)


def _listed(keys: Sequence[int]) -> str:
    return ",".join(map(str, keys)) or "NULL"
