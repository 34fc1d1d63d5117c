"""No cell of an export runs in a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.spreadsheet import STARTS_OF_FORMULAS, cell, lines


@pytest.mark.parametrize("text", ["=1+1", "+62812", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1"])
def test_a_text_that_looks_like_a_formula_is_only_a_text(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_other_values_stay_as_they_are() -> None:
    assert [cell(value) for value in ("Ani", -5, None, "a=b", "  ")] == ["Ani", "-5", "", "a=b", "  "]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_what_is_written_is_read_back_and_begins_no_formula(rows: list[list[str]]) -> None:
    text = "".join(lines(["a", "b"], rows))
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [["a", "b"], *([cell(value) for value in row] for row in rows)]
    assert not any(value.startswith(STARTS_OF_FORMULAS) for row in read for value in row)
