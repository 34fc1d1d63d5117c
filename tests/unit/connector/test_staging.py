"""The stretches of positions that dirty buckets cover."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from connector.fingerprint import HIGHEST, LOWEST, bounds
from connector.staging import spans_of


def test_neighbours_become_one_stretch() -> None:
    assert spans_of([(200, 299), (0, 99), (100, 199), (500, 599)]) == [(0, 299), (500, 599)]


def test_nothing_covers_nothing() -> None:
    assert spans_of([]) == []


def test_the_negative_keys_join_the_first_bucket() -> None:
    assert spans_of([bounds(0, 100), bounds(-1, 100)]) == [(LOWEST, 99)]


def test_the_last_bucket_ends_where_64_bits_end() -> None:
    assert spans_of([bounds(HIGHEST // 100, 100)]) == [(HIGHEST // 100 * 100, HIGHEST)]


@given(st.sets(st.integers(-1, 40)))
def test_stretches_hold_the_same_positions_apart_from_each_other(buckets: set[int]) -> None:
    spans = spans_of(bounds(bucket, 10) for bucket in buckets)
    covered = {position for position in range(-5, 420) if any(low <= position <= high for low, high in spans)}
    assert covered == {position for position in range(-5, 420) if max(position // 10, -1) in buckets}
    assert all(high + 1 < low for (_, high), (low, _) in pairwise(spans))
