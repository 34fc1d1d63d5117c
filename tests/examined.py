"""What ``sapa doctor`` says of a source, for tests to look at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from connector.doctor import Step, examine_source
from connector.settings import SourceSettings
from crm.clock import utc_now
from tests.servers import Database

FACTS = ("reachable", "ils", "columns", "grants", "clock", "timezone", "custom", "options")
COUNTS = ("patrons", "titles", "items", "loans", "holds", "visits", "charges")


def examined(settings: SourceSettings, clock: Callable[[], datetime] = utc_now) -> dict[str, Step]:
    """Return the steps by name without the source's; every one has to be filled in and to offer a remedy."""
    found = {}
    for step in examine_source(settings, clock):
        source, _, name = step.name.partition(".")
        assert source == settings.name
        assert step.seconds >= 0
        assert sentence(step)
        assert (step.status == "ok") or step.hint, step
        found[name] = step
    return found


def sentence(step: Step) -> str:
    """Return what a step says."""
    return step.message.format(**step.values)


def remedy(step: Step) -> str:
    """Return what a step says is to be done."""
    return step.hint.format(**step.values)


def noted(database: Database, local: datetime) -> None:
    """Let every loan and visit be of one local time."""
    database.execute("UPDATE loan SET input_date = %s", [local])
    database.execute("UPDATE visitor_count SET checkin_date = %s", [local])
