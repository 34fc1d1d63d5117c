"""What the domain has to be told."""

from __future__ import annotations

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
