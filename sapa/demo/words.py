"""Word lists, and texts grown from them."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from sapa.demo.chance import Chance

SLOT = re.compile(r"\{(\w+)\}")
DATA = files("sapa.demo") / "data"


class Words:
    """Named lists of words; what is not in the list itself is looked for in ``common``."""

    def __init__(self, name: str, texts: Mapping[str, str], common: Words | None = None) -> None:
        self.name = name
        self._texts = texts
        self._common = common
        self._lists: dict[tuple[str, ...], tuple[str, ...]] = {}

    def text(self, key: str, default: str = "") -> str:
        """Return the value of ``key`` as it is written."""
        return self._texts.get(key, default)

    def number(self, key: str, default: float = 0) -> float:
        """Return the value of ``key`` as a number."""
        return float(self._texts.get(key, default))

    def of(self, *keys: str) -> tuple[str, ...]:
        """Return the words of the first of ``keys`` there is; one a line, or on one line between commas."""
        found = self._lists.get(keys)
        if found is None:
            found = self._lists[keys] = self._find(keys)
        return found

    def weights(self, key: str) -> dict[str, float]:
        """Return ``name number`` pairs as a mapping."""
        return {name: float(weight) for name, weight in (pair.split() for pair in self.of(key))}

    def say(self, template: str, chance: Chance) -> str:
        """Fill every ``{slot}`` of ``template`` with a word of the list of that name, slots of the word included."""
        while found := SLOT.search(template):
            word = chance.pick(self.of(found[1]))
            template = template[: found.start()] + word + template[found.end() :]
        return template

    def _find(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        for key in keys:
            if key in self._texts:
                value = self._texts[key]
                parts = value.splitlines() if "\n" in value else value.split(",")
                return tuple(part.strip() for part in parts if part.strip())
        if self._common is None:
            raise KeyError(f"{self.name}: {keys}")
        return self._common.of(*keys)


def sections(name: str, common: Words | None = None) -> dict[str, Words]:
    """Return the sections of the word list ``name`` in their order."""
    parser = configparser.ConfigParser(delimiters=("=",), comment_prefixes=("#",), interpolation=None, strict=True)
    parser.read_string((DATA / name).read_text(encoding="utf-8"), name)
    return {section: Words(section, dict(parser[section]), common) for section in parser.sections()}


def table(name: str) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the tab-separated file ``name``."""
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        yield tuple(line.split("\t"))


@cache
def common() -> Words:
    """Return the words every subject may use."""
    return sections("words.ini")["common"]


@cache
def subjects() -> dict[str, Words]:
    """Return the subjects of the catalogue by name, in the order of their classes."""
    found: dict[str, Words] = {}
    for part in sorted((DATA / "subjects").iterdir(), key=lambda part: part.name):
        found |= sections(f"subjects/{part.name}", common())
    return found
