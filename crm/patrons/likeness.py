"""Whether two persons may be one human, with reasons; twins, families and namesakes are not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from crm.i18n import N_
from crm.patrons.names import MUHAMMAD

ENOUGH = 60  # points from which on a pair is proposed; 100 at most


class Alike(StrEnum):
    """How two names agree."""

    SAME = "same_name"
    PART = "part_of_name"
    INITIALS = "initials"


class Reason(StrEnum):
    """Why two persons may be one, or may not."""

    BIRTH = "same_birth_date"
    NEAR_BIRTH = "birth_date_mistyped"
    MOBILE = "same_mobile"
    EMAIL = "same_email"
    OTHER_NUMBER = "same_number"
    ADDRESS = "same_address"
    LOANS = "loans_moved"
    JOINED = "joined"
    OTHER_BIRTH = "other_birth_date"
    OTHER_GENDER = "other_gender"


POINTS: dict[str, int] = {
    Alike.SAME: 40,
    Alike.PART: 25,
    Alike.INITIALS: 25,
    Reason.BIRTH: 40,
    Reason.NEAR_BIRTH: 10,
    Reason.MOBILE: 25,
    Reason.EMAIL: 25,
    Reason.OTHER_NUMBER: 20,
    Reason.ADDRESS: 25,
    Reason.LOANS: 130,
    Reason.JOINED: 0,
    Reason.OTHER_BIRTH: -100,
    Reason.OTHER_GENDER: -20,
}
WORDS: dict[str, str] = {
    Alike.SAME: N_("the same name"),
    Alike.PART: N_("one name is part of the other"),
    Alike.INITIALS: N_("one name has initials of the other"),
    Reason.BIRTH: N_("the same birth date"),
    Reason.NEAR_BIRTH: N_("a birth date that differs in one place"),
    Reason.MOBILE: N_("the same mobile number"),
    Reason.EMAIL: N_("the same mail address"),
    Reason.OTHER_NUMBER: N_("the same telephone number"),
    Reason.ADDRESS: N_("the same address"),
    Reason.LOANS: N_("loans moved from one to the other"),
    Reason.JOINED: N_("one is a contact, who may have joined"),
    Reason.OTHER_BIRTH: N_("another birth date"),
    Reason.OTHER_GENDER: N_("another gender"),
}


@dataclass(frozen=True)
class Candidate:
    """What two persons are compared by; ``birth_date`` only where it is plausible."""

    folded: str
    birth_date: date | None = None
    gender: str | None = None
    is_contact: bool = False


def pile(folded: str) -> str:
    """Return what names that differ by blanks or the order of words have in common: their letters, sorted."""
    return "".join(sorted(folded.replace(" ", "")))


def alike(first: str, second: str) -> Alike | None:
    """Return how two folded names agree, None where they do not.

    Another given name never agrees, however alike it looks: twins and sisters are called Rina and Rini.
    """
    if not first or not second:
        return None
    if first.replace(" ", "") == second.replace(" ", ""):
        return Alike.SAME
    shorter, longer = sorted((_given(first), _given(second)), key=len)
    if sorted(shorter) == sorted(longer):
        return Alike.SAME if len(shorter) > 1 else Alike.PART
    if _is_part(shorter, longer):
        return Alike.PART
    return Alike.INITIALS if _has_initials(shorter, longer) else None


def _given(folded: str) -> list[str]:
    words = folded.split()
    return words[1:] if len(words) > 1 and words[0] == MUHAMMAD else words


def _is_part(shorter: list[str], longer: list[str]) -> bool:
    """Tell whether a name is another without some of its words; the given name, which comes first, must be there."""
    if len(shorter[0]) < 3 or shorter[0] != longer[0]:
        return False
    rest = iter(longer)
    return all(word in rest for word in shorter)


def _has_initials(first: list[str], second: list[str]) -> bool:
    if len(first) != len(second) or len(first) < 2:
        return False
    pairs = list(zip(first, second, strict=True))
    agree = all(a == b or (min(len(a), len(b)) == 1 and a[0] == b[0]) for a, b in pairs)
    return agree and any(a == b and len(a) > 2 for a, b in pairs)


def reasons(first: Candidate, second: Candidate, shared: Iterable[Reason]) -> list[str]:
    """Return all that speaks for and against one human, none where the names already speak against it.

    ``shared`` is what was found of both: a number, an address, loans that moved. Loans that the ILS itself moved from
    one key to another tell of one human whatever the names say.
    """
    shared = set(shared)
    names = alike(first.folded, second.folded)
    if names is None and Reason.LOANS not in shared:
        return []
    found: list[str] = [*([names] if names else []), *_births(first.birth_date, second.birth_date)]
    if first.gender and second.gender and first.gender != second.gender:
        found.append(Reason.OTHER_GENDER)
    if first.is_contact != second.is_contact:
        found.append(Reason.JOINED)
    return [str(each) for each in [*found, *sorted(shared)]]


def score(found: Iterable[str]) -> int:
    """Return the points of reasons, 0 to 100."""
    return max(0, min(100, sum(POINTS[each] for each in found)))


def _births(first: date | None, second: date | None) -> list[Reason]:
    if first is None or second is None:
        return []
    if first == second:
        return [Reason.BIRTH]
    return [Reason.NEAR_BIRTH] if _mistyped(first, second) else [Reason.OTHER_BIRTH]


def _mistyped(first: date, second: date) -> bool:
    """Tell whether two dates differ in one digit, or in the order of day and month."""
    if (first.year, first.month, first.day) == (second.year, second.day, second.month):
        return True
    return sum(a != b for a, b in zip(first.isoformat(), second.isoformat(), strict=True)) == 1
