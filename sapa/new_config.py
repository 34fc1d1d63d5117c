"""Writes a first configuration file: every key, explained in the language of the library."""

from __future__ import annotations

import json
import os
import secrets
import textwrap
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from sqlalchemy.engine import URL

from crm.errors import ConfigError
from crm.i18n import N_, Translate, translator
from crm.os_reasons import reason_of
from crm.settings import LibrarySettings, ProfileSettings
from sapa.settings import ServeSettings

Values = Mapping[str, Mapping[str, object]]

INTRODUCTION = (
    N_("Sapa's configuration. It holds passwords: only the user that runs Sapa may read it (mode 0600)."),
    N_("An environment variable overrides a key, for example SAPA_LIBRARY__NAME or SAPA_SOURCES__MAIN__EVERY."),
)
COMMENTS = {
    "library": {
        "name": N_("Shown on pages and messages."),
        "timezone": N_("Where the library is: Asia/Jakarta, Asia/Makassar, Asia/Jayapura or another IANA name."),
        "language": N_('Of the pages, the command and its messages: "id" or "en".'),
        "country": N_("Two capital letters; for telephone numbers and public holidays."),
        "public_url": N_('The address under which readers reach Sapa by https; "" while there is none.'),
    },
    "crm": {
        "database_url": N_(
            "Sapa's own database: sqlite:///sapa.db (a file beside this one) or "
            "mysql+pymysql://USER:PASSWORD@HOST/sapa (special characters in the password as %XX)."
        ),
        "secret_key": N_("Signs what Sapa hands out. Keep it; a new one makes links that were sent out worthless."),
    },
    "sources": {
        "name": N_("What the commands call it. Repeat the section [[sources]] for every ILS that is to be copied."),
        "ils": N_('The kind of ILS: "slims".'),
        "database_url": N_(
            "The ILS's database, with an account that may only SELECT (`sapa doctor --grants` prints the statements)."
        ),
        "timezone": N_("The zone of the times the ILS writes. Without it: the library's."),
        "every": N_('The pause between two scheduled syncs: "90 seconds", "5 minutes", "1 hour".'),
        "fast": N_("true scans whole tables at once: quicker, but the desk waits longer on MyISAM tables."),
    },
    "serve": {
        "host": N_("Where the pages answer; 127.0.0.1 is this machine only."),
        "port": N_("The TCP port of the pages."),
        "work": N_("true runs the scheduled work inside `sapa serve`; false leaves it to `sapa work`."),
    },
    "lifecycle": {
        "weeks_new": N_("How many weeks after joining a reader counts as new."),
        "active_days": N_("A reader is active for this many days after coming, borrowing or reserving."),
        "active_units": N_("A reader is active for at least this many loan periods of his category."),
        "occasional_months": N_("Without activity for longer than this many months a reader is lapsing."),
        "lapsed_months": N_("Without activity for longer than this many months a reader has lapsed."),
        "lapsing_gaps": N_("A reader is lapsing, too, after this many times his own usual gap."),
        "default_loan_days": N_("The loan period of a category that has none."),
        "shortest_loan_days": N_("Shorter loan periods count as this many days."),
        "longest_loan_days": N_("Longer loan periods count as this many days."),
        "children_categories": N_(
            'Categories (key or name) whose readers are minors even without a plausible birth date: ["Anak"].'
        ),
    },
    "patrons": {
        "fields": N_(
            'Which custom field of the ILS, by its label, holds what: { education = "Pendidikan", occupation = '
            '"Pekerjaan" }. Names: education, occupation, hobbies, preferred_channel, language, format, delivery; '
            "phone and email are further numbers and addresses."
        ),
    },
    "interests": {
        "half_life_days": N_("After this many days a loan says half as much about what a reader likes."),
        "declared_weight": N_("What a reader's own wish for more about a topic adds to its share, from 0 to 1."),
        "keep_loan_links_months": N_(
            "After this many months a loan counts in the interests only as a sum, no longer by itself; 0 is never."
        ),
    },
}  # fmt: skip


def new_secret() -> str:
    """Return a fresh key of 256 random bits."""
    return secrets.token_urlsafe(32)


def mysql_url(*, host: str, port: int, user: str, password: str, database: str) -> str:
    """Return the URL of a MariaDB or MySQL database; special characters are quoted."""
    url = URL.create("mysql+pymysql", user, password or None, host, port, database)
    return url.render_as_string(hide_password=False)


def render(values: Values, translate: Translate) -> str:
    """Return the file: every key of COMMENTS with its comment and its value."""
    lines = [line for text in INTRODUCTION for line in comment_lines(translate(text))]
    for section, comments in COMMENTS.items():
        lines += ["", f"[[{section}]]" if section == "sources" else f"[{section}]"]
        for key, comment in comments.items():
            lines += [*comment_lines(translate(comment)), f"{key} = {toml_value(values[section][key])}"]
    return "\n".join(lines) + "\n"


def comment_lines(text: str) -> list[str]:
    """Return a comment in lines that fit an editor; addresses are never broken."""
    return [f"# {line}" for line in textwrap.wrap(text, 100, break_long_words=False, break_on_hyphens=False)]


def toml_value(value: object) -> str:
    """Return a text, whole number, truth value or texts by name as TOML; JSON escapes alike, but for DEL."""
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{name} = {toml_value(each)}' for name, each in value.items())} }}" if value else "{}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def refuse_existing(path: Path, *, force: bool) -> None:
    """Raise ConfigError if there is a file that may not be replaced."""
    if path.exists() and not force:
        raise ConfigError(
            N_("{file} exists already; nothing was changed."),
            N_("Run `sapa init --force` to replace it, or name another file with --config."),
            file=path,
        )


def write(path: Path, text: str) -> None:
    """Write a file that only its owner may read, in one step."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        raise ConfigError(
            N_("{file} cannot be written: {reason}."),
            N_("Check that its folder exists and that you may write there."),
            file=path,
            reason=reason_of(error),
        ) from None


def example() -> str:
    """Return config.example.toml: every key with its default or an example, and no secret."""
    source = {
        "name": "main",
        "ils": "slims",
        "database_url": "mysql+pymysql://sapa:PASSWORD@127.0.0.1:3306/slims",
        "timezone": "Asia/Jakarta",
        "every": "5 minutes",
        "fast": False,
    }
    values: Values = {
        "library": asdict(LibrarySettings("Perpustakaan Daerah")),
        "crm": {"database_url": "sqlite:///sapa.db", "secret_key": ""},
        "sources": source,
        "serve": asdict(ServeSettings()),
        **asdict(ProfileSettings()),
    }
    return render(values, translator("en"))
