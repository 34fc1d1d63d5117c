"""Finds persons that may be one human and proposes them; what staff decided stays decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import combinations, groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    tuple_,
    update,
)  # fmt: skip

from crm.database import reading, writing
from crm.errors import NotThere
from crm.i18n import N_
from crm.patrons.contact_points import EMAIL, INSTITUTIONAL, MOBILE
from crm.patrons.likeness import ENOUGH, Candidate, Reason, alike, pile, reasons, score
from crm.patrons.many import chunks
from crm.patrons.names import repaired
from crm.patrons.registry import SAME_KEY, moved_loans, owners
from crm.schema import ils
from crm.schema.people import contact_point, duplicate, membership, person
from crm.staff import audit

PROPOSED, DISMISSED, MERGED = "proposed", "dismissed", "merged"
BY_KIND = {MOBILE: Reason.MOBILE, EMAIL: Reason.EMAIL}
SHORTEST_ADDRESS = 12  # letters and digits; less names a place where many live
MOST_NAMESAKES = 40  # of one name and birth date; more of them is a form filled in for a test

Pair = tuple[int, int]
Evidence = dict[Pair, set[Reason]]

IN_SIGHT = person.c.merged_into.is_(None)


def propose(engine: Engine, person_ids: Sequence[int] | None, now: datetime) -> int:
    """Compare some people, or all, with everybody; write, change and take back proposals; return how many rows."""
    with reading(engine) as connection:
        only = None if person_ids is None else set(person_ids)
        found = _proposals(connection, gather(connection, person_ids), only)
        standing = _standing(connection, person_ids)
    new = [pair for pair in found if pair not in standing]
    changed = [pair for pair, (_, state) in standing.items() if state == PROPOSED and pair in found]
    changed = [pair for pair in changed if standing[pair][0] != found[pair]]
    stale = [pair for pair, (_, state) in standing.items() if state == PROPOSED and pair not in found]
    for chunk in chunks([*new, *changed, *stale]):
        with writing(engine) as connection:
            _write(connection, chunk, found, standing, now)
    return len(new) + len(changed) + len(stale)


def gather(connection: Connection, person_ids: Sequence[int] | None) -> Evidence:
    """Return the pairs whose names agree and that share something else, with what they share besides birth dates."""
    found: Evidence = defaultdict(set)
    for pair in _born_together(connection, person_ids):
        found[pair].update()
    for pair, kind in _reached_alike(connection, person_ids):
        found[pair].add(BY_KIND.get(kind, Reason.OTHER_NUMBER))
    for pair in _living_together(connection, person_ids):
        found[pair].add(Reason.ADDRESS)
    for pair in _with_moved_loans(connection):
        found[pair].add(Reason.LOANS)
    return found


def _groups(
    connection: Connection,
    wanted: Select[Any],
    by: ColumnElement[Any],
    person_ids: Sequence[int] | None,
    own: Select[Any],
) -> Iterator[tuple[Any, list[Any]]]:
    """Yield the rows of ``wanted`` in groups by its first column, all or those of the values that ``own`` selects."""
    ordered = wanted.order_by(by).execution_options(stream_results=True, max_row_buffer=2_000)
    if person_ids is None:
        yield from _grouped(connection.execute(ordered))
        return
    values: set[Any] = set()
    for chunk in chunks(person_ids):
        values.update(connection.scalars(own.where(person.c.id.in_(chunk)).distinct()))
    for chunk in chunks(sorted(values - {None})):
        yield from _grouped(connection.execute(ordered.where(by.in_(chunk))))


def _grouped(rows: Iterable[Any]) -> Iterator[tuple[Any, list[Any]]]:
    for value, group in groupby(rows, key=itemgetter(0)):
        members = list(group)
        if len(members) > 1:
            yield value, members


def _born_together(connection: Connection, person_ids: Sequence[int] | None) -> Iterator[Pair]:
    by = person.c.birth_date
    wanted = select(by, person.c.id, person.c.folded).where(IN_SIGHT, by.is_not(None), person.c.folded.is_not(None))
    for _, rows in _groups(connection, wanted, by, person_ids, select(by)):
        yield from _pairs_that_agree((row.id, row.folded) for row in rows)


def _pairs_that_agree(people: Iterable[tuple[int, str]]) -> Iterator[Pair]:
    """Yield the pairs of people born on one day whose names have the same letters."""
    piles: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for person_id, folded in people:
        piles[pile(folded)].append((person_id, folded))
    for namesakes in piles.values():
        if 1 < len(namesakes) <= MOST_NAMESAKES:
            for (first, one), (second, other) in combinations(namesakes, 2):
                if alike(one, other):
                    yield _pair(first, second)


def _reached_alike(connection: Connection, person_ids: Sequence[int] | None) -> Iterator[tuple[Pair, str]]:
    point = contact_point.c
    wanted = (
        select(point.value, point.kind, person.c.id, person.c.folded)
        .join(person, person.c.id == point.person_id)
        .where(point.gone_at.is_(None), point.sharers.between(2, INSTITUTIONAL), IN_SIGHT, person.c.folded.is_not(None))
    )
    own = select(point.value).join(person, person.c.id == point.person_id).where(point.gone_at.is_(None))
    for _, rows in _groups(connection, wanted, point.value, person_ids, own):
        for one, other in combinations(rows, 2):
            if one.id != other.id and alike(one.folded, other.folded):
                yield _pair(one.id, other.id), one.kind


def _living_together(connection: Connection, person_ids: Sequence[int] | None) -> Iterator[Pair]:
    """Yield the namesakes with the same address."""
    by = person.c.folded
    wanted = (
        select(by, person.c.id, ils.patron.c.address)
        .join(membership, membership.c.person_id == person.c.id)
        .join(ils.patron, SAME_KEY)
        .where(IN_SIGHT, by.is_not(None), ils.patron.c.address.is_not(None))
    )
    for _, rows in _groups(connection, wanted, by, person_ids, select(by)):
        homes: dict[str, set[int]] = defaultdict(set)
        for row in rows:
            if home := folded_address(row.address):
                homes[home].add(row.id)
        for people in homes.values():
            if len(people) <= MOST_NAMESAKES:
                yield from combinations(sorted(people), 2)


def folded_address(address: str) -> str:
    """Return an address for matching, empty where it names no house."""
    plain = "".join(filter(str.isalnum, (repaired(address) or "").casefold()))
    return plain if len(plain) >= SHORTEST_ADDRESS and any(map(str.isdecimal, plain)) else ""


def _with_moved_loans(connection: Connection) -> Iterator[Pair]:
    """Yield who has loans of another without being him by the rule of renames."""
    moved: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for source_id, old, new in moved_loans(connection):
        moved[source_id].append((old, new))
    for source_id, keys in moved.items():
        for chunk in chunks(keys):
            people = owners(connection, source_id, [key for pair in chunk for key in pair])
            for old, new in chunk:
                if old in people and new in people and people[old] != people[new]:
                    yield _pair(people[old], people[new])


def _pair(first: int, second: int) -> Pair:
    return (first, second) if first < second else (second, first)


def _proposals(connection: Connection, evidence: Evidence, only: set[int] | None) -> dict[Pair, tuple[int, list[str]]]:
    pairs = [pair for pair in evidence if only is None or not only.isdisjoint(pair)]
    people = _candidates(connection, sorted({one for pair in pairs for one in pair}))
    found = {}
    for pair in pairs:
        if pair[0] in people and pair[1] in people:
            why = reasons(people[pair[0]], people[pair[1]], evidence[pair])
            if score(why) >= ENOUGH:
                found[pair] = (score(why), why)
    return found


def _candidates(connection: Connection, person_ids: Sequence[int]) -> dict[int, Candidate]:
    is_contact = ~exists().where(membership.c.person_id == person.c.id)
    wanted = select(person.c.id, person.c.folded, person.c.birth_date, person.c.gender, is_contact).where(IN_SIGHT)
    return {
        person_id: Candidate(folded or "", birth, gender, bool(contact))
        for chunk in chunks(person_ids)
        for person_id, folded, birth, gender, contact in connection.execute(wanted.where(person.c.id.in_(chunk)))
    }


def _standing(
    connection: Connection, person_ids: Sequence[int] | None
) -> dict[Pair, tuple[tuple[int, list[str]], str]]:  # fmt: skip
    columns = (duplicate.c.first_id, duplicate.c.second_id, duplicate.c.score, duplicate.c.reasons, duplicate.c.state)
    wanted = select(*columns)
    questions = [wanted]
    if person_ids is not None:
        questions = [
            wanted.where(or_(duplicate.c.first_id.in_(chunk), duplicate.c.second_id.in_(chunk)))
            for chunk in chunks(person_ids)
        ]
    rows = (row for question in questions for row in connection.execute(question))
    return {(row.first_id, row.second_id): ((row.score, row.reasons), row.state) for row in rows}


def _write(
    connection: Connection,
    pairs: Iterable[Pair],
    found: Mapping[Pair, Any],
    standing: Mapping[Pair, Any],
    now: datetime,
) -> None:
    new, changed, stale = [], [], []
    for pair in pairs:
        if pair not in found:
            stale.append(pair)
            continue
        points, why = found[pair]
        if pair in standing:
            changed.append({"its_first": pair[0], "its_second": pair[1], "points": points, "why": why})
        else:
            new.append({
                "first_id": pair[0], "second_id": pair[1], "score": points, "reasons": why,
                "state": PROPOSED, "found_at": now,
            })  # fmt: skip
    if new:
        connection.execute(insert(duplicate), new)
    if changed:
        mine = (duplicate.c.first_id == bindparam("its_first"), duplicate.c.second_id == bindparam("its_second"))
        values = {"score": bindparam("points"), "reasons": bindparam("why", type_=duplicate.c.reasons.type)}
        connection.execute(update(duplicate).where(*mine, duplicate.c.state == PROPOSED).values(values), changed)
    if stale:
        pair_columns = tuple_(duplicate.c.first_id, duplicate.c.second_id)
        connection.execute(delete(duplicate).where(pair_columns.in_(stale), duplicate.c.state == PROPOSED))


def dismiss(connection: Connection, first: int, second: int, at: datetime, by: int | None) -> None:
    """Note that two persons are two humans; they are never proposed again.

    Raises NotThere where there is no such proposal.
    """
    low, high = _pair(first, second)
    mine = (duplicate.c.first_id == low, duplicate.c.second_id == high, duplicate.c.state == PROPOSED)
    values = {"state": DISMISSED, "decided_at": at, "decided_by": by}
    if connection.execute(update(duplicate).where(*mine).values(values)).rowcount == 0:
        raise NotThere(N_("This proposal is not there any more."), N_("Look at the list once more."))
    audit.record(connection, at, by, "person.distinct", "person", str(low), {"other": high})
