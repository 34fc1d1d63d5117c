"""Numbers and times as Indonesians and the English write them."""

from __future__ import annotations

from datetime import datetime

import pytest

from crm.formats import Formats

INDONESIAN = Formats("id", "Asia/Jakarta")
ENGLISH = Formats("en", "Asia/Makassar")
MOMENT = datetime(2026, 11, 24, 3, 32, 7)


def test_thousands_are_separated_as_the_language_has_it() -> None:
    assert INDONESIAN.number(1_234_567) == "1.234.567"
    assert ENGLISH.number(1_234_567) == "1,234,567"


def test_a_moment_is_local_and_names_its_zone() -> None:
    assert INDONESIAN.moment(MOMENT) == "24 Nov 2026 10.32 WIB"
    assert ENGLISH.moment(MOMENT) == "24 Nov 2026 11:32 WITA"


def test_a_moment_can_fall_on_the_next_local_day() -> None:
    assert INDONESIAN.moment(datetime(2026, 12, 31, 17, 0)) == "1 Jan 2027 00.00 WIB"


def test_an_age_is_told_in_words() -> None:
    assert INDONESIAN.ago(MOMENT, datetime(2026, 11, 24, 3, 37, 7)) == "5 menit yang lalu"
    assert ENGLISH.ago(MOMENT, datetime(2026, 11, 26, 3, 32, 7)) == "2 days ago"


def test_a_moment_ahead_of_the_clock_is_just_past() -> None:
    assert ENGLISH.ago(MOMENT, datetime(2026, 11, 24, 3, 0)) == "1 second ago"


@pytest.mark.parametrize(
    ("seconds", "indonesian", "english"),
    [
        (0.04, "0 detik", "0 seconds"),
        (1.26, "1,3 detik", "1.3 seconds"),
        (59.4, "59,4 detik", "59.4 seconds"),
        (59.99, "1 menit", "1 minute"),
        (60, "1 menit", "1 minute"),
        (75, "1 menit 15 detik", "1 minute 15 seconds"),
        (3_599.6, "1 jam", "1 hour"),
        (7_263, "2 jam 1 menit", "2 hours 1 minute"),
    ],
)
def test_a_span_takes_two_units_at_most(seconds: float, indonesian: str, english: str) -> None:
    assert INDONESIAN.span(seconds) == indonesian
    assert ENGLISH.span(seconds) == english
