"""The SQL of conditions that rows beside the person answer: what happened, tags, groups, topics, channels, answers.

Each is ``person_id IN (SELECT …)`` over a set that does not depend on the person, so that it is worked out once.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    true,
    tuple_,
    type_coerce,
)

from crm.patrons import reach as reached
from crm.schema import ils
from crm.schema.base import Words, canonical_json
from crm.schema.people import membership, note, permission, tag, trait
from crm.schema.profiles import declared, facts, interest, title_topic
from crm.schema.programmes import attendance, group, group_member, programme
from crm.segments import shapes
from crm.segments.columns import TOLERANCE, Expression, Values, Writer, bounds, known, worked_out
from crm.segments.question import Question

PROFILING = "profiling"
ORIGINS = ("reader", "staff", "ils")  # whose word counts first


def among(found: Select[Any]) -> Expression:
    """Return whether somebody is one of the people found."""
    return facts.c.person_id.in_(found)


def chosen(values: Values, positive: str, found: Expression) -> Expression:
    """Return a test, or its opposite where the condition has the negative field."""
    return found if positive in values else not_(found)


def counted(shape: shapes.Counted, values: Values, question: Question) -> Expression:
    """Return whether something happened as often as asked: from its worked-out number where there is one."""
    column = worked_out(shape, values)
    if column is not None:
        return known(column, and_(*bounds(column, values)))
    least, most = values.get("at_least", 0), values.get("at_most")
    if least > 0:
        having = [func.count() >= least, *([func.count() <= most] if most is not None else [])]
        return among(happened(shape, values, question).having(and_(*having)))
    if most is None:
        return true()
    return not_(among(happened(shape, values, question).having(func.count() > most)))


def happened(shape: shapes.Counted, values: Values, question: Question) -> Select[Any]:
    """Return the people to whom something happened in the window, a group of rows each."""
    if shape.what == "programmes":
        rows = select(attendance.c.person_id).where(attendance.c.came_at.is_not(None))
        return _since(rows, attendance.c.came_at, values, question).group_by(attendance.c.person_id)
    if shape.what == "questions":
        rows = select(note.c.person_id).where(note.c.kind == "question")
        return _since(rows, note.c.at, values, question).group_by(note.c.person_id)
    table, column = {
        "loans": (ils.loan, ils.loan.c.loaned_on),
        "visits": (ils.visit, ils.visit.c.visited_at),
        "holds": (ils.hold, ils.hold.c.placed_at),
    }[shape.what]
    mine = and_(membership.c.source_id == table.c.source_id, membership.c.patron_key == table.c.patron_key)
    rows = select(membership.c.person_id).select_from(table.join(membership, mine))
    if "about" in values:
        rows = _about(rows, table, values["about"], question)
    if "branch" in values:
        rows = rows.where(table.c.branch_key.in_(values["branch"]))
    return _since(rows, column, values, question).group_by(membership.c.person_id)


def _since(rows: Select[Any], column: ColumnElement[Any], values: Values, question: Question) -> Select[Any]:
    """Keep what happened in the window: from so many days before today to the end of today."""
    if "days" not in values:
        return rows
    first, after = question.day(-values["days"]), question.day(1)
    if isinstance(column.type, Date):
        return rows.where(column >= first, column < after)
    return rows.where(column >= question.begins(first), column < question.begins(after))


def _about(rows: Select[Any], table: Any, topics: tuple[str, ...], question: Question) -> Select[Any]:
    """Keep what is about one of the topics or one below; nothing of readers who object to profiling."""
    ids = question.names.topic_ids(topics)
    titles = select(title_topic.c.source_id, title_topic.c.title_key).where(title_topic.c.topic_id.in_(ids))
    is_about = tuple_(table.c.source_id, table.c.title_key).in_(titles)
    return rows.where(is_about, membership.c.person_id.not_in(objecting()))


def linked(shape: shapes.Linked, values: Values, _question: Question) -> Expression:
    """Return whether somebody has a tag, belongs to a group or came to a programme."""
    positive = "has" if shape.to == "tag" else "is"
    words = values.get(positive, values.get(f"{positive}_not", ()))
    if shape.to == "tag":
        found = select(tag.c.person_id).where(tag.c.name.in_(words))
    elif shape.to == "group":
        ids = [int(word) for word in words if word.isdecimal()]
        found = select(group_member.c.person_id).where(
            group_member.c.group_id.in_(ids), group_member.c.ended_at.is_(None)
        )
        found = found.join(group, group.c.id == group_member.c.group_id).where(group.c.closed_at.is_(None))
    else:
        found = select(attendance.c.person_id).join(programme, programme.c.id == attendance.c.programme_id)
        found = found.where(programme.c.slug.in_(words), attendance.c.came_at.is_not(None))
    return chosen(values, positive, among(found))


def interested(_shape: shapes.Interested, values: Values, question: Question) -> Expression:
    """Return whether a topic or one below weighs enough, or the reader asked for more of it; a "never" ends both."""
    ids = question.names.topic_ids(values["topic"])
    if not ids:
        return false()
    least = values.get("at_least", 0)
    weight = interest.c.weight > 0 if least == 0 else interest.c.weight >= least - TOLERANCE
    never = select(declared.c.topic_id).where(
        declared.c.person_id == interest.c.person_id,
        declared.c.topic_id == interest.c.topic_id,
        declared.c.wish == "never",
    )
    derived = select(interest.c.person_id).where(interest.c.topic_id.in_(ids), weight, ~exists(never))
    derived = derived.where(interest.c.person_id.not_in(objecting()))
    return or_(among(derived), among(_wished(ids, ("more",))))


def said(_shape: shapes.Declared, values: Values, question: Question) -> Expression:
    """Return whether the reader said one of these wishes to a topic or one below."""
    return among(_wished(question.names.topic_ids(values["topic"]), values["is"]))


def _wished(ids: list[int], wishes: tuple[str, ...]) -> Select[Any]:
    return select(declared.c.person_id).where(declared.c.topic_id.in_(ids), declared.c.wish.in_(wishes))


def described(_shape: shapes.Trait, values: Values, _question: Question) -> Expression:
    """Return whether the value that counts, the first of reader, staff and ILS, is or lists one of some words."""
    better = trait.alias("better")
    rank = {origin: at for at, origin in enumerate(ORIGINS)}
    outranked = exists(
        select(better.c.name).where(
            better.c.person_id == trait.c.person_id,
            better.c.name == trait.c.name,
            case(rank, value=better.c.origin) < case(rank, value=trait.c.origin),
        )
    )
    words = values.get("is", values.get("is_not", ()))
    text = type_coerce(trait.c.value, Words())
    said = or_(*(test for word in words for test in _says(text, canonical_json(word))))
    found = select(trait.c.person_id).where(trait.c.name == values["name"], said, ~outranked)
    return chosen(values, "is", among(found))


def _says(text: ColumnElement[str], word: str) -> list[Expression]:
    """Return the ways in which a JSON text says a word: alone, or as one of a list."""
    return [text == word, func.instr(text, f"[{word}") == 1, func.instr(text, f",{word}") > 0]


def reachable(_shape: shapes.Reach, values: Values, _question: Question) -> Expression:
    """Return whether one of the channels leads to somebody."""
    found = or_(*(among(reached.reachable(channel)) for channel in values["channel"]))
    return found if values.get("is", True) else not_(found)


def permitted(_shape: shapes.Permission, values: Values, _question: Question) -> Expression:
    """Return whether the latest answer to a purpose is one of some."""
    purpose, channel, answers = values["purpose"], values.get("channel"), values["is"]
    given = [answer for answer in answers if answer != "unasked"]
    found = or_(false(), *(among(answering(purpose, channel, answer)) for answer in given))
    return or_(found, not_(among(asked(purpose, channel)))) if "unasked" in answers else found


def answering(purpose: str, channel: str | None, answer: str) -> Select[Any]:
    """Return the people whose latest answer by a channel, without one by any channel, is ``answer``."""
    latest = select(func.max(permission.c.id)).where(_question_of(purpose, channel))
    latest = latest.group_by(permission.c.person_id, permission.c.channel)
    return _who_said(latest, answer)


def objecting() -> Select[Any]:
    """Return the people whose last word on profiling is no: nothing is inferred about them (UU PDP 27/2022)."""
    latest = select(func.max(permission.c.id)).where(_question_of(PROFILING, None)).group_by(permission.c.person_id)
    return _who_said(latest, "refused")


def _who_said(latest: Select[Any], answer: str) -> Select[Any]:
    ids = select(latest.subquery("latest"))
    return select(permission.c.person_id).where(permission.c.id.in_(ids), permission.c.state == answer)


def asked(purpose: str, channel: str | None) -> Select[Any]:
    """Return the people who answered at all."""
    return select(permission.c.person_id).where(_question_of(purpose, channel))


def _question_of(purpose: str, channel: str | None) -> Expression:
    found = permission.c.purpose == purpose
    return found if channel is None else and_(found, permission.c.channel == channel)


WRITERS: dict[type, Writer] = {
    shapes.Counted: counted,
    shapes.Linked: linked,
    shapes.Interested: interested,
    shapes.Declared: said,
    shapes.Trait: described,
    shapes.Reach: reachable,
    shapes.Permission: permitted,
}
