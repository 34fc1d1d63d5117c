"""The profiles, refreshed by the command: after a sync by itself, or on request."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from crm.database import open_engine
from crm.schema.profiles import facts, touched
from sapa.demo.library import Size, build
from tests.functional.running import Sapa, Write


@pytest.fixture
def library(tmp_path: Path, write_config: Write) -> Path:
    """Configure an invented library."""
    path = tmp_path / "slims.db"
    build(path, seed=3, today=date(2026, 11, 24), size=Size.SMALL)
    write_config(f"sqlite:///{path}")
    return path


@pytest.fixture
def crm(tmp_path: Path) -> Engine:
    """Open the CRM database that the command makes."""
    return open_engine(f"sqlite:///{tmp_path / 'sapa.db'}")


def known(engine: Engine) -> tuple[int, int]:
    """Return how many people have facts, and how much waits to be worked out."""
    with engine.connect() as connection:
        return len(connection.execute(select(facts.c.person_id)).all()), len(connection.execute(select(touched)).all())


@pytest.mark.usefixtures("library")
def test_a_sync_leaves_profiles_that_are_up_to_date(sapa: Sapa, crm: Engine) -> None:
    result = sapa("sync")
    assert (result.exit_code, result.stderr) == (0, "")
    people, waiting = known(crm)
    assert people > 0
    assert waiting == 0
    assert sapa("profiles", "refresh").stdout == "The profiles are up to date.\n"
    crm.dispose()


@pytest.mark.usefixtures("library")
def test_the_profiles_can_wait_and_be_made_on_request(sapa: Sapa, crm: Engine) -> None:
    assert sapa("sync", "--no-profiles").exit_code == 0
    assert known(crm)[0] == 0
    report = json.loads(sapa("profiles", "refresh", "--json").stdout)
    people, waiting = known(crm)
    assert (report["everything"], report["rows"]["facts"], waiting) == (True, people, 0)
    assert f"The profiles of all {people} people" in sapa("profiles", "refresh", "--everything").stdout
    crm.dispose()


@pytest.mark.usefixtures("library")
def test_a_dry_run_makes_none(sapa: Sapa, crm: Engine) -> None:
    sapa("sync", "--dry-run")
    assert known(crm) == (0, 0)
    crm.dispose()


@pytest.mark.usefixtures("library")
def test_a_refresh_that_fails_does_not_hide_what_the_sync_did(sapa: Sapa, monkeypatch: pytest.MonkeyPatch) -> None:
    from crm.errors import CrmUnavailable
    from sapa import refresh

    def fail(*_: object, **__: object) -> None:
        raise CrmUnavailable("The disk is full.", "Free some space.")

    monkeypatch.setattr(refresh, "refresh", fail)
    result = sapa("sync", "--json")
    assert json.loads(result.stdout)["source"]["main"]["entities"]["loan"]["inserted"] > 0
    assert result.stderr == "Error: The disk is full.\nFree some space.\n"
    assert result.exit_code == 1
