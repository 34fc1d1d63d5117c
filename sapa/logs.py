"""The log of the long-running commands, on stderr."""

from __future__ import annotations

import logging


def to_stderr(*, debug: bool) -> None:
    """Show what the worker and the pages report; with ``debug`` everything Sapa does."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING, force=True)
    logging.getLogger("sapa").setLevel(logging.DEBUG if debug else logging.INFO)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
