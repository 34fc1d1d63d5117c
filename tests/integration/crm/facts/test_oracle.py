"""The facts worked out in sets are those that a reference works out person by person, row by row."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, insert, select

from crm.database import reading, writing
from crm.facts import service, store
from crm.schema.profiles import facts, person_touched
from crm.scope import Scope
from crm.settings import LifecycleSettings, ProfileSettings
from tests.integration.crm.facts.library import NOON, TODAY, Invented, Row, libraries, write
from tests.integration.crm.facts.reference import Reference

LIFECYCLE = LifecycleSettings(children_categories=("Anak", "3"))
ONE_ENGINE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
SETTINGS = settings(deadline=None, database=None, derandomize=True, max_examples=60, suppress_health_check=ONE_ENGINE)


def refreshed(engine: Engine, library: Invented, *, everything: bool = True) -> dict[int, Row]:
    """Work the facts out and return them."""
    profile = ProfileSettings(timezone=library.zone, lifecycle=LIFECYCLE)
    service.refresh(engine, profile, Scope(everything), TODAY, NOON)
    with reading(engine) as connection:
        return {row["person_id"]: rounded(row) for row in connection.execute(select(facts)).mappings()}


def rounded(row: Any) -> Row:
    """Return a row with numbers as exact as the columns of either database keep them."""
    found = dict(row)
    for name in ("usual_gap_days", "on_time_rate", "key_score"):
        found[name] = None if found[name] is None else float(f"{found[name]:.4g}")
    return found | {"balance": Decimal(found["balance"]).quantize(Decimal("0.01"))}


def expected(library: Invented) -> dict[int, Row]:
    return {key: rounded(row) for key, row in Reference(library, TODAY, LIFECYCLE).facts().items()}


@SETTINGS
@given(library=libraries(), chance=st.randoms(use_true_random=False))
def test_everybodys_and_a_fews_facts_are_those_of_the_reference(crm: Engine, library: Invented, chance: Any) -> None:
    with writing(crm) as connection:
        write(connection, library.tables)
    right = expected(library)
    assert refreshed(crm, library) == right
    assert refreshed(crm, library) == right
    few = chance.sample(sorted(right), chance.randint(0, len(right)))
    with writing(crm) as connection:
        connection.execute(delete(facts))
        connection.execute(insert(person_touched), [{"person_id": each} for each in few] or [{"person_id": 99}])
    assert refreshed(crm, library, everything=False) == {each: right[each] for each in few}


@settings(parent=SETTINGS, max_examples=10)
@given(library=libraries(), size=st.integers(1, 3))
def test_facts_are_written_in_small_portions(crm: Engine, library: Invented, size: int) -> None:
    with writing(crm) as connection:
        write(connection, library.tables)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "PEOPLE_AT_ONCE", size)
        assert refreshed(crm, library) == expected(library)
