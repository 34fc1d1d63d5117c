"""Reads what cataloguers write into classification and call number: DDC, the Indonesian extension, and letters.

The notation of a title is its class without point, from the most general digit on: "641.5" is "6415", "2X4.1" is
"2X41". Islam has two notations in Indonesia, 297.x and 2X0-2X9; both become 2X. Letters stand for what many
libraries shelve without a number: FIK fiction, SKRIPSI theses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

FICTION, THESIS, COMIC = "FIK", "SKRIPSI", "7415"
CHILD = "A"
EDITIONS = {str(number) for number in range(14, 24)}  # of DDC, written behind the class: "813 22"
REFERENCE_MARKS = {"R", "REF", "REFERENSI", "REFERENCE", "SR", "RUJUKAN", "TANDON"}
CHILD_MARKS = {"A", "AN", "ANAK", "J", "JUV", "JUVENILE"}
OTHER_MARKS = {"S", "T", "D", "U", "C", "L"}  # prefixes of shelves that say nothing of the subject
LETTERS = {
    **dict.fromkeys(("F", "FIC", "FIK", "FIKSI", "FICTION", "N", "NOV", "NOVEL"), FICTION),
    **dict.fromkeys(("SKR", "SKRIPSI", "TES", "TESIS", "THESIS", "DIS", "DISERTASI", "TA", "KTI", "LTA"), THESIS),
    **dict.fromkeys(("K", "KOM", "KOMIK", "COMIC"), COMIC),
}
CHILDREN_LETTERS = {"FA": FICTION, "E": FICTION, "CA": FICTION, "AF": FICTION, "AK": COMIC}
EMPTY = {"NONE", "NULL", "NIL", "N/A", "NA"}
# Where DDC's own numbers for Islam differ from the plain exchange of 297.x for 2Xx.
DDC_ISLAM = {"297122": "2X1", "297124": "2X2", "297125": "2X2", "29712": "2X1", "29763": "2X9", "29764": "2X9"}

_NUMBER = re.compile(r"2X\d?(?:\.\d+)*|\d{1,3}(?:\.\d+)*")
_ISLAM = re.compile(r"\b2\s*X\s*(?=\d|\.|\s|$)")
_MARK = re.compile(r"[(\[]?([A-Z]+)(?![A-Z])[\s./:_)\]-]*")


class NotAClass(ValueError):
    """What was written is no class and no range of classes."""


@dataclass(frozen=True)
class Notation:
    """A class as digits and letters without point, and whether the shelf mark says children's books or theses."""

    digits: str
    is_child: bool = False
    is_thesis: bool = False

    def prefixes(self) -> Iterator[str]:
        """Yield the notation and all that are more general, the most exact first."""
        for length in range(len(self.digits), 0, -1):
            yield self.digits[:length]


NOTHING = Notation("")


@lru_cache(maxsize=20_000)
def notation_of(classification: str | None, call_number: str | None = None) -> Notation:
    """Return the notation of a title; where the class says nothing, the call number is asked."""
    for text in (classification, call_number):
        found = parsed(text or "")
        if found.digits:
            return found
    return NOTHING


def parsed(text: str) -> Notation:
    """Return the notation that a class or a call number begins with, NOTHING where there is none."""
    rest = unicodedata.normalize("NFKC", text).upper().strip()
    if not rest or rest in EMPTY:
        return NOTHING
    rest = _ISLAM.sub("2X", re.sub(r"(?<=[\dX])\s*,\s*(?=\d)", ".", rest))
    words, rest = _leading_letters(rest)
    is_child = any(word in CHILD_MARKS or word in CHILDREN_LETTERS for word in words)
    letters = [found for word in words if (found := CHILDREN_LETTERS.get(word) or LETTERS.get(word))]
    return Notation(_digits(rest) or next(iter(letters), ""), is_child, THESIS in letters)


def _leading_letters(text: str) -> tuple[list[str], str]:
    """Return the marks before the number, and the rest; a call number's author ends them."""
    words: list[str] = []
    known = REFERENCE_MARKS | CHILD_MARKS | OTHER_MARKS | LETTERS.keys() | CHILDREN_LETTERS.keys()
    while match := _MARK.match(text):
        if match[1] not in known:
            break
        words.append(match[1])
        text = text[match.end() :]
    return words, text


def _digits(text: str) -> str:
    """Return the digits of a number: segments joined, edition, author and everything after it left out."""
    text = re.sub(r"(?<=\d)/(?=\d)", "", text).lstrip("([. ")
    match = _NUMBER.match(text)
    if not match or (match.end() < len(text) and text[match.end()].isalnum()):
        return ""
    whole, _, decimals = match[0].partition(".")
    decimals = decimals.replace(".", "") + _spaced(text[match.end() :])
    if whole.startswith("2X"):
        return whole + decimals
    digits = whole.zfill(3) + decimals
    return _one_islam(digits)


def _spaced(rest: str) -> str:
    """Return further digits set apart by blanks, as in 899.221 3, but not the edition of DDC."""
    groups = re.match(r"(?: \d{1,3}(?= |$))*", rest)
    found = groups[0].split() if groups else []
    if found and found[-1] in EDITIONS:
        found.pop()
    return "".join(found)


def _one_islam(digits: str) -> str:
    """Return 297.x as 2Xx."""
    if not digits.startswith("297"):
        return digits
    for length in (6, 5):
        known = DDC_ISLAM.get(digits[:length])
        if known:
            return known + digits[length:]
    return "2X" + digits[3:]


def rule_notations(value: str) -> tuple[str, ...]:
    """Return the beginnings that a rule's class stands for: one notation, or a range such as "540-549".

    "A" before it, or alone, means children's books, and so do the beginnings that start with it. Raises NotAClass
    where it is nothing of that.
    """
    mark, _, rest = value.strip().upper().partition(" ")
    if mark == CHILD:
        return tuple(CHILD + each for each in rule_notations(rest)) if rest else (CHILD,)
    first, dash, last = (part.strip() for part in value.partition("-"))
    begin = parsed(first).digits
    if not begin:
        raise NotAClass(value)
    return tuple(_between(begin, parsed(last).digits)) if dash else (_without_zeros(begin, first),)


def _without_zeros(digits: str, written: str) -> str:
    """Return 64 for a rule that was written 64, which means everything from 640 to 649."""
    is_short = written.isdigit() and len(written) < 3
    return written if is_short else digits


def _between(begin: str, end: str) -> Iterator[str]:
    head = "2X" if begin.startswith("2X") else ""
    numbers = [begin.removeprefix(head), end.removeprefix(head)]
    if len(begin) != len(end) or not all(number.isdecimal() for number in numbers) or begin > end:
        raise NotAClass(f"{begin}-{end}")
    first, last = map(int, numbers)
    yield from (f"{head}{number:0{len(numbers[0])}}" for number in range(first, last + 1))
