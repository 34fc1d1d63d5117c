"""Whether the clocks of Sapa, of a source's server and of the ILS agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from connector.extract import Extract
from connector.source import Source
from connector.steps import FAILED, WARNING, Finding
from crm.i18n import N_

TOLERANCE = timedelta(seconds=120)
WIDEST_ZONES = timedelta(hours=26)
NEWEST_ROWS = 100
RECORDED = {"loan": "recorded_at", "visit": "visited_at"}  # times that the ILS notes by itself as things happen


def compared(theirs: datetime, ours: datetime) -> Finding:
    """Compare the server's clock with this machine's; both naive UTC."""
    values = {
        "seconds": round(abs(theirs - ours).total_seconds()),
        "theirs": theirs.isoformat(" ", "seconds"),
        "ours": ours.isoformat(" ", "seconds"),
    }
    if theirs - ours > TOLERANCE:
        message = N_("The server's clock is {seconds} s ahead: {theirs} UTC there, {ours} UTC here.")
    elif ours - theirs > TOLERANCE:
        message = N_("The server's clock is {seconds} s behind: {theirs} UTC there, {ours} UTC here.")
    else:
        return Finding(N_("The server's clock and this one agree ({theirs} UTC)."), values=values)
    return Finding(message, N_("Let both machines set their clocks by NTP."), values, WARNING)


def judged(timezone: str, newest: datetime | None, now: datetime) -> Finding:
    """Judge a source's time zone by the newest local time that the ILS noted; ``now`` is naive UTC."""
    values: dict[str, object] = {"zone": timezone}
    try:
        zone = ZoneInfo(timezone)
    except (LookupError, ValueError):
        return Finding(N_("There is no time zone {zone}."), N_("Write one such as Asia/Jakarta."), values, FAILED)
    if newest is None:
        return Finding(N_("No loan or visit shows yet whether the time zone {zone} is right."), values=values)
    ahead = newest - now.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    if ahead <= TOLERANCE:
        return Finding(N_("In the time zone {zone} no loan or visit lies in the future."), values=values)
    values["newest"] = newest.isoformat(" ", "minutes")
    if ahead > WIDEST_ZONES:
        return Finding(
            N_("The newest loan or visit, {newest}, lies {days} days in the future: no time zone explains that."),
            N_("Check the clock of the machine that the ILS runs on; the copy has such times as they stand."),
            values | {"days": ahead.days},
            WARNING,
        )
    return Finding(
        N_("In the time zone {zone} the newest loan or visit, {newest}, lies {minutes} minutes in the future."),
        N_(
            "Correct timezone of this source: {offset} fits, or one further east (Asia/Jakarta is UTC+07:00,"
            " Asia/Makassar UTC+08:00, Asia/Jayapura UTC+09:00); or else the clock of the machine that the ILS runs on."
        ),
        values | {"minutes": ahead // timedelta(minutes=1), "offset": fitting_offset(newest - now)},
        WARNING,
    )


def fitting_offset(ahead_of_utc: timedelta) -> str:
    """Return the westernmost offset in whole hours at which a local time so far ahead of UTC is not in the future."""
    hours = -((TOLERANCE - ahead_of_utc) // timedelta(hours=1))
    return f"UTC{hours:+03d}:00"


def newest_recorded(source: Source, extracts: Iterable[Extract]) -> datetime | None:
    """Return the latest local time among the loans and visits with the highest keys."""
    return max(_recorded(source, extracts), default=None)


def _recorded(source: Source, extracts: Iterable[Extract]) -> Iterator[datetime]:
    for extract in extracts:
        for field in extract.fields:
            if field.column == RECORDED.get(extract.entity):
                select = f"SELECT {field.values[0]} FROM {extract.tables} ORDER BY {extract.key} DESC"
                for (value,) in source.rows(f"{select} LIMIT {NEWEST_ROWS}"):
                    yield from _moment(value)


def _moment(value: object) -> Iterator[datetime]:
    """Yield a time; zero and impossible ones arrive as text and yield nothing."""
    try:
        yield datetime.fromisoformat(str(value))
    except ValueError:
        return
