"""What is new, and how many copies of it can be taken home now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from crm.schema import ils


def is_free() -> ColumnElement[bool]:
    """Return the condition that an item is there, may be lent, and is not on loan."""
    is_lent = and_(
        ils.loan.c.source_id == ils.item.c.source_id,
        ils.loan.c.title_key == ils.item.c.title_key,
        ils.loan.c.item_key == ils.item.c.key,
        ils.loan.c.is_open,
        ils.loan.c.gone_at.is_(None),
    )
    is_there = and_(ils.item.c.gone_at.is_(None), ils.item.c.is_loanable)
    return and_(is_there, ~select(ils.loan.c.key).where(is_lent).exists())


def free_copies(connection: Connection, source_id: int, title_key: int) -> int:
    """Return how many copies of a title can be taken home now; 0 for a title that is gone or hidden."""
    item, title = ils.item.c, ils.title.c
    is_title = and_(title.source_id == item.source_id, title.key == item.title_key)
    query = select(func.count()).join_from(ils.item, ils.title, is_title)
    is_meant = and_(item.source_id == source_id, item.title_key == title_key)
    return connection.scalar(query.where(is_meant, is_shown(), is_free())) or 0


def is_shown() -> ColumnElement[bool]:
    """Return the condition that a title is there and not hidden from readers."""
    return and_(ils.title.c.gone_at.is_(None), or_(ils.title.c.is_hidden.is_(None), ~ils.title.c.is_hidden))


def arrivals(since: datetime) -> Select[Any]:
    """Return (source_id, key) of the titles catalogued, or bought another copy of, since a time, with a free copy."""
    title, item = ils.title, ils.item.c
    is_item = and_(item.source_id == title.c.source_id, item.title_key == title.c.key)
    came = select(item.key).where(is_item, item.gone_at.is_(None), item.acquired_on >= since.date())
    is_new = or_(title.c.added_at >= since, came.correlate(title).exists())
    free = select(item.key).where(is_item, is_free()).correlate(title).exists()
    return select(title.c.source_id, title.c.key).where(is_shown(), is_new, free)
