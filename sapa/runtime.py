"""What a command needs, built when it is first asked for and shared from then on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from crm.errors import ConfigError
from crm.i18n import N_, Translate, translator
from sapa import config, keys

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from connector.settings import SourceSettings
    from crm.formats import Formats
    from sapa.settings import Settings


class Runtime:
    """The configuration of one run of the command, and what is made from it."""

    def __init__(self, path: Path, *, debug: bool = False, environ: Mapping[str, str] | None = None) -> None:
        """Take the place of the configuration, and what overrides it if not the environment; nothing is read yet."""
        self.path = path
        self.environ = environ
        self.debug = debug

    @cached_property
    def language(self) -> str:
        """The language to speak, also while the configuration is missing or wrong."""
        return config.guess_language(self.path)

    @cached_property
    def translate(self) -> Translate:
        """The function that turns an English text into one in the language."""
        return translator(self.language)

    @cached_property
    def settings(self) -> Settings:
        """The configuration; raises ConfigError."""
        return config.load(self.path) if self.environ is None else config.load(self.path, self.environ)

    @cached_property
    def formats(self) -> Formats:
        """How numbers and times are written."""
        from crm.formats import Formats  # noqa: PLC0415 - Babel is not needed for --help

        return Formats(self.language, self.settings.library.timezone)

    @cached_property
    def bare_engine(self) -> Engine:
        """The CRM database as it is, whatever its version."""
        from crm.database import open_engine  # noqa: PLC0415 - neither is SQLAlchemy

        return open_engine(self.settings.crm.database_url)

    @cached_property
    def engine(self) -> Engine:
        """The CRM database at the version of the code, created if it was empty."""
        from crm.database import ensure_current  # noqa: PLC0415

        ensure_current(self.bare_engine)
        return self.bare_engine

    def sources(self, names: Sequence[str] = ()) -> list[SourceSettings]:
        """Return the settings of the sources of these names, of all without names."""
        known = {source.name: source for source in self.settings.sources}
        if not known:
            raise ConfigError(
                N_("{file} names no source."),
                N_("Add a section [[sources]]; a new file from `sapa init` shows how."),
                file=self.path,
            )
        for name in names:
            if name not in known:
                raise ConfigError(
                    N_("There is no source called {name}."),
                    N_("Did you mean {nearest}? The sources of {file}: {names}."),
                    name=name,
                    nearest=keys.nearest(name, known),
                    file=self.path,
                    names=", ".join(known),
                )
        return [source for name, source in known.items() if not names or name in names]

    def close(self) -> None:
        """Give back the connections that were opened."""
        if "bare_engine" in self.__dict__:
            self.bare_engine.dispose()
