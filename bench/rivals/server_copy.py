"""The limit of MariaDB: INSERT … SELECT inside one server into the CRM's own table of loans."""

from __future__ import annotations

import argparse
import json
import time

from sqlalchemy import Connection, text

from crm.database import ensure_current, open_engine, writing
from crm.schema.ils import loan

NOW = "'2026-01-01 00:00:00'"
VALUES = {
    "source_id": "1",
    "key": "loan.loan_id",
    "patron_key": "NULLIF(loan.member_id, '')",
    "item_barcode": "NULLIF(loan.item_code, '')",
    "loaned_on": "loan.loan_date",
    "due_on": "loan.due_date",
    "returned_on": "IF(loan.is_return = 1, loan.return_date, NULL)",
    "renewals": "loan.renewed",
    "is_open": "loan.is_lent = 1 AND loan.is_return = 0",
    "branch_key": "NULL",
    "recorded_at": "loan.input_date - INTERVAL 7 HOUR",
    "first_seen_at": NOW,
    "gone_at": "NULL",
}
UNRESOLVED = {"item_key": "NULL", "title_key": "NULL"}
RESOLVED = {"item_key": "item.item_id", "title_key": "COALESCE(item.biblio_id, loan_history.biblio_id)"}


def statement(source: str, *, resolved: bool) -> str:
    """Return the INSERT … SELECT, with item and title looked up or without."""
    values = VALUES | (RESOLVED if resolved else UNRESOLVED)
    if set(values) != {column.name for column in loan.columns}:
        raise SystemExit("The table ils_loan has other columns now; bring bench/rivals/server_copy.py up to date.")
    tables = f"`{source}`.loan"
    if resolved:
        tables += (
            f" LEFT JOIN `{source}`.item ON item.item_code = loan.item_code LEFT JOIN `{source}`.loan_history"
            " ON item.item_id IS NULL AND loan_history.loan_id = loan.loan_id"
        )
    names = ", ".join(f"`{name}`" for name in values)
    return f"INSERT INTO ils_loan ({names}) SELECT {', '.join(values.values())} FROM {tables} ORDER BY loan.loan_id"


def copy(connection: Connection, source: str, *, resolved: bool, indexes_after: bool) -> None:
    """Fill the table; build its secondary indexes before or afterwards."""
    if indexes_after:
        for index in loan.indexes:
            index.drop(connection)
    connection.execute(text(statement(source, resolved=resolved)))
    if indexes_after:
        for index in loan.indexes:
            index.create(connection)


def main() -> None:
    """Copy once and print the seconds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--source-name", required=True)
    parser.add_argument("--target", required=True)
    parser.add_argument("--resolved", action="store_true")
    parser.add_argument("--indexes-after", action="store_true")
    given = parser.parse_args()
    engine = open_engine(given.target)
    ensure_current(engine)
    began = time.perf_counter()
    with writing(engine) as connection:
        copy(connection, given.source_name, resolved=given.resolved, indexes_after=given.indexes_after)
    print(json.dumps({"seconds": time.perf_counter() - began}))


if __name__ == "__main__":
    main()
