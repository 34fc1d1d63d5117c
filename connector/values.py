"""Turns the values that a source's JSON carries into those of the copy, a column at a time.

Blank text and zero, partly zero or impossible dates become NULL; other text stays as it is. Times are converted from
the source's zone to UTC; a time that a clock showed twice is taken as the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import count, groupby
from typing import Any
from zoneinfo import ZoneInfo

from connector.extract import CustomField, Extract, Kind
from connector.php import loads
from crm.schema.base import canonical_json

Row = Sequence[Any]


class Converter:
    """Converts rows of one extract; dates and hours are remembered, since few are distinct."""

    def __init__(self, extract: Extract, timezone: str) -> None:
        """Plan the conversion of ``extract``'s fields for a source whose clock shows ``timezone``."""
        self.extract = extract
        self._dates = _Dates()
        self._hours = _Hours(ZoneInfo(timezone))
        self._by_kind: dict[Kind, Callable[[Sequence[Any]], Sequence[Any]]] = {
            Kind.TEXT: self._text,
            Kind.INTEGER: lambda column: column,
            Kind.FLAG: lambda column: column,
            Kind.DATE: lambda column: [self._dates[value] for value in column],
            Kind.MOMENT: lambda column: [self._hours.utc(value) for value in column],
            Kind.AMOUNT: lambda column: [None if value is None else str(value) for value in column],
        }

    def rows(self, raw: Sequence[Row]) -> list[tuple[Any, ...]]:
        """Return rows of the copy's columns, as connector.staging.staged_columns names them; lists count from 0."""
        if not raw:
            return []
        raw_columns = list(zip(*raw, strict=True))
        at = int(self.extract.text_key)
        columns: list[Sequence[Any]] = [*raw_columns[:at]]
        for each in self.extract.fields:
            taken = raw_columns[at : at + len(each.values)]
            at += len(each.values)
            if each.kind is Kind.CUSTOM:
                columns.append(self._custom(taken, len(raw)))
            elif each.kind is Kind.POSITION:
                columns.append(positions(list(zip(*taken, strict=True))))
            else:
                columns.append(self._by_kind[each.kind](taken[0]))
        return list(zip(*columns, strict=True))

    @staticmethod
    def _text(column: Sequence[Any]) -> list[str | None]:
        return [
            (value if value and not value.isspace() else None)
            if value.__class__ is str
            else (None if value is None else str(value))
            for value in column
        ]

    def _custom(self, columns: Sequence[Sequence[Any]], rows: int) -> list[str | None]:
        if not columns:
            return [None] * rows
        return [custom_json(self.extract.custom, values) for values in zip(*columns, strict=True)]


def custom_json(fields: Sequence[CustomField], values: Iterable[Any]) -> str | None:
    """Return a patron's custom fields as JSON from label to decoded value, None where all are blank."""
    decoded = {field.label: _decoded(field, value) for field, value in zip(fields, values, strict=True)}
    filled = {label: value for label, value in decoded.items() if value is not None}
    return canonical_json(filled) if filled else None


def _decoded(field: CustomField, value: Any) -> Any:
    """Return option labels for indexes, ISO dates, numbers as they are and other text verbatim."""
    if value is None or (isinstance(value, str) and (not value or value.isspace())):
        return None
    if field.type == "checklist":
        return _ticked(field, str(value))
    if field.type in {"dropdown", "choice"}:
        return field.options.get(str(value), str(value))
    if field.type == "date":
        return iso_date(str(value))
    return _number(str(value)) if field.type == "numeric" else value


def _number(text: str) -> int | str:
    try:
        return int(text)
    except ValueError:
        return text


def _ticked(field: CustomField, text: str) -> Any:
    try:
        ticked = loads(text)
    except (ValueError, IndexError):
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


class _Dates(dict[Any, "str | None"]):
    def __missing__(self, text: Any) -> str | None:
        found = None if text is None else iso_date(str(text))
        self[text] = found
        return found


class _Hours(dict[str, "tuple[str, bool] | None"]):
    """Per local hour: the UTC hour's text and whether minutes stay as they are."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self.zone = zone

    def __missing__(self, hour: str) -> tuple[str, bool] | None:
        try:
            local = datetime.fromisoformat(f"{hour}:00:00")
            utc = local.replace(tzinfo=self.zone).astimezone(UTC)
        except (ValueError, OverflowError):
            found = None
        else:
            found = (utc.isoformat(" ")[:13], utc.minute == 0 and utc.second == 0)
        self[hour] = found
        return found

    def utc(self, text: Any) -> str | None:
        """Return a local 'YYYY-MM-DD HH:MM:SS' in UTC, None where it is no valid time."""
        if text is None:
            return None
        found = self[text[:13]]
        if found is None:
            return None
        if found[1] and len(text) == 19 and text[14] < "6" and text[17] < "6":
            return found[0] + str(text[13:])
        return self._exactly(text)

    def _exactly(self, text: str) -> str | None:
        try:
            local = datetime.fromisoformat(text)
            return str(local.replace(tzinfo=self.zone).astimezone(UTC))[:19]
        except (ValueError, OverflowError):
            return None
