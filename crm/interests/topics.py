"""What staff decide about topics: make, rename, hide and merge them, say what belongs to them, note a reader's wish.

Every change of a rule has the titles mapped anew by the next refresh.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from crm.errors import SapaError
from crm.i18n import N_
from crm.interests.decay import Base, added
from crm.interests.folding import put
from crm.interests.rules import FIELDS, TOPIC, folded, rule_values
from crm.interests.tastes import WISHES
from crm.schema.profiles import declared, interest, interest_base, topic, topic_mapping, topic_rule
from crm.touched import touch_everything, touch_persons


class TopicRefused(SapaError):
    """What was asked of a topic has to be asked otherwise."""


@dataclass(frozen=True)
class NewTopic:
    """The names of a topic that staff make."""

    name_id: str
    name_en: str
    is_sensitive: bool = False


@dataclass(frozen=True)
class By:
    """Who does something, and when; ``staff_id`` is None where it is the reader or Sapa itself."""

    at: datetime
    staff_id: int | None = None


def topic_id_of(connection: Connection, slug: str) -> int:
    """Return the id of the topic called ``slug``, of the other one where it was merged; raises TopicRefused."""
    row = connection.execute(select(topic).where(topic.c.slug == slug)).one_or_none()
    if row is None:
        raise TopicRefused(
            N_("There is no topic called {slug}."), N_("The list of topics shows their names."), slug=slug
        )
    while row.merged_into is not None:
        row = connection.execute(select(topic).where(topic.c.id == row.merged_into)).one()
    return int(row.id)


def create_topic(connection: Connection, new: NewTopic) -> str:
    """Make a topic without rules and return its slug, made from the Indonesian name."""
    names = {"name_id": new.name_id.strip(), "name_en": new.name_en.strip()}
    base = re.sub(r"\s+", "-", folded(new.name_id))
    if not base or not names["name_en"]:
        raise TopicRefused(N_("A topic needs a name in both languages."), N_("Fill in both names."))
    taken = set(connection.scalars(select(topic.c.slug).where(topic.c.slug.startswith(base, autoescape=True))))
    slug = next(name for name in (base, *(f"{base}-{number}" for number in range(2, 10_000))) if name not in taken)
    values = {"slug": slug, "kind": TOPIC, "is_sensitive": new.is_sensitive, "is_shipped": False}
    connection.execute(insert(topic).values(**values, **names))
    return slug


def rename_topic(connection: Connection, slug: str, name_id: str, name_en: str) -> None:
    """Give a topic other names; what refers to it stays."""
    if not name_id.strip() or not name_en.strip():
        raise TopicRefused(N_("A topic needs a name in both languages."), N_("Fill in both names."))
    names = {"name_id": name_id.strip(), "name_en": name_en.strip()}
    connection.execute(update(topic).where(topic.c.id == topic_id_of(connection, slug)).values(**names))


def hide_topic(connection: Connection, slug: str, at: datetime | None) -> None:
    """Take a topic out of use from ``at`` on, or into use again where that is None."""
    connection.execute(update(topic).where(topic.c.id == topic_id_of(connection, slug)).values(hidden_at=at))
    _remap(connection)


def set_sensitive(connection: Connection, slug: str, *, is_sensitive: bool) -> None:
    """Say whether a topic is too private to be inferred; what was inferred of it is forgotten at once."""
    topic_id = topic_id_of(connection, slug)
    connection.execute(update(topic).where(topic.c.id == topic_id).values(is_sensitive=is_sensitive))
    if is_sensitive:
        for table in (interest, interest_base):
            connection.execute(delete(table).where(table.c.topic_id == topic_id))
    _remap(connection)


def add_rule(connection: Connection, slug: str, field: str, value: str, by: By) -> None:
    """Have titles of a class, or with a subject, author, language, material or collection, belong to a topic.

    The rule stands in place of a shipped one of the same value. Raises TopicRefused for a value that means nothing.
    """
    topic_id = topic_id_of(connection, slug)
    if field not in FIELDS:
        raise TopicRefused(
            N_("A topic cannot be found by {field}."), N_("Allowed: {names}."), field=field, names=", ".join(FIELDS)
        )
    try:
        values = rule_values(field, value)
    except ValueError:
        raise TopicRefused(
            N_("{value} is not a class or a term that a title can have."),
            N_("Give a class such as 641.5, a range such as 540-549, or a term from the catalogue."),
            value=value,
        ) from None
    for each in values:
        is_same = and_(_is_own(field, each), topic_rule.c.topic_id == topic_id)
        if connection.scalar(select(topic_rule.c.id).where(is_same).limit(1)) is None:
            row = {"topic_id": topic_id, "field": field, "value": each, "is_shipped": False, "set_by": by.staff_id}
            connection.execute(insert(topic_rule).values(**row))
    _remap(connection)


def drop_rule(connection: Connection, slug: str, field: str, value: str) -> None:
    """Take back a rule that staff have made; a shipped one of the same value holds again."""
    is_meant = and_(_is_own(field, value), topic_rule.c.topic_id == topic_id_of(connection, slug))
    connection.execute(delete(topic_rule).where(is_meant))
    _remap(connection)


map_leftover = add_rule


def _is_own(field: str, value: str) -> ColumnElement[bool]:
    return and_(topic_rule.c.field == field, topic_rule.c.value == value, ~topic_rule.c.is_shipped)


def merge_topics(connection: Connection, slug: str, into: str, half_life_days: int) -> None:
    """Have one topic be the same as another: its rules, its readers' wishes and what is known of them go there."""
    old, new = topic_id_of(connection, slug), topic_id_of(connection, into)
    if old == new:
        raise TopicRefused(N_("A topic cannot be merged into itself."), N_("Choose another topic."))
    private = set(connection.scalars(select(topic.c.is_sensitive).where(topic.c.id.in_((old, new)))))
    if len(private) == 2:
        raise TopicRefused(
            N_("One of the two topics is sensitive, the other is not."),
            N_("Say first of both whether they are sensitive."),
        )
    connection.execute(update(topic).where(topic.c.id == old).values(merged_into=new))
    _move_wishes(connection, old, new)
    _move_sums(connection, old, new, half_life_days)
    connection.execute(delete(interest).where(interest.c.topic_id == old))
    _remap(connection)


