"""Repeatable chance: the same seed gives the same library on every machine."""

from __future__ import annotations

import math
import random
from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class Chance:
    """A stream of draws for one part of the library.

    Only ``Random.random`` is called: its sequence is the one Python promises never to change.
    """

    def __init__(self, seed: int, part: str) -> None:
        self.unit = random.Random(f"{seed}/{part}").random

    def happens(self, probability: float) -> bool:
        """Return True in ``probability`` of the cases."""
        return self.unit() < probability

    def below(self, limit: int) -> int:
        """Return a whole number from 0 to ``limit`` - 1."""
        return int(self.unit() * limit)

    def between(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + int(self.unit() * (high - low + 1))

    def pick(self, values: Sequence[T]) -> T:
        """Return one of ``values``."""
        return values[int(self.unit() * len(values))]

    def sample(self, values: Iterable[T], count: int) -> list[T]:
        """Return ``count`` different members of ``values``, or all of them if there are fewer."""
        pool = list(values)
        count = min(count, len(pool))
        for place in range(count):
            other = self.between(place, len(pool) - 1)
            pool[place], pool[other] = pool[other], pool[place]
        return pool[:count]

    def spread(self, middle: float, width: float) -> float:
        """Return a number near ``middle``; nearly normal, never further off than twice ``width``."""
        return middle + width * (self.unit() + self.unit() + self.unit() + self.unit() - 2)

    def pause(self, mean: float) -> int:
        """Return a whole number of at least 1, exponentially spread about ``mean``."""
        return 1 + int(-math.log(1 - self.unit()) * max(mean - 0.5, 0.1))

    def digits(self, count: int) -> str:
        """Return a text of ``count`` digits."""
        return str(self.below(10**count)).zfill(count)


class Weighted(Generic[T]):
    """Values of which some are drawn more often than others."""

    def __init__(self, pairs: Iterable[tuple[T, float]]) -> None:
        self.pairs = tuple(pairs)
        self._values = tuple(value for value, _ in self.pairs)
        self._sums = tuple(accumulate(weight for _, weight in self.pairs))

    def draw(self, chance: Chance) -> T:
        """Return one value."""
        return self._values[bisect(self._sums, chance.unit() * self._sums[-1], hi=len(self._values) - 1)]

    def several(self, chance: Chance, count: int) -> list[T]:
        """Return up to ``count`` different values, the heavy ones first as a rule."""
        left = list(self.pairs)
        drawn = []
        for _ in range(min(count, len(left))):
            value = Weighted(left).draw(chance)
            drawn.append(value)
            left = [pair for pair in left if pair[0] is not value]
        return drawn
