"""Progress bars: on a terminal only, and gone when the work is."""

from __future__ import annotations

import io
import os
import struct

import pytest

from crm.formats import Formats
from crm.i18n import Message
from sapa.cli.bars import Bar, columns, progress
from sapa.config import speak


class Terminal(io.StringIO):
    """A terminal that remembers everything it was sent."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak English in lines of 80 characters, whatever the machine has."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LANGUAGE", "")
    speak("en")


def test_a_pipe_gets_no_bar() -> None:
    pipe = io.StringIO()
    bar = progress(Formats("en", "UTC"), pipe)
    bar.begin("loan", 10)
    bar.advance(5)
    bar.end()
    assert pipe.getvalue() == ""


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_a_wait_is_said_in_a_line_on_a_terminal_and_in_a_pipe(stream: type[io.StringIO]) -> None:
    said = stream()
    progress(Formats("en", "UTC"), said).wait(Message("{who} is first", {"who": "Budi"}))
    assert said.getvalue() == "Budi is first\n"


def test_a_terminal_sees_how_far_it_is() -> None:
    terminal = Terminal()
    bar = progress(Formats("en", "UTC"), terminal)
    bar.begin("loan", 2_000)
    assert "loans" in terminal.getvalue()
    assert "0 / 2,000    0%" in terminal.getvalue()
    assert isinstance(bar, Bar)
    bar.drawn = 0.0
    bar.advance(1_500)
    assert "██████████████████░░░░░░ 1,500 / 2,000   75%" in terminal.getvalue()


def test_a_line_that_is_done_is_taken_away() -> None:
    terminal = Terminal()
    bar = progress(Formats("id", "UTC"), terminal)
    bar.begin("loan", 0)
    bar.end()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_more_rows_than_expected_do_not_burst_the_bar() -> None:
    terminal = Terminal()
    bar = Bar(terminal, Formats("en", "UTC"))
    bar.begin("loan", 10)
    bar.drawn = 0.0
    bar.advance(25)
    assert "████████████████████████ 25 / 10  100%" in terminal.getvalue()


def test_many_small_steps_are_not_drawn_one_by_one() -> None:
    terminal = Terminal()
    bar = Bar(terminal, Formats("en", "UTC"))
    bar.begin("loan", 10_000)
    drawn = len(terminal.getvalue())
    for _ in range(1_000):
        bar.advance(1)
    assert len(terminal.getvalue()) < drawn * 20


def test_a_terminal_without_blocks_gets_letters() -> None:
    terminal = Terminal(encoding="ascii")
    bar = Bar(terminal, Formats("en", "UTC"))
    bar.begin("loan", 4)
    bar.drawn = 0.0
    bar.advance(1)
    assert "######------------------ 1 / 4   25%" in terminal.getvalue()


def drawn_lines(terminal: Terminal) -> list[str]:
    return [line for line in terminal.getvalue().split("\r\x1b[K") if line]


def test_a_narrow_terminal_gets_a_line_that_does_not_wrap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    terminal = Terminal()
    bar = Bar(terminal, Formats("en", "UTC"))
    bar.begin("loan", 2_000_000)
    bar.drawn = 0.0
    bar.advance(1_000_000)
    assert [len(line) for line in drawn_lines(terminal)] == [39, 39]


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_the_width_is_that_of_the_terminal_the_bar_is_on() -> None:
    import fcntl
    import termios

    keyboard, screen = os.openpty()
    with os.fdopen(screen, "w", encoding="utf-8") as terminal:
        for width, seen in ((37, 37), (0, 80)):
            fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
            assert columns(terminal) == seen
    os.close(keyboard)
