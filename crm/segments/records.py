"""Reads one person as the reference evaluator wants him, to say why a rule holds or what it lacks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from crm.patrons.reach import reachable
from crm.schema import ils
from crm.schema.people import membership, note, permission, person, tag, trait
from crm.schema.profiles import declared, facts, interest, title_topic, topic
from crm.schema.programmes import attendance, group, group_member, programme
from crm.segments.links import ORIGINS
from crm.segments.question import OUT_OF_SIGHT, Question
from crm.segments.reference import Happening, Reader
from crm.segments.vocabulary import CHANNELS


def reader(connection: Connection, person_id: int, question: Question) -> Reader | None:
    """Return everything that rules ask of one person, None where there is no profile of him."""
    found = connection.execute(
        select(person, facts)
        .select_from(facts.join(person, person.c.id == facts.c.person_id))
        .where(facts.c.person_id == person_id)
    ).mappings().first()  # fmt: skip
    if found is None:
        return None
    return Reader(
        columns=dict(found),
        happened=_happened(connection, person_id, question),
        tags=_words(connection, select(tag.c.name).where(tag.c.person_id == person_id)),
        groups=frozenset(map(str, connection.scalars(_groups(person_id)))),
        attended=_words(connection, _attended(person_id).with_only_columns(programme.c.slug)),
        traits=_traits(connection, person_id),
        interests=_by_topic(connection, interest, interest.c.weight, person_id),
        wishes=_by_topic(connection, declared, declared.c.wish, person_id),
        channels=_channels(connection, person_id),
        answers=_answers(connection, person_id),
        better=_better(connection, person_id),
    )


def _words(connection: Connection, query: Select[Any]) -> frozenset[str]:
    return frozenset(connection.scalars(query))


def _groups(person_id: int) -> Select[Any]:
    query = select(group_member.c.group_id).join(group, group.c.id == group_member.c.group_id)
    is_open = and_(group_member.c.ended_at.is_(None), group.c.closed_at.is_(None))
    return query.where(group_member.c.person_id == person_id, is_open)


def _attended(person_id: int) -> Select[Any]:
    query = select(attendance.c.came_at).join(programme, programme.c.id == attendance.c.programme_id)
    return query.where(attendance.c.person_id == person_id, attendance.c.came_at.is_not(None))


def _traits(connection: Connection, person_id: int) -> dict[str, Any]:
    rows = connection.execute(select(trait.c.name, trait.c.origin, trait.c.value).where(trait.c.person_id == person_id))
    ranked = sorted(rows, key=lambda row: -ORIGINS.index(row.origin))
    return {row.name: row.value for row in ranked}


def _by_topic(connection: Connection, table: Any, column: Any, person_id: int) -> dict[str, Any]:
    query = select(topic.c.slug, column).join(topic, topic.c.id == table.c.topic_id)
    return {row[0]: row[1] for row in connection.execute(query.where(table.c.person_id == person_id))}


def _channels(connection: Connection, person_id: int) -> frozenset[str]:
    return frozenset(
        channel
        for channel in CHANNELS
        if connection.execute(select(facts.c.person_id).where(
            facts.c.person_id == person_id, facts.c.person_id.in_(reachable(channel)))).first()
    )  # fmt: skip


def _answers(connection: Connection, person_id: int) -> dict[tuple[str, str | None], str]:
    query = select(permission.c.purpose, permission.c.channel, permission.c.state)
    answers: dict[tuple[str, str | None], str] = {}
    rows = connection.execute(query.where(permission.c.person_id == person_id).order_by(permission.c.id))
    for purpose, channel, state in rows:
        answers.pop((purpose, channel), None)  # the latest stands last
        answers[purpose, channel] = state
    return answers


def _better(connection: Connection, person_id: int) -> int:
    own = select(facts.c.key_score).where(facts.c.person_id == person_id).scalar_subquery()
    query = select(func.count()).select_from(facts.join(person, person.c.id == facts.c.person_id))
    alive = and_(person.c.merged_into.is_(None), person.c.deceased_on.is_(None), facts.c.state.not_in(OUT_OF_SIGHT))
    return connection.scalar(query.where(alive, facts.c.key_score > own)) or 0


def _happened(connection: Connection, person_id: int, question: Question) -> dict[str, tuple[Happening, ...]]:
    visits = connection.scalars(_of_ils(ils.visit, person_id).with_only_columns(ils.visit.c.visited_at))
    asked = connection.scalars(select(note.c.at).where(note.c.person_id == person_id, note.c.kind == "question"))
    came = connection.scalars(_attended(person_id))
    return {
        "loans": _of_titles(connection, ils.loan, ils.loan.c.loaned_on, person_id, question),
        "holds": _of_titles(connection, ils.hold, ils.hold.c.placed_at, person_id, question),
        **{what: tuple(Happening(question.local_day(at) if at else None) for at in moments)
           for what, moments in (("visits", visits), ("questions", asked), ("programmes", came))},
    }  # fmt: skip


def _of_ils(table: Any, person_id: int) -> Select[Any]:
    mine = and_(membership.c.source_id == table.c.source_id, membership.c.patron_key == table.c.patron_key)
    return select(table).join(membership, mine).where(membership.c.person_id == person_id)


def _of_titles(
    connection: Connection, table: Any, column: Any, person_id: int, question: Question
) -> tuple[Happening, ...]:
    """Return loans or holds with the topics of their titles."""
    query = _of_ils(table, person_id)
    about = and_(title_topic.c.source_id == table.c.source_id, title_topic.c.title_key == table.c.title_key)
    wanted = [table.c.source_id, table.c.key, column.label("on"), title_topic.c.topic_id]
    wanted += [table.c.branch_key] if "branch_key" in table.c else []
    slugs = {known.id: slug for slug, known in question.names.topics.items()}
    rows: dict[Any, tuple[Any, str | None, set[str]]] = {}
    for row in connection.execute(query.outerjoin(title_topic, about).with_only_columns(*wanted)):
        on = question.local_day(row.on) if hasattr(row.on, "hour") else row.on
        kept = rows.setdefault((row.source_id, row.key), (on, getattr(row, "branch_key", None), set()))
        if row.topic_id in slugs:
            kept[2].add(slugs[row.topic_id])
    return tuple(Happening(on, frozenset(topics), branch) for on, branch, topics in rows.values())
