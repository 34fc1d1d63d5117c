"""Unit tests stay on this machine and in this process: a socket that connects fails the test."""

from __future__ import annotations

import socket
from typing import NoReturn

import pytest


@pytest.fixture(autouse=True)
def no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail whatever opens a connection."""

    def refuse(*_: object, **__: object) -> NoReturn:
        pytest.fail("a unit test opened a connection; it belongs to tests/integration")

    monkeypatch.setattr(socket.socket, "connect", refuse)
