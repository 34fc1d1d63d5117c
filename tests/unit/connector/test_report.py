"""What a sync did, as plain data."""

from __future__ import annotations

import json
from datetime import datetime

from connector.report import EntityReport, SyncReport
from crm.i18n import Message


def test_a_report_has_the_keys_that_the_contract_promises() -> None:
    report = SyncReport("main", datetime(2026, 11, 24, 9, 0, 5, 999), 1.23456)
    report.entities["loan"] = EntityReport(1, 2, 3, 4, 5, 6, 7, 8)
    assert report.as_json() == {
        "as_of": "2026-11-24T09:00:05Z",
        "seconds": 1.235,
        "dry_run": False,
        "entities": {
            "loan": {
                "scanned": 1, "inserted": 2, "updated": 3, "gone": 4, "rejected": 5, "repaired": 6, "buckets": 7,
                "buckets_read": 8,
            }
        },
    }  # fmt: skip
    assert json.loads(json.dumps(report.as_json())) == report.as_json()


def test_a_copy_that_is_not_whole_is_as_of_no_time() -> None:
    assert SyncReport("main").as_json()["as_of"] is None


def test_a_failed_run_says_why() -> None:
    error = Message("The server of source {source} went away.", {"source": "main"})
    assert Message.from_json(SyncReport("main", error=error).as_json()["error"]) == error
    assert "error" not in SyncReport("main").as_json()


def test_changing_the_data_does_not_change_the_report() -> None:
    report = SyncReport("main", entities={"loan": EntityReport()})
    report.as_json()["entities"]["loan"]["gone"] = 5
    assert report.entities["loan"].gone == 0


def test_rejected_rows_need_a_look_and_nothing_else_does() -> None:
    report = SyncReport("main", entities={"loan": EntityReport(gone=9, repaired=9), "item": EntityReport()})
    assert not report.needs_look
    report.entities["item"].rejected = 1
    assert report.needs_look
