"""When a copy counts as late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.settings import SourceSettings
from sapa.wsgi import lateness


@pytest.mark.parametrize(
    ("every_seconds", "minutes"), [(10, 15), (300, 15), (600, 30), (3_600, 180)], ids=["10 s", "5 min", "10 min", "1 h"]
)
def test_a_copy_is_late_after_three_missed_syncs_and_a_quarter_of_an_hour(every_seconds: int, minutes: int) -> None:
    source = SourceSettings("main", "slims", "sqlite:///slims.db", every_seconds=every_seconds)
    assert lateness(source) == timedelta(minutes=minutes)
