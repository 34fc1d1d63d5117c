"""The audit log, latest first, by person, action, subject and day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request

from crm.database import reading
from crm.i18n import N_
from crm.staff import audit, store
from plugin_ui.context import pages
from plugin_ui.language import say
from plugin_ui.staff.access import needs

blueprint = Blueprint("audit", __name__)

FIELDS = ("who", "action", "subject", "subject_id", "since", "until")


@blueprint.get("/settings/audit")
@needs("see_audit")
def show() -> str:
    """List one page of entries."""
    asked = {name: request.args.get(name, "").strip() for name in FIELDS}
    wanted, errors = _wanted(asked)
    with reading(pages().engine) as connection:
        entries, before = audit.listed(connection, wanted)
        accounts = store.accounts(connection)
    return render_template(
        "staff/audit.html",
        entries=entries,
        before=before,
        is_first=wanted.before is None,
        people=[(str(account.id), account.username) for account in accounts],
        actions=sorted(((code, say(words)) for code, words in audit.ACTION_WORDS.items()), key=lambda pair: pair[1]),
        words=audit.ACTION_WORDS,
        subjects=[(code, say(words)) for code, words in audit.SUBJECT_WORDS.items()],
        subject_words=audit.SUBJECT_WORDS,
        asked=asked,
        errors=errors,
        is_filtered=any(asked.values()),
    )


def _wanted(asked: dict[str, str]) -> tuple[audit.Wanted, dict[str, str]]:
    """Return what to list and, by field, what cannot be read."""
    errors: dict[str, str] = {}
    since, until = (_day(asked[name], name, errors) for name in ("since", "until"))
    who, before = (_number(text) for text in (asked["who"], request.args.get("before", "")))
    wanted = audit.Wanted(
        staff_id=who,
        action=asked["action"] or None,
        subject=asked["subject"] or None,
        subject_id=asked["subject_id"] or None,
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
        before=before,
    )
    return wanted, errors


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _day(text: str, name: str, errors: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        errors[name] = say(N_("Write the day as year-month-day: 2026-11-24."))
        return None


def _midnight(day: date) -> datetime:
    """Return when a day of the library begins, as naive UTC."""
    local = datetime.combine(day, time(), ZoneInfo(pages().library.timezone))
    return local.astimezone(UTC).replace(tzinfo=None)
