"""The patrons: who joined when, with whom they live, how they use the library."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sapa.demo.chance import Chance, Weighted
from sapa.demo.contacts import Directory, Home
from sapa.demo.masters import BY_KEY, CATEGORIES, Category
from sapa.demo.people import MALE, Names, Person
from sapa.demo.readers import CAREERS, Career, Habit, habit, tastes
from sapa.demo.seasons import Seasons

YEAR = 365.25
YOUNGEST = 5  # years at joining
LADDER = ("sd", "smp", "sma", "mahasiswa")
HAVE_MAIL = {
    "sd": 0.15, "smp": 0.45, "sma": 0.75, "mahasiswa": 0.9, "umum": 0.55, "guru": 0.7, "asn": 0.65, "lansia": 0.1
}  # fmt: skip
NO_PHONE = 0.06
SPELLINGS = (("Muhammad ", "M. "), ("M. ", "Muhammad "), ("Siti ", "St. "), (" br. ", " br "), (" boru ", " br "))
RECENT = 1.6  # the more, the more patrons joined lately
RELATED, SAME_PHONE = 0.14, 0.5


@dataclass(slots=True, eq=False)
class Patron:
    """One person with a card; days are ordinals. ``registered`` and ``expires`` move at every renewal of the card.

    A card that was given another number has the ``former`` one until the day ``renamed``; who is ``gone`` was deleted.
    """

    person: Person
    name: str
    category: Category
    born: int
    joined: int
    habit: Habit
    home: Home
    institution: str
    phones: tuple[str, ...]
    email: str
    number: str = ""
    registered: int = 0
    expires: int = 0
    edited: int = 0
    blocked: bool = False
    read: set[int] = field(default_factory=set)
    former: str = ""
    renamed: int = 0
    gone: bool = False

    def number_on(self, day: int) -> str:
        """Return the number on the card on ``day``."""
        return self.former if day < self.renamed else self.number

    def category_on(self, day: int) -> Category:
        """Return the category on ``day``: pupils move up with their age, at the desk if not in the database."""
        if self.category.key not in LADDER:
            return self.category
        age = (day - self.born) / YEAR
        rungs = LADDER[: LADDER.index(self.category.key) + 1]
        return BY_KEY[next((key for key in reversed(rungs) if age >= BY_KEY[key].ages[0]), rungs[0])]


class Registry:
    """Invents patrons one by one."""

    def __init__(self, seed: int, seasons: Seasons, today: date) -> None:
        self.chance = Chance(seed, "members")
        self.seasons = seasons
        self.today = today.toordinal()
        self._names = Names(self.chance)
        self._directory = Directory(self.chance)
        self._careers = Weighted([(career, career.share) for career in CAREERS.values()])
        self._categories = Weighted([(category, category.share) for category in CATEGORIES])
        self._patrons: list[Patron] = []

    def enrol(self, count: int) -> list[Patron]:
        """Return ``count`` patrons in the order in which they joined, with card numbers of their times."""
        twins, doubles = max(count // 400, 1), max(count // 150, 2)
        while len(self._patrons) < count - twins - doubles:
            self._patrons.append(self._newcomer())
        self._patrons += [self._twin(one) for one in self.chance.sample(self._patrons, twins)]
        self._patrons += [self._double(one) for one in self.chance.sample(self._patrons, doubles)]
        self._patrons.sort(key=lambda one: one.joined)
        number_cards(self._patrons, self.chance)
        return self._patrons

    def _newcomer(self) -> Patron:
        chance, career, category = self.chance, self._careers.draw(self.chance), self._categories.draw(self.chance)
        soonest, latest = career.joined
        joined = self.today - soonest - int((latest - soonest) * chance.unit() ** RECENT)
        born = self._birth(career, category, joined)
        joined = max(joined, born + int(YOUNGEST * YEAR) + chance.below(300))
        joined = self.seasons.last_open(min(joined, self.today - 1))
        neighbour = self._neighbour()
        person = self._names.person(date.fromordinal(born).year, kin=neighbour.person if neighbour else None)
        return self._member(person, category, born, joined, career, neighbour)

    def _birth(self, career: Career, category: Category, joined: int) -> int:
        """Return a birthday that puts the reader into the category at the end of his career."""
        stopped = self.today - sum(career.stopped) // 2 if career.pause or career.visits else joined
        low, high = category.ages
        age = chance_age(self.chance, low, high)
        return max(stopped, joined) - int(age * YEAR) - self.chance.below(365)

    def _neighbour(self) -> Patron | None:
        """Return somebody of the same house, for some."""
        if len(self._patrons) < 20 or not self.chance.happens(RELATED):
            return None
        found = self.chance.pick(self._patrons)
        return None if found.category.key == "lembaga" else found

    def _member(
        self, person: Person, category: Category, born: int, joined: int, career: Career, neighbour: Patron | None
    ) -> Patron:  # fmt: skip
        chance, key = self.chance, category.key
        institution = self._directory.institution(key, "muslim" if person.is_muslim else "other")
        name = institution if key == "lembaga" else self._names.titled(person, category.learned, category.pilgrim)
        email = ""
        if chance.happens(HAVE_MAIL.get(key, 0.3)):
            email = self._directory.mail(person.name, date.fromordinal(born).year, student=key == "mahasiswa")
        liked = tastes(key, chance, muslim=person.is_muslim)
        return Patron(
            person, name, category, born, joined, habit(career, joined, self.today, liked, chance),
            neighbour.home if neighbour else self._directory.home(),
            institution if chance.happens(0.9) else "", self._phones(key, neighbour), email,
            registered=joined, edited=joined, expires=joined + category.term,
        )  # fmt: skip

    def _phones(self, category: str, neighbour: Patron | None) -> tuple[str, ...]:
        chance = self.chance
        if neighbour and neighbour.phones and chance.happens(SAME_PHONE):
            return neighbour.phones
        if chance.happens(NO_PHONE):
            return ()
        mobile = (self._directory.mobile(),)
        return (*mobile, self._directory.landline()) if category not in LADDER and chance.happens(0.03) else mobile

    def _twin(self, one: Patron) -> Patron:
        """Return the twin of ``one``: same birthday, house and school, another person."""
        person = self._names.person(date.fromordinal(one.born).year, kin=one.person)
        twin = self._member(person, one.category, one.born, one.joined, CAREERS[one.habit.career], one)
        twin.institution, twin.phones = one.institution, one.phones
        return twin

    def _double(self, one: Patron) -> Patron:
        """Return ``one`` with a second card, applied for years later and filled in differently."""
        joined = self.seasons.next_open(min(one.joined + self.chance.between(200, 900), self.today - 1))
        joined = self.seasons.last_open(min(joined, self.today - 1))
        double = self._member(one.person, one.category, one.born, joined, CAREERS["once"], one)
        double.name = variant(one.person, self.chance)
        double.phones = one.phones if self.chance.happens(0.5) else double.phones
        return double


def chance_age(chance: Chance, low: int, high: int) -> int:
    """Return an age in years between ``low`` and ``high``; among adults the younger are more."""
    return low + int((high + 1 - low) * (chance.unit() if high - low < 12 else chance.unit() ** 1.4))


def variant(person: Person, chance: Chance) -> str:
    """Return the name as another clerk might have written it."""
    name = person.name
    for one, other in SPELLINGS:
        if one in name:
            return name.replace(one, other)
    words = name.split()
    choices = [name.upper(), f"{'Bpk.' if person.gender == MALE else 'Ibu'} {name}"]
    if len(words) > 2:
        choices += [" ".join([words[0], words[-1]]), " ".join([words[0], f"{words[1][0]}.", *words[2:]])]
    return chance.pick(choices)


def number_cards(patrons: list[Patron], chance: Chance) -> None:
    """Give card numbers: plain ones before 2018, then by year, since 2022 by month."""
    counters: dict[str, int] = {}
    for one in patrons:
        when = date.fromordinal(one.joined)
        if when.year < 2018:
            era, pattern = "", "{:05d}"
        elif when.year < 2022:
            era, pattern = f"{when:%y}", f"PDM{when:%y}-{{:04d}}"
        else:
            era, pattern = f"{when:%Y%m}", f"{when:%Y%m}{{:04d}}"
        counters[era] = counters.get(era, 0) + chance.pick((1, 1, 1, 2))
        one.number = pattern.format(counters[era])
