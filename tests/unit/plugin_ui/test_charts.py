"""Charts: what stands in the SVG."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_ui import charts
from plugin_ui.charts import Line


@pytest.mark.parametrize(
    ("highest", "top"), [(0, 1), (1, 1), (3, 5), (7, 10), (10, 10), (11, 20), (199, 200), (201, 500), (1001, 2000)]
)
def test_a_chart_ends_at_a_round_number(highest: int, top: int) -> None:
    assert charts.top_of([0, highest]) == top


@given(st.lists(st.integers(0, 10_000_000), min_size=1, max_size=60))
def test_no_line_leaves_the_chart(values: list[int]) -> None:
    drawn = str(charts.lines("c", "t", "d", [Line("now", values)]))
    found = re.search(r'points="([^"]*)"', drawn)
    assert found
    points = [tuple(map(float, point.split(","))) for point in found[1].split()]
    assert len(points) == len(values)
    assert all(0 <= x <= 100 and 0 <= y <= 40 for x, y in points)


def test_a_chart_says_what_it_shows_and_escapes_it() -> None:
    drawn = str(charts.lines("c", "Loans <b>", "5 & 6", [Line("now", [1, 2])]))
    root = ET.fromstring(drawn)
    assert root.attrib["aria-labelledby"] == "c-title c-description"
    assert [each.text for each in root if each.attrib.get("id")] == ["Loans <b>", "5 & 6"]
    assert "style=" not in drawn
    assert "<script" not in drawn


@pytest.mark.parametrize(("share", "width"), [(0, "0.0"), (0.255, "25.5"), (1, "100.0"), (7, "100.0"), (-1, "0.0")])
def test_a_bar_is_as_wide_as_its_share(share: float, width: str) -> None:
    assert f'class="part" width="{width}"' in str(charts.bar(share))
