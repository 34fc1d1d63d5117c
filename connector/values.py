"""Turns the values that a source's text carries into those of the copy, a column at a time.

Blank text and zero, partly zero or impossible dates become NULL; other text stays as it is. Times are converted from
the source's zone to UTC; a time that a clock showed twice is taken as the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import count, groupby
from typing import Any
from zoneinfo import ZoneInfo

from connector.extract import CustomField, Extract, Kind
from connector.php import loads
from crm.schema.base import canonical_json

NUMBER = re.compile("-?[0-9]{1,40}")

Column = list[Any]


class Converter:
    """Converts rows of one extract; dates and hours are remembered, since few are distinct."""

    def __init__(self, extract: Extract, timezone: str) -> None:
        """Plan the conversion of ``extract``'s fields for a source whose clock shows ``timezone``."""
        self.extract = extract
        dates, moments = _Dates(), _Moments(ZoneInfo(timezone))
        self._by_kind: dict[Kind, Callable[[Sequence[str]], Column]] = {
            Kind.TEXT: lambda column: [value if value and not value.isspace() else None for value in column],
            Kind.INTEGER: whole,
            Kind.FLAG: whole,
            Kind.DATE: lambda column: list(map(dates.__getitem__, column)),
            Kind.MOMENT: moments.column,
            Kind.AMOUNT: lambda column: [value or None for value in column],
        }

    def columns(self, raw: Sequence[Sequence[str]]) -> list[Column]:
        """Return the columns that Extract.columns names for raw ones; lists count from 0."""
        at = int(self.extract.text_key)
        columns: list[Column] = [whole(column) for column in raw[:at]]
        for each in self.extract.fields:
            taken = raw[at : at + len(each.values)]
            at += len(each.values)
            if each.kind is Kind.CUSTOM:
                columns.append(self._custom(taken, len(raw[0])))
            elif each.kind is Kind.POSITION:
                columns.append(positions(list(zip(*map(whole, taken), strict=True))))
            else:
                columns.append(self._by_kind[each.kind](taken[0]))
        return columns

    def _custom(self, columns: Sequence[Sequence[str]], rows: int) -> Column:
        if not columns:
            return [None] * rows
        return [custom_json(self.extract.custom, values) for values in zip(*columns, strict=True)]


def whole(column: Sequence[str]) -> Column:
    """Return whole numbers; what is none stays text, for the sieve to find."""
    try:
        return list(map(int, column)) if "" not in column else [int(value) if value else None for value in column]
    except ValueError:
        return [int(value) if _is_number(value) else value or None for value in column]


def _is_number(text: str) -> bool:
    return NUMBER.fullmatch(text) is not None


def custom_json(fields: Sequence[CustomField], values: Iterable[str | None]) -> str | None:
    """Return a patron's custom fields as JSON from label to decoded value, None where all are blank."""
    decoded = {field.label: _decoded(field, value) for field, value in zip(fields, values, strict=True)}
    filled = {label: value for label, value in decoded.items() if value is not None}
    return canonical_json(filled) if filled else None


def _decoded(field: CustomField, value: str | None) -> Any:
    """Return option labels for indexes, ISO dates, numbers as they are and other text verbatim."""
    if not value or value.isspace():
        return None
    if field.type == "checklist":
        return _ticked(field, value)
    if field.type in {"dropdown", "choice"}:
        return field.options.get(value, value)
    if field.type == "date":
        return iso_date(value)
    return int(value) if field.type == "numeric" and _is_number(value) else value


_loaded = lru_cache(1_000)(loads)  # few combinations of boxes are ticked


def _ticked(field: CustomField, text: str) -> Any:
    try:
        ticked = _loaded(text)
    except ValueError:
        return text
    if not isinstance(ticked, dict):
        return text
    return [field.options.get(str(index), str(index)) for index in ticked.values()] or None


def positions(orders: Sequence[tuple[Any, ...]]) -> list[int]:
    """Return each row's place, from 0, in its title's list; ``orders`` is (title, what sorts the list…) per row."""
    ranked = sorted(range(len(orders)), key=lambda at: tuple((value is None, value) for value in orders[at]))
    places = [0] * len(orders)
    for _, members in groupby(ranked, key=lambda at: orders[at][0]):
        for place, at in zip(count(), members, strict=False):
            places[at] = place
    return places


def iso_date(text: str) -> str | None:
    """Return a valid calendar date as it stands, None for zero, partly zero and impossible ones."""
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return None


class _Dates(dict[str, "str | None"]):
    def __missing__(self, text: str) -> str | None:
        self[text] = found = iso_date(text)
        return found


class _Moments:
    """Turns a source's local times into UTC; the hours are remembered, minutes and seconds mostly stay as they are."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.hours = _Hours(self.utc)
        self.rests = {f":{rest // 60:02}:{rest % 60:02}" for rest in range(3600)}

    def utc(self, text: str) -> str | None:
        """Return a local 'YYYY-MM-DD HH:MM:SS' in UTC, None where it is no valid time."""
        try:
            return str(datetime.fromisoformat(text).replace(tzinfo=self.zone).astimezone(UTC))[:19]
        except (ValueError, OverflowError):
            return None

    def column(self, column: Sequence[str]) -> Column:
        """Convert a column."""
        hours, rests = self.hours, self.rests
        return [
            hour + rest if (hour := hours[text[:13]]) and (rest := text[13:]) in rests else self.utc(text)
            for text in column
        ]


class _Hours(dict[str, "str | None"]):
    """The UTC hour of a local hour; None where minutes would not stay as they are, or there is no such hour."""

    def __init__(self, convert: Callable[[str], str | None]) -> None:
        super().__init__({"": None})
        self.convert = convert

    def __missing__(self, hour: str) -> str | None:
        utc, last = self.convert(f"{hour}:00:00"), self.convert(f"{hour}:59:59")
        stays = utc and utc.endswith(":00:00") and last == f"{utc[:13]}:59:59"  # some clocks change at 00:01
        self[hour] = found = utc[:13] if utc and stays else None
        return found
