"""A SLiMS database and the copy that Sapa keeps of it, as one thing that tests change, sync and question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text

from connector.entity_sync import SyncOptions
from connector.report import SyncReport
from connector.settings import SourceSettings
from connector.sync import sync_source
from connector.verify import VerifyReport, verify_source
from tests.servers import Database, Rows

NAME = "main"
# As many libraries' servers are set: SLiMS itself never asks for anything stricter.
LENIENT = "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'"


@dataclass
class Library:
    """One library: its own SLiMS, its own CRM database, and the time that the next sync will write down."""

    slims: Database
    crm: Engine
    settings: SourceSettings
    now: datetime = datetime(2026, 11, 24, 9, 0)

    def sync(self, **options: Any) -> SyncReport:
        """Sync an hour after the last time, or at the first."""
        self.now += timedelta(hours=1)
        return sync_source(self.crm, self.settings, SyncOptions(**options), clock=lambda: self.now)

    def verify(self) -> VerifyReport:
        """Prove the copy."""
        return verify_source(self.crm, self.settings)

    def move(self, timezone: str) -> None:
        """Say that the ILS's clock shows another zone."""
        self.settings = replace(self.settings, timezone=timezone)

    def change(self, *statements: str) -> None:
        """Change the ILS's database by SQL."""
        with self.slims.server.connection(self.slims.name) as opened, opened.cursor() as cursor:
            cursor.execute(LENIENT)
            for statement in statements:
                cursor.execute(statement)

    def source(self, question: str) -> Rows:
        """Ask the ILS's database."""
        return self.slims.execute(question)

    def copy(self, question: str, **values: object) -> Rows:
        """Ask the copy; days and times come as text from either kind of database."""
        with self.crm.connect() as connection:
            return [tuple(map(_plain, row)) for row in connection.execute(text(question), values)]

    def spoil(self, *statements: str) -> None:
        """Change the copy behind the sync's back."""
        with self.crm.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def events(self, *entities: str) -> list[tuple[str, str | None]]:
        """Return type and subject of the outbox's events in order, of ``entities`` alone where given."""
        found = self.copy("SELECT type, subject FROM event ORDER BY id")
        return [(kind, key) for kind, key in found if not entities or kind.partition(".")[0] in entities]


def _plain(value: Any) -> Any:
    return str(value)[:19] if hasattr(value, "isoformat") else value


def settings_of(database: Database, timezone: str = "Asia/Jakarta") -> SourceSettings:
    """Return the settings of a source that reads ``database``."""
    return SourceSettings(NAME, "slims", database.url, timezone)
