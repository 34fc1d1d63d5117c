"""The words by which people are found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.patrons.search import LONGEST, words_to_find, words_to_keep

SITI = "dr. hj. siti nu\u2019man-aminah, s.pd siti.a@example.org 6281234567890 081234567890 01.2020.0005 a/12"


@pytest.mark.parametrize(
    "typed",
    ["siti", "SITI", "Sít", "aminah", "nu'man", "nu`man-am", "siti aminah", "aminah, siti", "siti.a@exam", "siti.a",
     "0812-3456", "0812 3456 7890", "+62 812.3456", "01.2020", "0120200005", "2020", "a/12", "s.pd", "dr hj"],
)  # fmt: skip
def test_somebody_is_found_by_how_his_words_begin(typed: str) -> None:
    kept = words_to_keep(SITI)
    wanted = words_to_find(typed)
    assert wanted
    assert all(any(word.startswith(each) for word in kept) for each in wanted)


@pytest.mark.parametrize("typed", ["sitti", "minah", "siti budi", "0813", "gmail", "02.2020"])
def test_who_is_meant_otherwise_is_not_found(typed: str) -> None:
    kept = words_to_keep(SITI)
    assert not all(any(word.startswith(each) for word in kept) for each in words_to_find(typed))


@pytest.mark.parametrize("typed", ["", "  ", " , ;", "-", "..."])
def test_nothing_typed_asks_for_nothing(typed: str) -> None:
    assert words_to_find(typed) == []


def test_the_rarest_looking_word_is_looked_up_first_and_single_letters_alone_not_all() -> None:
    assert words_to_find("a siti am") == ["siti", "am", "a"]
    assert words_to_find("a b s") == ["a"]


@given(st.text(max_size=400))
def test_any_text_gives_words_that_fit_and_find_their_owner(text: str) -> None:
    kept = words_to_keep(text)
    assert all(0 < len(word) <= LONGEST for word in kept)
    assert all(len(word) <= LONGEST for word in words_to_find(text))


@given(st.lists(st.from_regex(r"[a-z]{2,12}", fullmatch=True), min_size=1, max_size=6))
def test_all_plain_words_of_a_name_find_it(names: list[str]) -> None:
    kept = words_to_keep(" ".join(names))
    assert set(words_to_find(" ".join(names))) <= kept
