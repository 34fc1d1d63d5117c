"""How large the invented library is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """How many rows the large tables have."""

    name: str
    members: int
    titles: int
    items: int
    loans: int
    visits: int
    author_links: int
    topic_links: int
    holds: int
    charges: int


def part_of_whole(name: str, part: int) -> Size:
    """Return the size that is the ``part``-th part of a very large library."""
    return Size(
        name,
        members=200_000 // part,
        titles=100_000 // part,
        items=200_000 // part,
        loans=2_000_000 // part,
        visits=1_000_000 // part,
        author_links=90_000 // part,
        topic_links=60_000 // part,
        holds=2_000 // part,
        charges=50_000 // part,
    )


SIZES = {"xs": part_of_whole("xs", 100), "s": part_of_whole("s", 10), "l": part_of_whole("l", 1)}
