"""What holds for a programme: its times, its seats, and who still has to be told that something is missing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from crm.errors import FormRefused
from crm.i18n import N_, Message

CANCELLED, UPCOMING, RUNNING, PAST = "cancelled", "upcoming", "running", "past"
STATE_WORDS = {CANCELLED: N_("cancelled"), UPCOMING: N_("to come"), RUNNING: N_("under way"), PAST: N_("past")}
PAGE, QR, LIST, STAFF = "page", "qr", "list", "staff"  # how somebody came onto the list
USUAL_LENGTH = timedelta(hours=3)  # of a programme that does not say when it ends
DOORS_OPEN = timedelta(hours=2)  # before it begins and after it ends, phones on site may check in
LONGEST_TITLE, LONGEST_TEXT, MOST_SEATS, MOST_WALK_INS = 200, 4000, 100_000, 100_000
LONGEST_NAME = 120

GENDERS = ("f", "m", "-")
GENDER_WORDS = {"f": N_("women and girls"), "m": N_("men and boys"), "-": N_("not told")}
AGE_BANDS = ("child", "teen", "young", "adult", "senior", "unknown")
BAND_WORDS = {
    "child": N_("children under 13"),
    "teen": N_("13 to 17 years"),
    "young": N_("18 to 24 years"),
    "adult": N_("25 to 59 years"),
    "senior": N_("60 years and older"),
    "unknown": N_("age not told"),
}


@dataclass(frozen=True)
class Draft:
    """A programme as staff fill in its form; day and times are the library's own."""

    title: str
    day: date | None
    begins: time | None
    ends: time | None = None
    place: str = ""
    about: str = ""
    seats: int | None = None
    is_public: bool = True
    group_id: int | None = None


@dataclass(frozen=True)
class Programme:
    """A programme as it is kept; times are naive UTC, ``seats`` None is as many as come."""

    id: int
    slug: str
    title: str
    about: str | None
    place: str | None
    starts_at: datetime
    ends_at: datetime | None
    seats: int | None
    is_public: bool
    group_id: int | None
    cancelled_at: datetime | None

    @property
    def end(self) -> datetime:
        """The moment it ends, three hours after its beginning where nobody said."""
        return self.ends_at or self.starts_at + USUAL_LENGTH


@dataclass(frozen=True)
class Standing:
    """What a sign-up is worth: a seat, or a place on the waiting list (1 is next)."""

    waiting: int = 0

    @property
    def has_seat(self) -> bool:
        """Whether there is a seat."""
        return self.waiting == 0


def checked(draft: Draft) -> Draft:
    """Return ``draft`` with blanks at the edges taken away; raise FormRefused with what is wrong per field."""
    title, place, about = draft.title.strip(), draft.place.strip(), draft.about.strip()
    wrong = {
        "title": _too_long(title, LONGEST_TITLE) if title else Message(N_("Give the programme a title.")),
        "place": _too_long(place, LONGEST_TITLE),
        "about": _too_long(about, LONGEST_TEXT),
        "day": None if draft.day else Message(N_("Say on which day it is.")),
        "begins": None if draft.begins else Message(N_("Say when it begins.")),
        "seats": None if draft.seats is None or 1 <= draft.seats <= MOST_SEATS else Message(
            N_("Seats are a number from 1 to {most}; leave it empty where there is no limit."), {"most": MOST_SEATS}
        ),
    }  # fmt: skip
    found = {field: message for field, message in wrong.items() if message}
    if found:
        raise FormRefused(found)
    return Draft(title, draft.day, draft.begins, draft.ends, place, about, draft.seats, draft.is_public, draft.group_id)


def _too_long(text: str, most: int) -> Message | None:
    return Message(N_("At most {most} characters."), {"most": most}) if len(text) > most else None


def times(draft: Draft, timezone: str) -> tuple[datetime, datetime | None]:
    """Return beginning and end of a checked draft as naive UTC; an end before the beginning is on the next day."""
    if draft.day is None or draft.begins is None:
        raise FormRefused({"day": Message(N_("Say on which day it is."))})
    ends = None
    if draft.ends is not None:
        day = draft.day if draft.ends > draft.begins else draft.day + timedelta(days=1)
        ends = to_utc(day, draft.ends, timezone)
    return to_utc(draft.day, draft.begins, timezone), ends


def to_utc(day: date, at: time, timezone: str) -> datetime:
    """Return a local day and time of the IANA zone as naive UTC."""
    return datetime.combine(day, at, ZoneInfo(timezone)).astimezone(UTC).replace(tzinfo=None)


def to_local(moment: datetime, timezone: str) -> datetime:
    """Return a naive UTC time as naive local time of the IANA zone."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone)).replace(tzinfo=None)


def state_of(programme: Programme, now: datetime) -> str:
    """Return a key of STATE_WORDS."""
    if programme.cancelled_at is not None:
        return CANCELLED
    if now < programme.starts_at:
        return UPCOMING
    return RUNNING if now < programme.end else PAST


def takes_sign_ups(programme: Programme, now: datetime) -> bool:
    """Tell whether the public page takes sign-ups: until it ends, unless it is cancelled."""
    return state_of(programme, now) in (UPCOMING, RUNNING)


def takes_arrivals(programme: Programme, now: datetime) -> bool:
    """Tell whether phones on site may check in: from two hours before to two hours after it."""
    opened = programme.starts_at - DOORS_OPEN <= now <= programme.end + DOORS_OPEN
    return opened and programme.cancelled_at is None


def standing(position: int, seats: int | None) -> Standing:
    """Return what the sign-up at ``position`` (1 is the first of those not cancelled) is worth."""
    return Standing() if seats is None else Standing(max(position - seats, 0))


def slug_of(title: str, day: date, taken: Collection[str]) -> str:
    """Return the part of the address that names a programme, none of those ``taken``: ``lomba-mewarnai-2026-12-01``."""
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-") or "program"
    base = f"{words}-{day.isoformat()}"
    return next(name for number in count(1) if (name := base if number == 1 else f"{base}-{number}") not in taken)


def walk_ins(entered: dict[tuple[str, str], str]) -> dict[tuple[str, str], int]:
    """Return the headcount by (sex, age band) without zeros; raise FormRefused for what is no number of people."""
    counted = {}
    for (gender, band), text in entered.items():
        if gender not in GENDERS or band not in AGE_BANDS:
            continue
        if text.strip() and not (text.strip().isdecimal() and int(text) <= MOST_WALK_INS):
            raise FormRefused({f"{gender}-{band}": Message(N_("This is not a number of people."))})
        if text.strip() and int(text):
            counted[gender, band] = int(text)
    return counted
