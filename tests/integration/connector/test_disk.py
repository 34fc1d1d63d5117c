"""Guarantee 3, disks: one that is full or may not be written stops a sync in two lines and leaves nothing half done."""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from crm.database import SQLITE_PRAGMAS
from tests.desk import Desk
from tests.library import settings_of
from tests.servers import Database, MariaDBServer
from tests.syncs import Ending, Job, completed, run
from tests.victim import Victim

MEGABYTE = 1 << 20
needs_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may mount")


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """Mount a disk of ``size`` bytes in memory, or skip the test where that is not allowed."""
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder], check=False)
    if done.returncode:
        pytest.skip("no mounts allowed here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def filled(folder: Path, leave: int) -> Iterator[None]:
    """Fill a disk up to ``leave`` bytes."""
    path = folder / "ballast"
    with path.open("wb") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, max(1, shutil.disk_usage(folder).free - leave))
    yield
    path.unlink()


def assert_told(ending: Ending, words: str) -> None:
    """Fail unless a sync ended for want of what ``words`` say, in two lines."""
    assert ending.error == "CrmUnavailable", ending.lines
    assert len(ending.lines) == 2
    assert words in " ".join(ending.lines)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_first_copy_that_finds_no_room_is_completed_once_there_is_some(
    large_slims: Database, tmp_path: Path, chance: random.Random, share: float
) -> None:
    completed(Job(f"sqlite:///{tmp_path / 'whole.db'}", settings_of(large_slims)))
    pages = int((tmp_path / "whole.db").stat().st_size * share) // 4096
    victim = Victim(f"sqlite:///{tmp_path / 'crm.db'}", large_slims, chance)
    full = (*SQLITE_PRAGMAS, f"PRAGMA max_page_count = {pages}")
    ending = run(replace(victim.job, patches={**victim.job.patches, "crm.database.SQLITE_PRAGMAS": full}))
    assert_told(ending, "is full")
    victim.look(ending, "CrmUnavailable")
    victim.complete()


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
def test_a_copy_that_may_not_grow_any_further_is_completed_once_it_may(
    large_slims: Database, tmp_path: Path, chance: random.Random, share: float
) -> None:
    completed(Job(f"sqlite:///{tmp_path / 'whole.db'}", settings_of(large_slims)))
    limit = int((tmp_path / "whole.db").stat().st_size * share)
    victim = Victim(f"sqlite:///{tmp_path / 'crm.db'}", large_slims, chance)
    ending = run(replace(victim.job, limits={resource.RLIMIT_FSIZE: limit}))
    assert_told(ending, "disk")
    victim.look(ending, "CrmUnavailable")
    victim.complete()


@needs_root
def test_an_update_on_a_full_disk_is_completed_once_there_is_room(
    large_slims: Database, tmp_path: Path, chance: random.Random
) -> None:
    with small_disk(tmp_path / "disk", 64 * MEGABYTE) as disk:
        victim = Victim(f"sqlite:///{disk / 'crm.db'}", large_slims, chance)
        victim.complete()
        Desk(large_slims, chance).work_a_day()
        for leave in (0, 32 * 1024, 128 * 1024):
            with filled(disk, leave):
                ending = run(victim.job)
            assert_told(ending, "full")
            victim.look(ending, "CrmUnavailable")
        victim.complete()


@needs_root
def test_a_crm_server_on_a_full_disk_is_completed_once_there_is_room(
    large_slims: Database, tmp_path: Path, chance: random.Random
) -> None:
    with small_disk(tmp_path / "disk", 256 * MEGABYTE) as disk:
        server = MariaDBServer(disk / "server")
        server.start()
        try:
            victim = Victim(server.create_database("crm").url, large_slims, chance)
            with filled(disk, 4 * MEGABYTE):
                ending = run(victim.job)
            assert_told(ending, "")  # InnoDB may give up altogether
            server.restart()
            victim.look(ending, "CrmUnavailable")
            victim.complete()
        finally:
            server.stop()


def test_a_folder_that_may_not_be_written_is_told_in_two_lines(
    large_slims: Database, tmp_path: Path, chance: random.Random
) -> None:
    folder = tmp_path / "locked"
    with locked(folder):
        ending = run(Job(f"sqlite:///{folder / 'crm.db'}", settings_of(large_slims)))
    assert_told(ending, "folder")


def test_a_database_that_may_not_be_written_is_told_in_two_lines_and_stays_as_it_is(
    large_slims: Database, tmp_path: Path, chance: random.Random
) -> None:
    folder = tmp_path / "locked"
    job = Job(f"sqlite:///{folder / 'crm.db'}", settings_of(large_slims))
    with locked(folder, job):
        ending = run(job)
    assert_told(ending, "may write")


@contextmanager
def locked(folder: Path, job: Job | None = None) -> Iterator[None]:
    """Make a folder that may not be written, after a first copy into it by ``job`` if there is one."""
    if os.geteuid() == 0:
        with small_disk(folder, 64 * MEGABYTE):
            if job:
                completed(job)
            subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
            yield
        return
    folder.mkdir()
    if job:
        completed(job)
    for path in (*folder.iterdir(), folder):
        path.chmod(0o500 if path == folder else 0o400)
    yield
    folder.chmod(0o700)
