"""How people use the library: careers from key patron to never seen, pace, punctuality, taste."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from sapa.demo.chance import Chance, Weighted
from sapa.demo.words import subjects

OTHER_FAITH = 0.03
LINGERING = 0.1  # the share of loans outside a reader's own subjects


@dataclass(frozen=True)
class Career:
    """A way of being a patron; days are counted back from today.

    ``joined`` and ``stopped`` are ranges of days ago, ``pause`` the ordinary days between two calls with nothing on
    loan, ``again`` the chance to borrow when bringing back, ``visits`` the calls without a loan per 100 ordinary days.
    """

    key: str
    share: float
    joined: tuple[int, int]
    stopped: tuple[int, int] = (0, 0)
    pause: float = 0.0
    books: float = 0.0
    again: float = 0.0
    visits: float = 0.0
    away: tuple[int, int] = (0, 0)


WAYS = (
    Career("key", 2.5, (420, 2600), pause=7, books=2.1, again=0.75, visits=4.5),
    Career("steady", 20, (100, 2400), pause=50, books=1.9, again=0.56, visits=1.3),
    Career("occasional", 19, (150, 3300), pause=115, books=1.6, again=0.35, visits=0.9),
    Career("fresh", 5, (1, 84), pause=12, books=1.8, again=0.5, visits=2.0),
    Career("lapsing", 6, (420, 2600), (185, 360), pause=34, books=1.9, again=0.5, visits=1.4),
    Career("lapsed", 19, (500, 3600), (370, 2400), pause=34, books=1.9, again=0.5, visits=1.2),
    Career("returned", 5, (700, 2800), pause=34, books=1.9, again=0.5, visits=1.2, away=(200, 420)),
    Career("once", 8, (110, 2000), (100, 100), pause=5, books=1.3),
    Career("never", 8.5, (20, 2600)),
    Career("visitor", 6, (60, 2600), visits=5.0),
)
CAREERS = {career.key: career for career in WAYS}


@dataclass(frozen=True)
class Habit:
    """One reader's way: ``spans`` are the days between which he comes at all, the rest as in :class:`Career`."""

    career: str
    spans: tuple[tuple[int, int], ...]
    pause: float
    books: float
    again: float
    visits: float
    late: float
    tastes: Weighted[str]

    def ends(self, day: int) -> int:
        """Return the last day of the span in which ``day`` lies, 0 if it lies in none."""
        return next((last for first, last in self.spans if first <= day <= last), 0)

    def resumes(self, day: int) -> int:
        """Return the first day of a span after ``day``, 0 if there is none."""
        return next((first for first, _ in self.spans if first > day), 0)


def habit(career: Career, joined: int, today: int, liked: Weighted[str], chance: Chance) -> Habit:
    """Return the habit of somebody of ``career`` who joined on the day ``joined`` and borrows what is ``liked``."""
    last = max(today - chance.between(*career.stopped), joined + 5) if career.stopped[1] else today
    spans: tuple[tuple[int, int], ...] = ((joined, last),)
    if career.key == "once":
        spans = ((joined, joined + 12),)
    elif career.key == "returned":
        back = today - chance.between(20, 200)
        spans = ((joined, max(back - chance.between(*career.away), joined + 30)), (back, today))
    pace = math.exp(chance.spread(0, 0.6))
    return Habit(
        career.key,
        spans,
        pause=career.pause * pace,
        books=max(career.books + chance.spread(0, 0.5), 1.0),
        again=min(career.again / math.sqrt(pace), 0.9),
        visits=career.visits / 100 / pace,
        late=chance.pick((0.03, 0.05, 0.08, 0.12, 0.2, 0.4)),
        tastes=liked,
    )


@cache
def demand(category: str, *, muslim: bool) -> tuple[tuple[str, float], ...]:
    """Return the subjects people of ``category`` ask for, and how much; few ask for books of another faith."""
    wanted = []
    for name, words in subjects().items():
        asked = words.weights("readers").get(category, 0) * math.sqrt(words.number("share"))
        foreign = words.text("muslim") == ("no" if muslim else "yes")
        if asked:
            wanted.append((name, asked * (OTHER_FAITH if foreign else 1)))
    return tuple(wanted)


def tastes(category: str, chance: Chance, *, muslim: bool) -> Weighted[str]:
    """Return what one reader of ``category`` borrows: two to five subjects of his own, rarely anything else."""
    asked = demand(category, muslim=muslim)
    own = Weighted(asked).several(chance, chance.between(2, 5))
    total = sum(weight for _, weight in asked)
    liked = [(subject, (1 - LINGERING) * 0.55**rank) for rank, subject in enumerate(own)]
    return Weighted([*liked, *((subject, LINGERING * 2 * weight / total) for subject, weight in asked)])
