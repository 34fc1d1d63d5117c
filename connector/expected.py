"""What the copy has to hold for a row of the source, worked out plainly from the values as the driver gives them.

Deliberately a second implementation of the mapping's rules: sharing code with the sync would prove nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from connector.dialects import Part
from connector.extract import Extract, Field, Kind
from connector.values import custom_json

Rows = list[tuple[Any, tuple[Any, ...]]]
Values = Sequence[Any]
Step = tuple[Any, Callable[[Any], Values]]

TIMES = {Kind.DATE, Kind.MOMENT}


class Expected:
    """Works out (key, values of ``columns``) for source rows as ``select`` reads them.

    Dates and moments are ISO texts, flags 0 or 1, amounts Decimals, as connector/verify.py reads the copy.
    """

    def __init__(self, extract: Extract, timezone: str, *, is_sqlite: bool = False) -> None:
        """Plan which value goes where."""
        self.extract = extract
        self.octets = "CAST({} AS BLOB)" if is_sqlite else "CONVERT({} USING binary)"
        self.fields = [each for each in extract.fields if each.kind is not Kind.POSITION]
        self.order = next((each for each in extract.fields if each.kind is Kind.POSITION), None)
        self.columns = [each.column for each in self.fields if each.column not in extract.key_columns]
        dates = Dates()
        self.rules: dict[Kind, Callable[[Any], Values]] = {
            Kind.TEXT: texts,
            Kind.INTEGER: lambda values: list(map(number_of, values)),
            Kind.FLAG: lambda values: [int(bool(value)) for value in values],
            Kind.DATE: lambda values: list(map(dates.__getitem__, values)),
            Kind.MOMENT: utc_times(ZoneInfo(timezone)),
            Kind.AMOUNT: lambda values: [None if value is None else Decimal(str(value)) for value in values],
        }
        steps = self._steps()
        self.key = steps.pop("key", None)
        self.steps = [steps[column] for column in self.columns]

    def select(self) -> str:
        """Return the SELECT without its WHERE: the source's key, all values, the list order."""
        values = [self._plainly(each, part) for each in self.fields if not self._is_key(each) for part in each.parts]
        order = list(self.order.values) if self.order else []
        # MySQL from 8.0.20 on cuts a TEXT off at its first invalid byte where it sorts rows instead of using the index.
        base = self.extract.tables.partition(" ")[0]
        chosen = ", ".join([self.extract.key, *values, *order])
        return f"SELECT /*+ ORDER_INDEX({base} PRIMARY) */ {chosen} FROM {self.extract.tables}"

    def _is_key(self, field: Field) -> bool:
        """Tell whether a field is what every row begins with anyway."""
        return field.kind is Kind.INTEGER and field.values == (self.extract.key,)

    def _plainly(self, field: Field, part: Part) -> str:
        """Return the expression of a value: text as its bytes, a time as text, for no driver gives impossible ones."""
        if part.is_text:
            return self.octets.format(part.sql)
        return f"CAST({part.sql} AS CHAR)" if field.kind in TIMES else part.sql

    def rows(self, rows: Sequence[tuple[Any, ...]]) -> Rows:
        """Return the key and the expected values of each row."""
        if not rows:
            return []
        columns = list(zip(*rows, strict=True))
        values = zip(*(rule(columns[at]) for at, rule in self.steps), strict=True)
        if self.key is None:
            return self._listed(rows, values)
        at, rule = self.key
        return list(zip(rule(columns[at]), values, strict=True))

    def _listed(self, rows: Sequence[tuple[Any, ...]], values: Iterator[tuple[Any, ...]]) -> Rows:
        """Give the members of each title's list their places in it."""
        width = len(self.order.values) if self.order else 0
        lists: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
        for row, value in zip(rows, values, strict=True):
            lists[row[0]].append(([(each is None, each) for each in row[-width:]], value))
        found: Rows = []
        for title, members in lists.items():
            members.sort(key=lambda member: member[0])
            found += [((title, at), value) for at, (_, value) in enumerate(members)]
        return found

    def _steps(self) -> dict[str, Step]:
        """Return where in a source row each column's value stands, several values for custom fields, and its rule."""
        steps: dict[str, Step] = {}
        at = 1
        for each in self.fields:
            end = at + len(each.values)
            if self._is_key(each):
                steps[each.column] = 0, self.rules[each.kind]
                continue
            if each.kind is not Kind.CUSTOM:
                steps[each.column] = at, self.rules[each.kind]
            elif each.values:
                steps[each.column] = slice(at, end), self._custom
            else:
                steps[each.column] = 0, lambda keys: [None] * len(keys)
            at = end
        return steps

    def _custom(self, columns: Sequence[Values]) -> Values:
        rows = zip(*columns, strict=True)
        return [custom_json(self.extract.custom, map(legible, values)) for values in rows]


def legible(value: bytes | None) -> str | None:
    """Return bytes as text, invalid ones as U+FFFD."""
    return None if value is None else value.decode("utf-8", "replace")


def texts(values: Values) -> Values:
    """Return text verbatim, blank text as None."""
    return [text if text and text.strip() else None for text in map(legible, values)]


def number_of(value: Any) -> Any:
    """Return a whole number; what is none stays as it is, since the copy cannot hold it."""
    try:
        return None if value is None else int(value)
    except ValueError:
        return value


class Dates(dict["str | None", "str | None"]):
    """The calendar date of a date or time in ISO form; None where there is no such day."""

    def __missing__(self, text: str | None) -> str | None:
        """Work a new one out."""
        try:
            found = None if text is None else date.fromisoformat(text[:10]).isoformat()
        except ValueError:
            found = None
        self[text] = found
        return found


def utc_times(zone: ZoneInfo) -> Callable[[Values], Values]:
    """Return the rule that turns local times into UTC; one that a clock showed twice is the first."""

    def utc(text: str) -> str | None:
        try:
            local = datetime.fromisoformat(text[:19])
            return (local - (zone.utcoffset(local) or local.resolution * 0)).isoformat(" ")
        except (ValueError, OverflowError):
            return None

    return lambda values: [utc(text) if text else None for text in values]
