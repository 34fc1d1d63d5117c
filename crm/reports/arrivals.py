"""What is new on the shelf and suits one reader, with where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, func, or_, select

from crm.i18n import Message
from crm.interests import shelf
from crm.interests.matcher import Match, Terms, arrivals_for_reader
from crm.interests.state import read_state
from crm.schema import ils

MOST = 10


@dataclass(frozen=True)
class Place:
    """Where copies of a title stand that can be taken home now."""

    branch: str | None
    collection: str | None
    copies: int


@dataclass(frozen=True)
class Arrival:
    """A new title that suits, and why, in words that name topics."""

    title: str | None
    call_number: str | None
    places: tuple[Place, ...]
    reason: Message


def arrivals(connection: Connection, person_id: int, since: datetime, today: date, language: str) -> list[Arrival]:
    """Return what came since a time (naive UTC) and suits a reader, best first; never what he has borrowed before."""
    state = read_state(connection)
    terms = Terms(today, state.half_life_days) if state else Terms(today)
    matches = arrivals_for_reader(connection, person_id, since, terms, MOST)
    if not matches:
        return []
    titles, places = _titles(connection, matches), _places(connection, matches)
    found = []
    for match in matches:
        key = (match.source_id, match.title_key)
        name, call_number = titles.get(key, (None, None))
        found.append(Arrival(name, call_number, tuple(places[key]), match.reason(language)))
    return found


def _titles(connection: Connection, matches: Sequence[Match]) -> dict[tuple[int, int], tuple[str | None, str | None]]:
    title = ils.title.c
    meant = or_(*(and_(title.source_id == each.source_id, title.key == each.title_key) for each in matches))
    rows = connection.execute(select(title.source_id, title.key, title.title, title.call_number).where(meant))
    return {(row.source_id, row.key): (row.title, row.call_number) for row in rows}


def _places(connection: Connection, matches: Sequence[Match]) -> dict[tuple[int, int], list[Place]]:
    item, branch = ils.item.c, ils.branch.c
    meant = or_(*(and_(item.source_id == each.source_id, item.title_key == each.title_key) for each in matches))
    at = and_(branch.source_id == item.source_id, branch.key == item.branch_key)
    rows = connection.execute(
        select(
            item.source_id, item.title_key, func.coalesce(branch.name, item.branch_key), item.collection, func.count()
        )
        .select_from(ils.item.outerjoin(ils.branch, at))
        .where(meant, shelf.is_free())
        .group_by(item.source_id, item.title_key, func.coalesce(branch.name, item.branch_key), item.collection)
        .order_by(func.count().desc())
    )
    found: dict[tuple[int, int], list[Place]] = defaultdict(list)
    for source_id, key, *place in rows:
        found[source_id, key].append(Place(*place))
    return found
