"""Errors a person can do something about: one line what happened, one line what to do."""

from __future__ import annotations

from collections.abc import Mapping

from crm.i18n import N_, Message, Translate


class SapaError(Exception):
    """An expected failure; the families below are named by their remedy.

    ``message`` and ``hint`` are English templates marked with ``N_`` whose ``{names}`` are filled from ``values``,
    so that they can be translated where they are shown; so are those values that are a ``Word``.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "", **values: object) -> None:
        """Keep the templates and the values apart until a language is known."""
        super().__init__(message.format(**values))
        self.message = message
        self.hint = hint
        self.values = values

    def lines(self, translate: Translate) -> list[str]:
        """Return the message and, if there is one, the hint in the language of ``translate``."""
        return [Message(text, self.values).said(translate) for text in (self.message, self.hint) if text]


class ConfigError(SapaError):
    """The configuration has to be corrected."""


class CrmUnavailable(SapaError):
    """The CRM database cannot be opened, read or written."""


class CrmSchemaMismatch(SapaError):
    """The CRM database is older or newer than this Sapa."""


class SourceUnavailable(SapaError):
    """The ILS's database cannot be reached or stopped answering."""


class SourceSchemaMismatch(SapaError):
    """The source is not the ILS it was said to be, or lacks something needed."""


class AlreadyRunning(SapaError):
    """Another process is doing this work."""


class SourceEmptied(SapaError):
    """A whole entity vanished from the source; a person has to say whether that is right."""

    exit_code = 3


class NotThere(SapaError):
    """What was asked for does not exist, or no longer."""


class ActionRefused(SapaError):
    """What was asked for cannot be done so; the hint says what can."""


class ConsentMissing(SapaError):
    """Somebody has to agree first: the reader, or the guardian of a minor."""


class InputRefused(SapaError):
    """What a person has filled in has to be corrected; ``field`` names where."""

    def __init__(self, message: str, hint: str = "", *, field: str = "", **values: object) -> None:
        """Keep the field beside the message."""
        super().__init__(message, hint, **values)
        self.field = field


class TooManyTries(SapaError):
    """It was tried too often; ``seconds`` tells how long to wait."""

    def __init__(self, message: str, hint: str = "", *, seconds: int = 0, **values: object) -> None:
        """Keep the time to wait beside the message."""
        super().__init__(message, hint, **values)
        self.seconds = seconds


class FormRefused(InputRefused):
    """Several things that a person has filled in have to be corrected; ``fields`` tells what is wrong where."""

    def __init__(self, fields: Mapping[str, Message]) -> None:
        """Keep the message of each field."""
        marked = N_("Look at the fields that are marked.")
        super().__init__(N_("Some of what was entered has to be corrected."), marked, field=next(iter(fields), ""))
        self.fields = dict(fields)
