"""What the copy has to hold for a row of the source, worked out plainly, one row at a time.

Deliberately a second implementation of the mapping's rules: sharing code with the sync would prove nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from connector.dialects import raw
from connector.extract import Extract, Kind
from connector.values import custom_json

Rows = list[tuple[Any, tuple[Any, ...]]]
Step = tuple[Any, Callable[[Any], Any]]


class Expected:
    """Works out (key, values of ``columns``) for source rows as ``select`` reads them."""

    def __init__(self, extract: Extract, timezone: str) -> None:
        """Plan which value goes where."""
        self.extract = extract
        self.zone = ZoneInfo(timezone)
        self.fields = [each for each in extract.fields if each.kind is not Kind.POSITION]
        self.order = next((each for each in extract.fields if each.kind is Kind.POSITION), None)
        self.columns = [each.column for each in self.fields if each.column not in extract.key_columns]
        self.rules: dict[Kind, Callable[[Any], Any]] = {
            Kind.TEXT: text_of,
            Kind.INTEGER: number_of,
            Kind.FLAG: bool,
            Kind.DATE: date_of,
            Kind.MOMENT: self._moment,
            Kind.AMOUNT: lambda value: None if value is None else Decimal(str(value)),
            Kind.CUSTOM: lambda values: custom_json(extract.custom, map(_raw, values)),
        }
        steps = self._steps()
        self.key = steps.pop("key", None)
        self.steps = [steps[column] for column in self.columns]

    def select(self) -> str:
        """Return the SELECT without its WHERE: the source's key, all values (text in hexadecimal), the list order."""
        values = [raw(part) for each in self.fields for part in each.parts]
        order = list(self.order.values) if self.order else []
        return f"SELECT {', '.join([self.extract.key, *values, *order])} FROM {self.extract.tables}"

    def rows(self, rows: Sequence[tuple[Any, ...]]) -> Rows:
        """Return the key and the expected values of each row."""
        if self.order is None:
            return [self._row(row) for row in rows]
        width = len(self.order.values)
        lists: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
        for row in rows:
            lists[row[0]].append(row)
        found: Rows = []
        for title, members in lists.items():
            members.sort(key=lambda row: [(value is None, value) for value in row[-width:]])
            found += [((title, at), self._row(row)[1]) for at, row in enumerate(members)]
        return found

    def _steps(self) -> dict[str, Step]:
        """Return where in a source row each column's value stands, several values for custom fields, and its rule."""
        steps: dict[str, Step] = {}
        at = 1
        for each in self.fields:
            end = at + len(each.values)
            steps[each.column] = (slice(at, end) if each.kind is Kind.CUSTOM else at, self.rules[each.kind])
            at = end
        return steps

    def _row(self, row: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
        key = self.key[1](row[self.key[0]]) if self.key else None
        return key, tuple([rule(row[at]) for at, rule in self.steps])

    def _moment(self, value: Any) -> datetime | None:
        local = value if isinstance(value, datetime) else _parsed(datetime, value)
        if local is None:
            return None
        try:
            return local.replace(tzinfo=self.zone, microsecond=0).astimezone(UTC).replace(tzinfo=None)
        except OverflowError:
            return None


def text_of(value: Any) -> str | None:
    """Return text verbatim, invalid bytes as U+FFFD, blank text as None."""
    text = _raw(value)
    if text is None:
        return None
    return text if text.strip() else None


def number_of(value: Any) -> Any:
    """Return a whole number; what is none stays as it is, since the copy cannot hold it."""
    try:
        return None if value is None else int(value)
    except ValueError:
        return value


def date_of(value: Any) -> date | None:
    """Return a calendar date, of a time its day; the driver hands impossible ones over as text."""
    if value.__class__ is date:
        return value
    found: date | None = _parsed(date, None if value is None else str(value)[:10])
    return found


def _parsed(kind: Any, value: Any) -> Any:
    try:
        return kind.fromisoformat(str(value)) if value is not None else None
    except ValueError:
        return None


def _raw(digits: str | None) -> str | None:
    return None if digits is None else bytes.fromhex(digits).decode("utf-8", "replace")
