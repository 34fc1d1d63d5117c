"""Progress bars on a terminal; nothing where there is none."""

from __future__ import annotations

import os
import shutil
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

import click

from connector.progress import Progress, Silence
from crm.i18n import Message
from crm.words import ENTITY_WORDS
from sapa.cli.translated import say

if TYPE_CHECKING:
    from crm.formats import Formats

WIDTH = 24
REDRAW_SECONDS = 0.1


class Talk(Silence):
    """Says on ``stream`` only what is waited for."""

    def __init__(self, stream: TextIO) -> None:
        """Speak on ``stream``."""
        self.stream = stream

    def wait(self, reason: Message) -> None:
        """Say it in a line."""
        click.echo(reason.said(say), file=self.stream)


class Bar(Talk):
    """Draws one line per entity on ``stream`` and leaves nothing of them behind."""

    def __init__(self, stream: TextIO, formats: Formats) -> None:
        """Draw on ``stream``, with numbers as ``formats`` writes them."""
        super().__init__(stream)
        self.formats = formats
        self.full, self.empty = ("█", "░") if _can_write(stream, "█░") else ("#", "-")

    def begin(self, entity: str, total: int) -> None:
        """Start the line of an entity."""
        self.label = say(ENTITY_WORDS.get(entity, entity))
        self.total, self.rows, self.drawn = total, 0, 0.0
        self._draw()

    def advance(self, rows: int) -> None:
        """Move on; the line is redrawn ten times a second at most."""
        self.rows += rows
        if time.monotonic() - self.drawn >= REDRAW_SECONDS:
            self._draw()

    def end(self) -> None:
        """Take the line away."""
        self.stream.write("\r\x1b[K")
        self.stream.flush()

    def _draw(self) -> None:
        self.drawn = time.monotonic()
        share = min(self.rows / self.total, 1.0) if self.total else 0.0
        cells = (self.full * round(share * WIDTH)).ljust(WIDTH, self.empty)
        counted = self.formats.number(self.rows)
        of_all = f" / {self.formats.number(self.total)}  {share:4.0%}" if self.total else ""
        line = f"{self.label:<16} {cells} {counted}{of_all}"
        self.stream.write(f"\r\x1b[K{line[: columns(self.stream) - 1]}")  # a full line would begin another
        self.stream.flush()


def columns(stream: TextIO) -> int:
    """Return how many characters a line of the terminal ``stream`` holds; stdout may lead elsewhere."""
    with suppress(OSError, ValueError):
        if width := os.get_terminal_size(stream.fileno()).columns:
            return width
    return shutil.get_terminal_size().columns


def _can_write(stream: TextIO, characters: str) -> bool:
    try:
        characters.encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def progress(formats: Formats, stream: TextIO | None = None) -> Progress:
    """Return bars on ``stream`` (stderr if none is given) where it is a terminal, lines without them otherwise."""
    stream = stream or sys.stderr
    return Bar(stream, formats) if stream.isatty() else Talk(stream)
