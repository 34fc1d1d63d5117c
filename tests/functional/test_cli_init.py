"""``sapa init``: a first configuration that is right, secret and never lost."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from sapa import config
from sapa.settings import ServeSettings
from tests.functional.running import Sapa
from tests.servers import Database, free_port

ANSWERS = 'Perpustakaan "Kota" \\ Desa\nid\nAsia/Makassar\nsqlite:///crm.db\ndb.example\n3307\nslims_kota\nreader\np@ss:w/%"\n'


def test_with_yes_nothing_is_asked(sapa: Sapa) -> None:
    result = sapa("init", "--yes")
    assert result.exit_code == 0
    assert "?" not in result.output
    settings = config.load(Path("config.toml"), {})
    assert settings.library.name == "Perpustakaan"
    assert settings.sources[0].database_url == "mysql+pymysql://sapa@127.0.0.1:3306/slims"
    assert settings.serve == ServeSettings()


def test_answers_reach_the_file_whatever_characters_they_have(sapa: Sapa) -> None:
    result = sapa("init", answers=ANSWERS + "n\n")
    assert result.exit_code == 0, result.output
    settings = config.load(Path("config.toml"), {})
    assert settings.library.name == 'Perpustakaan "Kota" \\ Desa'
    assert settings.library.timezone == settings.sources[0].timezone == "Asia/Makassar"
    assert settings.crm.database_url == f"sqlite:///{Path.cwd() / 'crm.db'}"
    url = make_url(settings.sources[0].database_url)
    assert (url.host, url.port, url.database) == ("db.example", 3307, "slims_kota")
    assert (url.username, url.password) == ("reader", 'p@ss:w/%"')
    assert "p@ss" not in result.output


def test_an_answer_that_is_not_allowed_is_asked_again(sapa: Sapa) -> None:
    result = sapa("init", "--yes", "--language", "fr")
    assert result.exit_code == 2
    asked = sapa("init", answers="Perpustakaan\nfr\nen\nJakarta\nAsia/Jakarta\n\n\n\n\n\n\nn\n")
    assert asked.exit_code == 0, asked.output
    assert 'Error: Allowed: "id", "en".' in asked.stderr
    assert 'the nearest is "Asia/Jakarta"' in asked.stderr
    assert config.load(Path("config.toml"), {}).library.language == "en"


def test_options_are_not_asked_for(sapa: Sapa) -> None:
    url = "mysql+pymysql://reader:p%40ss@db/slims"
    result = sapa(
        "init", "--name", "P", "--language", "en", "--timezone", "Asia/Jakarta", "--crm-url", "sqlite:///a.db",
        "--source-url", url, "--source-name", "kota", "--every", "1 jam", "--country", "MY",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    settings = config.load(Path("config.toml"), {})
    assert (settings.sources[0].name, settings.sources[0].database_url) == ("kota", url)
    assert settings.sources[0].every_seconds == 3600
    assert settings.library.country == "MY"


def test_only_the_owner_can_read_the_file_and_its_secret_is_fresh(sapa: Sapa) -> None:
    sapa("--config", "a.toml", "init", "--yes")
    sapa("--config", "b.toml", "init", "--yes")
    assert stat.S_IMODE(Path("a.toml").stat().st_mode) == 0o600
    first, second = (config.load(Path(name), {}).crm.secret_key for name in ("a.toml", "b.toml"))
    assert first != second
    assert len(first) >= 43


def test_a_configuration_is_replaced_only_by_force(sapa: Sapa) -> None:
    sapa("init", "--yes", "--name", "First", "--language", "en")
    before = Path("config.toml").read_text()
    refused = sapa("init", answers="")
    assert refused.exit_code == 1
    assert refused.stderr.splitlines()[0] == "Error: config.toml exists already; nothing was changed."
    assert Path("config.toml").read_text() == before
    assert sapa("init", "--yes", "--force", "--name", "Second").exit_code == 0
    assert config.load(Path("config.toml"), {}).library.name == "Second"
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["config.toml"]


FIRST_ACCOUNT = ["sapa staff add NAME --role admin"]


def test_the_last_line_says_what_comes_next(sapa: Sapa) -> None:
    last = sapa("init", "--yes", "--language", "en").stderr.splitlines()[-1]
    assert re.findall("`(.*?)`", last) == ["sapa doctor --grants", "sapa doctor", "sapa sync", *FIRST_ACCOUNT]


def test_an_account_without_rights_is_expected_and_the_grants_come_next(sapa: Sapa, slims: Database) -> None:
    slims.server.execute("CREATE USER 'fresh'@'127.0.0.1' IDENTIFIED BY 'x'")
    url = slims.server.url(slims.name, "fresh", "x")
    result = sapa("init", "--yes", "--language", "en", "--source-url", url, "--test")
    slims.server.execute("DROP USER 'fresh'@'127.0.0.1'")
    assert result.exit_code == 0
    assert "may not use the database" in result.stdout
    expected, following = result.stderr.splitlines()[-2:]
    assert expected.startswith("That is to be expected: the account has not been given its rights")
    assert following.startswith("Next: `sapa doctor --grants`")


def test_a_server_that_does_not_answer_is_not_expected(sapa: Sapa) -> None:
    url = f"mysql+pymysql://sapa:x@127.0.0.1:{free_port()}/slims"
    result = sapa("init", "--yes", "--language", "en", "--source-url", url, "--test")
    assert "does not answer" in result.stdout
    assert "to be expected" not in result.stderr


def test_a_folder_that_is_not_there_is_told(sapa: Sapa) -> None:
    result = sapa("--config", "nowhere/config.toml", "init", "--yes")
    assert result.exit_code == 1
    assert "nowhere/config.toml cannot be written" in result.stderr
    assert len(result.stderr.splitlines()) == 2


def test_a_disk_that_takes_nothing_is_told(sapa: Sapa, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "touch", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    result = sapa("init", "--yes")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[0] == "Error: config.toml cannot be written: Read-only file system."


@pytest.mark.parametrize(("language", "words"), [("id", "Ditampilkan pada halaman"), ("en", "Shown on pages")])
def test_the_file_explains_itself_in_the_language_of_the_library(sapa: Sapa, language: str, words: str) -> None:
    sapa("init", "--yes", "--language", language)
    assert words in Path("config.toml").read_text("utf-8")
