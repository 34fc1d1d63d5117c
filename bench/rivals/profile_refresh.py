"""Works profiles out in one way and prints the seconds: plain | persons | interests | facts | all | touched.

``plain`` is the GROUP BY over all loans that the others are measured by; ``all`` is interests and facts; ``touched`` is
a whole refresh after a sync in which TOUCHED patrons moved.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Engine, delete, insert, literal, select, text

from crm.database import ensure_current, open_engine, reading, writing
from crm.facts import service as facts
from crm.interests import service as interests
from crm.patrons import service as patrons
from crm.schema import ils
from crm.schema.profiles import touched
from crm.scope import Scope
from crm.settings import CrmSettings, LibrarySettings, ProfileSettings
from crm.touched import PATRON
from sapa.refresh import refresh
from sapa.settings import ServeSettings, Settings

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 5)
TOUCHED = 1_000
PLAIN = "SELECT patron_key, COUNT(*), MAX(loaned_on) FROM ils_loan GROUP BY patron_key"
EVERYBODY = Scope(is_everything=True)
SETTINGS = Settings(Path("bench"), LibrarySettings("Bench"), CrmSettings("", ""), (), ServeSettings())


def plain(engine: Engine) -> int:
    """Ask the plain question and take all its rows."""
    with reading(engine) as connection:
        return sum(1 for _ in connection.exec_driver_sql(PLAIN))


def persons(engine: Engine) -> int:
    """Make the persons."""
    return patrons.refresh(engine, ProfileSettings(), EVERYBODY, TODAY, NOW)


def all_interests(engine: Engine) -> int:
    """Work out everybody's interests."""
    return interests.refresh(engine, ProfileSettings(), EVERYBODY, TODAY, NOW)


def all_facts(engine: Engine) -> int:
    """Work out everybody's facts."""
    return facts.refresh(engine, ProfileSettings(), EVERYBODY, TODAY, NOW)


def both(engine: Engine) -> int:
    """Work out everybody's interests and facts."""
    return all_interests(engine) + all_facts(engine)


def some(engine: Engine) -> int:
    """Refresh all profiles after TOUCHED patrons moved."""
    return sum(refresh(engine, SETTINGS, NOW).rows.values())


def prepare(engine: Engine) -> None:
    """Bring all profiles up to date, then touch some patrons."""
    refresh(engine, SETTINGS, NOW)
    columns = literal(PATRON), ils.patron.c.source_id, ils.patron.c.key
    moved = select(*columns).order_by(ils.patron.c.key_hash).limit(TOUCHED)
    with writing(engine) as connection:
        connection.execute(delete(touched))
        connection.execute(insert(touched).from_select(["kind", "source_id", "key"], moved))


WAYS: dict[str, Callable[[Engine], int]] = {
    "plain": plain,
    "persons": persons,
    "interests": all_interests,
    "facts": all_facts,
    "all": both,
    "touched": some,
}


def main() -> None:
    """Do one of WAYS, and print its seconds and rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crm", required=True, help="URL of the CRM database")
    parser.add_argument("--way", required=True, choices=WAYS)
    given = parser.parse_args()
    engine = open_engine(given.crm)
    ensure_current(engine)
    if given.way == "touched":
        prepare(engine)
    with reading(engine) as connection:
        connection.execute(text("SELECT COUNT(*) FROM ils_loan"))
    began = time.perf_counter()
    rows = WAYS[given.way](engine)
    print(json.dumps({"seconds": time.perf_counter() - began, "rows": rows}))
    engine.dispose()


if __name__ == "__main__":
    main()
