"""Where the command begins, as ``sapa`` and as ``python -m sapa``."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

INTERRUPTED = 130


def main() -> None:
    """Run ``sapa`` as a program; Ctrl-C ends it with one line even before the command is loaded."""
    open_closed_streams()
    try:
        from sapa.cli import main as run  # noqa: PLC0415 - Ctrl-C may come while it is imported

        run()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        sys.stderr.write(f"{_interrupted()}\n")
        sys.exit(INTERRUPTED)


def open_closed_streams() -> None:
    """Put nothing where the caller closed a standard stream, so that no file or database gets its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open until the end


def _interrupted() -> str:
    from crm.i18n import N_, translator  # noqa: PLC0415
    from sapa import config  # noqa: PLC0415

    return translator(config.guess_language(config.find()))(N_("Interrupted."))


if __name__ == "__main__":
    main()
