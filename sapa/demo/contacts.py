"""Where invented people live and how they are reached.

Nobody can be reached by these: mobile numbers begin with 084, which no operator was ever given, local numbers with 0,
which no subscriber's does, and mail goes to ``.example``.
"""

from __future__ import annotations

from dataclasses import dataclass

from sapa.demo.chance import Chance, Weighted
from sapa.demo.people import bare_words
from sapa.demo.words import sections

MAIL_HOSTS = Weighted((("surel.example", 6), ("pos.example", 3), ("kotak.example", 1)))
CAMPUS_HOST = "mahasiswa.example"
AREA_CODE = "061"


@dataclass(frozen=True)
class Home:
    """An address, and the branch nearest to it."""

    address: str
    postal_code: str
    branch: str


class Directory:
    """Hands out homes, institutions, numbers and mail addresses."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance
        places = sections("places.ini")
        self._institutions = places["institutions"]
        districts = sections("districts.ini", places["streets"])
        self._districts = Weighted([(district, district.number("weight")) for district in districts.values()])

    def home(self) -> Home:
        """Return a new home in or around the town."""
        district = self._districts.draw(self.chance)
        pattern = self.chance.pick(district.of("patterns")).replace("{number}", self._house())
        address = district.say(pattern, self.chance)
        if self.chance.happens(0.6):
            village = self.chance.pick(district.of("villages"))
            wording = self.chance.pick((", Kel. {}, Kec. {}", ", Kel. {}, Kec. {}", ", {}, {}"))
            address += wording.format(village, district.name)
        elif self.chance.happens(0.5):
            address += f" {district.name}"
        return Home(address, district.text("postal code"), district.text("branch"))

    def institution(self, category: str, faith: str = "") -> str:
        """Return the school, campus or employer of somebody of ``category``; ``faith`` is muslim, other or not said."""
        places = self._institutions.of(f"{category} {faith}", category)
        return self._institutions.say(self.chance.pick(places), self.chance)

    def kindergarten(self) -> str:
        """Return a nursery school that comes for a visit."""
        return self.chance.pick(self._institutions.of("kindergarten"))

    def mobile(self) -> str:
        """Return a mobile number, digits only."""
        return f"084{self.chance.between(1, 9)}{self.chance.digits(8)}"

    def landline(self) -> str:
        """Return a number of the town's network, digits only, area code included."""
        return f"{AREA_CODE}0{self.chance.digits(6)}"

    def mail(self, name: str, born: int, *, student: bool) -> str:
        """Return a mail address of the kind people choose who are called ``name`` and were born in ``born``."""
        words = bare_words(name)[-2:] or ["anggota"]
        host = CAMPUS_HOST if student and self.chance.happens(0.25) else MAIL_HOSTS.draw(self.chance)
        local = self.chance.pick((".", "", "_")).join(words)
        return f"{local}{self.chance.pick(('', f'{born % 100:02d}', str(born), self.chance.digits(2)))}@{host}"

    def _house(self) -> str:
        number = str(self.chance.pause(45))
        return number + self.chance.pick(("", "", "", "", "-A", "B", "/12"))


# Cut a number into {0} its first four digits, {1} the next four, {2} the rest, {3} all but the first 0.
PHONE_SHAPES = Weighted((
    ("{0}{1}{2}", 52.0), ("{0}-{1}-{2}", 12.0), ("{0} {1} {2}", 8.0), ("+62{3}", 9.0), ("62{3}", 5.0),
    ("+62 {3}", 4.0), ("+62-{3}", 2.0), ("{0}.{1}.{2}", 2.0), ("({0}) {1}{2}", 2.0), ("WA: {0}{1}{2}", 1.0),
    ("{3}", 1.5), ("'{0}{1}{2}", 0.5), ("0062{3}", 0.5), ("{0}{1}{2} (WA)", 0.5), ("{0}-{1}{2}", 2.0),
))  # fmt: skip
LANDLINE_SHAPES = ("061{0}", "061-{0}", "(061) {0}", "061 {0}", "+6261{0}")


def written(number: str, chance: Chance) -> str:
    """Return ``number`` in one of the ways numbers are written on forms."""
    if number.startswith(AREA_CODE):
        return chance.pick(LANDLINE_SHAPES).format(number[3:])
    return PHONE_SHAPES.draw(chance).format(number[:4], number[4:8], number[8:], number[1:])
