"""Reasons of the operating system, in English and Indonesian."""

from __future__ import annotations

import errno
import os
import socket

import pytest

from crm.errors import ConfigError
from crm.i18n import translator
from crm.os_reasons import reason_of


@pytest.mark.parametrize(
    ("error", "english", "indonesian"),
    [
        (OSError(errno.EACCES, os.strerror(errno.EACCES)), "Permission denied", "Izin ditolak"),
        (
            OSError(errno.EADDRINUSE, "Address already in use (while attempting to bind on address ('::1', 80))"),
            "Address already in use",
            "Alamat sudah dipakai",
        ),
        (socket.gaierror(socket.EAI_NONAME, "Nama tidak dikenal"), "Name or service not known", "Nama tidak dikenal"),
        (OSError(errno.EXDEV, "Invalid cross-device link"), "Invalid cross-device link", "Invalid cross-device link"),
        (OSError("it burns"), "it burns", "it burns"),
        (OSError(), "OSError", "OSError"),
    ],
)
def test_a_reason_is_told_in_the_language_of_the_message(error: OSError, english: str, indonesian: str) -> None:
    told = ConfigError("{reason}", reason=reason_of(error))
    assert told.lines(translator("en")) == [english]
    assert told.lines(translator("id")) == [indonesian]
