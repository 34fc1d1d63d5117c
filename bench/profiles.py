"""The job that holds the profiles against one plain GROUP BY over all loans."""

from __future__ import annotations

from functools import partial

from bench.measure import Measure
from bench.outcome import Goal, Outcome
from bench.rig import Rig, copy_of
from bench.rivals.profile_refresh import TOUCHED

LIMIT = 8
LIMIT_TOUCHED = 2.0


def facts(rig: Rig) -> Outcome:
    """Work out everybody's profiles, and those of a thousand; a first time fills what later ones replace."""
    outcome = Outcome("Profiles")
    config, database = rig.new_mariadb()
    rig.sapa(config, "sync")
    for name, url in (("SQLite", f"sqlite:///{copy_of(rig.synced())}"), ("MariaDB", database.url)):
        _measure(rig, outcome, name, partial(_work, rig, url))
    database.drop()
    return outcome


def _work(rig: Rig, url: str, way: str) -> Measure:
    return rig.program("profile_refresh", "--crm", url, "--way", way)


def _measure(rig: Rig, outcome: Outcome, name: str, work: partial[Measure]) -> None:
    """Measure all ways on one database, the plain question among them."""
    labels = {
        "persons": f"persons, the first time, {name}",
        "all": f"interests and facts, the first time, {name}",
        "plain": f"plain GROUP BY, {name}",
        "facts": f"facts, {name}",
        "interests": f"interests, {name}",
        "touched": f"refresh after {TOUCHED:,} patrons, {name}",
    }
    for way in ("persons", "all"):
        outcome.lines.append(rig.repeat(labels[way], partial(work, way), patience=1e-9))
    for way in ("plain", "facts", "interests", "touched"):
        outcome.lines.append(rig.repeat(labels[way], partial(work, way)))
    seconds = {way: outcome.seconds(label) for way, label in labels.items()}
    outcome.compare(f"facts ÷ plain GROUP BY, {name}", labels["facts"], labels["plain"], LIMIT)
    if seconds["plain"] and seconds["facts"] is not None and seconds["interests"] is not None:
        both = (seconds["facts"] + seconds["interests"]) / seconds["plain"]
        outcome.goals.append(Goal(f"facts and interests ÷ plain GROUP BY, {name}", round(both, 2), LIMIT))
    if seconds["touched"] is not None:
        outcome.goals.append(Goal(labels["touched"], round(seconds["touched"], 2), LIMIT_TOUCHED, "s"))
