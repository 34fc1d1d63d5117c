"""Which person a patron key belongs to, as it comes, goes, returns, is renamed or reused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from crm.patrons.portrait import Registration

NEW, RENAME, RETURNED, REUSED = "new", "rename", "returned", "reused"
SAME_SYNC = timedelta(hours=1)  # a rename's old key goes and its new one comes in one sync, which may take a while

Key = tuple[int, str]  # source id and patron key
Facts = tuple[Any, ...]


@dataclass(frozen=True)
class Known:
    """What ``membership`` says of a key; all None for one that was never seen."""

    person_id: int | None = None
    is_ended: bool = False
    archive_id: int | None = None
    fingerprint: str | None = None


@dataclass(frozen=True)
class Seen:
    """A row of the copy beside its membership; ``archive_id`` is the newest archived row of its key."""

    registration: Registration
    known: Known
    archive_id: int | None = None

    @property
    def key(self) -> Key:
        """Source and key."""
        return self.registration.source_id, self.registration.key

    @property
    def is_reused(self) -> bool:
        """Tell whether the key names another human than when it was taken for its person."""
        known = self.known
        return known.person_id is not None and (self.archive_id or 0) > (known.archive_id or 0)

    @property
    def is_new(self) -> bool:
        """Tell whether a person has to be found for it."""
        return self.known.person_id is None or self.is_reused

    @property
    def has_ended(self) -> bool:
        """Tell whether the membership has to be ended."""
        return not self.is_new and not self.registration.is_live and not self.known.is_ended

    @property
    def has_returned(self) -> bool:
        """Tell whether the membership has to be taken up again."""
        return not self.is_new and self.registration.is_live and self.known.is_ended


def facts(one: Registration) -> Facts:
    """Return what a rename leaves as it is: source, name, birth date, day of the first entry."""
    return (one.source_id, one.name, one.birth_date, one.added_on)


@dataclass
class Renames:
    """Finds the key that a new one is the rename of.

    ``gone`` are the keys that vanished, by their facts; ``people`` says whose they were; ``moved`` counts loans that
    went from one key to another; ``taken`` are old keys that were found already. A rename needs all of: old key gone,
    new key new, same birth date, name and day of entry. Loans that moved confirm it; without any it has to be the only
    one possible, no fact may be missing, and the old key must have gone when the new one came.
    """

    gone: Mapping[Facts, Sequence[Registration]] = field(default_factory=dict)
    people: Mapping[Key, int] = field(default_factory=dict)
    moved: Mapping[tuple[int, str, str], int] = field(default_factory=dict)
    taken: set[Key] = field(default_factory=set)

    def former(self, one: Registration) -> dict[str, Any] | None:
        """Return the evidence of a rename, ``old_key`` in it, None where the patron is simply new."""
        if not one.is_live:
            return None
        possible = [old for old in self.gone.get(facts(one), ()) if self._is_free(old, one)]
        confirmed = [old for old in possible if self._loans(old, one)]
        found = confirmed or [old for old in possible if _is_plain(old, one)]
        if len({self.people[old.source_id, old.key] for old in found}) != 1:
            return None
        old = max(found, key=lambda each: (each.gone_at, each.key))
        self.taken.add((old.source_id, old.key))
        return {"old_key": old.key, "same": ["name", "birth_date", "added_on"], "loans": self._loans(old, one)}

    def _is_free(self, old: Registration, new: Registration) -> bool:
        key = (old.source_id, old.key)
        return old.key != new.key and key not in self.taken and key in self.people

    def _loans(self, old: Registration, new: Registration) -> int:
        return self.moved.get((new.source_id, old.key, new.key), 0)


def _is_plain(old: Registration, new: Registration) -> bool:
    """Tell whether the facts alone are enough."""
    if None in (new.name, new.birth_date, new.added_on) or old.gone_at is None:
        return False
    return new.first_seen_at >= max(old.gone_at - SAME_SYNC, old.first_seen_at)


def by_facts(gone: Iterable[Registration]) -> dict[Facts, list[Registration]]:
    """Return vanished registrations by what a rename leaves as it is."""
    found: dict[Facts, list[Registration]] = defaultdict(list)
    for each in gone:
        found[facts(each)].append(each)
    return found
