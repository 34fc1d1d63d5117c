"""The log of the long-running commands, on stderr."""

from __future__ import annotations

import logging


def spare_the_reader() -> None:
    """Keep back the traceback that SQLAlchemy's pool logs when it lets go of a connection whose server died.

    The error itself is raised as well and told in two lines; with --debug the log is left as it is.
    """
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)


def to_stderr(*, debug: bool) -> None:
    """Show what the worker and the pages report; with ``debug`` everything Sapa does."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING, force=True)
    logging.getLogger("sapa").setLevel(logging.DEBUG if debug else logging.INFO)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
