"""The life of the invented library that no ILS knows: what its staff noted, asked and planned in Sapa."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, Table, select

from crm.database import reading, writing
from crm.patrons import merging
from crm.patrons.duplicates import PROPOSED
from crm.patrons.reach import reachable
from crm.schema.people import duplicate, merge, note, permission, person, tag, trait
from crm.schema.profiles import declared, facts
from crm.schema.programmes import group, programme
from crm.staff import store
from crm.touched import touch_everything
from sapa.demo import accounts, crm_patrons, crm_programmes
from sapa.demo.chance import Chance
from sapa.demo.crm_scene import Reader, Scene

SEED = 1  # as that of the library


def enliven(engine: Engine, timezone: str, now: datetime, seed: int = SEED) -> int:
    """Add what staff would have added, each kind where there is none yet; return how many kinds were added.

    ``now`` is naive UTC. The same copy, seed and moment give the same rows. Without an account or profiles nothing
    is done, and the next run makes it good.
    """
    added = 0
    for name, table, step in STEPS:
        scene = _scene(engine, timezone, now, Chance(seed, name))
        if scene is None:
            return added
        with reading(engine) as connection:
            is_there = connection.execute(select(table).limit(1)).first() is not None
        if not is_there:
            step(scene)
            added += 1
    if added:  # it is about so many people that all of them are done sooner than each
        with writing(engine) as connection:
            touch_everything(connection)
    return added


def _scene(engine: Engine, timezone: str, now: datetime, chance: Chance) -> Scene | None:
    with reading(engine) as connection:
        account = store.by_username(connection, accounts.USERNAME)
        columns = (facts.c.person_id, facts.c.age_band, facts.c.stage, facts.c.is_minor)
        named = select(*columns).join(person, person.c.id == facts.c.person_id)
        patrons = named.where(person.c.merged_into.is_(None), facts.c.stage != "contact").order_by(facts.c.person_id)
        reached = {channel: set(connection.scalars(reachable(channel))) for channel in ("whatsapp", "email")}
        readers = [
            Reader(*row, frozenset(channel for channel, ids in reached.items() if row.person_id in ids))
            for row in connection.execute(patrons)
        ]
    if account is None or not readers:
        return None
    return Scene(engine, chance, readers, timezone, now, account.id)


def merge_one(scene: Scene) -> None:
    """Make one person of the two that are most alike."""
    pairs = select(duplicate.c.first_id, duplicate.c.second_id).where(duplicate.c.state == PROPOSED)
    best = pairs.order_by(duplicate.c.score.desc(), duplicate.c.first_id, duplicate.c.second_id).limit(1)
    with reading(scene.engine) as connection:
        pair = connection.execute(best).first()
    if pair is not None:
        merging.make_one(scene.engine, pair.first_id, pair.second_id, scene.ago(8), scene.by)


Step = Callable[[Scene], None]
STEPS: tuple[tuple[str, Table, Step], ...] = (
    ("merge", merge, merge_one),
    ("notes", note, crm_patrons.notes),
    ("tags", tag, crm_patrons.tags),
    ("traits", trait, crm_patrons.traits),
    ("permissions", permission, crm_patrons.permissions),
    ("wishes", declared, crm_patrons.wishes),
    ("groups", group, crm_programmes.groups),
    ("programmes", programme, crm_programmes.programmes),
)
