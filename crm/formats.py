"""Numbers, times and spans of time as people of a language write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_interval, format_time, format_timedelta
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

LOCALES = {"id": "id", "en": "en_GB"}


@dataclass(frozen=True)
class Formats:
    """Writes values for readers of ``language`` who live in the IANA zone ``timezone``."""

    language: str
    timezone: str

    @property
    def locale(self) -> str:
        """The name Babel has for the language."""
        return LOCALES.get(self.language, "en_GB")

    def number(self, value: float) -> str:
        """Return a number with the separators of the language: 1.234,5 or 1,234.5."""
        return format_decimal(value, locale=self.locale)

    def moment(self, value: datetime) -> str:
        """Return a naive UTC time as the local one with its zone: ``24 Nov 2026 10.32 WIB``."""
        local = value.replace(tzinfo=UTC).astimezone(ZoneInfo(self.timezone))
        day = format_date(local.date(), "medium", locale=self.locale)
        return f"{day} {format_time(local.time(), 'short', locale=self.locale)} {local.tzname()}"

    def occasion(self, starts_at: datetime, ends_at: datetime | None = None) -> str:
        """Return when something takes place (naive UTC): ``Selasa, 1 Desember 2026, 09.00-12.00 WIB`` with a dash."""
        begins = starts_at.replace(tzinfo=UTC).astimezone(ZoneInfo(self.timezone))
        day = format_date(begins.date(), "full", locale=self.locale)
        clock = format_time(begins.time(), "short", locale=self.locale)
        if ends_at is not None:
            ends = ends_at.replace(tzinfo=UTC).astimezone(ZoneInfo(self.timezone))
            clock += f"\N{EN DASH}{format_time(ends.time(), 'short', locale=self.locale)}"
        return f"{day}, {clock} {begins.tzname()}"

    def day(self, value: date) -> str:
        """Return a date: ``24 Nov 2026``."""
        return format_date(value, "medium", locale=self.locale)

    def long_day(self, value: date) -> str:
        """Return a date with its weekday: ``Selasa, 24 November 2026``."""
        return format_date(value, "full", locale=self.locale)

    def days(self, first: date, last: date) -> str:
        """Return the days from one to another: 26 October to 22 November 2026 in short."""
        return format_interval(first, last, "yMMMd", locale=self.locale)

    def percent(self, share: float, digits: int = 0) -> str:
        """Return a share in per cent: ``12 %`` as the language writes it."""
        return format_percent(share, "#,##0%" if not digits else f"#,##0.{'0' * digits}%", locale=self.locale)

    def ago(self, value: datetime, now: datetime) -> str:
        """Return how long before ``now`` (both naive UTC) something was, a second at least: ``5 menit yang lalu``."""
        return format_timedelta(min(value - now, timedelta(seconds=-1)), add_direction=True, locale=self.locale)

    def span(self, seconds: float) -> str:
        """Return a length of time in at most two units: ``0,4 detik``, ``4 menit 12 detik``."""
        if round(seconds, 1) < 60:
            return self._units((round(seconds, 1), "second"))
        minutes, left = divmod(round(seconds), 60)
        if minutes < 60:
            return self._units((minutes, "minute"), (left, "second"))
        hours, left = divmod(minutes, 60)
        return self._units((hours, "hour"), (left, "minute"))

    def _units(self, first: tuple[float, str], *rest: tuple[float, str]) -> str:
        parts = [first, *(part for part in rest if part[0])]
        return " ".join(format_unit(number, unit, locale=self.locale) for number, unit in parts)
