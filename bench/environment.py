"""The rivals' own Python environment, so that Sapa depends on none of them."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

PACKAGES = (
    "dlt[duckdb,sql_database,sqlalchemy]==1.31.0",
    "connectorx==0.4.6",
    "duckdb==2.0.0",
    "numpy==2.4.6",
    "pandas==3.1.1",
    "pyarrow==26.0.1",
    "pymysql==1.2.4",
    "sqlalchemy==2.1.9",
)


def dlt_python(tools: Path) -> Path | None:
    """Return the Python that has dlt, installing it below ``tools`` the first time; None if that is not possible."""
    python = tools / "dlt" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    done = tools / "dlt" / "packages.txt"
    if done.exists() and done.read_text("utf-8").splitlines() == list(PACKAGES):
        return python
    print("Installing dlt, connectorx and DuckDB for the comparison …", file=sys.stderr)
    try:
        venv.create(tools / "dlt", with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True, capture_output=True, text=True)
    except (subprocess.CalledProcessError, OSError) as error:
        said = str(getattr(error, "stderr", "") or error).strip().rpartition("\n")[2]
        print(f"dlt is left out, it could not be installed: {said}", file=sys.stderr)
        return None
    done.write_text("\n".join(PACKAGES) + "\n", "utf-8")
    return python
