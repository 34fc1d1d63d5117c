"""Titles that no book bears, grown from the grammar of their subject, with the class they belong to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sapa.demo.chance import Chance
from sapa.demo.words import Words

CLASS = re.compile(r"\s*~([\w.]+)")
ENGLISH = re.compile(r"^(The|A|English) |\b(and the) ")
TRIES = 12
SUBTITLED = 0.3
# The Indonesian extension for Islam beside the numbers of DDC that libraries used before and after it.
ISLAM = {
    "2X1": "297.12",
    "2X2": "297.125",
    "2X3": "297.2",
    "2X4": "297.4",
    "2X5": "297.5",
    "2X7": "297.7",
    "2X9": "297.9",
}
CONVERTED = 0.3


@dataclass(frozen=True)
class Wording:
    """A title, the language it is in and the class it brings along."""

    text: str
    language: str
    classification: str


class Titles:
    """Gives titles; none twice, unless a subject has nothing new to say."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance
        self._given: set[str] = set()

    def new(self, subject: Words, year: int) -> Wording:
        """Return a title of ``subject`` that came out in ``year``."""
        for _ in range(TRIES):
            template = self.chance.pick(subject.of("titles")).replace("{year}", str(year))
            grown = subject.say(template, self.chance)
            text = CLASS.sub("", grown)
            text = text[:1].upper() + text[1:]
            language = "en" if ENGLISH.search(text) else "id"
            plain = ":" not in text and language == "id"
            if plain and subject.text("academic") == "yes" and self.chance.happens(SUBTITLED):
                text += f": {subject.say('{subtitle}', self.chance)}"
            if text not in self._given:
                break
        self._given.add(text)
        brought = CLASS.findall(grown)
        return Wording(text, language, self._class(brought[0] if brought else self.chance.pick(subject.of("classes"))))

    def _class(self, written: str) -> str:
        written = written.replace("_", " ")
        if written[:3] in ISLAM and self.chance.happens(CONVERTED):
            return ISLAM[written[:3]]
        return written


def topics(subject: Words, classification: str, chance: Chance) -> tuple[str, ...]:
    """Return the subject headings for a title of ``classification``, the one that fits it best first."""
    plain = classification.removeprefix("A ") if classification[2:3].isdigit() else classification
    number = next((number for number, ddc in ISLAM.items() if plain == ddc), plain)
    fitting = []
    for topic in subject.of("topics"):
        term, _, place = topic.partition(" ~")
        if number.startswith(place.replace("_", " ")):
            fitting.append((len(place), term))
    fitting.sort(key=lambda pair: -pair[0])
    terms = list(dict.fromkeys(term for _, term in fitting)) or [subject.of("topics")[0].partition(" ~")[0]]
    return (terms[0], *chance.sample(terms[1:], chance.pick((0, 0, 1, 1, 2))))


def first_letter(title: str) -> str:
    """Return the small letter that ends a call number."""
    return next((letter for letter in title.lower() if letter.isalpha()), "x")
