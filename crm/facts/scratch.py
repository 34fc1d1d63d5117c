"""Temporary tables in which the numbers of each person are gathered; gone with the transaction that made them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Connection, Date, Integer, MetaData, SmallInteger, Table

from crm.schema.base import Amount, Key
from crm.schema.profiles import COUNTED, WINDOWS

LOAN, VISIT, HOLD, PROGRAMME, QUESTION = range(1, 1 + len(COUNTED))
KINDS = dict(zip(COUNTED, (LOAN, VISIT, HOLD, PROGRAMME, QUESTION), strict=True))


class Scratch:
    """``chosen`` people are counted by their own rows, all others in passes over the large tables.

    ``activity`` holds the rows of the chosen; ``tally``, ``recent``, ``lent`` and ``owed`` what was counted, and
    ``standing`` the membership that counts.
    """

    def __init__(self) -> None:
        """Describe the tables."""
        self.metadata = MetaData()
        self.chosen = self._table("chosen")
        self.activity = self._table(
            "activity", Column("kind", SmallInteger), Column("day", Date), Column("on_time", SmallInteger), key=False
        )
        self.tally = self._table(
            "tally",
            Column("active_days", Integer),
            Column("first_activity_on", Date),
            Column("last_activity_on", Date),
            *(Column(f"{what}_ever", Integer) for what in COUNTED),
            Column("last_loan_on", Date),
            Column("last_visit_on", Date),
            Column("back", Integer),
            Column("on_time", Integer),
        )
        self.recent = self._table(
            "recent", *(Column(f"{what}_{days}", Integer) for what in COUNTED for days in WINDOWS)
        )
        self.lent = self._table(
            "lent", Column("open_loans", Integer), Column("overdue_loans", Integer), Column("next_due_on", Date)
        )
        self.owed = self._table("owed", Column("balance", Amount))
        self.standing = self._table(
            "standing",
            Column("source_id", Integer),
            Column("patron_key", Key),
            Column("has_ended", Boolean),
            Column("joined_on", Date),
        )

    def _table(self, name: str, *columns: Column[Any], key: bool = True) -> Table:
        whose = Column("person_id", Integer, primary_key=key, autoincrement=False, index=not key)
        return Table(f"facts_{name}", self.metadata, whose, *columns, prefixes=["TEMPORARY"])

    def create(self, connection: Connection) -> None:
        """Make the tables anew."""
        self.drop(connection)
        self.metadata.create_all(connection, checkfirst=False)

    def drop(self, connection: Connection) -> None:
        """Take them away, for the connection may serve others."""
        self.metadata.drop_all(connection)
