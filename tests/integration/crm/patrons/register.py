"""A register of patrons as a sync would leave it, and the persons that are made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, func, insert, select, update

from crm.database import reading, writing
from crm.patrons import service
from crm.schema import METADATA, ils
from crm.schema.people import contact_point, duplicate, membership, person
from crm.schema.profiles import touched
from crm.scope import Scope
from crm.settings import PatronSettings, ProfileSettings

START = datetime(2026, 11, 24, 2, 0)
TODAY = date(2026, 11, 24)
BORN = date(1990, 2, 3)
ADDED = date(2020, 5, 5)


@dataclass
class Register:
    """One library's patrons; every step is an hour after the one before."""

    engine: Engine
    now: datetime = START
    fields: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number in (1, 2):
            self._write(insert(ils.source).values(id=number, name=f"source-{number}", ils="slims"))

    def add(self, key: str, name: str | None = "Ani Lubis", **values: Any) -> None:
        """Let a patron come."""
        row = {
            "source_id": 1, "key": key, "key_hash": 7, "card_number": key, "name": name, "birth_date": BORN,
            "added_on": ADDED, "is_blocked": False, "first_seen_at": self.now, **values,
        }  # fmt: skip
        self._write(insert(ils.patron).values(row))
        self.touch(key, row["source_id"])

    def change(self, key: str, source_id: int = 1, **values: Any) -> None:
        """Let the ILS say something else of a patron."""
        mine = (ils.patron.c.source_id == source_id, ils.patron.c.key == key)
        self._write(update(ils.patron).where(*mine).values(**values))
        self.touch(key, source_id)

    def remove(self, key: str) -> None:
        """Let a patron vanish."""
        self.change(key, gone_at=self.now)

    def reuse(self, key: str, **values: Any) -> None:
        """Let a key come to name another human."""
        row = {"source_id": 1, "entity": "patron", "key": key, "row": {}, "archived_at": self.now}
        self._write(insert(ils.archive).values(row))
        self.change(key, gone_at=None, first_seen_at=self.now, **values)

    def move_loans(self, old: str, new: str, count: int = 1) -> None:
        """Let loans go from one key to another."""
        for number in range(count):
            row = {
                "source_id": 1,
                "loan_key": number,
                "old_patron_key": old,
                "new_patron_key": new,
                "seen_at": self.now,
            }
            self._write(insert(ils.rekeyed).values(row))
        self.touch(old)
        self.touch(new)

    def touch(self, key: str, source_id: int = 1) -> None:
        self._write(insert(touched).values(kind="patron", source_id=source_id, key=key))

    def refresh(self, *, everything: bool = False) -> int:
        """Bring the persons up to date, as the refresh of the profiles does."""
        self.now += timedelta(hours=1)
        settings = ProfileSettings(patrons=PatronSettings(self.fields))
        written = service.refresh(self.engine, settings, Scope(everything), TODAY, self.now)
        self._write(delete(touched))
        return written

    def owner(self, key: str, source_id: int = 1) -> int:
        """Return whose a key is."""
        mine = (membership.c.source_id == source_id, membership.c.patron_key == key)
        found = self.one(select(membership.c.person_id).where(*mine))
        assert isinstance(found, int)
        return found

    def member(self, key: str) -> Any:
        return self.rows(select(membership).where(membership.c.patron_key == key))[0]

    def person(self, person_id: int) -> Any:
        return self.rows(select(person).where(person.c.id == person_id))[0]

    def people(self) -> int:
        """Return how many persons there are in sight."""
        found = self.one(select(func.count()).where(person.c.merged_into.is_(None)).select_from(person))
        assert isinstance(found, int)
        return found

    def points(self, person_id: int) -> dict[str, Any]:
        """Return the current contact points of a person by their value."""
        mine = (contact_point.c.person_id == person_id, contact_point.c.gone_at.is_(None))
        return {row.value: row for row in self.rows(select(contact_point).where(*mine))}

    def proposals(self) -> dict[tuple[int, int], str]:
        """Return the state of every pair that was ever proposed."""
        return {(row.first_id, row.second_id): row.state for row in self.rows(select(duplicate))}

    def rows(self, question: Any) -> list[Any]:
        with reading(self.engine) as connection:
            return list(connection.execute(question).all())

    def one(self, question: Any) -> object:
        with reading(self.engine) as connection:
            return connection.scalar(question)

    def everything(self) -> dict[str, list[Any]]:
        """Return all rows of the people's tables, without the stamps that every change moves."""
        names = ("person", "membership", "contact_point", "trait", "tag", "note", "permission", "declared_interest",
                 "attendance", "person_group_member", "group_consent", "duplicate", "person_word")  # fmt: skip
        found = {}
        for name in names:
            columns = [
                each for each in METADATA.tables[name].c if each.name not in ("changed_at", "fingerprint", "found_at")
            ]
            found[name] = sorted(map(tuple, self.rows(select(*columns))), key=repr)
        return found

    def _write(self, statement: Any) -> None:
        with writing(self.engine) as connection:
            connection.execute(statement)
