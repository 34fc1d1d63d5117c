"""``sapa demo``: an invented library, from nothing to a proven copy on a page."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.request
from pathlib import Path

import pytest

from sapa import config
from tests.functional.running import Sapa, Start, Write


@pytest.fixture
def made(sapa: Sapa) -> Path:
    """Make the demo without serving it."""
    result = sapa("demo", "--dir", "practice", "--no-serve")
    assert result.exit_code == 0, result.output
    assert "sapa --config practice/config.toml status" in result.stderr.replace("\\", "/")
    assert re.search(r"Sign in as demo with the password \w{4}-\w{4}-\w{4}\n", result.stderr)
    return Path("practice")


def test_the_demo_is_large_enough_proven_kept_and_served(sapa: Sapa, start: Start, made: Path) -> None:
    path = str(made / "config.toml")
    settings = config.load(Path(path), {})
    assert len(settings.crm.secret_key) >= 43
    entities = json.loads(sapa("--config", path, "status", "--json").stdout)["source"]["main"]["entities"]
    assert entities["patron"]["rows"] >= 2_000
    assert entities["title"]["rows"] >= 5_000
    assert entities["loan"]["rows"] >= 40_000
    assert sapa("--config", path, "verify").exit_code == 0

    kept = {name: (made / name).read_bytes() for name in ("slims.db", "config.toml")}
    process = start("demo", "--dir", "practice", "--port", "0")
    page = urllib.request.urlopen(address_of(process), timeout=10).read().decode()
    assert settings.library.name in page
    assert json.loads(sapa("--config", path, "staff", "list", "--json").stdout)["staff"][0]["username"] == "demo"
    process.terminate()
    output, errors = process.communicate(timeout=30)
    assert (process.returncode, errors.splitlines()[-1]) == (0, "Stopped.")
    assert "patrons" in output
    assert {name: (made / name).read_bytes() for name in kept} == kept


def address_of(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    return next(word for line in process.stderr for word in line.split() if word.startswith("http://"))


def test_a_place_that_cannot_be_written_is_told(sapa: Sapa) -> None:
    Path("taken").write_text("a file")
    result = sapa("demo", "--dir", "taken/demo", "--no-serve")
    assert result.exit_code == 1
    assert "The demo cannot be written to taken" in result.stderr
    assert len(result.stderr.splitlines()) == 2


def test_what_is_set_for_a_real_library_does_not_reach_the_demo(sapa: Sapa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAPA_CRM__DATABASE_URL", f"sqlite:///{Path('real.db').absolute()}")
    monkeypatch.setenv("SAPA_SOURCES__MAIN__DATABASE_URL", "mysql+pymysql://reader:x@127.0.0.1:1/slims")
    result = sapa("demo", "--no-serve")
    assert result.exit_code == 0, result.output
    assert not Path("real.db").exists()


@pytest.mark.parametrize("folder", [".", "else"])
def test_a_folder_with_the_configuration_of_a_real_library_is_refused(
    sapa: Sapa, write_config: Write, folder: str
) -> None:
    path = write_config()
    Path(folder).mkdir(exist_ok=True)
    if folder != ".":
        path.rename(Path(folder) / path.name)
    result = sapa("demo", "--dir", folder, "--no-serve")
    assert result.exit_code == 1
    assert "is not the configuration of a demo" in result.stderr
    assert [each.name for each in Path(folder).iterdir()] == [path.name]
