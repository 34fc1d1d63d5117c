"""How long work tells whoever watches how far it is."""

from __future__ import annotations

from typing import Protocol

from crm.i18n import Message


class StoppedError(Exception):
    """Raised by a progress: whoever watches wants the work to end here; what was committed stays."""


class Progress(Protocol):
    """Told of one entity after the other: ``begin``, any number of ``advance``, ``end``; before them, of a ``wait``."""

    def wait(self, reason: Message) -> None:
        """Tell why the work does not begin yet."""

    def begin(self, entity: str, total: int) -> None:
        """Start an entity of about ``total`` rows; 0 when the number is not known."""

    def advance(self, rows: int) -> None:
        """Tell that ``rows`` more are done."""

    def end(self) -> None:
        """Tell that the entity is done."""


class Silence:
    """A progress nobody watches."""

    def wait(self, reason: Message) -> None:
        """Say nothing."""

    def begin(self, entity: str, total: int) -> None:
        """Say nothing."""

    def advance(self, rows: int) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""


SILENT: Progress = Silence()
