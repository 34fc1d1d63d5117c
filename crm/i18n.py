"""Translation of everything a person reads; English texts are the message ids."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

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


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> gettext.NullTranslations:
    """Return the messages of ``language``; English and unknown languages give the ids back."""
    return gettext.translation(DOMAIN, CATALOGUES, [language], fallback=True)


def translator(language: str) -> Translate:
    """Return the function that turns an English text into one in ``language``."""
    return catalogue(language).gettext
