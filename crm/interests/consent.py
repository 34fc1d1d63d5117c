"""Who is left out of every inference: those who object, and minors whose guardian has not agreed (UU PDP 27/2022)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select

from crm.schema import ils
from crm.schema.people import membership, permission, person

PURPOSE, AGREED, REFUSED = "profiling", "agreed", "refused"
ADULT_YEARS = 18


def born_before_adults(today: date) -> date:
    """Return the last birth date of those who are of age on ``today``: 18 years, Law 27/2022 on personal data."""
    try:
        return today.replace(year=today.year - ADULT_YEARS)
    except ValueError:  # the 29th of February
        return today.replace(year=today.year - ADULT_YEARS, day=28)


def is_left_out(today: date, children_categories: Collection[str]) -> ColumnElement[bool]:
    """Return the condition that nothing may be inferred about a row of ``person``.

    The latest word on profiling counts; a merged person's word counts for the one it was merged into. Without a
    birth date a person counts as a minor by a category that the configuration names.
    """
    is_minor = and_(person.c.birth_date.is_not(None), person.c.birth_date > born_before_adults(today))
    if children_categories:
        is_minor = or_(is_minor, and_(person.c.birth_date.is_(None), _in_category(children_categories)))
    return or_(last_word_is(REFUSED), and_(is_minor, ~last_word_is(AGREED)))


def last_word_is(state: str) -> ColumnElement[bool]:
    """Return the condition that the latest answer of a row of ``person`` about profiling is ``state``."""
    said = permission.alias("said")
    is_about = and_(permission.c.person_id == said.c.person_id, permission.c.purpose == PURPOSE)
    last = select(func.max(permission.c.id)).where(is_about).scalar_subquery()
    return select(said.c.id).where(said.c.person_id == person.c.id, said.c.id == last, said.c.state == state).exists()


def _in_category(names: Collection[str]) -> ColumnElement[bool]:
    is_category = and_(
        ils.category.c.source_id == ils.patron.c.source_id, ils.category.c.key == ils.patron.c.category_key
    )
    is_patron = and_(ils.patron.c.source_id == membership.c.source_id, ils.patron.c.key == membership.c.patron_key)
    return (
        select(membership.c.person_id)
        .join_from(membership, ils.patron, is_patron)
        .outerjoin(ils.category, is_category)
        .where(
            membership.c.person_id == person.c.id,
            or_(ils.patron.c.category_key.in_(names), ils.category.c.name.in_(names)),
        )
        .exists()
    )
