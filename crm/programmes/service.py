"""Planning programmes: make, change, repeat, call off; and keeping profiles that depend on the ILS current."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from crm.database import writing
from crm.errors import FormRefused
from crm.i18n import N_, Message
from crm.programmes import store
from crm.programmes.membership import refresh_institutions
from crm.programmes.rules import Draft, Programme, checked, slug_of, times, to_local
from crm.programmes.sign_ups import locked
from crm.schema.programmes import programme
from crm.scope import Scope
from crm.staff import audit

JUST_OVER = timedelta(hours=12)  # what began as long ago still stands in the list of what is to come


def plan(engine: Engine, draft: Draft, timezone: str, now: datetime, by: int | None) -> int:
    """Make a programme of ``draft`` and return its id; raise FormRefused per field."""
    values = _values(draft, timezone)
    with writing(engine) as connection:
        slug = slug_of(draft.title, draft.day or now.date(), _taken(connection, draft))
        programme_id = store.add(connection, {**values, "slug": slug, "created_at": now, "created_by": by})
        audit.record(connection, now, by, "programme.plan", "programme", programme_id)
        return programme_id


def _taken(connection: Connection, draft: Draft) -> set[str]:
    return store.slugs_like(connection, slug_of(draft.title, draft.day or date.min, ()))


def _values(draft: Draft, timezone: str) -> dict[str, Any]:
    sound = checked(draft)
    starts_at, ends_at = times(sound, timezone)
    return {
        "title": sound.title,
        "about": sound.about or None,
        "place": sound.place or None,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "seats": sound.seats,
        "is_public": sound.is_public,
        "group_id": sound.group_id,
    }


def replan(engine: Engine, programme_id: int, draft: Draft, timezone: str, now: datetime, by: int | None) -> None:
    """Change a programme; its address stays. Fewer seats move the last sign-ups to the waiting list."""
    values = _values(draft, timezone)
    with writing(engine) as connection:
        before = locked(connection, programme_id)
        store.change(connection, programme_id, values)
        changed = sorted(name for name, value in values.items() if getattr(before, name) != value)
        audit.record(connection, now, by, "programme.change", "programme", programme_id, {"changed": changed})


def call_off(engine: Engine, programme_id: int, now: datetime, by: int | None) -> int:
    """Cancel a programme and return how many are on its list and have to be told; the list stays."""
    with writing(engine) as connection:
        locked(connection, programme_id)
        store.change(connection, programme_id, {"cancelled_at": now})
        audit.record(connection, now, by, "programme.cancel", "programme", programme_id)
        return store.signed_up(connection, programme_id)[0]


def take_up_again(engine: Engine, programme_id: int, now: datetime, by: int | None) -> None:
    """Undo that a programme was cancelled."""
    with writing(engine) as connection:
        locked(connection, programme_id)
        store.change(connection, programme_id, {"cancelled_at": None})
        audit.record(connection, now, by, "programme.take_up_again", "programme", programme_id)


def draft_of(planned: Programme, timezone: str) -> Draft:
    """Return a programme as its form shows it."""
    begins = to_local(planned.starts_at, timezone)
    ends = to_local(planned.ends_at, timezone) if planned.ends_at else None
    return Draft(
        planned.title,
        begins.date(),
        begins.time(),
        ends.time() if ends else None,
        planned.place or "",
        planned.about or "",
        planned.seats,
        planned.is_public,
        planned.group_id,
    )


def read_draft(form: Mapping[str, str]) -> Draft:
    """Return the draft that the texts of a form say; raise FormRefused for what is no day, time or number."""
    read = {
        "day": _read(form, "day", date.fromisoformat, N_("This is not a day.")),
        "begins": _read(form, "begins", _clock, N_("This is not a time of day.")),
        "ends": _read(form, "ends", _clock, N_("This is not a time of day.")),
        "seats": _read(form, "seats", int, N_("This is not a number.")),
        "group_id": _read(form, "group_id", int, N_("This is not a number.")),
    }
    wrong = {name: value for name, value in read.items() if isinstance(value, Message)}
    if wrong:
        raise FormRefused(wrong)
    words: dict[str, Any] = {name: form.get(name, "") for name in ("title", "place", "about")}
    return Draft(**words, **read, is_public=form.get("is_public") == "yes")


def _clock(text: str) -> Any:
    return datetime.strptime(text[:5], "%H:%M").time()


def _read(form: Mapping[str, str], name: str, parse: Any, wrong: str) -> Any:
    text = form.get(name, "").strip()
    try:
        return parse(text) if text else None
    except ValueError:
        return Message(wrong)


def refresh(engine: Engine, _profile: object, scope: Scope, _today: date, now: datetime) -> int:
    """Bring groups that follow an institution of the ILS up to date; return the rows written."""
    return refresh_institutions(engine, scope, now)


def find(connection: Connection, programme_id: int) -> Programme | None:
    """Return a programme by its id."""
    return store.find(connection, programme.c.id == programme_id)
