"""Repeatable chance."""

from __future__ import annotations

from collections import Counter

import pytest

from sapa.demo.chance import Chance, Weighted


def draws(seed: int, part: str) -> list[float]:
    chance = Chance(seed, part)
    return [chance.unit() for _ in range(5)]


def test_the_same_seed_and_part_draw_the_same() -> None:
    assert draws(1, "loans") == draws(1, "loans")


@pytest.mark.parametrize(("seed", "part"), [(2, "loans"), (1, "visits")])
def test_another_seed_or_part_draws_otherwise(seed: int, part: str) -> None:
    assert draws(1, "loans") != draws(seed, part)


def test_the_sequence_is_the_one_python_promises_to_keep() -> None:
    assert [round(number, 6) for number in draws(1, "loans")[:3]] == [0.538417, 0.671093, 0.342608]


def test_both_ends_of_a_range_are_drawn() -> None:
    chance = Chance(1, "dice")
    assert Counter(chance.between(1, 6) for _ in range(600)).keys() == set(range(1, 7))


def test_weights_are_kept() -> None:
    chance, coin = Chance(1, "coin"), Weighted([("heads", 3), ("tails", 1)])
    heads = sum(coin.draw(chance) == "heads" for _ in range(4000))
    assert heads == pytest.approx(3000, rel=0.05)


def test_several_values_are_all_different() -> None:
    found = Weighted([("a", 9), ("b", 1), ("c", 1)]).several(Chance(1, "letters"), 5)
    assert sorted(found) == ["a", "b", "c"]


def test_a_sample_takes_nobody_twice_and_leaves_its_source_alone() -> None:
    source = list(range(20))
    found = Chance(1, "sample").sample(source, 15)
    assert len(set(found)) == 15
    assert source == list(range(20))


def test_a_spread_stays_within_twice_its_width() -> None:
    chance = Chance(1, "spread")
    found = [chance.spread(10, 2) for _ in range(2000)]
    assert min(found) >= 6
    assert max(found) <= 14
    assert sum(found) / len(found) == pytest.approx(10, abs=0.1)


def test_pauses_are_at_least_a_day_and_as_long_as_asked_on_average() -> None:
    chance = Chance(1, "pause")
    found = [chance.pause(20) for _ in range(5000)]
    assert min(found) == 1
    assert sum(found) / len(found) == pytest.approx(20, rel=0.05)
