"""The word lists, and titles grown from them."""

from __future__ import annotations

import re

import pytest

from connector.php import loads
from sapa.demo import php
from sapa.demo.chance import Chance
from sapa.demo.masters import CATEGORIES, SHELVES
from sapa.demo.titles import Titles, topics
from sapa.demo.words import SLOT, Words, common, sections, subjects, table


def test_slots_are_filled_from_the_list_itself_then_from_the_common_one() -> None:
    words = Words("mine", {"animal": "{colour} cat", "colour": "red"}, Words("common", {"colour": "blue", "end": "!"}))
    assert words.say("A {animal}{end}", Chance(1, "words")) == "A red cat!"


def test_a_slot_without_a_list_is_an_error_that_names_the_subject() -> None:
    with pytest.raises(KeyError, match="mine"):
        Words("mine", {}).say("{nothing}", Chance(1, "words"))


@pytest.mark.parametrize("name", subjects())
def test_every_slot_a_subject_may_reach_has_words(name: str) -> None:
    subject = subjects()[name]
    left, seen = [*subject.of("titles"), "{subtitle}"], set()
    while left:
        for slot in SLOT.findall(left.pop().replace("{year}", "2020")):
            if slot not in seen:
                seen.add(slot)
                left += subject.of(slot)


@pytest.mark.parametrize("name", subjects())
def test_every_subject_has_readers_and_a_shelf_that_exist(name: str) -> None:
    subject = subjects()[name]
    assert set(subject.weights("readers")) <= {category.key for category in CATEGORIES}
    assert subject.text("shelf", "umum") in SHELVES
    assert subject.number("share") > 0


@pytest.mark.parametrize("name", subjects())
def test_titles_have_a_class_and_headings_and_no_marks_of_the_grammar(name: str) -> None:
    subject, titles, chance = subjects()[name], Titles(Chance(1, name)), Chance(2, name)
    for _ in range(40):
        wording = titles.new(subject, 2019)
        assert not re.search(r"[{}~_|]", wording.text + wording.classification)
        assert wording.text[0] == wording.text[0].upper()
        assert wording.classification
        assert all(0 < len(term) <= 50 for term in topics(subject, wording.classification, chance))


def test_a_title_about_fish_stands_with_fishing_whatever_else_its_subject_holds() -> None:
    words = Words(
        "farm", {"titles": "Beternak {what}", "what": "Lele ~639.37", "topics": "Tani, Ikan ~639, Kebun ~633"}
    )
    wording = Titles(Chance(1, "fish")).new(words, 2020)
    assert (wording.text, wording.classification) == ("Beternak Lele", "639.37")
    assert topics(words, wording.classification, Chance(1, "fish"))[0] == "Ikan"


def test_islam_is_classed_in_both_notations_under_the_same_heading() -> None:
    titles, subject, chance = Titles(Chance(1, "islam")), subjects()["fikih"], Chance(1, "topics")
    found = [titles.new(subject, 2020).classification for _ in range(60)]
    assert {"2", "297.4"} <= {each[:1] for each in found} | set(found)
    assert topics(subject, "297.4", chance)[0] == topics(subject, "2X4", chance)[0] == "Fikih"


def test_no_word_list_repeats_a_section_or_a_word() -> None:
    for subject in (*subjects().values(), common(), *sections("districts.ini").values()):
        for key in ("topics", "villages", "main", "city", "people"):
            if subject.text(key):
                assert len(set(subject.of(key))) == len(subject.of(key)), (subject.name, key)


def test_holidays_are_in_order_and_named() -> None:
    rows = list(table("holidays.tsv"))
    assert [day for day, _ in rows] == sorted({day for day, _ in rows})
    assert all(re.fullmatch(r"20[23]\d-\d\d-\d\d", day) and name for day, name in rows)


@pytest.mark.parametrize("value", [None, True, 0, 41, "", "Teknik", "naïve 😀", {"a": 1}, {0: "x", 2: "y"}])
def test_what_is_serialised_is_read_back_by_the_connector(value: object) -> None:
    assert loads(php.serialise(value)) == value


def test_choices_and_ticks_look_as_slims_writes_them() -> None:
    assert php.options(["Ya", "Tidak"]) == ('a:2:{i:0;a:2:{i:0;i:0;i:1;s:2:"Ya";}i:1;a:2:{i:0;i:1;i:1;s:5:"Tidak";}}')
    assert php.ticked([0, 2]) == 'a:2:{i:0;s:1:"0";i:2;s:1:"2";}'


def test_what_php_has_no_word_for_is_refused() -> None:
    with pytest.raises(TypeError, match="float"):
        php.serialise(1.5)
