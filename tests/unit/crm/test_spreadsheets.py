"""What is exported is shown by a spreadsheet, never calculated."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.spreadsheets import MARK, RISKY, csv_text, harmless


@pytest.mark.parametrize("text", ["=1+1", "+62812", "-5", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", "\uff1d1"])
def test_what_would_be_calculated_is_marked_as_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize(("cell", "shown"), [("Siti", "Siti"), (None, ""), (-3, "-3"), ("a=b", "a=b")])
def test_all_else_stays_as_it_is(cell: object, shown: str) -> None:
    assert harmless(cell) == shown


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=2, max_size=2)))
def test_no_cell_of_a_file_begins_a_formula_and_none_is_lost(rows: list[list[str]]) -> None:
    text = csv_text(("name", "place"), rows)
    assert text.startswith(MARK)
    read = list(csv.reader(io.StringIO(text.removeprefix(MARK))))
    assert len(read) == len(rows) + 1
    for cells, written in zip(read[1:], rows, strict=True):
        assert [cell.removeprefix("'") for cell in cells] == [cell.removeprefix("'") for cell in written]
        assert not any(cell.startswith(RISKY) for cell in cells)
