"""Lets the source's server build the next batch while the last one is written."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from queue import Full, Queue
from typing import TypeVar

T = TypeVar("T")
_END = object()


def prefetched(items: Iterable[T], ahead: int = 2) -> Iterator[T]:
    """Yield ``items``, made by another thread up to ``ahead`` in advance; an error there is raised here."""
    queue: Queue[object] = Queue(ahead)
    stopped = threading.Event()

    def put(value: object) -> None:
        while not stopped.is_set():
            try:
                queue.put(value, timeout=0.2)
            except Full:
                continue
            return

    def work() -> None:
        try:
            for item in items:
                put(item)
                if stopped.is_set():
                    return
        except BaseException as error:
            put(_Failure(error))
        else:
            put(_END)

    thread = threading.Thread(target=work, name="sapa-reader", daemon=True)
    thread.start()
    try:
        while (item := queue.get()) is not _END:
            if isinstance(item, _Failure):
                raise item.error
            yield item  # type: ignore[misc]
    finally:
        stopped.set()
        thread.join()


class _Failure:
    def __init__(self, error: BaseException) -> None:
        self.error = error
