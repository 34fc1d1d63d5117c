"""``python -m sapa`` is the same as ``sapa``."""

from sapa.cli import main

main()
