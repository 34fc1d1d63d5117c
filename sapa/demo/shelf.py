"""What stands on the shelf when a reader looks for something."""

from __future__ import annotations

from bisect import bisect_right

from sapa.demo.catalogue import Copy, Title
from sapa.demo.chance import Chance, Weighted

LOOKS = 7  # titles a reader takes in his hand before he gives up
NEWS_DAYS, NEWS_SHARE = 120, 0.12
ELSEWHERE = 0.3  # how willing readers are to have a book fetched from another branch
READ_AGAIN = 0.03


class Shelf:
    """The collection by subject, favourites first."""

    def __init__(self, titles: list[Title], chance: Chance) -> None:
        self.chance = chance
        by_subject: dict[str, list[Title]] = {}
        for title in titles:
            by_subject.setdefault(title.subject, []).append(title)
        self._favourites = {name: Weighted([(one, one.weight) for one in some]) for name, some in by_subject.items()}
        self._arrivals = {name: sorted(some, key=lambda one: one.added) for name, some in by_subject.items()}

    def find(self, tastes: Weighted[str], day: int, branch: str, read: set[int]) -> Copy | None:
        """Return a copy the reader takes away on ``day`` from ``branch``, or None."""
        for _ in range(LOOKS):
            title = self._look(tastes.draw(self.chance), day)
            if title is None or title.added > day or (title.number in read and not self.chance.happens(READ_AGAIN)):
                continue
            for copy in title.copies:
                there = copy.acquired <= day and copy.lendable and not copy.lent
                if there and (copy.branch == branch or self.chance.happens(ELSEWHERE)):
                    return copy
        return None

    def _look(self, subject: str, day: int) -> Title | None:
        if not self.chance.happens(NEWS_SHARE):
            return self._favourites[subject].draw(self.chance)
        arrivals = self._arrivals[subject]
        first = bisect_right(arrivals, day - NEWS_DAYS, key=lambda one: one.added)
        last = bisect_right(arrivals, day, key=lambda one: one.added)
        return arrivals[self.chance.between(first, last - 1)] if first < last else None
