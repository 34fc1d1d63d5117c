"""The only reader of the configuration file and the environment."""

from __future__ import annotations

import dataclasses
import gettext
import json
import locale
import os
import stat
import tomllib
from collections.abc import Callable, Mapping, MutableMapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from connector.settings import SourceSettings
from crm.errors import ConfigError
from crm.i18n import CATALOGUES, DOMAIN, LANGUAGES, N_
from crm.os_reasons import reason_of
from crm.settings import CrmSettings, LibrarySettings, ProfileSettings
from crm.words import FROM_ILS
from sapa import keys
from sapa.settings import ServeSettings, Settings

DEFAULT_PATH = Path("config.toml")
PREFIX = "SAPA_"
LEVEL = "__"

T = TypeVar("T")


class Key(NamedTuple):
    """How one key is read, into which field, and how its value may be shown in an error."""

    read: keys.Reader
    field: str = ""
    show: Callable[[object], str] = lambda value: json.dumps(value, ensure_ascii=False, default=str)


class Written(NamedTuple):
    """A value as found, with the place a person has to go to for changing it."""

    value: object
    where: str


LIBRARY = {
    "name": Key(keys.text),
    "timezone": Key(keys.time_zone),
    "language": Key(keys.language),
    "country": Key(keys.country),
    "public_url": Key(keys.public_url),
}
SERVE = {"host": Key(keys.host), "port": Key(keys.port), "work": Key(keys.flag)}
CRM = {"database_url": Key(keys.text, show=keys.masked), "secret_key": Key(keys.secret, show=lambda _: "…")}
SOURCE = {
    "name": Key(keys.source_name),
    "ils": Key(keys.ils),
    "database_url": Key(keys.text, show=keys.masked),
    "timezone": Key(keys.time_zone),
    "every": Key(keys.duration, field="every_seconds"),
    "fast": Key(keys.flag),
}
LIFECYCLE = {
    "weeks_new": Key(keys.whole(0, 520)),
    "active_days": Key(keys.whole(1, 3_650)),
    "active_units": Key(keys.whole(1, 100)),
    "occasional_months": Key(keys.whole(1, 120)),
    "lapsed_months": Key(keys.whole(1, 240)),
    "lapsing_gaps": Key(keys.whole(1, 100)),
    "default_loan_days": Key(keys.whole(1, 365)),
    "shortest_loan_days": Key(keys.whole(1, 365)),
    "longest_loan_days": Key(keys.whole(1, 365)),
    "children_categories": Key(keys.texts),
}
PATRONS = {"fields": Key(keys.mapping(FROM_ILS))}
INTERESTS = {
    "half_life_days": Key(keys.whole(30, 3_650)),
    "declared_weight": Key(keys.share),
    "keep_loan_links_months": Key(keys.whole(0, 600)),
}
# By the fields of ProfileSettings that are sections.
PROFILE = {"lifecycle": LIFECYCLE, "patrons": PATRONS, "interests": INTERESTS}
SECTIONS = {"library": LIBRARY, "crm": CRM, "sources": SOURCE, "serve": SERVE, **PROFILE}


