"""Reads the manual's Markdown: links, headings, and the blocks that are run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One fenced block; ``words`` follow the opening fence, such as ``console executed``."""

    words: tuple[str, ...]
    text: str


def pages() -> list[Path]:
    """Return every Markdown page of the house."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def blocks(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    for opening, body in FENCE.findall(text):
        yield Block(tuple(opening.split()), body)


def links(text: str) -> list[str]:
    """Return the targets of the links and pictures outside fenced blocks."""
    return LINK.findall(FENCE.sub("", text))


def anchors(text: str) -> set[str]:
    """Return the anchors that the headings of a page get."""
    titles = (re.sub(r"[^\w\- ]", "", title.lower()) for title in HEADING.findall(FENCE.sub("", text)))
    return {title.strip().replace(" ", "-") for title in titles}


@dataclass(frozen=True)
class Step:
    """One command of a ``console`` block and what it is said to print."""

    command: str
    expected: str


def steps(console: str) -> Iterator[Step]:
    """Yield the commands after ``$ `` with the lines that follow each."""
    for part in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        yield Step(command, expected)
