"""The folder of the demo: the invented library, and a configuration for the commands that look at it."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict
from pathlib import Path

from filelock import FileLock
from sqlalchemy.engine import make_url

from connector.progress import SILENT, Progress
from crm.errors import ConfigError, CrmUnavailable
from crm.i18n import N_, translator
from crm.os_reasons import reason_of
from crm.settings import LibrarySettings, ProfileSettings
from sapa import config, new_config
from sapa.demo.library import Size, build, is_whole
from sapa.settings import ServeSettings

LIBRARY = "slims.db"
CRM = "sapa.db"
CONFIG = "config.toml"
NAME = "Perpustakaan Daerah Medan (contoh)"  # as in the settings of the invented SLiMS


def prepare(folder: Path, language: str, progress: Progress = SILENT, size: Size = Size.DEFAULT) -> Path:
    """Put into ``folder`` what is not there yet, and return the path of its configuration.

    A library that is there is kept if it is whole, whatever its size and day. Raises ConfigError where the folder
    has a configuration of something else, so that invented readers never meet real ones.
    """
    path = folder / CONFIG
    if path.exists():
        _refuse_another(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f"{LIBRARY}.lock"):
            if not is_whole(folder / LIBRARY):
                build(folder / LIBRARY, size=size, progress=progress)
    except (OSError, sqlite3.Error) as error:
        raise CrmUnavailable(
            N_("The demo cannot be written to {folder}: {reason}."),
            N_("Name a folder where you may write: sapa demo --dir FOLDER"),
            folder=folder,
            reason=reason_of(error) if isinstance(error, OSError) else error,
        ) from error
    if not path.exists():
        new_config.write(path, new_config.render(_values(language), translator(language)))
    return path


def _refuse_another(path: Path) -> None:
    """Raise ConfigError unless all that a configuration names are files of the demo beside it."""
    settings = config.load(path, {})
    urls = [make_url(url) for url in (settings.crm.database_url, *(each.database_url for each in settings.sources))]
    files = [Path(url.database or "") for url in urls if url.get_backend_name() == "sqlite"]
    if {file.name for file in files} != {LIBRARY, CRM} or len(files) != len(urls):
        raise ConfigError(
            N_("{file} is not the configuration of a demo."),
            N_("Name another folder: sapa demo --dir FOLDER"),
            file=path,
        )


def _values(language: str) -> new_config.Values:
    library = LibrarySettings(NAME, language=language)
    source = {
        "name": "main",
        "ils": "slims",
        "database_url": f"sqlite:///{LIBRARY}",
        "timezone": library.timezone,
        "every": "5 minutes",
        "fast": False,
    }
    crm = {"database_url": f"sqlite:///{CRM}", "secret_key": new_config.new_secret()}
    usual = {"serve": asdict(ServeSettings()), **asdict(ProfileSettings())}
    return {"library": asdict(library), "crm": crm, "sources": source, **usual}
