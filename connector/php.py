"""Reads the values that PHP's ``serialize`` wrote, as SLiMS keeps options and ticked boxes.

Only data is understood: null, booleans, numbers, strings and arrays; an object or a broken text raises ValueError.
Format: the PHP internals book, "Serialization".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

DEEPEST = 64  # arrays within arrays; SLiMS writes two


def loads(text: str) -> Any:
    """Return the value of a serialized text; arrays become dicts, lengths count UTF-8 bytes."""
    reader = _Reader(text.encode("utf-8", "surrogatepass"))
    value = reader.value()
    if reader.at != len(reader.data):
        raise ValueError("text behind the value")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.depth = 0

    def value(self) -> Any:
        kind = self.data[self.at : self.at + 2]
        self.at += 2
        if kind == b"N;":
            return None
        if kind == b"s:":
            return self.string()
        if kind == b"a:":
            return self.array()
        readers: dict[bytes, Callable[[str], Any]] = {b"i:": int, b"d:": float, b"b:": lambda digits: digits == "1"}
        if kind not in readers:
            raise ValueError(f"no value at byte {self.at - 2}")
        return readers[kind](self.until(b";"))

    def until(self, mark: bytes) -> str:
        end = self.data.index(mark, self.at)
        found = self.data[self.at : end].decode("ascii")
        self.at = end + len(mark)
        return found

    def length(self) -> int:
        found = int(self.until(b":"))
        if found < 0:
            raise ValueError("a negative length")
        return found

    def string(self) -> str:
        length = self.length()
        self.expect(b'"', self.at)
        found = self.data[self.at + 1 : self.at + 1 + length]
        self.at += length + 2
        self.expect(b'";', self.at - 1)
        self.at += 1
        return found.decode("utf-8", "replace")

    def array(self) -> dict[Any, Any]:
        length = self.length()
        self.expect(b"{", self.at)
        self.at += 1
        self.depth += 1
        if self.depth > DEEPEST:
            raise ValueError("too many arrays within arrays")
        found = {}
        for _ in range(length):
            key = self.key()
            found[key] = self.value()
        self.depth -= 1
        self.expect(b"}", self.at)
        self.at += 1
        return found

    def key(self) -> int | str:
        found: int | str = self.value()
        if found.__class__ not in {int, str}:
            raise ValueError(f"no key before byte {self.at}")
        return found

    def expect(self, mark: bytes, at: int) -> None:
        if self.data[at : at + len(mark)] != mark:
            raise ValueError(f"{mark!r} expected at byte {at}")


def options_of(text: str | None) -> dict[str, str]:
    """Return a custom field's options by their index, from SLiMS's list of [index, label] pairs."""
    try:
        pairs = loads(text or "")
    except ValueError:
        return {}
    if not isinstance(pairs, dict):
        return {}
    return {str(pair[0]): str(pair[1]) for pair in pairs.values() if isinstance(pair, dict) and {0, 1} <= pair.keys()}
