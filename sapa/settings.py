"""Everything the configuration says, ready to be handed to the packages."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from connector.settings import SourceSettings
from crm.settings import CrmSettings, LibrarySettings, ProfileSettings


@dataclass(frozen=True)
class ServeSettings:
    """Where the pages answer; ``work`` also runs the worker in the same process."""

    host: str = "127.0.0.1"
    port: int = 8700
    work: bool = True


@dataclass(frozen=True)
class Settings:
    """One configuration file with the overrides of the environment; ``path`` is where it was read from."""

    path: Path
    library: LibrarySettings
    crm: CrmSettings
    sources: tuple[SourceSettings, ...]
    serve: ServeSettings
    profile: ProfileSettings = field(default_factory=ProfileSettings)
