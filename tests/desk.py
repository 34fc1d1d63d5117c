"""What the staff of a library do to a SLiMS database in a day, and how to make the library larger."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.servers import Database, numbers_to

LOAN = (
    "item_code, member_id, loan_date, due_date, renewed, loan_rules_id, actual, is_lent, is_return, return_date,"
    " input_date, last_update, uid"
)
STRIDE = 10_000


def enlarge_loans(slims: Database, rows: int) -> None:
    """Repeat the loans under new keys until there are at least ``rows``; loan_history stays as it is."""
    slims.execute("DROP TRIGGER IF EXISTS insert_loan_history")
    first = int(slims.execute(f"SELECT COUNT(*) FROM loan WHERE loan_id < {STRIDE}")[0][0])
    copies = -(-rows // first) - 1
    slims.execute(
        f"INSERT INTO loan (loan_id, {LOAN}) SELECT loan_id + {STRIDE} * seq, {LOAN}"
        f" FROM {numbers_to(copies)} STRAIGHT_JOIN loan WHERE loan_id < {STRIDE}"
    )


class Desk:
    """Staff at work; ``chance`` decides on what."""

    def __init__(self, slims: Database, chance: random.Random) -> None:
        """Open the desk."""
        self.slims = slims
        self.chance = chance
        self.days = 0

    def work_a_day(self) -> None:
        """Lend, extend, take back, lose, correct and delete: some hundred changes, most without a time stamp."""
        self.days += 1
        loans = self._keys("loan", "loan_id", 120)
        self._on(loans[:40], "UPDATE loan SET due_date = due_date + INTERVAL 7 DAY, renewed = renewed + 1"
                             " WHERE due_date > '1900-01-01' AND loan_id IN ({})")  # fmt: skip
        self._on(loans[40:70], "UPDATE loan SET is_return = 1 - is_return, return_date = '2026-11-24'"
                               " WHERE loan_id IN ({})")  # fmt: skip
        self._on(loans[70:90], "DELETE FROM loan WHERE loan_id IN ({})")
        self._lend(loans[90:])
        self._patrons(self._keys("member", "member_id", 6))
        self._catalogue()
        self._on(self._keys("fines", "fines_id", 5), "UPDATE fines SET credit = credit + 500 WHERE fines_id IN ({})")
        self._holds()

    def _lend(self, loans: Sequence[object]) -> None:
        """Lend what was lent before once more, to the same patrons."""
        self._on(loans, f"INSERT INTO loan ({LOAN}) SELECT {LOAN} FROM loan WHERE loan_id IN ({{}})")

    def _holds(self) -> None:
        """Cancel some holds, never all of them: the next sync would ask whether that is right."""
        cancelled = self._keys("reserve", "reserve_id", 3)[1:]
        self._on(cancelled, "DELETE FROM reserve WHERE reserve_id IN ({})")

    def _patrons(self, members: Sequence[object]) -> None:
        self._on(members[:4], f"UPDATE member SET member_phone = '08{self.days:010}' WHERE member_id IN ({{}})")
        self._on(members[4:5], f"UPDATE member SET member_name = CONCAT(member_name, ' {self.days}')"
                               " WHERE member_id IN ({})")  # fmt: skip
        self._on(members[5:], "DELETE FROM member WHERE member_id IN ({})")

    def _catalogue(self) -> None:
        titles = self._keys("biblio", "biblio_id", 5)
        self._on(
            titles[:3], "UPDATE biblio SET call_number = CONCAT('R ', LEFT(call_number, 20)) WHERE biblio_id IN ({})"
        )
        self._on(titles[3:], "DELETE FROM biblio_author WHERE biblio_id IN ({})")
        authors = self._keys("mst_author", "author_id", 1)
        self._on(
            authors,
            f"UPDATE mst_author SET author_name = 'Penulis {self.chance.randrange(1 << 32)}' WHERE author_id IN ({{}})",
        )
        self._on(self._keys("item", "item_id", 3), "UPDATE item SET item_status_id = 'R' WHERE item_id IN ({})")

    def _keys(self, table: str, key: str, count: int) -> list[object]:
        keys = [row[0] for row in self.slims.execute(f"SELECT {key} FROM {table} ORDER BY {key}")]
        return self.chance.sample(keys, min(count, len(keys)))

    def _on(self, keys: Sequence[object], sql: str) -> None:
        if keys:
            self.slims.execute(sql.format(", ".join(["%s"] * len(keys))), list(keys))
