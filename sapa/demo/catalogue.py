"""Titles and copies: what the library bought and was given since 2014, in which class, on which shelf."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date

from sapa.demo.chance import Chance, Weighted
from sapa.demo.masters import BRANCHES, OPENED, SHELVES
from sapa.demo.people import Names
from sapa.demo.publishers import Publisher, Publishers
from sapa.demo.seasons import Seasons
from sapa.demo.titles import Titles, Wording, first_letter, topics
from sapa.demo.words import Words, subjects, table

COPIES_PER_TITLE, MOST_COPIES = 1.5, 6
ZIPF = 1.15  # how steeply demand falls from the favourite of a subject to the next
DEAD_STOCK = 0.42
TEXT, VIDEO, ELECTRONIC = 1, 26, 31  # gmd_id
MEDIA = (TEXT,) * 60 + (VIDEO, ELECTRONIC)
PRIMARY, ADDITIONAL, EDITOR, TRANSLATOR = 1, 2, 3, 4
FOREIGN_FIRST = ("Eleanor", "Haruto", "Miriam", "Colin", "Soo-ah", "Agnes", "Pierre", "Ingrid", "Owen")
FOREIGN_LAST = ("Marsh", "Kobayakawa", "Whitlow", "Han", "Delacour", "Lindqvist", "Pryce", "Ashdown")


@dataclass(slots=True, eq=False)
class Copy:
    """One item.

    ``status`` as in SLiMS, where 0, blank and nothing all mean that it is to be had; ``label`` is the item's own call
    number; an item that was given another ``code`` has the ``former`` one until the day ``renamed``.
    """

    title: Title
    branch: str
    collection: int
    acquired: int
    status: str | None
    number: int = 0
    code: str = ""
    label: str | None = None
    lent: bool = False
    gift: bool = False
    former: str = ""
    renamed: int = 0
    gone: bool = False

    def code_on(self, day: int) -> str:
        """Return the code on the label on ``day``."""
        return self.former if day < self.renamed else self.code

    @property
    def lendable(self) -> bool:
        """Return whether the desk may lend it."""
        return self.status not in {"R", "NL", "MIS", "JIL"}


@dataclass(slots=True, eq=False)
class Title:
    """One title; ``weight`` is how much it is asked for beside the others of its subject."""

    subject: str
    wording: Wording
    authors: tuple[tuple[str, int], ...]
    publisher: Publisher
    year: int
    added: int
    weight: float
    topics: tuple[str, ...]
    serial: bool
    gmd: int = 1
    number: int = 0
    copies: list[Copy] = field(default_factory=list)
    gone: bool = False

    @property
    def call_number(self) -> str:
        """Return class, three letters of the heading, one of the title."""
        heading = self.authors[0][0] if self.authors else self.wording.text
        mark = "".join(letter for letter in heading if letter.isalpha())[:3].upper()
        return f"{self.wording.classification} {mark} {first_letter(self.wording.text)}"[:50]


class Acquisitions:
    """Invents titles subject by subject, with authors who write in a subject again and again."""

    def __init__(self, seed: int, seasons: Seasons, today: date) -> None:
        self.chance = Chance(seed, "catalogue")
        self.seasons = seasons
        self.today = today.toordinal()
        self._names = Names(self.chance)
        self._titles = Titles(self.chance)
        self._publishers = Publishers()
        self._branches = Weighted(BRANCHES)
        self._batches = self._buying_days()

    def fill(self, count: int) -> list[Title]:
        """Return about ``count`` titles with their copies, numbered in the order in which they were catalogued."""
        total = sum(words.number("share") for words in subjects().values())
        found: list[Title] = []
        for name, words in subjects().items():
            found += self._subject(name, words, max(round(count * words.number("share") / total), 3))
        found += self._classics()
        found.sort(key=lambda title: title.added)
        for number, title in enumerate(found, 1):
            title.number, title.gmd = number, self.chance.pick(MEDIA)
        self._copies(found, round(count * COPIES_PER_TITLE))
        return found

    def _subject(self, name: str, words: Words, count: int) -> list[Title]:
        faith = words.text("muslim")
        authors = [self._author(faith) for _ in range(max(count * 2 // 5, 4))]
        prolific = Weighted([(author, 1 / (rank + 2)) for rank, author in enumerate(authors)])
        serial = words.text("serial") == "yes"
        found = []
        for rank in range(count):
            added = self.chance.pick(self._batches)
            year = self._year(added)
            wording = self._titles.new(words, year)
            writers = () if serial else self._writers(name, prolific, wording)
            found.append(Title(
                name, wording, writers,
                self._publishers.draw(wording.classification, wording.language, self.chance), year, added,
                self._weight(rank), topics(words, wording.classification, self.chance), serial,
            ))  # fmt: skip
        return found

    def _weight(self, rank: int) -> float:
        """Return the demand for the title of this rank in its subject; a part of every collection is dead stock."""
        return math.pow(rank + 2.5, -ZIPF) * (0.02 if self.chance.happens(DEAD_STOCK) else 1)

    def _classics(self) -> list[Title]:
        """Return the few titles of real books: names every Indonesian reader knows."""
        found = []
        for text, author, _ in table("classics.tsv"):
            added = self.chance.pick(self._batches)
            found.append(Title(
                "novel-sejarah-dan-keluarga", Wording(text, "id", self.chance.pick(("899.2213", "FIK", "813"))),
                ((author, PRIMARY),), self._publishers.classics(), self._year(added), added,
                self.chance.spread(0.12, 0.05), ("Sastra Indonesia klasik", "Novel Indonesia"), serial=False,
            ))  # fmt: skip
        return found

    def _writers(self, subject: str, prolific: Weighted[str], wording: Wording) -> tuple[tuple[str, int], ...]:
        writers = [(prolific.draw(self.chance), PRIMARY)]
        if subject == "novel-terjemahan":
            writers = [(self._foreigner(), PRIMARY)]
            if wording.language == "id":
                writers.append((self._author(), TRANSLATOR))
        elif self.chance.happens(0.2):
            writers.append((prolific.draw(self.chance), ADDITIONAL))
        elif self.chance.happens(0.06):
            writers.append((self._author(), EDITOR))
        return tuple({name: (name, level) for name, level in reversed(writers)}.values())[::-1]

    def _author(self, faith: str = "") -> str:
        return self._names.person(self.chance.between(1940, 1998), faith=faith).inverted

    def _foreigner(self) -> str:
        return f"{self.chance.pick(FOREIGN_LAST)}, {self.chance.pick(FOREIGN_FIRST)}"

    def _year(self, added: int) -> int:
        bought = date.fromordinal(added).year
        return bought - min(self.chance.pause(7 if bought < 2016 else 2.2) - 1, 45)

    def _buying_days(self) -> list[int]:
        """Return the days on which books came in: the first stock, six purchases a year, gifts in between."""
        opened = date.fromisoformat(OPENED).toordinal()
        days = [opened + self.chance.below(420) for _ in range(90)]
        for year in range(date.fromordinal(opened).year + 1, date.fromordinal(self.today).year + 1):
            batches = [date(year, month, 1).toordinal() + self.chance.below(28) for month in (3, 5, 6, 8, 10, 11)]
            days += [day for day in batches for _ in range(4)] + [
                date(year, 1, 2).toordinal() + self.chance.below(360) for _ in range(6)
            ]
        days += [self.today - self.chance.between(3, 85) for _ in range(10)]
        return [self.seasons.last_open(day) for day in sorted(days) if day < self.today]

    def _copies(self, titles: list[Title], wanted: int) -> None:
        """Give every title a copy and the favourites more, until there are about ``wanted``."""
        demand = [self._demand(title) for title in titles]
        extra = (wanted - len(titles)) / sum(demand)
        for title, asked in zip(titles, demand, strict=True):
            more = min(int(asked * extra + self.chance.unit()), MOST_COPIES - 1)
            first = [self._copy(title, title.added) for _ in range(1 + more // 2)]
            later = [self._copy(title, self._restocked(title)) for _ in range(more - more // 2)]
            title.copies = first + later
        copies = sorted((copy for title in titles for copy in title.copies), key=lambda copy: copy.acquired)
        for number, copy in enumerate(copies, 1):
            copy.number = number
            copy.label = self._label(copy)
            copy.code = item_code(number, date.fromordinal(copy.acquired).year)

    def _label(self, copy: Copy) -> str | None:
        call_number = copy.title.call_number
        numbered = f"{call_number[:45]} C.{copy.title.copies.index(copy) + 1}"
        return self.chance.pick((None, call_number, numbered))

    def _demand(self, title: Title) -> float:
        words = subjects()[title.subject]
        return min(title.weight, 0.2) * math.sqrt(sum(words.weights("readers").values()) * words.number("share"))

    def _restocked(self, title: Title) -> int:
        days = [day for day in self._batches if day >= title.added]
        return self.chance.pick(days)

    def _copy(self, title: Title, acquired: int) -> Copy:
        shelf = subjects()[title.subject].text("shelf", "umum")
        branch = "PST" if shelf in {"referensi", "daerah"} else self._branches.draw(self.chance)
        status: str | None = self.chance.pick(("0", "0", "0", "", None))
        if shelf == "referensi" or (shelf == "daerah" and self.chance.happens(0.25)):
            status = "NL"
        elif self.chance.happens(0.035):
            status = self.chance.pick(("R", "MIS", "MIS", "JIL"))
        elif acquired > self.today - 60 and self.chance.happens(0.2):
            status = "PJG"
        return Copy(title, branch, SHELVES[shelf], acquired, status, gift=self.chance.happens(0.22))


def item_code(number: int, year: int) -> str:
    """Return the code on the label: three ways of numbering in ten years."""
    if year < 2016:
        return f"B{number:05d}"
    if year < 2021:
        return f"{number:05d}/PDM/{year}"
    return f"1271{year % 100}{number:05d}"
