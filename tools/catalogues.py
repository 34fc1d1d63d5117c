"""Gathers the texts of all packages, brings the translations up to date, compiles and checks them.

``python -m tools.catalogues`` is part of ``make fix``; the checks run in ``tests/docs``.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
PACKAGES = ("connector", "crm", "plugin_ui", "sapa")
FOLDER = ROOT / "crm" / "translations"
LANGUAGES = ("id",)
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
COMMENT_TAGS = ("Translators:",)


def gather() -> Catalog:
    """Return every text that is marked for translation in the packages."""
    found = Catalog(project="Sapa", charset="utf-8")
    for package in PACKAGES:
        rows = extract_from_dir(ROOT / package, METHODS, keywords=DEFAULT_KEYWORDS, comment_tags=COMMENT_TAGS)
        for filename, _line, text, comments, context in rows:
            found.add(text, None, [(f"{package}/{filename}", 0)], auto_comments=comments, context=context)
    return found


def po_path(language: str) -> Path:
    """Return the file translators edit."""
    return FOLDER / language / "LC_MESSAGES" / "sapa.po"


def read(language: str) -> Catalog:
    """Return the translations of ``language`` as they stand."""
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language, domain="sapa")


def update(language: str) -> int:
    """Bring the translations of ``language`` up to date with the code; return how many texts still lack one."""
    path = po_path(language)
    catalogue = read(language)
    catalogue.update(gather(), no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False)
    catalogue.obsolete.clear()
    with path.open("wb") as file:
        write_po(file, catalogue, width=110, sort_output=True, include_lineno=False)
    path.with_suffix(".mo").write_bytes(compiled(catalogue))
    return sum(1 for message in texts(catalogue) if "" in strings(message.string))


def compiled(catalogue: Catalog) -> bytes:
    """Return what gettext reads at run time."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def texts(catalogue: Catalog) -> Iterator[Message]:
    """Yield the messages of a catalogue without its header."""
    return (message for message in catalogue if message.id)


def strings(text: object) -> tuple[str, ...]:
    """Return the one text, or those for one and for many."""
    return tuple(text) if isinstance(text, list | tuple) else (str(text or ""),)


def placeholders(text: str) -> set[str]:
    """Return the names of the ``{values}`` a text is filled with."""
    return {name.partition(".")[0].partition("[")[0] for _, name, _, _ in Formatter().parse(text) if name is not None}


def problems(catalogue: Catalog, code: Catalog) -> list[str]:
    """Return what a translation lacks or has wrong, measured against the texts of the code; empty when nothing."""
    wanted, there = ({strings(message.id): message for message in texts(each)} for each in (code, catalogue))
    found = [f"not in the catalogue: {text[0]!r}" for text in wanted if text not in there]
    found += [f"no longer in the code: {text[0]!r}" for text in there if text not in wanted]
    for text, message in there.items():
        if message.fuzzy:
            found.append(f"fuzzy: {text[0]!r}")
        if "" in strings(message.string):
            found.append(f"not translated: {text[0]!r}")
        elif not _same_values(message):
            found.append(f"other {{values}} than in English: {text[0]!r}")
    return found


def stale(language: str) -> bool:
    """Tell whether the compiled file says something else than the one translators edit."""
    built = po_path(language).with_suffix(".mo").read_bytes()
    return _spoken(built) != _spoken(compiled(read(language)))


def _spoken(built: bytes) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {strings(message.id): strings(message.string) for message in texts(read_mo(io.BytesIO(built)))}


def _same_values(message: Message) -> bool:
    try:
        named = [placeholders(text) for text in strings(message.id)]  # of one and of many, which may differ
        return all(placeholders(string) in named for string in strings(message.string))
    except ValueError:  # a brace that is not closed
        return False


def main() -> int:
    """Update and compile every language; tell what still has to be translated."""
    for language in LANGUAGES:
        missing = update(language)
        print(f"{po_path(language).relative_to(ROOT)}: {missing} texts to translate")
    return 0


if __name__ == "__main__":
    sys.exit(main())
