"""What a person's rows should be, given what the ILS says of his memberships; nothing here reads or writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from crm.patrons import births, names
from crm.patrons.contact_points import EMAIL, INVALID, ContactPoint, mails, national, phones
from crm.settings import PatronSettings
from crm.words import FROM_ILS

RULES = 1  # raised when the rules of this package change, so that all persons are made anew
LONGEST_SEARCH = 2_000


@dataclass(frozen=True, slots=True)
class Registration:
    """One row of ``ils_patron``; ``custom`` is the JSON text, ``is_live`` whether the source still has it."""

    source_id: int
    key: str
    card_number: str | None
    name: str | None
    gender: str | None
    birth_date: date | None
    email: str | None
    phone: str | None
    member_since: date | None
    registered_on: date | None
    added_on: date | None
    custom: str | None
    first_seen_at: datetime
    gone_at: datetime | None

    @property
    def is_live(self) -> bool:
        """Tell whether the source still has the patron."""
        return self.gone_at is None


@dataclass(frozen=True)
class Setting:
    """What portraits depend on besides the rows: the configuration, the day, the heaps of birth dates by source.

    ``country`` is that of telephone numbers written without one.
    """

    settings: PatronSettings
    country: str
    today: date
    heaps: Mapping[int, births.Heaps] = field(default_factory=dict)

    def is_placeholder(self, one: Registration) -> bool:
        """Tell whether the birth date of a registration is a placeholder."""
        days = (one.member_since, one.registered_on, one.added_on)
        return births.is_placeholder(one.birth_date, days, self.today, self.heaps.get(one.source_id, births.Heaps()))

    def fingerprint(self, one: Registration) -> str:
        """Return what changes exactly when the person has to be made anew from this registration."""
        facts = (
            RULES, self.country, sorted(self.settings.fields.items()), self.is_placeholder(one), one.is_live,
            one.card_number, one.name, one.gender, one.birth_date, one.email, one.phone,
            one.custom if self.settings.fields else None,
        )  # fmt: skip
        return blake2b(repr(facts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@dataclass(frozen=True)
class Portrait:
    """A person as the ILS shows him: columns of ``person``, ways to reach him, traits by name, words to be found by."""

    columns: Mapping[str, Any]
    points: Mapping[tuple[str, str], ContactPoint]
    traits: Mapping[str, Any]
    words: tuple[str, ...]


def portrait(registrations: Sequence[Registration], setting: Setting) -> Portrait:
    """Return the portrait of a person with at least one registration.

    The last live one counts for name, gender, birth date and traits, the last one where none is live; all live ones
    give ways to reach him.
    """
    ordered = sorted(registrations, key=_rank)
    chosen = ordered[-1]
    is_placeholder = setting.is_placeholder(chosen)
    mended = [names.repaired(one.name) for one in ordered]
    name = mended[-1]
    columns = {
        "name": name,
        "folded": names.folded(name) or None,
        "gender": chosen.gender,
        "birth_date": None if is_placeholder else chosen.birth_date,
        "is_placeholder_birth": is_placeholder,
    }
    live = [one for one in ordered if one.is_live]
    points = {(point.kind, point.value): point for one in live for point in _points(one, setting)}
    return Portrait(columns, points, _traits(chosen, setting), _words(ordered, mended))


def _rank(one: Registration) -> tuple[Any, ...]:
    return (one.is_live, one.first_seen_at, one.added_on or date.min, one.source_id, one.key)


def _points(one: Registration, setting: Setting) -> Iterable[ContactPoint]:
    yield from phones(one.phone, setting.country)
    yield from mails(one.email)
    for what, value in _custom(one, setting).items():
        if what == "phone":
            yield from phones(_text(value), setting.country)
        elif what == "email":
            yield from mails(_text(value))


def _custom(one: Registration, setting: Setting) -> dict[str, Any]:
    """Return what the custom fields named in the configuration hold, without what is blank."""
    wanted = setting.settings.fields
    if not wanted or not one.custom:
        return {}
    values = json.loads(one.custom)
    found = {what: values.get(label) for what, label in wanted.items() if what in FROM_ILS}
    return {what: value for what, value in found.items() if value not in (None, "", [], {})}


def _traits(one: Registration, setting: Setting) -> dict[str, Any]:
    mended = ((what, _mended(value)) for what, value in _custom(one, setting).items() if what not in ("phone", "email"))
    return {what: value for what, value in mended if value not in (None, [])}


def _mended(value: Any) -> Any:
    if isinstance(value, list):
        return [each for each in (names.repaired(str(one)) for one in value) if each]
    return names.repaired(value) if isinstance(value, str) else value


def _text(value: Any) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _words(registrations: Sequence[Registration], mended: Sequence[str | None]) -> tuple[str, ...]:
    found = [name for name in reversed(mended) if name]
    found += [text for one in registrations for text in (one.card_number or "", one.key)]
    return tuple(found)


def search_text(words: Iterable[str], points: Iterable[tuple[str, str, str]]) -> str:
    """Return the text by which somebody is found: ``words``, then the ways to reach him as (kind, value, status).

    Lower case, every word once; phones as digits with and without the country code.
    """
    pieces = [word.casefold() for text in words for word in text.split()]
    for kind, value, status in points:
        if kind == EMAIL or status == INVALID:
            pieces += value.casefold().split()
        else:
            pieces += [piece for piece in (value.removeprefix("+"), national(value)) if piece]
    return " ".join(dict.fromkeys(pieces))[:LONGEST_SEARCH]
