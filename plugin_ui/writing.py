"""How templates write values: ``{{ 1200|number }}``, ``{{ at|moment }}``, ``{{ on|day }}``, ``{{ at|ago }}``."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask

from plugin_ui.context import pages
from plugin_ui.language import formats

NOTHING = "\N{EN DASH}"


def number(value: float | None) -> str:
    """Write a number with the separators of the page's language."""
    return NOTHING if value is None else formats().number(value)


def moment(value: datetime | None) -> str:
    """Write a naive UTC time as the library's local one."""
    return NOTHING if value is None else formats().moment(value)


def day(value: date | None) -> str:
    """Write a date."""
    return NOTHING if value is None else formats().day(value)


def ago(value: datetime | None) -> str:
    """Write how long ago a naive UTC time was."""
    return NOTHING if value is None else formats().ago(value, pages().now())


def percent(value: float | None, digits: int = 0) -> str:
    """Write a share, 0 to 1, in per cent."""
    return NOTHING if value is None else formats().percent(value, digits)


def long_day(value: date) -> str:
    """Write a date with its weekday."""
    return formats().long_day(value)


def install(app: Flask) -> None:
    """Make the filters known to the templates."""
    app.jinja_env.filters.update(number=number, moment=moment, day=day, ago=ago, percent=percent, long_day=long_day)
