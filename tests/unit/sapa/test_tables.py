"""Tables and times on stdout."""

from __future__ import annotations

from datetime import datetime

import pytest

from crm.formats import Formats
from sapa.cli.tables import as_of_words, iso, naive_utc, table, visible
from sapa.config import speak


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak English whatever the machine speaks."""
    monkeypatch.setenv("LANGUAGE", "")
    speak("en")


def test_names_stand_to_the_left_and_numbers_to_the_right() -> None:
    assert table(["rows", "new"], [["loans", "1,234"], ["holds", "-"]]).splitlines() == [
        "  rows     new",
        "  loans  1,234",
        "  holds      -",
    ]


def test_a_time_with_a_zone_becomes_naive_utc() -> None:
    assert naive_utc("2026-11-24T03:32:00Z") == datetime(2026, 11, 24, 3, 32)
    assert naive_utc("2026-11-24T10:32:00+07:00") == datetime(2026, 11, 24, 3, 32)
    assert naive_utc("2026-11-24T03:32:00") == datetime(2026, 11, 24, 3, 32)


def test_a_time_is_written_as_iso_8601_in_utc() -> None:
    assert iso(datetime(2026, 11, 24, 3, 32)) == "2026-11-24T03:32:00Z"


def test_a_copy_that_is_not_whole_has_no_age() -> None:
    formats = Formats("en", "Asia/Jakarta")
    assert as_of_words(formats, None) == "first copy not finished"
    assert as_of_words(formats, "2026-11-24T03:32:00Z") == "data as of 24 Nov 2026 10:32 WIB"
    assert as_of_words(formats, datetime(2026, 11, 24, 3, 32)) == "data as of 24 Nov 2026 10:32 WIB"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("M-0017 é 図", "M-0017 é 図"),
        ("\x1b[31mX\nY\t\r\x00\x7f", r"\x1b[31mX\nY\t\r\x00\x7f"),
        ("\x9b2J", r"\x9b2J"),
        ("a\u202eb\u2066c\u2069", r"a\u202eb\u2066c\u2069"),
        ("a\u2028b\udc80", r"a\u2028b\udc80"),
        ("", '""'),
        ("  ", '"  "'),
        ("\n", r'"\n"'),
    ],
)
def test_a_text_of_the_ils_cannot_command_the_terminal_and_is_never_unseen(text: str, shown: str) -> None:
    assert visible(text) == shown
