"""Who came through the door: readers who stay, borrowers, guests, school classes, and what they type at the gate."""

from __future__ import annotations

from dataclasses import dataclass

from sapa.demo.chance import Chance, Weighted
from sapa.demo.circulation import Call
from sapa.demo.contacts import Directory
from sapa.demo.members import Patron
from sapa.demo.people import Names
from sapa.demo.seasons import Rhythm, Seasons

AT_THE_GATE = 0.35  # of those who come to the desk
GUESTS_A_DAY = 17.0
OPENING = 8 * 3600
CLASS_DAYS = {2, 3, 4}  # Tuesday to Thursday, as ordinals count
CLASS_SHARE = 0.28
ROOMS = Weighted((("UTAMA", 62.0), ("BACA", 16.0), ("MULTI", 7.0), ("DISK", 5.0), ("ANAK", 4.0), (None, 6.0)))
CHILDREN = Weighted((("ANAK", 55.0), ("UTAMA", 35.0), (None, 6.0), ("MULTI", 4.0)))
SCRIBBLES = (".", "-", "asdf", "budi", "tamu", "Tamu", "anak ibu", "xx", "Bapak", "ibu2", "a", "mhs", "SISWA")
GUEST_CATEGORIES = Weighted(
    (("mahasiswa", 34), ("umum", 22), ("sma", 18), ("smp", 9), ("sd", 7), ("guru", 5), ("asn", 5))
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One row of the visitor book; ``patron`` is None for guests, ``room`` None where no room was chosen."""

    day: int
    second: int
    patron: Patron | None
    name: str
    institution: str | None
    room: str | None


class Gate:
    """Keeps the visitor book."""

    def __init__(self, seed: int, seasons: Seasons, first: int) -> None:
        self.chance = Chance(seed, "visits")
        self.seasons = seasons
        self.first = first
        self._names = Names(self.chance)
        self._directory = Directory(self.chance)

    def run(self, patrons: list[Patron], calls: list[Call], guests_share: float) -> list[Visit]:
        """Return all visits in the order of time; ``guests_share`` is the size of this library beside a whole one."""
        book = [visit for patron in patrons for visit in self._stays(patron)]
        book += [visit for call in calls for visit in self._borrowing(call)]
        for day in range(self.first, self.seasons.end):
            weight = self.seasons.weight(day, Rhythm.CAMPUS)
            book += self._guests(day, weight * GUESTS_A_DAY * guests_share)
            if weight and day % 7 in CLASS_DAYS and self.chance.happens(CLASS_SHARE * guests_share * weight):
                book += self._school_class(day)
        book.sort(key=lambda visit: (visit.day, visit.second))
        return once_a_day(book)

    def _stays(self, patron: Patron) -> list[Visit]:
        """Return the calls of a reader who only reads, writes or uses a computer."""
        habit = patron.habit
        stays: list[Visit] = []
        if not habit.visits:
            return stays
        for start, last in habit.spans:
            day = self._next(patron, max(start, self.first) - 1)
            while day <= last and day < self.seasons.end:
                second = self.seasons.hour(day, patron.category_on(day).rhythm, self.chance)
                stays.append(self._visit(patron, day, second))
                if self.chance.happens(0.02):  # pressed twice
                    stays.append(stays[-1])
                day = self._next(patron, day)
        return stays

    def _next(self, patron: Patron, day: int) -> int:
        return self.seasons.call_day(day, patron.category_on(day).rhythm, self.chance.pause(1 / patron.habit.visits))

    def _borrowing(self, call: Call) -> list[Visit]:
        """Return the row of a call at the desk: from the gate, or written by SLiMS with the first loan of the day."""
        if self.chance.happens(AT_THE_GATE):
            before = max(call.second - self.chance.between(120, 4000), OPENING)
            return [self._visit(call.patron, call.day, before)]
        if call.lent:
            return [Visit(call.day, call.second, call.patron, call.patron.name, call.patron.institution, None)]
        return []

    def _visit(self, patron: Patron, day: int, second: int) -> Visit:
        young = patron.category_on(day).key == "sd"
        room = (CHILDREN if young else ROOMS).draw(self.chance)
        return Visit(day, second, patron, patron.name, patron.institution, room)

    def _guests(self, day: int, expected: float) -> list[Visit]:
        count = int(self.chance.spread(expected, expected / 3) + self.chance.unit())
        return [self._guest(day) for _ in range(count)]

    def _guest(self, day: int) -> Visit:
        chance = self.chance
        category = GUEST_CATEGORIES.draw(chance)
        second = self.seasons.hour(day, Rhythm.CAMPUS, chance)
        institution = (
            self._directory.institution(category) if chance.happens(0.75) else chance.pick(("-", "", "umum", None))
        )
        if chance.happens(0.06):
            return Visit(day, second, None, chance.pick(SCRIBBLES), institution, ROOMS.draw(chance))
        name = self._names.person(2000).name
        if chance.happens(0.35):
            name = chance.pick((name.lower(), name.split()[0], name.split()[0].lower(), name.upper()))
        return Visit(day, second, None, name, institution, ROOMS.draw(chance))

    def _school_class(self, day: int) -> list[Visit]:
        """Return a class with its teacher: one row for all of them, or one for every child."""
        school = self._directory.kindergarten() if self.chance.happens(0.5) else self._directory.institution("sd")
        second = 9 * 3600 + self.chance.below(5400)
        pupils = self.chance.between(14, 32)
        if self.chance.happens(0.6):
            return [Visit(day, second, None, f"Rombongan {school} ({pupils} orang)", school, "ANAK")]
        return [
            Visit(day, second + 9 * place, None, self._names.person(2018).name.split()[0], school, "ANAK")
            for place in range(pupils)
        ]


def once_a_day(book: list[Visit]) -> list[Visit]:
    """Drop the rows SLiMS would not have added at a loan, because the reader already stood in the book that day."""
    kept, seen = [], set()
    for visit in book:
        key = (visit.day, visit.patron)
        if visit.patron and visit.room is None and key in seen:
            continue
        seen.add(key)
        kept.append(visit)
    return kept
