"""Lets the source's server build the next batch while the last one is written."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

Item = TypeVar("Item")

_END: Any = object()


def prefetched(items: Iterable[Item], ahead: int = 2) -> Generator[Item]:
    """Yield ``items``, made by another thread up to ``ahead`` in advance; an error there is raised here."""
    iterator = iter(items)
    pool = ThreadPoolExecutor(1, thread_name_prefix="sapa-reader")
    try:
        waiting: deque[Future[Item]] = deque(pool.submit(next, iterator, _END) for _ in range(ahead))
        while (item := waiting.popleft().result()) is not _END:
            waiting.append(pool.submit(next, iterator, _END))
            yield item
    finally:
        pool.shutdown(cancel_futures=True)
