"""Who watches long work, and who does not."""

from __future__ import annotations

import pytest

from connector.progress import SILENT


def test_silence_listens_to_everything_and_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    SILENT.begin("loan", 10)
    SILENT.advance(5)
    SILENT.end()
    assert capsys.readouterr() == ("", "")
