"""A program that tests need and that is not there: skipped at home, a failure in CI."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.programs import BROWSER, program

OUTCOMES = {"": pytest.skip.Exception, "true": pytest.fail.Exception}


@pytest.mark.parametrize("ci", OUTCOMES)
def test_a_program_that_is_missing_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch, ci: str) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(OUTCOMES[ci], match=f"no-such-browser is not installed; as root: apt install {BROWSER}"):
        program("no-such-browser", packages=BROWSER)


def test_the_first_that_is_installed_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("second", "third"):
        (tmp_path / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program("first", "second", "third") == str(tmp_path / "second")
