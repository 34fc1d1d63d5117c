"""Makes a folder in which `sapa demo` can run: an invented library and a configuration for it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path

from filelock import FileLock

from connector.progress import SILENT, Progress
from crm.i18n import translator
from crm.settings import LibrarySettings
from sapa import new_config
from sapa.demo.library import Size, build, is_whole
from sapa.settings import ServeSettings

LIBRARY = LibrarySettings("Perpustakaan Daerah Medan (contoh)")
DATABASE, CONFIG = "library.db", "config.toml"
SOURCE = {
    "name": "main",
    "ils": "slims",
    "database_url": f"sqlite:///{DATABASE}",
    "timezone": LIBRARY.timezone,
    "every": "5 minutes",
    "fast": False,
}


def prepare(
    directory: Path, seed: int = 1, today: date | None = None, size: Size = Size.DEFAULT, progress: Progress = SILENT
) -> Path:
    """Return the configuration of a demo in ``directory``, which is made with all that is not there yet.

    A library and a configuration that are there are kept, the library only if it is whole.
    """
    directory.mkdir(parents=True, exist_ok=True)
    config = directory / CONFIG
    with FileLock(directory / f"{DATABASE}.lock"):
        if not is_whole(directory / DATABASE):
            build(directory / DATABASE, seed, today, size, progress)
        if not config.exists():
            new_config.write(config, new_config.render(values(), translator(LIBRARY.language)))
    return config


def values() -> new_config.Values:
    """Return the configuration's values, with a fresh secret."""
    return {
        "library": asdict(LIBRARY),
        "crm": {"database_url": "sqlite:///sapa.db", "secret_key": new_config.new_secret()},
        "sources": SOURCE,
        "serve": asdict(ServeSettings()),
    }
