"""The publishing houses: invented, some general, some known for a subject."""

from __future__ import annotations

from dataclasses import dataclass

from sapa.demo.chance import Chance, Weighted
from sapa.demo.words import table

ABROAD = "London"
CLASSICS = "Penerbit Klasik Nusantara"


@dataclass(frozen=True)
class Publisher:
    """A row of ``mst_publisher``; ``subjects`` are the beginnings of the classes it publishes in, none for all."""

    number: int
    name: str
    city: str
    weight: float
    subjects: tuple[str, ...]


class Publishers:
    """Knows who might have brought out a title."""

    def __init__(self) -> None:
        self.all = [
            Publisher(number, name, city, float(weight), tuple(filter(None, subjects.split(","))))
            for number, (name, city, weight, subjects) in enumerate(table("publishers.tsv"), 1)
        ]
        self._by_class: dict[str, Weighted[Publisher]] = {}

    def draw(self, classification: str, language: str, chance: Chance) -> Publisher:
        """Return a publisher for a title."""
        if language == "en" and chance.happens(0.7):
            return next(one for one in self.all if one.city == ABROAD)
        if classification not in self._by_class:
            self._by_class[classification] = Weighted(
                (one, one.weight)
                for one in self.all
                if one.city != ABROAD and (not one.subjects or classification.startswith(one.subjects))
            )
        return self._by_class[classification].draw(chance)

    def classics(self) -> Publisher:
        """Return the house that keeps the classics in print."""
        return next(one for one in self.all if one.name == CLASSICS)
