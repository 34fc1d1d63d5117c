"""What the domain has to be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class LibrarySettings:
    """The library as shown on pages and messages; ``country`` is an ISO 3166 code, ``timezone`` an IANA name."""

    name: str
    timezone: str = "Asia/Jakarta"
    language: str = "id"
    country: str = "ID"
    public_url: str = ""


@dataclass(frozen=True)
class CrmSettings:
    """The CRM database and the key that signs everything Sapa hands out; neither is shown by ``repr``."""

    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)


@dataclass(frozen=True)
class LifecycleSettings:
    """From when on a reader counts as new, active, occasional, lapsing or lapsed, and who is a child.

    A *unit* is the loan period of the reader's category in days, held between ``shortest_loan_days`` and
    ``longest_loan_days``; ``children_categories`` are keys or names of categories whose members are minors even
    without a plausible birth date.
    """

    weeks_new: int = 12
    active_days: int = 60
    active_units: int = 4
    occasional_months: int = 6
    lapsed_months: int = 12
    lapsing_gaps: int = 2
    default_loan_days: int = 14
    shortest_loan_days: int = 7
    longest_loan_days: int = 30
    children_categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class PatronSettings:
    """How persons are made of the ILS's patrons.

    ``fields`` says which custom field of the ILS, by its label, holds what, by the names of
    ``crm.words.FROM_ILS``.
    """

    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class InterestSettings:
    """How interests are derived from loans.

    A loan weighs half after ``half_life_days``; a declared wish for more adds ``declared_weight`` to the share of a
    topic; links between loans and persons older than ``keep_loan_links_months`` no longer count, 0 keeps them all.
    """

    half_life_days: int = 180
    declared_weight: float = 0.5
    keep_loan_links_months: int = 0


@dataclass(frozen=True)
class ProfileSettings:
    """How the profiles are worked out: one field, and one section of the configuration, per package.

    ``timezone`` is the library's, in which its days begin, ``country`` (ISO 3166) that of its telephone numbers.
    """

    timezone: str = "Asia/Jakarta"
    country: str = "ID"
    lifecycle: LifecycleSettings = field(default_factory=LifecycleSettings)
    patrons: PatronSettings = field(default_factory=PatronSettings)
    interests: InterestSettings = field(default_factory=InterestSettings)