def _move_wishes(connection: Connection, old: int, new: int) -> None:
    """Move what readers have declared; where one has said something of both, it is the last word that counts."""
    rows = connection.execute(select(declared).where(declared.c.topic_id.in_((old, new))).order_by(declared.c.set_at))
    last = {row.person_id: row._asdict() for row in rows}
    connection.execute(delete(declared).where(declared.c.topic_id.in_((old, new))))
    if last:
        connection.execute(insert(declared), [{**row, "topic_id": new} for row in last.values()])


def _move_sums(connection: Connection, old: int, new: int, half_life_days: int) -> None:
    bases: dict[tuple[int, int], list[Base]] = defaultdict(list)
    there = []
    for row in connection.execute(select(interest_base).where(interest_base.c.topic_id.in_((old, new)))):
        bases[row.person_id, new].append(Base(row.weight, row.loans, row.last_on))
        there.append((row.person_id, row.topic_id))
    connection.execute(delete(interest_base).where(interest_base.c.topic_id == old))
    put(connection, {place: added(some, half_life_days) for place, some in bases.items()}, there)


def declare(connection: Connection, person_id: int, slug: str, wish: str, origin: str, by: By) -> None:
    """Note that a reader wants "more" or "less" about a topic, or "never" anything; the last word counts.

    ``origin`` is staff or reader. Wishes about sensitive topics can be noted too: it is the reader who says so.
    """
    if wish not in WISHES:
        raise TopicRefused(N_("{wish} is not a wish that can be noted."), N_("Allowed: more, less, never."), wish=wish)
    withdraw(connection, person_id, slug)
    values = {"wish": wish, "origin": origin, "set_at": by.at, "set_by": by.staff_id}
    row = {"person_id": person_id, "topic_id": topic_id_of(connection, slug), **values}
    connection.execute(insert(declared).values(**row))


def withdraw(connection: Connection, person_id: int, slug: str) -> None:
    """Forget what a reader has declared about a topic."""
    topic_id = topic_id_of(connection, slug)
    connection.execute(delete(declared).where(declared.c.person_id == person_id, declared.c.topic_id == topic_id))
    touch_persons(connection, [person_id])


def _remap(connection: Connection) -> None:
    """Have the next refresh map all titles and work out everybody's interests."""
    connection.execute(update(topic_mapping).values(rules=""))
    touch_everything(connection)
