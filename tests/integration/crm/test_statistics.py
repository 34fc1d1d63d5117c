"""What SQLite learns of the sizes of its tables leads it to a reader's rows, not past all of a source's."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import Engine, insert

from crm.database import reading, writing
from crm.schema import ils
from crm.statistics import ROWS_LOOKED_AT, learn_sizes

NOW = datetime(2026, 11, 24, 5)
VISITS_OF_A_PATRON = "SELECT visited_at FROM ils_visit WHERE source_id = 1 AND patron_key = 'p7'"


@pytest.mark.parametrize("guests", [0, 2 * ROWS_LOOKED_AT])
def test_a_readers_visits_are_found_by_his_key_however_many_guests_there_are(embedded: Engine, guests: int) -> None:
    keys = [None] * guests + [f"p{number % 300}" for number in range(2 * ROWS_LOOKED_AT)]
    with writing(embedded) as connection:
        stamps = {"source_id": 1, "visited_at": NOW, "first_seen_at": NOW}
        connection.execute(insert(ils.visit), [{"key": at, "patron_key": key, **stamps} for at, key in enumerate(keys)])
    learn_sizes(embedded)
    with reading(embedded) as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {VISITS_OF_A_PATRON}")]
    assert plan == ["SEARCH ils_visit USING INDEX ix_ils_visit_source_id_patron_key (source_id=? AND patron_key=?)"]
