"""Invented people, named in the ways of Medan: mononyms, marga, suku, clans, titles before and degrees after."""

from __future__ import annotations

from dataclasses import dataclass

from sapa.demo.chance import Chance, Weighted
from sapa.demo.words import Words, sections

MALE, FEMALE = 1, 0
OLD, MID = 1970, 1995

DEGREES = ("S.Pd.", "S.E.", "S.H.", "S.Kom.", "S.T.", "S.Sos.", "S.Ag.", "S.P.", "A.Md.", "S.K.M.", "M.Pd.", "M.Si.")
LEARNED = {
    MALE: ("Dr. {}, M.Si.", "Ir. {}", "Drs. {}", "dr. {}", "Prof. Dr. {}, M.Hum.", "Dr. {}, M.Pd."),
    FEMALE: ("Dr. {}, M.Si.", "Ir. {}", "Dra. {}", "drg. {}", "Dr. {}, M.Pd.", "Prof. Dr. {}"),
}
PILGRIM = {MALE: "H. {}", FEMALE: "Hj. {}"}
NEVER_LAST = {"Siti", "Nur", "Sri", "Tri", "Dwi", "Eka", "Al", "Sada"}
DIRECT = ("{clan}", "bin ", "binti ")  # patterns of names that are not turned round
PLAIN_PARTS = {"br", "br.", "boru", "bin", "binti"}


@dataclass(frozen=True)
class Person:
    """A name without titles, and what it says about its bearer; ``gender`` as in SLiMS, 1 for men."""

    name: str
    gender: int
    people: Words
    family: str = ""
    direct: bool = False

    @property
    def is_muslim(self) -> bool:
        """Return whether most of the people are Muslims, which is all that is known of the person."""
        return self.people.text("muslim") == "yes"

    @property
    def inverted(self) -> str:
        """Return the name as a catalogue heads it: last name first, mononyms and clans as they are."""
        if self.direct:
            return self.name
        given, _, last = self.name.rpartition(" ")
        return f"{last}, {given}" if given else last


class Names:
    """Gives names; peoples in their share of the town."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance
        self._peoples = Weighted([(people, people.number("share")) for people in sections("names.ini").values()])

    def person(self, born: int, kin: Person | None = None, faith: str = "") -> Person:
        """Return a new person born in the year ``born``.

        The person is of the people and family of ``kin`` if that is given, and of a people that is Muslim as a rule
        or is not if ``faith`` is "yes" or "no".
        """
        gender = FEMALE if self.chance.happens(0.58) else MALE
        people = kin.people if kin else self._peoples.draw(self.chance)
        while faith and people.text("muslim") != faith:
            people = self._peoples.draw(self.chance)
        sex = "m" if gender == MALE else "f"
        age = "old" if born < OLD else "mid" if born < MID else "young"
        pattern = self.chance.pick(people.of(f"patterns {sex} {age}", f"patterns {sex}"))
        if kin and kin.family:
            pattern = "{given} {given} {family}"
        name, last = "", ""
        while not name or last in NEVER_LAST:
            name = self._fill(pattern, people, (sex, age), kin.family if kin else "")
            last = name.rpartition(" ")[2]
        direct = any(mark in pattern for mark in DIRECT) and not pattern.endswith("{clan}")
        family = last if pattern.endswith("{family}") else ""
        return Person(name, gender, people, family, direct)

    def _fill(self, pattern: str, people: Words, kind: tuple[str, str], family: str) -> str:
        """Return ``pattern`` with its slots filled, no word twice nor twice at the beginning of words."""
        sex, age = kind
        words: list[str] = []
        for part in pattern.split():
            slot = part.strip("{}")
            word = family if slot == "family" else ""
            while not word or any(word.startswith(other) for other in words):
                if slot == part:
                    word = part
                    break
                word = self.chance.pick(people.of(f"{slot} {sex} {age}", f"{slot} {sex}", slot))
            words.append(word)
        return " ".join(words)

    def titled(self, person: Person, learned: float, pilgrim: float) -> str:
        """Return the name as its bearer writes it on a form, with degrees and titles in the given shares."""
        name = person.name
        if self.chance.happens(learned):
            if self.chance.happens(0.22):
                name = self.chance.pick(LEARNED[person.gender]).format(name)
            else:
                name = f"{name}, {self.chance.pick(DEGREES)}"
        if person.is_muslim and self.chance.happens(pilgrim):
            name = PILGRIM[person.gender].format(name)
        return name


def bare_words(name: str) -> list[str]:
    """Return the words of a name in small letters, fit for a mail address."""
    words = [
        "".join(letter for letter in word.lower() if letter.isascii() and letter.isalpha()) for word in name.split()
    ]
    return [word for word in words if word and word not in PLAIN_PARTS]
