"""What cataloguers write as class and call number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.interests.notation import NOTHING, NotAClass, Notation, notation_of, parsed, rule_notations

WRITTEN = {
    "005.13/3 22": "005133",
    "364.1/323091724 22": "3641323091724",
    "398,2": "3982",
    "2x4": "2X4",
    "2 X 4.2": "2X42",
    "297.4": "2X4",
    "297,1": "2X1",
    "297": "2X",
    "297.125": "2X2",
    "R 030": "030",
    "R/030": "030",
    "Ref. 413": "413",
    "SR 297.1": "2X1",
    "sr.813": "813",
    "FIK": "FIK",
    "f": "FIK",
    "[Fic]": "FIK",
    "FIC HAR h": "FIK",
    "813 Hir l": "813",
    "813/HIR/l": "813",
    "813 22": "813",
    "899.221 3": "8992213",
    "598.209 598": "598209598",
    "741.5 (K)": "7415",
    "005.13.9598": "005139598",
    "5.13": "00513",
    "20": "020",
    "SKR 610.73 And": "61073",
    "TESIS": "SKRIPSI",
    "": "",
    "NONE": "",
    "NULL": "",
    "8993": "",
    "B12": "",
    "xx": "",
    "Hirata": "",
}


@pytest.mark.parametrize(("written", "digits"), WRITTEN.items())
def test_a_class_is_read_however_it_was_written(written: str, digits: str) -> None:
    assert parsed(written).digits == digits


@pytest.mark.parametrize("written", ["A 813", "Anak 2X5", "J 500", "FA", "E"])
def test_the_mark_of_the_childrens_shelf_is_seen(written: str) -> None:
    assert parsed(written).is_child


@pytest.mark.parametrize("written", ["813", "FIK", "R 030", "Anderson"])
def test_other_marks_are_not_childrens(written: str) -> None:
    assert not parsed(written).is_child


def test_the_call_number_speaks_where_the_class_is_silent() -> None:
    assert notation_of("NONE", "R 641.5 Nur m") == Notation("6415")
    assert notation_of("005.1", "641.5 Nur m") == Notation("0051")
    assert notation_of(None, None) == NOTHING


@pytest.mark.parametrize("number", range(10))
def test_both_notations_of_islam_are_one(number: int) -> None:
    assert parsed(f"297.{number}") == parsed(f"2X{number}")


@pytest.mark.parametrize(
    ("rule", "beginnings"),
    [
        ("641.5", ("6415",)),
        ("64", ("64",)),
        ("540-543", ("540", "541", "542", "543")),
        ("629.1-629.2", ("6291", "6292")),
        ("297.4-297.6", ("2X4", "2X5", "2X6")),
        ("2X4", ("2X4",)),
        ("A 8", ("A8",)),
        ("A", ("A",)),
        ("Fiksi", ("FIK",)),
    ],
)
def test_a_rule_stands_for_the_beginnings_of_classes(rule: str, beginnings: tuple[str, ...]) -> None:
    assert rule_notations(rule) == beginnings


@pytest.mark.parametrize("rule", ["", "memasak", "549-540", "540-5499", "641.5-", "FIK-813"])
def test_a_rule_that_is_no_class_is_refused(rule: str) -> None:
    with pytest.raises(NotAClass):
        rule_notations(rule)


@given(st.text(max_size=40))
def test_whatever_is_written_is_read_without_failing(written: str) -> None:
    found = parsed(written)
    assert not found.digits or found.digits.isalnum()
