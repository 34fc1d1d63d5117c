"""G2: whatever changes at the source is in the copy after the next sync, whether or not a timestamp moved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.integration.connector.changes import CATALOGUE, CUSTOM, PEOPLE, SHELF, Change
from tests.integration.connector.desk_changes import DESK
from tests.library import Library
from tests.slims_truth import differences

CHANGES = {**PEOPLE, **CUSTOM, **CATALOGUE, **SHELF, **DESK}


def assert_seen(library: Library, *changes: Change) -> None:
    """Fail unless the copy answers as it should and equals the source in every row."""
    assert [each.answered(library) for each in changes] == [each.answer for each in changes]
    assert differences(library) == []
    report = library.verify()
    assert (report.equal, report.differences) == (True, [])


@pytest.mark.parametrize("name", CHANGES)
def test_a_single_change_is_seen(library: Library, name: str) -> None:
    change = CHANGES[name]
    assert change.answered(library) != change.answer
    library.change(*change.statements)
    report = library.sync()
    changed = [entity for entity, each in report.entities.items() if each.inserted or each.updated or each.gone]
    assert change.answered(library) == change.answer
    assert changed
    assert differences(library, *changed) == []
    assert library.verify().equal


def test_all_changes_at_once_are_seen(server_library: Library) -> None:
    for change in CHANGES.values():
        server_library.change(*change.statements)
    server_library.sync()
    assert_seen(server_library, *CHANGES.values())
    again = server_library.sync()
    assert not any(each.buckets_read for each in again.entities.values())


@pytest.mark.parametrize("is_fast", [False, True], ids=["in small windows", "in whole tables"])
def test_all_changes_are_seen_however_the_tables_are_read(
    library: Library, monkeypatch: pytest.MonkeyPatch, is_fast: bool
) -> None:
    for name in ("FIRST_WINDOW", "SMALLEST_WINDOW", "LARGEST_WINDOW"):
        monkeypatch.setattr(f"connector.reader.{name}", 30)
    library.settings = replace(library.settings, fast=is_fast)
    for change in CHANGES.values():
        library.change(*change.statements)
    library.sync()
    assert_seen(library, *CHANGES.values())
