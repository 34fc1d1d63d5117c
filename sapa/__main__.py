"""Where the command begins, as ``sapa`` and as ``python -m sapa``."""

from __future__ import annotations

import signal
import sys

INTERRUPTED = 130


def main() -> None:
    """Run ``sapa`` as a program; Ctrl-C ends it with one line even before the command is loaded."""
    try:
        from sapa.cli import main as run  # noqa: PLC0415 - Ctrl-C may come while it is imported

        run()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        sys.stderr.write(f"{_interrupted()}\n")
        sys.exit(INTERRUPTED)


def _interrupted() -> str:
    from crm.i18n import N_, translator  # noqa: PLC0415
    from sapa import config  # noqa: PLC0415

    return translator(config.guess_language(config.find()))(N_("Interrupted."))


if __name__ == "__main__":
    main()
