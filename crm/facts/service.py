"""Works out the facts of everybody, or of those whose data moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine

from crm.database import reading, writing
from crm.facts import rules, store
from crm.facts.closures import Closures
from crm.facts.score import Use, key_score
from crm.facts.scratch import Scratch
from crm.facts.tallies import Tallies
from crm.local_days import Calendar
from crm.patrons.births import age_band, is_minor
from crm.schema.base import canonical_json
from crm.scope import Scope
from crm.settings import LifecycleSettings, ProfileSettings

NOWHERE = Closures()
INDEXED_AT = tuple(store.COLUMNS.index(name) for name in store.INDEXED)


def refresh(engine: Engine, profile: ProfileSettings, scope: Scope, today: date, now: datetime) -> int:  # noqa: ARG001
    """Work out the facts of the people in ``scope`` and return how many they are.

    Counting reads in one transaction and writes to temporary tables only; the facts are written in small ones of
    their own. A run that was killed has replaced some people's facts, and the next replaces all.
    """
    scratch, written = Scratch(), 0
    with reading(engine) as connection:
        scratch.create(connection)
        tallies = Tallies(connection, scratch, Calendar(profile.timezone, today))
        if scope.is_everything:
            tallies.choose_unusual()
            tallies.count_the_others()
        else:
            tallies.choose_touched()
        tallies.count_chosen()
        store.set_standing(connection, scratch, everybody=scope.is_everything)
        reckoning = Reckoning(today, profile.lifecycle, store.closures(connection))
        for rows in store.counted(connection, scratch, today, everybody=scope.is_everything):
            _write(engine, reckoning, rows)
            written += len(rows)
        scratch.drop(connection)
    with writing(engine) as connection:
        store.forget_merged(connection)
    return written


def _write(engine: Engine, reckoning: Reckoning, rows: Sequence[Any]) -> None:
    moved: list[tuple[Any, ...]] = []
    same: list[tuple[Any, ...]] = []
    for row in rows:
        made = reckoning.facts_of(row)
        former = row[-len(store.INDEXED) :]
        (same if former == tuple(made[at] for at in INDEXED_AT) else moved).append(made)
    with writing(engine) as connection:
        store.write(connection, moved, same)


@lru_cache(maxsize=1 << 16)
def ordinal(day: str | date | None) -> int | None:
    """Return the number of a day as either database gives it."""
    if day is None:
        return None
    return (date.fromisoformat(day) if isinstance(day, str) else day).toordinal()


@lru_cache(maxsize=1 << 13)
def _as_text(*why: tuple[str, Any]) -> str:
    return canonical_json(dict(why))


@dataclass(frozen=True)
class Reckoning:
    """Turns what was counted into facts, on one day, by one set of thresholds."""

    today: date
    settings: LifecycleSettings
    closures: Mapping[int, Closures]
    bands: dict[Any, tuple[str, bool]] = field(default_factory=dict)

    def facts_of(self, row: Any) -> tuple[Any, ...]:
        """Return the facts of one person: the id, store.PASSED and store.MADE."""
        band, is_young = self._age(row.birth_date)
        if row.birth_date is None:
            is_young = rules.is_child_category(row.category_key, row.category, self.settings)
        first, last = ordinal(row.first_activity_on), ordinal(row.last_activity_on)
        gap = rules.usual_gap(first, last, row.active_days)
        state, stage, why = self._standing(row, last, gap)
        return (
            row.person_id, *row[:len(store.PASSED)], row.joined, band, state,
            float(row.on_time) / row.back if row.back else None, gap, stage, _as_text(*why.items()),
            self._score(row, last), is_young, self.today.isoformat(),
        )  # fmt: skip

    def _age(self, birth_date: Any) -> tuple[str, bool]:
        if birth_date not in self.bands:
            number = ordinal(birth_date)
            born = None if number is None else date.fromordinal(number)
            self.bands[birth_date] = age_band(born, self.today), is_minor(born, self.today)
        return self.bands[birth_date]

    def _standing(self, row: Any, last: int | None, gap: float | None) -> tuple[str, str, rules.Why]:
        """Return the state, and the stage with its reason."""
        if row.source_id is None:
            return rules.CONTACT, rules.CONTACT, {"rule": rules.CONTACT}
        closed = self.closures.get(row.source_id, NOWHERE)
        idleness = rules.Idleness(
            self._since(ordinal(row.joined), closed), self._since(last, closed), gap, row.loan_days
        )
        state = rules.state(
            has_ended=bool(row.has_ended),
            is_blocked=bool(row.is_blocked),
            expires=ordinal(row.expires_on),
            today=self.today.toordinal(),
        )
        return state, *rules.stage(idleness, self.settings)

    def _since(self, day: int | None, closed: Closures) -> int | None:
        """Return the days since ``day`` without those of closed weeks."""
        if day is None:
            return None
        today = self.today.toordinal()
        return today - day - closed.between(day, today)

    def _score(self, row: Any, last: int | None) -> float:
        idle = None if last is None else self.today.toordinal() - last
        return key_score(Use(idle, row.loans_365, row.breadth, row.holds_365, row.visits_365, row.questions_365))
