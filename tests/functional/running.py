"""The shapes of what the fixtures of the functional tests hand out."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

ROOT = Path(__file__).parents[2]

Sapa = Callable[..., Result]
Start = Callable[..., subprocess.Popen[str]]
Write = Callable[..., Path]
