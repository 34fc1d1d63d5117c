"""A folder with a configuration, and the command to run in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import Engine

from crm.database import open_engine, upgrade
from sapa import config
from sapa.cli import root
from tests.functional.running import ROOT, Sapa, Start, Write
from tests.library_pages import app_of
from tests.servers import free_port

CONFIG = """
[library]
name = "Perpustakaan Uji"
language = "{language}"

[crm]
database_url = "{crm_url}"
secret_key = "a key that is only for tests and long enough"

[[sources]]
name = "main"
ils = "slims"
database_url = "{source_url}"

[serve]
port = {port}
"""


@pytest.fixture(autouse=True)
def clean_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, in English, without settings of the machine; undo what the command sets."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("SAPA_") and name != "SAPA_ILS_DUMPS"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SAPA_LANGUAGE", "en")
    monkeypatch.setenv("LANGUAGE", "")
    config.speak("en")


@pytest.fixture
def sapa() -> Sapa:
    """Run the command in this process."""

    def run(*arguments: str, answers: str = "") -> Result:
        return CliRunner().invoke(root, list(arguments), input=answers)

    return run


@pytest.fixture
def write_config(tmp_path: Path) -> Write:
    """Write a configuration with one source into the working folder."""

    def write(source_url: str = "", crm_url: str = "sqlite:///sapa.db", language: str = "en") -> Path:
        path = tmp_path / "config.toml"
        source_url = source_url or f"mysql+pymysql://sapa:x@127.0.0.1:{free_port()}/slims"
        path.write_text(CONFIG.format(source_url=source_url, crm_url=crm_url, language=language, port=free_port()))
        path.chmod(0o600)
        return path

    return write


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Give an empty CRM database."""
    made = open_engine(f"sqlite:///{tmp_path / 'crm.db'}")
    upgrade(made)
    yield made
    made.dispose()


@pytest.fixture
def app(engine: Engine) -> Flask:
    """Give the pages of a library on ``engine``, at the time NOW."""
    return app_of(engine)


@pytest.fixture
def start() -> Iterator[Start]:
    """Start the command as a process of its own; it is killed if the test leaves it running."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str, **options: object) -> subprocess.Popen[str]:
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
        process = subprocess.Popen([sys.executable, "-m", "sapa", *arguments], text=True, env=environment, **pipes)  # type: ignore[call-overload]
        signal.signal(signal.SIGINT, before)
        started.append(process)
        return process  # type: ignore[no-any-return]

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()
