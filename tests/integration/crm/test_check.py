"""``check`` finds whatever somebody changed in the CRM database by hand."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from crm.database import check
from tests.integration.crm.test_migrations import change

SQLITE_TYPE = ("ALTER TABLE ils_title DROP COLUMN isbn", "ALTER TABLE ils_title ADD COLUMN isbn INTEGER")
INDEX = "ix_ils_loan_source_id_patron_key"
CASES = {
    "index": ((f"DROP INDEX {INDEX}",), (f"DROP INDEX {INDEX} ON ils_loan",)),
    "column": (("ALTER TABLE ils_title DROP COLUMN isbn",),) * 2,
    "type": (SQLITE_TYPE, ("ALTER TABLE ils_title MODIFY isbn INT",)),
    "table": (("DROP TABLE ils_rekeyed",),) * 2,
    "another column": (("ALTER TABLE ils_loan ADD COLUMN mine INTEGER",),) * 2,
    "another table": (("CREATE TABLE mine (id INTEGER)",),) * 2,
    "another index": (("CREATE INDEX mine ON ils_loan (due_on)",),) * 2,
}  # fmt: skip
NAMES = {
    "index": INDEX, "column": "isbn", "type": "isbn", "table": "ils_rekeyed",
    "another column": "mine", "another table": "mine", "another index": "mine",
}  # fmt: skip


def said(crm: Engine) -> list[str]:
    """Return what is found, in words."""
    return [difference.said(str) for difference in check(crm)]


def test_nothing_is_found_where_nothing_was_changed(crm: Engine) -> None:
    assert check(crm) == []


@pytest.mark.parametrize("what", CASES)
def test_a_change_is_found_and_named(crm: Engine, what: str) -> None:
    change(crm, *CASES[what][crm.dialect.name != "sqlite"])
    found = said(crm)
    assert found
    assert all(NAMES[what] in each for each in found)


def test_a_column_that_must_not_be_empty_is_looked_at(served: Engine) -> None:
    change(served, "ALTER TABLE ils_loan MODIFY first_seen_at DATETIME NULL")
    assert any("first_seen_at" in each for each in said(served))


def test_a_code_that_does_not_compare_bytewise_any_more_is_found(served: Engine) -> None:
    change(served, "ALTER TABLE sync_run MODIFY outcome VARCHAR(16) COLLATE utf8mb4_general_ci NOT NULL")
    assert any("sync_run" in each and "outcome" in each for each in said(served))


@pytest.mark.parametrize(
    ("column", "kind"),
    [("title", "MEDIUMTEXT COLLATE utf8mb4_general_ci"), ("isbn", "MEDIUMTEXT CHARACTER SET latin1")],
)
def test_text_that_does_not_compare_bytewise_any_more_is_found(served: Engine, column: str, kind: str) -> None:
    change(served, f"ALTER TABLE ils_title MODIFY {column} {kind}")
    assert any("ils_title" in each and column in each for each in said(served))


def test_an_index_that_a_first_copy_has_put_off_is_no_difference(crm: Engine) -> None:
    names = "source_id, entity, definition, width, is_loaded"
    change(
        crm,
        *CASES["index"][crm.dialect.name != "sqlite"],
        "INSERT INTO ils_source (id, name, ils) VALUES (7, 'another', 'slims')",
        f"INSERT INTO sync_entity ({names}) VALUES (7, 'loan', '', 1, 0)",
    )
    assert check(crm) == []
    change(crm, "UPDATE sync_entity SET is_loaded = 1")
    assert INDEX in said(crm)[0]
