"""What people agreed to: every answer is kept, the last one counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from crm.errors import ActionRefused
from crm.i18n import N_
from crm.patrons.many import chunks, existing
from crm.patrons.reach import AGREED, CHANNELS, REFUSED
from crm.schema.people import permission
from crm.staff import audit
from crm.touched import touch_persons

PURPOSES = ("profiling", "alerts", "news", "surveys", "greetings", "naming")
MEANS = ("desk", "paper", "page", "ils")
NOT_ASKED = "not asked"


@dataclass(frozen=True)
class Answer:
    """One answer; ``channel`` is None where the purpose needs none, ``notice`` the text that was shown."""

    purpose: str
    channel: str | None
    state: str
    notice: str | None
    means: str
    at: datetime
    by: int | None = None


def record(connection: Connection, person_id: int, answer: Answer) -> int:
    """Add an answer to those that were given before; return its id.

    Basis, text, actor and means are kept as UU PDP 27/2022 wants them proven. Raises ActionRefused for a purpose,
    channel, state or means that there is not, or a yes without the text that was shown.
    """
    known = (
        answer.purpose in PURPOSES
        and answer.channel in (None, *CHANNELS)
        and answer.state in (AGREED, REFUSED)
        and answer.means in MEANS
    )
    if not known or (answer.state == AGREED and not (answer.notice or "").strip()):
        raise ActionRefused(
            N_("This answer cannot be kept."),
            N_("It needs a purpose, a channel, yes or no, and the text that was shown."),
        )
    existing(connection, {person_id})
    done = connection.execute(insert(permission).values(person_id=person_id, **vars(answer)))
    details = {"purpose": answer.purpose, "channel": answer.channel, "state": answer.state}
    audit.record(connection, answer.at, answer.by, "person.permission", "person", person_id, details)
    touch_persons(connection, [person_id])
    return int(done.lastrowid)


def record_permission(  # noqa: PLR0913, PLR0917 - an answer has this many parts
    connection: Connection,
    person_id: int,
    purpose: str,
    channel: str | None,
    state: str,
    notice: str | None,
    means: str,
    by: int | None,
    at: datetime,
) -> int:
    """Add an answer, as ``record`` does."""
    return record(connection, person_id, Answer(purpose, channel, state, notice, means, at, by))


def latest(connection: Connection, person_ids: Sequence[int]) -> dict[int, dict[tuple[str, str | None], Answer]]:
    """Return the last answer of some people by purpose and channel; what is missing was not asked."""
    found: dict[int, dict[tuple[str, str | None], Answer]] = {person_id: {} for person_id in person_ids}
    row = permission.c
    columns = (row.person_id, row.purpose, row.channel, row.state, row.notice, row.means, row.at, row.by)
    for chunk in chunks(person_ids):
        last = (
            select(func.max(row.id)).where(row.person_id.in_(chunk)).group_by(row.person_id, row.purpose, row.channel)
        )
        for person_id, *parts in connection.execute(select(*columns).where(row.id.in_(last))):
            answer = Answer(*parts)
            found[person_id][answer.purpose, answer.channel] = answer
    return found


def state_of(answers: dict[tuple[str, str | None], Answer], purpose: str, channel: str | None = None) -> str:
    """Return agreed, refused or "not asked"."""
    answer = answers.get((purpose, channel))
    return answer.state if answer else NOT_ASKED
