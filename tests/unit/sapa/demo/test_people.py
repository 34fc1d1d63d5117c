"""Invented people and how they are not reached."""

from __future__ import annotations

import re

import pytest

from sapa.demo.chance import Chance
from sapa.demo.contacts import Directory, written
from sapa.demo.members import variant
from sapa.demo.people import Names, bare_words


@pytest.fixture(scope="module")
def names() -> list[str]:
    giver = Names(Chance(1, "names"))
    return [giver.person(1940 + place % 80).name for place in range(1500)]


@pytest.mark.parametrize(
    "way",
    [
        r"^\w+$",
        r" br\.? \w",
        r" boru ",
        r" bint?i? ",
        r"^(I|Ni) \w+ ",
        r"^Tengku ",
        r"^Teuku |^Cut ",
        r"^M\. ",
        r"Chaniago",
    ],
)
def test_names_are_given_in_many_ways(names: list[str], way: str) -> None:
    assert any(re.search(way, name) for name in names)


def test_no_name_stops_half_way_or_stammers(names: list[str]) -> None:
    assert not [name for name in names if name.split()[-1] in {"Siti", "Nur", "Sri", "Tri", "bin", "br"}]
    assert not [name for name in names if len(set(name.split())) < len(name.split())]


def test_relatives_share_their_family_name() -> None:
    giver = Names(Chance(1, "kin"))
    mother = next(person for person in iter(lambda: giver.person(1980), None) if person.family)
    children = [giver.person(2012, kin=mother) for _ in range(5)]
    assert {child.family for child in children} == {mother.family}
    assert all(child.name.endswith(mother.family) for child in children)


@pytest.mark.parametrize(("faith", "expected"), [("yes", True), ("no", False)])
def test_a_faith_can_be_asked_for(faith: str, expected: bool) -> None:
    giver = Names(Chance(1, "faith"))
    assert {giver.person(1970, faith=faith).is_muslim for _ in range(60)} == {expected}


def test_headings_turn_names_round_but_not_mononyms_and_clans() -> None:
    giver = Names(Chance(1, "headings"))
    headings = {person.name: person.inverted for person in (giver.person(1960) for _ in range(800))}
    assert all("," not in heading for name, heading in headings.items() if " " not in name)
    turned = next(name for name in headings if name.endswith(" Siregar"))
    assert headings[turned] == f"Siregar, {turned.removesuffix(' Siregar')}"
    assert all(headings[name] == name for name in headings if re.match(r"(Lim|Tan|Oei) \w+ \w+$", name))


def test_titles_and_degrees_stand_where_they_belong() -> None:
    giver = Names(Chance(1, "titles"))
    found = [giver.titled(giver.person(1955), learned=0.5, pilgrim=0.5) for _ in range(400)]
    assert any(re.match(r"Hj?\. .*, S\.", name) for name in found)
    assert any(name.startswith("Dra. ") for name in found)
    assert any(", M.Pd." in name for name in found)


def test_nobody_can_be_reached() -> None:
    directory = Directory(Chance(1, "contacts"))
    assert all(re.fullmatch(r"084[1-9]\d{8}", directory.mobile()) for _ in range(100))
    assert all(re.fullmatch(r"0610\d{6}", directory.landline()) for _ in range(100))
    mails = [directory.mail("Siti Nur'aini br. Ginting", 2001, student=place % 2 == 0) for place in range(100)]
    assert all(re.fullmatch(r"[a-z]+[._]?[a-z]+\d*@[a-z]+\.example", mail) for mail in mails)


def test_numbers_are_written_in_many_ways_and_lose_no_digit() -> None:
    chance = Chance(1, "phones")
    shapes = {re.sub(r"\d", "9", written("084123456789", chance)) for _ in range(2000)}
    assert len(shapes) >= 14
    for _ in range(300):
        assert re.sub(r"\D", "", written("084123456789", chance)).endswith("84123456789")


def test_homes_stand_in_their_district() -> None:
    directory = Directory(Chance(1, "homes"))
    homes = [directory.home() for _ in range(400)]
    johor = [home for home in homes if "Kec. Medan Johor" in home.address]
    assert johor
    assert {(home.postal_code, home.branch) for home in johor} == {("20143", "JHR")}


def test_a_name_without_letters_for_a_mail_address_is_no_obstacle() -> None:
    assert bare_words("???? br. 1") == []
    assert Directory(Chance(1, "mail")).mail("????", 1990, student=False).startswith("anggota")


def test_a_second_clerk_writes_a_name_differently() -> None:
    giver, chance = Names(Chance(1, "clerks")), Chance(2, "clerks")
    people = [giver.person(1990) for _ in range(200)]
    assert all(variant(person, chance) != person.name for person in people)
