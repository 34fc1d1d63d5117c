"""Works out the weights of interests in sets: one statement per some hundred people and step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Double,
    Integer,
    MetaData,
    Select,
    Table,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql.expression import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from crm.interests.consent import is_left_out
from crm.interests.decay import FIRST_DAY
from crm.schema import ils
from crm.schema.base import Key
from crm.schema.people import membership, person
from crm.schema.profiles import declared, interest, interest_base, interest_day, title_topic, topic

NEVER = "never"
SAME = 1e-9  # weights closer than that are equal
COLUMNS = ("person_id", "topic_id", "weight", "loans", "last_on")

_temporary = MetaData()
_prefix: Any = {"prefixes": ["TEMPORARY"]}


def _weights(name: str) -> Table:
    ids = [Column(each, Integer, primary_key=True, autoincrement=False) for each in ("person_id", "topic_id")]
    return Table(
        name,
        _temporary,
        *ids,
        Column("weight", Double, nullable=False),
        Column("loans", Integer, nullable=False),
        Column("last_on", Date),
        **_prefix,
    )


who = Table("interest_who", _temporary, Column("person_id", Integer, primary_key=True, autoincrement=False), **_prefix)
member = Table(
    "interest_member",
    _temporary,
    Column("person_id", Integer, primary_key=True, autoincrement=False),
    Column("source_id", Integer, primary_key=True, autoincrement=False),
    Column("patron_key", Key, primary_key=True),
    **_prefix,
)
raw = _weights("interest_raw")
total = Table(
    "interest_total",
    _temporary,
    Column("person_id", Integer, primary_key=True, autoincrement=False),
    Column("weight", Double, nullable=False),
    **_prefix,
)
share = _weights("interest_share")


@dataclass(frozen=True)
class Terms:
    """What holds for everybody in one refresh."""

    today: date
    children_categories: tuple[str, ...] = ()
    links_kept_from: date | None = None  # older loans count in ``interest_base``


def prepare(connection: Connection) -> None:
    """Make the temporary tables anew."""
    _temporary.drop_all(connection)
    _temporary.create_all(connection, checkfirst=False)


def choose(connection: Connection, terms: Terms, meant: ColumnElement[bool]) -> None:
    """Put those into ``interest_who`` about whom something may be inferred, among the people that are ``meant``."""
    allowed = and_(meant, person.c.merged_into.is_(None), ~is_left_out(terms.today, terms.children_categories))
    connection.execute(insert(who).from_select(["person_id"], select(person.c.id).where(allowed)))
    keys = select(membership.c.person_id, membership.c.source_id, membership.c.patron_key)
    theirs = keys.where(membership.c.person_id.in_(select(who.c.person_id)))
    connection.execute(insert(member).from_select(["person_id", "source_id", "patron_key"], theirs))


def loan_sums(terms: Terms, since: date | None = None, until: date | None = None) -> Select[Any]:
    """Return the COLUMNS of the people in ``interest_who`` by their loans from ``since`` to before ``until``."""
    loaned_on = ils.loan.c.loaned_on
    day = case((loaned_on > terms.today, terms.today), (loaned_on < FIRST_DAY, FIRST_DAY), else_=loaned_on)
    is_theirs = and_(
        ils.loan.c.source_id == _first(member.c.source_id), ils.loan.c.patron_key == _first(member.c.patron_key)
    )
    is_title = and_(
        title_topic.c.source_id == ils.loan.c.source_id, title_topic.c.title_key == _first(ils.loan.c.title_key)
    )
    limits = [] if since is None else [loaned_on >= since]
    limits += [] if until is None else [loaned_on < until]
    ids = (member.c.person_id, title_topic.c.topic_id)
    weight, last_on = func.sum(interest_day.c.factor), func.max(interest_day.c.day)
    return (
        select(*ids, weight.label("weight"), func.count().label("loans"), last_on.label("last_on"))
        .join_from(member, ils.loan, is_theirs)
        .join(title_topic, is_title)
        .join(interest_day, interest_day.c.day == day)
        .where(ils.loan.c.gone_at.is_(None), *limits)
        .group_by(*ids)
    )


def _first(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column of which no index helps, so that its table is read before the one it is compared with.

    Readers are few here: their loans come first, and then the titles. Without numbers on how the temporary tables are
    made up a database may begin with all titles.
    """
    return UnaryExpression(column, operator=custom_op("+"))


