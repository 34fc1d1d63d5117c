"""The shapes that facts have: which fields a condition takes, and what stands behind it in the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

WORDS, WORD, WHOLE, NUMBER, DATE, FLAG = "words", "word", "whole", "number", "date", "flag"
LONGEST_SPAN = 36_500  # days


@dataclass(frozen=True)
class Field:
    """One field of a condition.

    ``kind`` is WORDS (a list, or one alone), WORD, WHOLE, NUMBER, DATE or FLAG; ``of`` the vocabulary of words;
    ``least`` and ``most`` the bounds of numbers.
    """

    name: str
    kind: str
    of: str = ""
    least: float = 0
    most: float = 1_000_000_000
    is_required: bool = False


@dataclass(frozen=True)
class OneOf:
    """A column of ``table`` that holds one word of a vocabulary."""

    column: str
    table: str = "person_facts"


@dataclass(frozen=True)
class Linked:
    """Rows that link people to tags, groups or programmes."""

    to: str


@dataclass(frozen=True)
class Amount:
    """A column with a number; a share lies between 0 and 1 and is compared to six decimals."""

    column: str
    unit: str = "count"  # count, share, money, days


@dataclass(frozen=True)
class Day:
    """A column with a local date."""

    column: str


@dataclass(frozen=True)
class Birthday:
    """The next birthday of people whose birth date is known."""


@dataclass(frozen=True)
class Age:
    """The completed years since birth."""


@dataclass(frozen=True)
class Counted:
    """What happened, counted in a window of days: loans, visits, holds, programmes or questions."""

    what: str


@dataclass(frozen=True)
class Flag:
    """A column that says yes or no."""

    column: str


@dataclass(frozen=True)
class Interested:
    """The weight of a topic among a reader's own, or his own wish for more of it."""


@dataclass(frozen=True)
class Declared:
    """What a reader said about a topic."""


@dataclass(frozen=True)
class Trait:
    """What staff, the reader or the ILS say of a reader, the reader's own word first, the ILS's last."""


@dataclass(frozen=True)
class Top:
    """The best part of all readers by the score of key patrons."""


@dataclass(frozen=True)
class Reach:
    """Whether a channel leads to a reader."""


@dataclass(frozen=True)
class Permission:
    """The latest answer to a purpose, by a channel where one is named."""


@dataclass(frozen=True)
class InSegment:
    """Membership in another segment, by its rule as it stands now."""


Shape: TypeAlias = (
    OneOf
    | Linked
    | Amount
    | Day
    | Birthday
    | Age
    | Counted
    | Flag
    | Interested
    | Declared
    | Trait
    | Top
    | Reach
    | Permission
    | InSegment
)


@dataclass(frozen=True)
class Fact:
    """One thing that can be asked about a reader.

    ``words`` is the clause of the sentence, ``otherwise`` the one where the answer is to be no, nothing or not;
    of ``needs`` at least one field has to be there; ``examples`` are conditions as written in rules.
    """

    name: str
    group: str
    label: str
    shape: Shape
    fields: tuple[Field, ...]
    words: str
    otherwise: str = ""
    needs: tuple[str, ...] = ()
    examples: tuple[Mapping[str, Any], ...] = field(default=())
