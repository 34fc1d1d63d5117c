"""The demo's folder: made once, kept, repaired."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from crm.errors import CrmUnavailable
from sapa import config
from sapa.demo.folder import CONFIG, LIBRARY, prepare
from sapa.demo.library import Size, is_whole

TINY = Size(40, 120)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prepare(tmp_path / "demo", "id", size=TINY)
    return tmp_path / "demo"


def test_the_configuration_names_the_library_and_only_its_owner_may_read_it(folder: Path) -> None:
    settings = config.load(folder / CONFIG, {})
    assert settings.library.name == "Perpustakaan Daerah Medan (contoh)"
    assert [source.name for source in settings.sources] == ["main"]
    assert settings.sources[0].database_url == f"sqlite:///{folder / LIBRARY}"
    assert stat.S_IMODE((folder / CONFIG).stat().st_mode) == 0o600


def test_a_second_time_everything_is_kept(folder: Path) -> None:
    before = {name: (folder / name).read_bytes() for name in (CONFIG, LIBRARY)}
    assert prepare(folder, "en", size=TINY) == folder / CONFIG
    assert {name: (folder / name).read_bytes() for name in before} == before


def test_a_damaged_library_is_made_anew_and_the_secret_kept(folder: Path) -> None:
    secret = config.load(folder / CONFIG, {}).crm.secret_key
    (folder / LIBRARY).write_bytes((folder / LIBRARY).read_bytes()[:5000])
    prepare(folder, "id", size=TINY)
    assert is_whole(folder / LIBRARY)
    assert config.load(folder / CONFIG, {}).crm.secret_key == secret


def test_every_folder_has_a_secret_of_its_own(folder: Path, tmp_path: Path) -> None:
    other = prepare(tmp_path / "other", "id", size=TINY)
    assert config.load(other, {}).crm.secret_key != config.load(folder / CONFIG, {}).crm.secret_key


def test_a_place_where_nothing_can_be_written_is_told_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(CrmUnavailable, match="taken"):
        prepare(tmp_path / "taken" / "demo", "id", size=TINY)
