"""Finds people by the beginnings of words: of names, numbers, phones and mail addresses.

``LIKE '%word%'`` reads the texts of all people for every key that is typed; a table of words is read only where it
answers, in either database, and needs no full-text index that each would rank and fold in its own way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, delete, insert

from crm.schema.people import word

LONGEST = 64
MOST_WORDS = 6
MOST_PER_PERSON = 60
HIGHEST = "\U0010ffff"  # sorts after every letter, so that a word's beginning is a range
CHUNK = 500

_GAPS = re.compile(r"[\s,;]+")
_PARTS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\+?[\d\s().-]{5,}")
_EDGES = "\"'.()[]<>:!?+-/"
_APOSTROPHES = dict.fromkeys(map(ord, "\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}`"), "'")


def folded(text: str) -> str:
    """Return ``text`` in lower case, without accents and with one kind of apostrophe."""
    if text.isascii():
        return text.replace("`", "'").casefold()
    decomposed = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()


def digits_of(text: str) -> str:
    """Return the digits of a number of five or more, however it is grouped; nothing of what is no number."""
    digits = "".join(filter(str.isdecimal, text)) if _NUMBER.fullmatch(text) else ""
    return digits[:LONGEST] if len(digits) >= 5 else ""


def words_to_keep(text: str) -> set[str]:
    """Return the words by whose beginnings a person with this search text is found."""
    kept: set[str] = set()
    for chunk in _GAPS.split(folded(text)):
        whole = chunk.strip(_EDGES)
        kept.update({whole[:LONGEST], digits_of(whole)})
        kept.update(part[:LONGEST] for part in _PARTS.split(whole.partition("@")[0]))
    return set(sorted(kept - {""})[:MOST_PER_PERSON])


def words_to_find(typed: str) -> list[str]:
    """Return the beginnings that somebody who typed this looks for, the longest first; all have to be there.

    A phone number may be typed with blanks, dots, hyphens and a plus sign. Of single letters alone the first counts:
    more of them would have half the library compared with the other half.
    """
    typed = folded(typed).strip()
    digits = digits_of(typed)
    if digits:
        return [digits]
    chunks = {chunk.strip(_EDGES)[:LONGEST] for chunk in _GAPS.split(typed)} - {""}
    longest_first = sorted(chunks, key=lambda chunk: (-len(chunk), chunk))
    return longest_first[: MOST_WORDS if longest_first and len(longest_first[0]) > 1 else 1]


def begins(column: ColumnElement[str], beginning: str) -> ColumnElement[bool]:
    """Return the condition that a word begins so, as a range that an index answers."""
    return (column >= beginning) & (column < beginning + HIGHEST)


def keep_words(connection: Connection, texts: Mapping[int, str | None]) -> None:
    """Write the words of people whose search text is new or has changed, in place of those they had."""
    ids = sorted(texts)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        connection.execute(delete(word).where(word.c.person_id.in_(chunk)))
        rows = [{"word": each, "person_id": key} for key in chunk for each in sorted(words_to_keep(texts[key] or ""))]
        if rows:
            connection.execute(insert(word), rows)
