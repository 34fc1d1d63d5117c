"""Translation of everything a person reads; English texts are the message ids."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any, Self

LANGUAGES = ("id", "en")
DOMAIN = "sapa"
CATALOGUES = Path(__file__).parent / "translations"

Translate = Callable[[str], str]


def N_(text: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark ``text`` for translation where it is written, to be translated where it is shown."""
    return text


class Word(str):
    """A value that fills a message and is itself a marked text, to be translated together with it."""

    __slots__ = ()


@dataclass(frozen=True)
class Message:
    """A marked text and the values that fill its ``{names}``: what is kept of a message until a language is known."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def said(self, translate: Translate) -> str:
        """Return the whole text in the language of ``translate``."""
        values = {name: translate(value) if isinstance(value, Word) else value for name, value in self.values.items()}
        return translate(self.text).format(**values)

    def as_json(self) -> dict[str, Any]:
        """Return the message as plain data that ``from_json`` understands."""
        return {"text": self.text, "values": {name: _plain(value) for name, value in self.values.items()}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the message that ``as_json`` made plain."""
        return cls(data["text"], {name: _read(value) for name, value in data["values"].items()})


def recognised(text: str, templates: Iterable[str]) -> Message:
    """Return the message of which ``text`` is the English, where one of ``templates`` fits; else the text as it is."""
    for template in templates:
        filled = re.fullmatch("".join(map(_pattern, Formatter().parse(template))), text, re.DOTALL)
        if filled:
            return Message(template, filled.groupdict())
    return Message("{text}", {"text": text})


def _pattern(part: tuple[str, str | None, str | None, str | None]) -> str:
    literal, name = part[:2]
    return re.escape(literal) + (f"(?P<{name}>.+)" if name else "")


def _plain(value: object) -> str | dict[str, str]:
    return {"word": str(value)} if isinstance(value, Word) else str(value)


def _read(plain: str | dict[str, str]) -> str:
    return Word(plain["word"]) if isinstance(plain, dict) else plain


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> gettext.NullTranslations:
    """Return the messages of ``language``; English and unknown languages give the ids back."""
    return gettext.translation(DOMAIN, CATALOGUES, [language], fallback=True)


def translator(language: str) -> Translate:
    """Return the function that turns an English text into one in ``language``."""
    return catalogue(language).gettext
