"""A self-test's outcome: what was found and, where something is wrong, the remedy."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm.errors import SapaError

OK, WARNING, FAILED = "ok", "warning", "failed"


@dataclass(frozen=True)
class Finding:
    """What a self-test found; ``message`` and ``hint`` are templates marked with ``N_`` that ``values`` fill."""

    message: str
    hint: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    status: str = OK


@dataclass(frozen=True)
class Step:
    """One named self-test that was made: its finding and how many seconds it took."""

    name: str
    status: str
    message: str
    hint: str
    values: Mapping[str, Any]
    seconds: float


def timed(name: str, look: Callable[[], Finding]) -> Step:
    """Return what ``look`` finds; an expected error is a failed step."""
    began = time.perf_counter()
    try:
        found = look()
    except SapaError as error:
        found = Finding(error.message, error.hint, error.values, FAILED)
    return Step(name, found.status, found.message, found.hint, found.values, time.perf_counter() - began)
