"""An embedded database knows how its tables are made up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, insert

from crm.database import reading, writing
from crm.schema import ils
from crm.statistics import learn_sizes

NOW = datetime(2026, 11, 24, 9, 0)
QUESTION = "SELECT patron_key FROM ils_loan WHERE source_id = 1 AND title_key = 131"


def plan(engine: Engine) -> str:
    """Return how SQLite would answer the question."""
    with reading(engine) as connection:
        return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {QUESTION}").one()[3])


def test_the_loans_of_one_title_are_looked_up_and_not_searched_for(embedded: Engine) -> None:
    rows = [
        {"source_id": 1, "key": key, "title_key": key % 200, "patron_key": f"P{key % 50}", "first_seen_at": NOW}
        for key in range(2_000)
    ]
    with writing(embedded) as connection:
        connection.execute(insert(ils.loan), rows)
    learn_sizes(embedded)
    embedded.dispose()
    assert "ix_ils_loan_source_id_title_key" in plan(embedded)


def test_a_server_keeps_its_own_numbers(served: Engine) -> None:
    learn_sizes(served)
