"""Work done ahead by another thread, which never outlives its purpose."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from connector.prefetch import prefetched


def readers() -> list[str]:
    """Return the names of the threads that read ahead."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("sapa-reader")]


def test_everything_comes_in_order() -> None:
    assert list(prefetched(range(100))) == list(range(100))
    assert readers() == []


def test_nothing_is_nothing() -> None:
    assert list(prefetched([])) == []


def test_none_and_false_are_items_like_others() -> None:
    assert list(prefetched([None, 0, "", False])) == [None, 0, "", False]


def test_another_thread_does_the_work_never_more_than_so_far_ahead() -> None:
    made: list[int] = []

    def items() -> Iterator[str]:
        for number in range(10):
            made.append(number)
            yield threading.current_thread().name

    ahead = prefetched(items(), ahead=2)
    assert next(ahead).startswith("sapa-reader")
    assert len(made) <= 3
    assert len(list(ahead)) == 9


def test_an_error_there_is_raised_here_after_what_came_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise ZeroDivisionError("the server went away")

    taken: list[int] = []
    with pytest.raises(ZeroDivisionError, match="the server went away"):
        taken.extend(prefetched(items()))
    assert taken == [1, 2]
    assert readers() == []


def test_who_stops_early_stops_the_thread() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1_000_000):
            made.append(number)
            yield number

    ahead = prefetched(items())
    assert [next(ahead), next(ahead)] == [0, 1]
    ahead.close()
    assert readers() == []
    assert len(made) <= 4
    assert list(ahead) == []


def test_an_error_of_who_takes_the_items_stops_the_thread_too() -> None:
    def fall() -> None:
        for _ in prefetched(iter(range(1_000_000))):
            raise KeyError("the CRM's disk is full")

    with pytest.raises(KeyError):
        fall()
    assert readers() == []
