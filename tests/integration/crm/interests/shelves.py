"""A small library written straight into the CRM's tables, and the refresh of its interests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, Table, insert, select

from crm.database import reading, writing
from crm.interests import service
from crm.schema import ils
from crm.schema.people import membership, permission, person
from crm.schema.profiles import interest, person_touched, title_sensitive, title_topic, topic
from crm.scope import Scope
from crm.settings import InterestSettings, ProfileSettings

NOW = datetime(2026, 11, 24, 9, 0)
TODAY = NOW.date()
ADULT, CHILD = date(1990, 5, 5), date(2015, 5, 5)


@dataclass
class Shelves:
    """One source; people are patrons whose key is ``P`` and the number of the person."""

    engine: Engine
    settings: InterestSettings = field(default_factory=InterestSettings)
    loans: int = 0

    def __post_init__(self) -> None:
        self.add(ils.source, id=1, name="main", ils="slims")

    def add(self, table: Table, **values: Any) -> None:
        with writing(self.engine) as connection:
            connection.execute(insert(table).values(**values))

    def person(self, number: int, born: date | None = ADULT, **values: Any) -> int:
        stamps = {"created_at": NOW, "changed_at": NOW, "is_placeholder_birth": False}
        self.add(person, id=number, name=f"Reader {number}", birth_date=born, **stamps, **values)
        member = {"patron_key": f"P{number}", "person_id": number, "how": "new", "since_at": NOW}
        self.add(membership, source_id=1, **member)
        return number

    def title(self, key: int, classification: str | None, *subjects: str, **values: Any) -> int:
        self.add(
            ils.title, source_id=1, key=key, title=f"Title {key}", classification=classification, first_seen_at=NOW,
            **values,
        )  # fmt: skip
        for position, term in enumerate(subjects):
            self.add(ils.subject, source_id=1, title_key=key, position=position, term=term)
        return key

    def item(self, key: int, title_key: int, **values: Any) -> None:
        usual = {"barcode": f"B{key}", "is_loanable": True, "first_seen_at": NOW}
        self.add(ils.item, source_id=1, key=key, title_key=title_key, **usual | values)

    def loan(self, person_id: int, title_key: int | None, loaned_on: date | None, **values: Any) -> None:
        self.loans += 1
        usual = {"patron_key": f"P{person_id}", "title_key": title_key, "loaned_on": loaned_on, "is_open": False}
        self.add(ils.loan, source_id=1, key=self.loans, first_seen_at=NOW, **usual | values)

    def permit(self, person_id: int, state: str) -> None:
        self.add(permission, person_id=person_id, purpose="profiling", state=state, means="desk", at=NOW)

    def refresh(self, *touched: int, today: date = TODAY) -> int:
        """Work everybody's interests out, or those of some people."""
        with writing(self.engine) as connection:
            connection.execute(person_touched.delete())
            if touched:
                connection.execute(insert(person_touched), [{"person_id": each} for each in touched])
        profile = ProfileSettings(interests=self.settings)
        return service.refresh(self.engine, profile, Scope(is_everything=not touched), today, NOW)

    def interests(self, person_id: int) -> dict[str, float]:
        """Return the weights of one person by topic."""
        query = select(topic.c.slug, interest.c.weight).join(interest, interest.c.topic_id == topic.c.id)
        with reading(self.engine) as connection:
            rows = connection.execute(query.where(interest.c.person_id == person_id)).all()
        return {slug: round(weight, 6) for slug, weight in rows}

    def topics(self, title_key: int, table: Table = title_topic) -> set[str]:
        """Return the topics of a title."""
        query = select(topic.c.slug).join(table, table.c.topic_id == topic.c.id)
        with reading(self.engine) as connection:
            return set(connection.scalars(query.where(table.c.title_key == title_key)))

    def sensitive(self, title_key: int) -> set[str]:
        """Return the sensitive topics of a title."""
        return self.topics(title_key, title_sensitive)