def find(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the file to read: the one named, else the one of ``SAPA_CONFIG``, else ``config.toml`` here."""
    return path or Path(environ.get("SAPA_CONFIG") or DEFAULT_PATH)


def load(path: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the file and the overrides into settings.

    Raises ConfigError for whatever is missing, unknown or not allowed, naming file, key and remedy.
    """
    document = _parse(path)
    for section in document:
        _refuse_unknown(section, SECTIONS, f"{path}: [{section}]")
    sections = {name: _table(document.get(name, {}), f"{path}: {name}") for name in SECTIONS if name != "sources"}
    sources = _sources(document.get("sources", []), path)
    _override(sections, sources, environ)
    folder = path.absolute().parent
    _refuse_twins(sources, path)
    library = _build(LibrarySettings, LIBRARY, sections["library"], f"{path}: library")
    return Settings(
        path=path,
        library=library,
        crm=_build(CrmSettings, _in_folder(CRM, folder), sections["crm"], f"{path}: crm"),
        sources=tuple(
            _build(SourceSettings, _in_folder(SOURCE, folder), source, f"{path}: sources.{name}", library.timezone)
            for name, source in sources.items()
        ),
        serve=_build(ServeSettings, SERVE, sections["serve"], f"{path}: serve"),
        profile=_profile(sections, path, library),
    )


def _profile(sections: dict[str, dict[str, Written]], path: Path, library: LibrarySettings) -> ProfileSettings:
    """Return the settings of the profiles: every field of PROFILE is a section of its name."""
    rooms: dict[str, Any] = {
        each.name: each.default_factory for each in dataclasses.fields(ProfileSettings) if each.name in PROFILE
    }
    return ProfileSettings(
        timezone=library.timezone,
        country=library.country,
        **{name: _build(room, PROFILE[name], sections[name], f"{path}: {name}") for name, room in rooms.items()},
    )


def too_open(path: Path) -> bool:
    """Tell whether accounts other than the owner's may read or write the file (never so on Windows)."""
    return os.name == "posix" and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def guess_language(path: Path, environ: Mapping[str, str] = os.environ) -> str:
    """Return the language to speak, whatever state the configuration is in.

    The file's ``library.language`` comes first, then ``SAPA_LANGUAGE``, the system's locale, and English.
    """
    wishes = (
        environ.get(f"{PREFIX}LIBRARY{LEVEL}LANGUAGE"),
        _language_in(path),
        environ.get("SAPA_LANGUAGE"),
        *(environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG")),
        _system_language(),
    )
    for wish in wishes:
        if wish:
            return next((code for code in LANGUAGES if wish.casefold().startswith(_STARTS[code])), "en")
    return "en"


_STARTS = {"id": ("id", "in_", "indonesia"), "en": ("en",)}


def speak(language: str, environ: MutableMapping[str, str] = os.environ) -> None:
    """Make the words of libraries that use gettext (click's) come from Sapa's catalogue in ``language``."""
    environ["LANGUAGE"] = language
    gettext.bindtextdomain(DOMAIN, str(CATALOGUES))
    gettext.textdomain(DOMAIN)


def _system_language() -> str | None:
    try:
        return locale.getlocale()[0]
    except ValueError:  # a locale that Python does not know
        return None


def _language_in(path: Path) -> str | None:
    try:
        language = tomllib.loads(path.read_text(encoding="utf-8-sig"))["library"]["language"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return language if language in LANGUAGES else None


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigError(
            N_("{file} is not in UTF-8: see line {line}."),
            N_("Save it once more in the encoding UTF-8; editors offer that at “Save as”."),
            file=path,
            line=error.object.count(b"\n", 0, error.start) + 1,
        ) from None
    except FileNotFoundError:
        raise ConfigError(
            N_("There is no configuration file {file}."),
            N_("Run `sapa init` to write one, or name another with --config."),
            file=path,
        ) from None
    except OSError as error:
        raise ConfigError(
            N_("{file} cannot be read: {reason}."),
            N_("Check its name and who may read it, or name another file with --config."),
            file=path,
            reason=reason_of(error),
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            N_("{file} is not valid TOML: {reason}."),
            N_("Correct that line; texts stand in double quotes."),
            file=path,
            reason=error,
        ) from None


def _table(found: object, where: str) -> dict[str, Written]:
    if not isinstance(found, dict):
        name = where.rpartition(" ")[2].partition("[")[0]
        raise ConfigError(
            N_("{where} is not a section."), N_("Write it as {header} with its keys below."),
            where=where, header=f"[[{name}]]" if name == "sources" else f"[{name}]",
        )  # fmt: skip
    return {key: Written(value, f"{where}.{key}") for key, value in found.items()}


def _sources(found: object, path: Path) -> dict[str, dict[str, Written]]:
    """Return the sources by name; a name that is missing or wrong is left for the readers to refuse."""
    if not isinstance(found, list):
        found = [None]
    sources: dict[str, dict[str, Written]] = {}
    for number, entry in enumerate(found, start=1):
        label = entry.get("name") if isinstance(entry, dict) else None
        name = label if isinstance(label, str) and label else str(number)
        table = _table(entry, f"{path}: sources" if entry is None else f"{path}: sources.{name}")
        twin = next((other for other in sources if _variable(other) == _variable(name)), None)
        if twin is not None:
            raise _twins(path, twin if twin == name else f"{twin} / {name}")
        sources[name] = table
    return sources


def _refuse_twins(sources: dict[str, dict[str, Written]], path: Path) -> None:
    """Raise ConfigError if the environment has given two sources one name."""
    names = [str(table["name"].value) for table in sources.values() if "name" in table]
    for name in names:
        if names.count(name) > 1:
            raise _twins(path, name)


def _twins(path: Path, name: str) -> ConfigError:
    return ConfigError(
        N_("{file}: two sources are called {name}."),
        N_('Give each source its own name; capitals do not count, and "-" counts as "_".'),
        file=path,
        name=name,
    )


def _variable(name: str) -> str:
    return name.upper().replace("-", "_")


def _override(
    sections: dict[str, dict[str, Written]], sources: dict[str, dict[str, Written]], environ: Mapping[str, str]
) -> None:
    """Put the values of ``SAPA_SECTION__KEY`` and ``SAPA_SOURCES__NAME__KEY`` in place of the file's."""
    tables = [(f"{PREFIX}{_variable(name)}{LEVEL}", sections[name], SECTIONS[name]) for name in sections]
    tables += [(f"{PREFIX}SOURCES{LEVEL}{_variable(name)}{LEVEL}", sources[name], SOURCE) for name in sources]
    targets = {start + _variable(key): (table, key) for start, table, readers in tables for key in readers}
    for variable in sorted(name for name in environ if name.startswith(PREFIX) and LEVEL in name):
        if variable not in targets:
            raise _unknown(variable, keys.nearest(variable, targets))
        table, key = targets[variable]
        table[key] = Written(environ[variable], variable)


def _unknown(where: str, nearest: str) -> ConfigError:
    return ConfigError(
        N_("{where} is nothing Sapa knows."),
        N_("Did you mean {nearest}? A new file from `sapa init` explains every key."),
        where=where,
        nearest=nearest,
    )


def _refuse_unknown(name: str, known: Mapping[str, object], where: str) -> None:
    if name not in known:
        raise _unknown(where, keys.nearest(name, known))


def _in_folder(readers: dict[str, Key], folder: Path) -> dict[str, Key]:
    """Return the readers with ``database_url`` taking relative files to lie in ``folder``."""
    key = readers["database_url"]
    return {**readers, "database_url": key._replace(read=partial(keys.database_url, folder=folder))}


def _build(
    settings: Callable[..., T], readers: dict[str, Key], table: dict[str, Written], where: str, timezone: str = ""
) -> T:
    """Return ``settings`` filled from ``table``; a source without a zone has the library's ``timezone``."""
    for name, written in table.items():
        _refuse_unknown(name, readers, written.where)
    values = {(readers[name].field or name): _read(readers[name], written) for name, written in table.items()}
    if timezone:
        values.setdefault("timezone", timezone)
    for field in dataclasses.fields(settings):  # type: ignore[arg-type]
        is_needed = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        if is_needed and field.name not in values:
            raise ConfigError(
                N_("{where} is missing."),
                N_("Write it into the file; a new file from `sapa init` shows how."),
                where=f"{where}.{field.name}",
            )
    return settings(**values)


def _read(key: Key, written: Written) -> object:
    try:
        return key.read(written.value)
    except keys.BadValueError as bad:
        shown = key.show(written.value)
        message = N_("{where} = {value} is not allowed.")
        raise ConfigError(message, bad.hint, where=written.where, value=shown, **bad.values) from None
