"""The programs that tests need beside Python."""

from __future__ import annotations

import os
import shutil

import pytest

SERVER = "mariadb-server-core mariadb-client-core"
BROWSER = "chromium chromium-driver"


def program(*names: str, packages: str = SERVER) -> str:
    """Return the path of the first of ``names`` that is installed, or skip the test; in CI nothing may be missing.

    ``packages`` are those of Debian that have it.
    """
    folders = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/usr/libexec"])
    for name in names:
        found = shutil.which(name, path=folders)
        if found:
            return found
    missing = f"{names[0]} is not installed; as root: apt install {packages}"
    return pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
