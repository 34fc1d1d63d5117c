"""Contents of a small table, and pairs of them of which one came of the other by what somebody may do to deceive.

A content is a row by its key. A row is a number, a text of utf8mb4, one of utf8mb3, one of latin1 and a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

NAMES = ("n", "a", "b", "c", "at")
EDITS = ("set", "set in all", "swap rows", "swap columns", "shift", "move", "delete", "insert")
LONG = "x" * 65_000
MOMENT = "2024-01-01 00:00:00"

Values = tuple[Any, ...]
Content = Mapping[Any, Values]
Edit = Callable[[dict[Any, Values]], None]


def letters(charset: str, more: str) -> st.SearchStrategy[str]:
    """Return letters of a character set, mostly those that something may take for another thing."""
    common = st.sampled_from("\x1e\x1f\0\t ,'\\aaAäÄéE?NUL01279\xa0" + more)
    return st.one_of(common, common, st.characters(exclude_categories=["Cs"], codec=charset))


def texts(charset: str, more: str = "") -> st.SearchStrategy[str | None]:
    """Return texts that are easily confused with each other."""
    short = st.text(letters(charset, more), max_size=4)
    return st.one_of(st.sampled_from([None, "", " ", "NULL", "0", "\x1f", "\x1e"]), short)


COMBINING = "e\u0301\u0308\u200b\ufeff\ufffd\u202e"
MOMENTS = st.sampled_from([None, "0000-00-00 00:00:00", "2024-00-00 00:00:00", "2024-02-30 10:00:00",
                           "2024-01-01 00:00:00", "2024-01-01 00:00:01"])  # fmt: skip
ROWS: st.SearchStrategy[Values] = st.tuples(
    st.sampled_from([None, -1, 0, 1, 2, 12, 2**31 - 1]),
    texts("utf-8", COMBINING + "😀\U0010ffff"),
    texts("utf-8", COMBINING).map(lambda text: text and "".join(letter for letter in text if letter < "\U00010000")),
    texts("cp1252"),
    MOMENTS,
)
NUMBERS = st.sampled_from([-(2**63), -101, -1, 0, 1, 2, 98, 99, 100, 101, 199, 200, 2**40, 2**63 - 1])
WORDS = st.one_of(
    st.sampled_from(["", " ", "a", "A", "a ", "ä", "Ä", "a\u0308", "1", "01", "1.0", "plumless", "buckeroo"]),
    st.text(letters("utf-8", COMBINING + "😀"), max_size=4),
)  # the CRC-32 of plumless and buckeroo is the same


@st.composite
def edits(draw: st.DrawFn, keys: st.SearchStrategy[Any]) -> Edit:
    """Return a function that changes a content in place, or leaves it where the edit makes no sense for it."""
    kind = draw(
        st.sampled_from(["set", "set in all", "swap rows", "swap columns", "shift", "move", "delete", "insert"])
    )
    key, row, column = draw(keys), draw(ROWS), draw(st.integers(0, len(NAMES) - 1))
    one, other = draw(st.integers(0, 9)), draw(st.integers(0, 9))

    def edit(content: dict[Any, Values]) -> None:
        present = list(content)
        if kind == "insert" or not present:
            content[key] = row
            return
        first, second = present[one % len(present)], present[other % len(present)]
        if kind == "set":
            content[first] = replaced(content[first], column, row[column])
        elif kind == "set in all":
            content.update({each: replaced(content[each], column, row[column]) for each in present})
        elif kind == "swap rows":
            values = content[first][column], content[second][column]
            content[second] = replaced(content[second], column, values[0])
            content[first] = replaced(content[first], column, values[1])
        elif kind == "delete":
            del content[first]
        elif kind == "move":
            content[key] = content.pop(first)
        else:
            content[first] = rearranged(content[first], kind, one)

    return edit


def replaced(values: Values, column: int, value: Any) -> Values:
    """Return a row with another value in one column."""
    return (*values[:column], value, *values[column + 1 :])


def rearranged(values: Values, kind: str, at: int) -> Values:
    """Return a row with its texts swapped, or parted elsewhere; where a letter does not fit, the row as it was."""
    number, a, b, c, moment = values
    left, right = (b, c) if at % 2 else (a, b)
    joined = (left or "") + (right or "")
    left, right = (right, left) if kind == "swap columns" else (joined[: at // 2], joined[at // 2 :])
    a, b, c = (a, left, right) if at % 2 else (left, right, c)
    fits = max(b or "", default="") < "\U00010000" and max(c or "", default="") < "\x80"
    return (number, a, b, c, moment) if fits else values


@st.composite
def pairs(draw: st.DrawFn, keys: st.SearchStrategy[Any]) -> tuple[Content, Content]:
    """Return two contents of which the second came of the first by some edits, perhaps none."""
    one = draw(st.dictionaries(keys, ROWS, max_size=5))
    other = dict(one)
    for edit in draw(st.lists(edits(keys), max_size=3)):
        edit(other)
    return one, other


ROW: Values = (1, "ab", "c", "d", None)
CASES: dict[str, tuple[Content, Content]] = {
    "the same change in an even number of rows": (
        dict.fromkeys(range(8), (0, "x", "y", "z", "2024-01-01 00:00:00")),
        dict.fromkeys(range(8), (0, "x", "y", "z", "2024-01-08 00:00:00")),
    ),
    "two rows swap one value": ({1: ROW, 2: (1, "AB", "c", "d", None)}, {1: (1, "AB", "c", "d", None), 2: ROW}),
    "two rows swap their keys": ({1: ROW, 2: (1, None, "c", "d", None)}, {2: ROW, 1: (1, None, "c", "d", None)}),
    "a row under another key": ({1: ROW}, {2: ROW}),
    "a row in another bucket": ({1: ROW, 100: ROW}, {1: ROW, 101: ROW, 200: ROW}),
    "a row moves to a bucket with its twin": ({1: ROW, 100: ROW}, {1: ROW, 2: ROW}),
    "a letter moves to the next column": ({1: (1, "ab", "c", None, None)}, {1: (1, "a", "bc", None, None)}),
    "a number moves into a text": ({1: (12, "3", "", "", None)}, {1: (1, "23", "", "", None)}),
    "a key moves into a number": ({11: (1, "", "", "", None)}, {1: (11, "", "", "", None)}),
    "values change places": ({1: (1, "x", "y", "z", None)}, {1: (1, "y", "x", "z", None)}),
    "NULL and nothing": ({1: (1, None, "", None, None)}, {1: (1, "", None, None, None)}),
    "NULL and its name": ({1: (1, None, "NULL", None, None)}, {1: (1, "NULL", None, None, None)}),
    "NULL and nought": ({1: (None, "0", None, None, None)}, {1: (0, None, None, None, None)}),
    "NULL and a zero date": ({1: (1, "", "", "", None)}, {1: (1, "", "", "", "0000-00-00 00:00:00")}),
    "a date moves into a text": ({1: (1, "", "", None, MOMENT)}, {1: (1, "", "", MOMENT, None)}),
    "a blank at the end": ({1: (1, "ab ", "c", "d", None)}, {1: (1, "ab", "c", "d", None)}),
    "a blank moves": ({1: (1, "ab ", "c", "d", None)}, {1: (1, "ab", " c", "d", None)}),
    "a zero byte at the end": ({1: (1, "ab\0", "c", "d", None)}, {1: (1, "ab", "c", "d", None)}),
    "case": ({1: (1, "AB", "C", "D", None)}, {1: (1, "ab", "C", "D", None)}),
    "accents": ({1: (1, "é", "é", "é", None)}, {1: (1, "e", "é", "é", None)}),
    "accents of latin1": ({1: (1, "é", "é", "é", None)}, {1: (1, "é", "é", "e", None)}),
    "one letter and two": ({1: (1, "é", "é", None, None)}, {1: (1, "e\u0301", "é", None, None)}),
    "ligatures and ignorable letters": ({1: (1, "ß", "ae", "", None)}, {1: (1, "ss", "\u200bæ", "", None)}),
    "an emoji and question marks": ({1: (1, "😀", "", "", None)}, {1: (1, "????", "", "", None)}),
    "two emoji": ({1: (1, "😀", "", "", None)}, {1: (1, "😁", "", "", None)}),
    "a separator moves": ({1: (1, "a\x1fb", "c", "", None)}, {1: (1, "a", "b\x1fc", "", None)}),
    "a separator for a column": ({1: (1, "a\x1fb", "", "", None)}, {1: (1, "a", "b", "", None)}),
    "the end of a row": ({1: (1, "a\x1e1\x1fb", "", "", None)}, {1: (1, "a", "\x1e1\x1fb", "", None)}),
    "the lengths themselves": ({1: (1, "\x1f1", None, None, None)}, {1: (1, "", "1", None, None)}),
    "one row that looks like two": (
        {1: (1, "x\x1f\x1f\x1f\x1f1\x1f\x1f\x1e2\x1f1\x1fx", None, None, None)},
        {1: (1, "x", None, None, None), 2: (1, "x", None, None, None)},
    ),
    "the last letter of a long text": ({1: (1, "", LONG, "", None)}, {1: (1, "", LONG[:-1] + "y", "", None)}),
    "a long text grows": ({1: (1, "", LONG, "", None)}, {1: (1, "", LONG + " ", "", None)}),
}

PIECES = (
    b"\xe9", b"\xea", b"\xff", b"\xc3", b"\xc3\xa9", b"\xc0\xaf", b"\xe2\x80", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80",
    b"\xf4\x90\x80\x80", b"\xef\xbf\xbd", b"\x80", b"?", b"a", b" ", b"\x1e", b"\x1f", b"\0", b"1",
)  # fmt: skip
BYTES = st.one_of(st.none(), st.lists(st.sampled_from(PIECES), max_size=4).map(b"".join))
BAD_CONTENTS = st.dictionaries(st.sampled_from([0, 1, 2, 100, 101]), st.tuples(BYTES, BYTES), max_size=4)
