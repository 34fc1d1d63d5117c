"""What each value of the configuration may be: small readers without files, environment or clock."""

from __future__ import annotations

import difflib
import ipaddress
import re
import zoneinfo
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from crm.i18n import LANGUAGES, N_

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

ILS = ("slims",)
UNIT_SECONDS = {
    **dict.fromkeys(("second", "seconds", "detik"), 1),
    **dict.fromkeys(("minute", "minutes", "menit"), 60),
    **dict.fromkeys(("hour", "hours", "jam"), 3_600),
    **dict.fromkeys(("day", "days", "hari"), 86_400),
}
SHORTEST_PAUSE_SECONDS = 10
LONGEST_PAUSE_SECONDS = 7 * 86_400
LARGEST_PORT = 65_535

WIB, WITA, WIT = "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"
INDONESIAN_ZONES = {  # names that people write and the IANA database does not know
    "wib": WIB,
    "wita": WITA,
    "wit": WIT,
    **dict.fromkeys(
        ("aceh", "medan", "padang", "pekanbaru", "batam", "jambi", "palembang", "bengkulu", "lampung"), WIB
    ),
    **dict.fromkeys(("bandung", "semarang", "yogyakarta", "surakarta", "surabaya", "malang", "indonesia"), WIB),
    **dict.fromkeys(("bali", "denpasar", "mataram", "kupang", "banjarmasin", "balikpapan", "samarinda"), WITA),
    **dict.fromkeys(("palu", "kendari", "gorontalo", "manado"), WITA),
    **dict.fromkeys(("ambon", "ternate", "sorong", "manokwari", "merauke", "papua"), WIT),
}
LABEL = "[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"

Reader = Callable[[object], object]

HINT_URL = N_(
    "Allowed: sqlite:///FILE or mysql+pymysql://USER:PASSWORD@HOST/DATABASE, "
    "with special characters in the password as %XX (@ is %40, / is %2F, : is %3A)."
)
# With a CA, SQLAlchemy has server and host checked; PyMySQL's ssl_verify_* would make it forget the CA.
URL_OPTIONS = {  # by name: what the value may look like, and one that does
    "charset": ("[a-z0-9]+", "utf8mb4"),
    "connect_timeout": ("[1-9][0-9]{0,4}", "10"),
    "read_timeout": ("[1-9][0-9]{0,4}", "60"),
    "write_timeout": ("[1-9][0-9]{0,4}", "60"),
    "ssl_ca": (".+", "/etc/ssl/ca.pem"),
    "ssl_cert": (".+", "/etc/ssl/cert.pem"),
    "ssl_key": (".+", "/etc/ssl/key.pem"),
    "ssl_check_hostname": ("0|1|false|true", "false"),
    "ssl_disabled": ("1|true", "true"),  # any text is true to PyMySQL
    "unix_socket": (".+", "/run/mysqld/mysqld.sock"),
}


