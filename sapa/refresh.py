"""Works the profiles out anew, each package in its turn, for those whose data moved or for everybody."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from connector.progress import SILENT, Progress
from crm.i18n import N_
from crm.scope import Scope

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from crm.settings import ProfileSettings
    from sapa.settings import Settings

Step = Callable[["Engine", "ProfileSettings", Scope, date, datetime], int]

PROFILES = N_("profiles")
WAIT_SECONDS = 10.0


@dataclass
class Refreshed:
    """What a refresh did: whether for everybody, the rows that each package wrote, and the seconds it took.

    ``rows`` is empty where nothing waited to be worked out.
    """

    is_everything: bool = False
    rows: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"everything": self.is_everything, "rows": self.rows, "seconds": round(self.seconds, 3)}


def steps() -> dict[str, Step]:
    """Return the packages in their order: each reads what those before it wrote."""
    from crm.facts import service as facts  # noqa: PLC0415 - a sync that finds nothing to do needs none of them
    from crm.interests import service as interests  # noqa: PLC0415
    from crm.patrons import service as patrons  # noqa: PLC0415
    from crm.programmes import service as programmes  # noqa: PLC0415
    from crm.reports import service as reports  # noqa: PLC0415
    from crm.segments import service as segments  # noqa: PLC0415

    return {
        "patrons": patrons.refresh,
        "groups": programmes.refresh,
        "interests": interests.refresh,
        "facts": facts.refresh,
        "segments": segments.refresh,
        "reports": reports.refresh,
    }


def refresh(
    engine: Engine,
    settings: Settings,
    now: datetime,
    *,
    everything: bool = False,
    wait_seconds: float = WAIT_SECONDS,
    progress: Progress = SILENT,
) -> Refreshed:
    """Bring all profiles up to date at ``now`` (naive UTC) and return what was done.

    Everybody's are worked out if asked for, if changes are too large to tell of whom, and on every new day, for
    windows move with it. What waited is taken off the list in the end only, so that a run that was killed is made
    good by the next. Nothing is done before the first copy is whole. Raises AlreadyRunning.
    """
    from crm import touched  # noqa: PLC0415 - `sapa --help` needs no database
    from crm.database import reading, writing  # noqa: PLC0415
    from crm.facts.store import is_outdated  # noqa: PLC0415
    from crm.locks import refreshing_alone  # noqa: PLC0415
    from crm.status import is_copied  # noqa: PLC0415

    began, report = time.monotonic(), Refreshed()
    today = now.replace(tzinfo=UTC).astimezone(ZoneInfo(settings.library.timezone)).date()
    with refreshing_alone(engine, wait_seconds):
        with reading(engine) as connection:
            if not is_copied(connection):
                return report
            wants_everything = everything or is_outdated(connection, today)
            work = touched.pending(connection)
        if wants_everything and not work.is_everything:
            with writing(engine) as connection:
                touched.touch_everything(connection)
                work = touched.pending(connection)
        if not work.spans:
            return report
        report.is_everything = work.is_everything
        _work_out(engine, settings.profile, report, (today, now), progress)
        with writing(engine) as connection:
            touched.done(connection, work)
    report.seconds = time.monotonic() - began
    return report


def _work_out(
    engine: Engine, profile: ProfileSettings, report: Refreshed, at: tuple[date, datetime], progress: Progress
) -> None:
    scope, each = Scope(report.is_everything), steps()
    progress.begin(PROFILES, len(each))
    try:
        for name, step in each.items():
            report.rows[name] = step(engine, profile, scope, *at)
            progress.advance(1)
    finally:
        progress.end()