def base_sums() -> list[Select[Any]]:
    """Return the COLUMNS of what is kept as a sum: each one's own, and that of people merged into them."""
    merged = person.alias("merged")
    base = interest_base.c
    columns = (base.topic_id, (base.weight * interest_day.c.factor).label("weight"), base.loans, base.last_on)

    def of(joined: Any) -> Select[Any]:
        return (
            select(who.c.person_id, *columns)
            .select_from(joined)
            .join(interest_day, interest_day.c.day == base.last_on)
            .join(topic, topic.c.id == base.topic_id)
            .where(~topic.c.is_sensitive, topic.c.hidden_at.is_(None))
        )

    own = who.join(interest_base, base.person_id == who.c.person_id)
    theirs = who.join(merged, merged.c.merged_into == who.c.person_id).join(
        interest_base, base.person_id == merged.c.id
    )
    return [of(own), of(theirs)]


def weigh(connection: Connection, terms: Terms, meant: ColumnElement[bool]) -> int:
    """Bring ``interest`` up to date for the people that are ``meant`` (a condition on person.id); return the rows.

    A weight is the sum over loans of their decay, as a share of the person's own; topics the person wants never to
    hear of are left out before shares are taken.
    """
    prepare(connection)
    choose(connection, terms, meant)
    connection.execute(insert(raw).from_select(COLUMNS, _sums(terms)))
    is_declared = and_(declared.c.person_id == raw.c.person_id, declared.c.topic_id == raw.c.topic_id)
    connection.execute(delete(raw).where(select(declared.c.wish).where(is_declared, declared.c.wish == NEVER).exists()))
    sums = select(raw.c.person_id, func.sum(raw.c.weight)).group_by(raw.c.person_id)
    connection.execute(insert(total).from_select(["person_id", "weight"], sums))
    shares = select(
        raw.c.person_id, raw.c.topic_id, raw.c.weight / total.c.weight, raw.c.loans, raw.c.last_on
    ).join_from(raw, total, total.c.person_id == raw.c.person_id)
    connection.execute(insert(share).from_select(COLUMNS, shares))
    return _replace(connection, meant)


def _sums(terms: Terms) -> Select[Any]:
    if terms.links_kept_from is None:
        return loan_sums(terms)
    parts = union_all(loan_sums(terms, since=terms.links_kept_from), *base_sums()).subquery("parts")
    weight, loans, last_on = func.sum(parts.c.weight), func.sum(parts.c.loans), func.max(parts.c.last_on)
    ids = (parts.c.person_id, parts.c.topic_id)
    return select(*ids, weight, loans, last_on).group_by(*ids)


def _replace(connection: Connection, meant: ColumnElement[bool]) -> int:
    """Write what differs; most rows of a full refresh do not."""
    is_same = and_(
        share.c.person_id == interest.c.person_id,
        share.c.topic_id == interest.c.topic_id,
        share.c.loans == interest.c.loans,
        or_(share.c.last_on == interest.c.last_on, and_(share.c.last_on.is_(None), interest.c.last_on.is_(None))),
        func.abs(share.c.weight - interest.c.weight) < SAME,
    )
    is_meant = interest.c.person_id.in_(select(person.c.id).where(meant))
    stale = delete(interest).where(is_meant, ~select(share.c.person_id).where(is_same).exists())
    gone = connection.execute(stale).rowcount
    is_there = and_(interest.c.person_id == share.c.person_id, interest.c.topic_id == share.c.topic_id)
    missing = (
        select(share)
        .join_from(share, interest, is_there, isouter=True)
        .where(interest.c.person_id.is_(None))
        .order_by(share.c.person_id, share.c.topic_id)
    )
    return gone + connection.execute(insert(interest).from_select(COLUMNS, missing)).rowcount