class BadValueError(Exception):
    """A value that is not allowed; ``hint`` is a template that says what is."""

    def __init__(self, hint: str, **values: object) -> None:
        """Keep the template and its values apart until a language is known."""
        super().__init__(hint.format(**values))
        self.hint = hint
        self.values = values


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the one of ``known`` that looks most like ``word``."""
    folded = {name.casefold(): name for name in known}
    return folded[difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.0)[0]]


def text(value: object) -> str:
    """Return a text that is not blank."""
    if not isinstance(value, str) or not value.strip():
        raise BadValueError(N_('Give a text in quotes, such as "Perpustakaan Daerah".'))
    return value.strip()


def secret(value: object) -> str:
    """Return a key that is not blank."""
    if not isinstance(value, str) or not value.strip():
        raise BadValueError(N_("Give a long random text in quotes; `sapa init` writes one."))
    return value.strip()


def flag(value: object) -> bool:
    """Return a yes or no; the environment has only text for it."""
    words = {"true": True, "false": False}
    known = words.get(value.casefold()) if isinstance(value, str) else value
    if not isinstance(known, bool):
        raise BadValueError(N_("Allowed: true or false."))
    return known


def port(value: object) -> int:
    """Return a TCP port that a program may choose."""
    number = int(value) if isinstance(value, str) and value.isdecimal() else value
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= LARGEST_PORT:
        raise BadValueError(N_("Allowed: a whole number from 1 to 65535."))
    return number


def whole(lowest: int, highest: int) -> Reader:
    """Return a reader of whole numbers from ``lowest`` to ``highest``."""

    def read(value: object) -> int:
        number = int(value) if isinstance(value, str) and value.isdecimal() else value
        if not isinstance(number, int) or isinstance(number, bool) or not lowest <= number <= highest:
            raise BadValueError(
                N_("Allowed: a whole number from {lowest} to {highest}."), lowest=lowest, highest=highest
            )
        return number

    return read


def share(value: object) -> float:
    """Return a number from 0 to 1."""
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else -1.0
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise BadValueError(N_("Allowed: a number from 0 to 1, such as 0.5."))
    return number


def texts(value: object) -> tuple[str, ...]:
    """Return a list of texts that are not blank; the environment has one text for it, with commas between."""
    found = value.split(",") if isinstance(value, str) else value
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise BadValueError(N_('Give a list of texts, such as ["Anak", "Siswa SD"].'))
    return tuple(each.strip() for each in found if each.strip())


def mapping(names: Collection[str]) -> Reader:
    """Return a reader of texts by name; the environment has one text for them, ``name=text, name=text``."""

    def read(value: object) -> dict[str, str]:
        found = _pairs(value) if isinstance(value, str) else value
        if not isinstance(found, dict) or not all(isinstance(each, str) and each.strip() for each in found.values()):
            raise BadValueError(N_('Give texts by name, such as {{ education = "Pendidikan" }}.'))
        for name in found:
            if name not in names:
                raise BadValueError(N_("Allowed names: {allowed}."), allowed=", ".join(names))
        return {name: each.strip() for name, each in found.items()}

    return read


def _pairs(text: str) -> dict[str, str]:
    parts = (part.partition("=") for part in text.split(",") if part.strip())
    return {name.strip(): each.strip() for name, _, each in parts}


def language(value: object) -> str:
    """Return a language Sapa speaks."""
    if value not in LANGUAGES:
        raise BadValueError(N_("Allowed: {allowed}."), allowed=", ".join(f'"{code}"' for code in LANGUAGES))
    return str(value)


def country(value: object) -> str:
    """Return an ISO 3166 code of two letters."""
    if not isinstance(value, str) or not re.fullmatch("[A-Z]{2}", value):
        raise BadValueError(N_('Allowed: a country code of two capital letters, such as "ID".'))
    return value


def time_zone(value: object) -> str:
    """Return the name of a zone in the IANA database."""
    known = zoneinfo.available_timezones()
    if not isinstance(value, str):
        raise BadValueError(N_('Allowed: a time zone name such as "Asia/Jakarta".'))
    if value not in known:
        raise BadValueError(
            N_('Allowed: a time zone name such as "Asia/Jakarta"; the nearest is "{nearest}".'),
            nearest=INDONESIAN_ZONES.get(value.casefold().rpartition("/")[2].strip()) or nearest(value, known),
        )
    return value


def host(value: object) -> str:
    """Return the address, or a name of it, at which the pages answer."""
    if not isinstance(value, str) or not (_is_address(value) or re.fullmatch(rf"{LABEL}(\.{LABEL})*", value)):
        raise BadValueError(
            N_('Allowed: "127.0.0.1" for this machine only, "0.0.0.0" for all its networks, or one address of it.')
        )
    return value


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def public_url(value: object) -> str:
    """Return an address without its last slash; empty means there is none."""
    if value == "":
        return ""
    if not isinstance(value, str) or not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", value):
        raise BadValueError(N_('Allowed: an address such as "https://crm.example.org", or "" when there is none.'))
    return value.rstrip("/")


def duration(value: object) -> int:
    """Return the seconds of a pause written as ``5 minutes``."""
    found = re.fullmatch(r"\s*(\d{1,6})\s*([a-z]+)\s*", value.casefold()) if isinstance(value, str) else None
    seconds = int(found[1]) * UNIT_SECONDS.get(found[2], 0) if found else 0
    if not SHORTEST_PAUSE_SECONDS <= seconds <= LONGEST_PAUSE_SECONDS:
        raise BadValueError(
            N_('Allowed: a pause such as "5 minutes", "90 seconds" or "1 hour", from 10 seconds to 7 days.')
        )
    return seconds


def ils(value: object) -> str:
    """Return the name of an ILS there is a connector for."""
    if value not in ILS:
        raise BadValueError(N_("Allowed: {allowed}."), allowed=", ".join(f'"{name}"' for name in ILS))
    return str(value)


def source_name(value: object) -> str:
    """Return a name that is fit for a command line and an environment variable."""
    if not isinstance(value, str) or not re.fullmatch("[A-Za-z0-9]([A-Za-z0-9_-]{0,30}[A-Za-z0-9])?", value):
        raise BadValueError(
            N_('Allowed: up to 32 letters, digits, "-" and "_", with a letter or digit at both ends, such as "main".')
        )
    return value


def database_url(value: object, folder: Path) -> str:
    """Return a URL SQLAlchemy can open; a relative SQLite file is taken to lie in ``folder``."""
    url = _parsed(value)
    backend = url.get_backend_name() if url else ""
    if url and backend == "sqlite" and url.database not in (None, "", ":memory:"):
        return _sqlite_url(url, folder).render_as_string(hide_password=False)
    if url and backend in ("mysql", "mariadb") and url.database and not _is_odd(url):
        _refuse_port(url.port)
        _refuse_options(url)
        return url.set(drivername="mysql+pymysql").render_as_string(hide_password=False)
    raise BadValueError(HINT_URL)


def _sqlite_url(url: URL, folder: Path) -> URL:
    """Return the URL of a file; only one that SQLite itself reads as a URI may have options."""
    name = str(url.database)
    if name.startswith("file:") and url.query.get("uri") in ("1", "true"):
        return url
    if url.query:
        raise BadValueError(N_("An SQLite file takes no options: write sqlite:///FILE, without ? and what follows it."))
    return url.set(database=str(folder / name))


def _refuse_port(number: int | None) -> None:
    if number is not None and not 1 <= number <= LARGEST_PORT:
        raise BadValueError(N_("Allowed as port: a whole number from 1 to 65535, such as 3306."))


def _refuse_options(url: URL) -> None:
    """Raise BadValueError for an option that PyMySQL does not know, or knows otherwise than it reads."""
    for name, value in url.query.items():
        if name not in URL_OPTIONS:
            allowed = ", ".join(URL_OPTIONS)
            raise BadValueError(N_("Allowed behind the ?: {allowed}; not {name}."), allowed=allowed, name=name)
        pattern, example = URL_OPTIONS[name]
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise BadValueError(N_("Write {name} once, as in {name}={example}."), name=name, example=example)


def masked(value: object) -> str:
    """Return a database URL that may be shown: without its password, and without options, for one may hide there."""
    url = _parsed(value)
    if url is None or _is_odd(url):
        return "…"
    return url.set(query={}).render_as_string() + ("?…" if url.query else "")


def _is_odd(url: URL) -> bool:
    """Tell whether a password may stand where none belongs: in the host's name or behind the question mark."""
    return "@" in (url.host or "") or any("pass" in name.casefold() for name in url.query)


def _parsed(value: object) -> URL | None:
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - `sapa --help` needs no database
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        return make_url(str(value))
    except (ArgumentError, ValueError):
        return None
