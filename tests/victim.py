"""A CRM database whose syncs are killed or cut off, and what must hold for whatever they leave."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import replace

from tests.copies import Snapshot, assert_between, assert_whole, changed_keys, snapshot
from tests.library import settings_of
from tests.servers import Database
from tests.syncs import SMALL_UNITS, Ending, Job, SyncProcess, completed, run


class Victim:
    """One CRM database whose syncs are killed; between two proofs, every bucket is as before or as after."""

    def __init__(self, crm_url: str, slims: Database, chance: random.Random) -> None:
        """Begin with whatever the CRM database holds."""
        self.job = Job(crm_url, settings_of(slims), patches=SMALL_UNITS)
        self.chance = chance
        self.before = snapshot(crm_url)
        self.seen: list[Snapshot] = []
        self.tries = self.landed = 0

    def kill(self, at: str, whole: Ending) -> Ending:
        """Kill a sync and look at what it left; ``whole`` tells how long, or how many statements, one would take."""
        if at == "statement":
            return self.look(run(replace(self.job, dies_before_step=self.chance.randint(1, whole.steps))))
        process = SyncProcess(self.job)
        time.sleep(self.chance.uniform(0, whole.seconds))
        return self.look(process.kill())

    def look(self, ending: Ending, *families: str) -> Ending:
        """Look at what a sync has left that was killed, or failed with an error of one of ``families``."""
        assert ending.error in (None, *families), ending.lines
        assert ending.error is None or len(ending.lines) == 2, ending.lines
        self.tries += 1
        self.landed += ending.was_killed or ending.error is not None
        found = snapshot(self.job.crm_url)
        assert_whole(found)
        self.seen.append(found)
        return ending

    def complete(self) -> Ending:
        """Run one sync to its end, prove the copy, and hold all that was seen since the last proof against it."""
        ending = completed(self.job)
        after = snapshot(self.job.crm_url)
        assert_whole(after)
        for found in self.seen:
            assert_between(found, self.before, after)
        if self.before.as_of is None:
            assert after.events == [("source.baseline", "main", "")]
        else:
            self._assert_told_once(after)
        self.before, self.seen = after, []
        return ending

    def _assert_told_once(self, after: Snapshot) -> None:
        told = Counter(after.events)
        told.subtract(Counter(self.before.events))
        subjects: dict[str, set[str]] = {}
        for (kind, subject, columns), times in told.items():
            if times:
                assert times == 1, f"{kind} of {subject} ({columns}) was told {times} times"
                subjects.setdefault(kind.partition(".")[0], set()).add(subject)
        assert subjects == changed_keys(self.before, after)
