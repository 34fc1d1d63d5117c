"""What would bring a reader in is the least that would have to change."""

from __future__ import annotations

from datetime import date
from typing import Any

from crm.segments.explanation import explain
from crm.segments.question import Question
from crm.segments.reading import read_rule
from crm.segments.reference import Reader

ANI = Reader(columns={"state": "member", "stage": "active", "gender": "f", "loans_ever": 3, "open_loans": 0})
WOMAN = {"fact": "gender", "is": "f"}
MAN = {"fact": "gender", "is": "m"}
LAPSED = {"fact": "stage", "is": "lapsed"}
BUSY = {"fact": "loans", "at_least": 10}


def lacking(document: dict[str, Any], reader: Reader = ANI) -> list[str]:
    found = explain(reader, read_rule(document), Question(date(2026, 11, 24)))
    return [each.path for each in found.lacking]


def test_who_belongs_lacks_nothing() -> None:
    told = explain(ANI, read_rule({"all": [WOMAN, {"none": [LAPSED]}]}), Question(date(2026, 11, 24)))
    assert told.belongs
    assert told.lacking == ()
    assert [(each.path, each.holds, each.actual) for each in told.findings] == [
        ("all[0]", True, "f"), ("all[1].none[0]", False, "active"),
    ]  # fmt: skip


def test_of_all_everything_missing_is_lacking() -> None:
    assert lacking({"all": [WOMAN, LAPSED, BUSY]}) == ["all[1]", "all[2]"]


def test_of_any_the_shortest_way_is_lacking() -> None:
    assert lacking({"any": [{"all": [LAPSED, BUSY]}, {"all": [WOMAN, LAPSED]}]}) == ["any[1].all[1]"]


def test_of_none_what_holds_is_in_the_way() -> None:
    assert lacking({"none": [WOMAN, LAPSED]}) == ["none[0]"]
    assert lacking({"none": [{"any": [WOMAN, {"fact": "open_loans", "at_most": 0}]}]}) == [
        "none[0].any[0]", "none[0].any[1]",
    ]  # fmt: skip


def test_equal_conditions_at_two_places_are_told_apart() -> None:
    assert lacking({"all": [{"any": [WOMAN, MAN]}, MAN]}) == ["all[1]"]


def test_who_is_out_of_sight_is_told_as_that() -> None:
    gone = Reader(columns={**ANI.columns, "state": "gone"})
    told = explain(gone, read_rule(WOMAN), Question(date(2026, 11, 24)))
    assert (told.belongs, told.hidden, told.lacking) == (False, True, ())
