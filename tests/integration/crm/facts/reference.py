"""The facts of one person worked out row by row, as ``docs/profiles.md`` says, without regard to speed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table

from crm.facts.rules import Idleness, stage
from crm.facts.score import Use, key_score
from crm.schema import ils
from crm.schema.people import membership, note, person
from crm.schema.profiles import WINDOWS, interest
from crm.schema.programmes import attendance
from crm.settings import LifecycleSettings
from tests.integration.crm.facts.library import Invented, Row

Days = list[date | None]


@dataclass(frozen=True)
class Reference:
    """One library on one day."""

    library: Invented
    today: date
    settings: LifecycleSettings

    def rows(self, table: Table, is_meant: Callable[[Row], bool] = lambda _: True) -> list[Row]:
        """Return the rows of a table that are meant."""
        return [row for row in self.library.tables.get(table, ()) if is_meant(row)]

    def facts(self) -> dict[int, Row]:
        """Return the facts of everybody who is not somebody else."""
        return {row["id"]: self.facts_of(row) for row in self.rows(person) if row["merged_into"] is None}

    def facts_of(self, who: Row) -> Row:
        """Return the facts of one person."""
        mine = self.rows(membership, lambda row: row["person_id"] == who["id"])
        keys = {(row["source_id"], row["patron_key"]) for row in mine}

        def theirs(row: Row) -> bool:
            return (row["source_id"], row["patron_key"]) in keys

        did = self._doings(who["id"], theirs)
        known = sorted({day for each in did.values() for day in each if day is not None and day <= self.today})
        found = self._counts(did) | self._lent(theirs) | self._standing(mine)
        found |= {
            "person_id": who["id"],
            "first_activity_on": known[0] if known else None,
            "last_activity_on": known[-1] if known else None,
            "last_loan_on": max((day for day in did["loans"] if day and self._is_past(day)), default=None),
            "last_visit_on": max((day for day in did["visits"] if day and self._is_past(day)), default=None),
            "usual_gap_days": (known[-1] - known[0]).days / (len(known) - 1) if len(known) > 1 else None,
            "breadth": len(self.rows(interest, lambda row: self._is_lately_read(row, who["id"]))),
            "worked_out_on": self.today,
        }
        return found | self._age(who, found) | self._judged(found)

    def _doings(self, person_id: int, theirs: Callable[[Row], bool]) -> dict[str, Days]:
        came = self.rows(attendance, lambda row: row["person_id"] == person_id and row["came_at"] is not None)
        asked = self.rows(note, lambda row: row["person_id"] == person_id and row["kind"] == "question")
        return {
            "loans": [row["loaned_on"] for row in self.rows(ils.loan, theirs)],
            "visits": [self._local(row["visited_at"]) for row in self.rows(ils.visit, theirs)],
            "holds": [self._local(row["placed_at"]) for row in self.rows(ils.hold, theirs)],
            "programmes": [self._local(row["came_at"]) for row in came],
            "questions": [self._local(row["at"]) for row in asked],
        }

    def _local(self, moment: datetime | None) -> date | None:
        zone = ZoneInfo(self.library.zone)
        return None if moment is None else moment.replace(tzinfo=UTC).astimezone(zone).date()

    def _is_past(self, day: date | None) -> bool:
        return day is not None and day <= self.today

    def _is_lately_read(self, row: Row, person_id: int) -> bool:
        last = row["last_on"]
        lately = last is not None and last >= self.today - timedelta(days=365)
        return lately and row["person_id"] == person_id and row["loans"] > 0

    def _counts(self, did: dict[str, Days]) -> Row:
        found = {f"{what}_ever": len(each) for what, each in did.items()}
        for what, each in did.items():
            for days in WINDOWS:
                first = self.today - timedelta(days=days)
                found[f"{what}_{days}"] = sum(day is not None and first <= day <= self.today for day in each)
        return found

    def _lent(self, theirs: Callable[[Row], bool]) -> Row:
        loans = self.rows(ils.loan, theirs)
        is_open = [row for row in loans if row["is_open"] and row["gone_at"] is None]
        due = [row["due_on"] for row in is_open if row["due_on"] is not None]
        back = [row["returned_on"] <= row["due_on"] for row in loans if row["returned_on"] and row["due_on"]]
        charges = [row for row in self.rows(ils.charge, theirs) if row["gone_at"] is None]
        return {
            "open_loans": len(is_open),
            "overdue_loans": sum(day < self.today for day in due),
            "next_due_on": min(due, default=None),
            "on_time_rate": sum(back) / len(back) if back else None,
            "balance": sum(((row["amount"] or 0) - (row["paid"] or 0) for row in charges), Decimal(0)),
        }

    def _standing(self, mine: list[Row]) -> Row:
        """Say which membership counts, and what the ILS says of it."""
        if not mine:
            return dict.fromkeys(("source_id", "patron_key", "category_key", "branch_key", "joined_on", "expires_on"))
        order = sorted(mine, key=lambda row: (row["ended_at"] is None, row["ended_at"] or row["since_at"],
                                              -row["source_id"], row["patron_key"]))  # fmt: skip
        best = order[-1]
        patron = self._patron(best)
        joined = [patron["member_since"] or patron["added_on"] or patron["registered_on"]
                  for patron in map(self._patron, mine)]  # fmt: skip
        return {
            "source_id": best["source_id"],
            "patron_key": best["patron_key"],
            **{name: patron[name] for name in ("category_key", "branch_key", "expires_on")},
            "joined_on": min(filter(None, joined), default=None),
            "state": self._state(best, patron),
        }

    def _patron(self, member: Row) -> Row:
        key = member["source_id"], member["patron_key"]
        found = self.rows(ils.patron, lambda row: (row["source_id"], row["key"]) == key)
        return found[0] if found else dict.fromkeys(column.name for column in ils.patron.c)

    def _state(self, member: Row, patron: Row) -> str:
        if member["ended_at"] is not None:
            return "gone"
        if patron["is_blocked"]:
            return "blocked"
        return "expired" if patron["expires_on"] and patron["expires_on"] < self.today else "member"

    def _age(self, who: Row, found: Row) -> Row:
        birth = who["birth_date"]
        if birth is None:
            name = self._category(found).get("name")
            children = self.settings.children_categories
            return {"age_band": "unknown", "is_minor": found["category_key"] in children or name in children}
        age = self.today.year - birth.year - ((self.today.month, self.today.day) < (birth.month, birth.day))
        limits = ((13, "child"), (18, "teen"), (25, "young"), (60, "adult"), (200, "senior"))
        return {"age_band": next(band for limit, band in limits if age < limit), "is_minor": age < 18}

    def _category(self, found: Row) -> Row:
        key = found["source_id"], found["category_key"]
        return next(iter(self.rows(ils.category, lambda row: (row["source_id"], row["key"]) == key)), {})

    def _judged(self, found: Row) -> Row:
        idle = (self.today - found["last_activity_on"]).days if found["last_activity_on"] else None
        use = Use(idle, *(found[name] for name in ("loans_365", "breadth", "holds_365", "visits_365", "questions_365")))
        judged: Row = {"key_score": key_score(use)}
        if found["source_id"] is None:
            return judged | {"state": "contact", "stage": "contact", "stage_why": {"rule": "contact"}}
        joined, active = self._open_days(found, "joined_on"), self._open_days(found, "last_activity_on")
        word, why = stage(
            Idleness(joined, active, found["usual_gap_days"], self._category(found).get("loan_days")), self.settings
        )
        return judged | {"stage": word, "stage_why": why}

    def _open_days(self, found: Row, name: str) -> int | None:
        """Count the days since then that do not belong to a week without any opening day."""
        if found[name] is None:
            return None
        day, sign = found[name], 1
        first, last = sorted((day, self.today))
        sign = 1 if day <= self.today else -1
        between = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
        return sign * sum(not self._is_in_closed_week(each, found["source_id"]) for each in between)

    def _is_in_closed_week(self, day: date, source_id: int) -> bool:
        monday = day - timedelta(days=day.weekday())
        return all(self._is_closed(monday + timedelta(days=number), source_id) for number in range(7))

    def _is_closed(self, day: date, source_id: int) -> bool:
        weekly = {row["weekday"] for row in self._closed(source_id) if row["on_date"] is None}
        return len(weekly) < 7 and (
            day.isoweekday() in weekly or any(row["on_date"] == day for row in self._closed(source_id))
        )

    def _closed(self, source_id: int) -> Iterator[Any]:
        rows = self.rows(ils.closed_day, lambda row: row["source_id"] == source_id and row["branch_key"] is None)
        return iter(rows)
