"""The configuration: what is read, what is refused, and in which words."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import pytest

from connector.settings import SourceSettings
from crm.errors import ConfigError
from crm.i18n import translator
from crm.settings import CrmSettings, LibrarySettings, ProfileSettings
from sapa import config, new_config
from sapa.settings import ServeSettings

ROOT = Path(__file__).parents[3]

WHOLE = """
[library]
name = "Perpustakaan Daerah"
timezone = "Asia/Makassar"
language = "en"
country = "ID"
public_url = "https://crm.example.org/"

[crm]
database_url = "sqlite:///sapa.db"
secret_key = "a long random text"

[[sources]]
name = "main"
ils = "slims"
database_url = "mysql+pymysql://reader:p%40ss@127.0.0.1:3306/slims"
timezone = "Asia/Jakarta"
every = "5 minutes"
fast = true

[[sources]]
name = "branch-2"
ils = "slims"
database_url = "sqlite:///other.db"

[serve]
host = "0.0.0.0"
port = 9000
work = false
"""

LEAST = """
[library]
name = "Perpustakaan"
[crm]
database_url = "sqlite:///sapa.db"
secret_key = "key"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str, **environ: str) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        config.load(write(folder, text), environ)
    return refused.value.lines(translator("en"))


def test_every_key_reaches_its_settings(tmp_path: Path) -> None:
    settings = config.load(write(tmp_path, WHOLE), {})
    assert settings.library == LibrarySettings(
        "Perpustakaan Daerah", "Asia/Makassar", "en", "ID", "https://crm.example.org"
    )
    assert settings.crm == CrmSettings(f"sqlite:///{tmp_path / 'sapa.db'}", "a long random text")
    assert settings.sources[0] == SourceSettings(
        "main", "slims", "mysql+pymysql://reader:p%40ss@127.0.0.1:3306/slims", "Asia/Jakarta", 300, fast=True
    )
    assert settings.serve == ServeSettings("0.0.0.0", 9000, work=False)


def test_a_source_without_a_zone_lies_in_the_librarys(tmp_path: Path) -> None:
    second = config.load(write(tmp_path, WHOLE), {}).sources[1]
    assert second.timezone == "Asia/Makassar"


def test_what_is_left_out_takes_the_default_of_the_settings_class(tmp_path: Path) -> None:
    settings = config.load(write(tmp_path, LEAST), {})
    assert settings.library == LibrarySettings("Perpustakaan")
    assert settings.sources == ()
    assert settings.serve == ServeSettings()


def test_a_relative_sqlite_file_lies_beside_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "etc").mkdir()
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "etc", WHOLE)
    settings = config.load(Path("etc/config.toml"), {})
    assert settings.crm.database_url == f"sqlite:///{tmp_path}/etc/sapa.db"
    assert settings.sources[1].database_url == f"sqlite:///{tmp_path}/etc/other.db"


def test_an_absolute_sqlite_file_stays_where_it_is(tmp_path: Path) -> None:
    text = LEAST.replace("sqlite:///sapa.db", "sqlite:////var/lib/sapa.db")
    assert config.load(write(tmp_path, text), {}).crm.database_url == "sqlite:////var/lib/sapa.db"


@pytest.mark.parametrize("written", ["mysql", "mariadb", "mysql+pymysql", "mysql+mysqldb"])
def test_a_mysql_database_is_always_opened_by_pymysql(tmp_path: Path, written: str) -> None:
    text = LEAST.replace("sqlite:///sapa.db", f"{written}://u:p@h/sapa")
    assert config.load(write(tmp_path, text), {}).crm.database_url == "mysql+pymysql://u:p@h/sapa"


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    environ = {
        "SAPA_LIBRARY__NAME": "Taman Bacaan",
        "SAPA_SERVE__PORT": "8001",
        "SAPA_SERVE__WORK": "true",
        "SAPA_SOURCES__MAIN__EVERY": "1 jam",
        "SAPA_SOURCES__BRANCH_2__DATABASE_URL": "sqlite:///third.db",
        "SAPA_CONFIG": "elsewhere.toml",
        "SAPA_LANGUAGE": "id",
    }
    settings = config.load(write(tmp_path, WHOLE), environ)
    assert settings.library.name == "Taman Bacaan"
    assert (settings.serve.port, settings.serve.work) == (8001, True)
    assert settings.sources[0].every_seconds == 3600
    assert settings.sources[1].database_url == f"sqlite:///{tmp_path / 'third.db'}"


@pytest.mark.parametrize(
    ("variable", "nearest"),
    [
        ("SAPA_LIBRARY__NMAE", "SAPA_LIBRARY__NAME"),
        ("SAPA_SOURCES__MAIN__EVRY", "SAPA_SOURCES__MAIN__EVERY"),
        ("SAPA_SOURCES__MIAN__EVERY", "SAPA_SOURCES__MAIN__EVERY"),
    ],
)
def test_an_unknown_override_names_the_nearest(tmp_path: Path, variable: str, nearest: str) -> None:
    message, hint = refusal(tmp_path, WHOLE, **{variable: "x"})
    assert variable in message
    assert f"Did you mean {nearest}?" in hint


def test_a_wrong_override_is_refused_under_its_own_name(tmp_path: Path) -> None:
    message, hint = refusal(tmp_path, WHOLE, SAPA_SERVE__PORT="web")
    assert message == 'SAPA_SERVE__PORT = "web" is not allowed.'
    assert "1 to 65535" in hint


@pytest.mark.parametrize(
    ("typo", "right", "where", "nearest"),
    [
        ("nmae = ", "name = ", "library.nmae", "name"),
        ("[libary]", "[library]", "[libary]", "library"),
        ("databse_url", "database_url", "crm.databse_url", "database_url"),
        ("evry = ", "every = ", "sources.main.evry", "every"),
    ],
)
def test_an_unknown_key_names_the_nearest(tmp_path: Path, typo: str, right: str, where: str, nearest: str) -> None:
    message, hint = refusal(tmp_path, WHOLE.replace(right, typo, 1))
    assert message == f"{tmp_path / 'config.toml'}: {where} is nothing Sapa knows."
    assert f"Did you mean {nearest}?" in hint


@pytest.mark.parametrize(
    ("right", "wrong", "where", "allowed"),
    [
        ('"Asia/Makassar"', '"Asia/Makasar"', 'library.timezone = "Asia/Makasar"', 'the nearest is "Asia/Makassar"'),
        ('"Asia/Makassar"', '"wit"', 'library.timezone = "wit"', 'the nearest is "Asia/Jayapura"'),
        ('"Asia/Makassar"', '"Asia/Medan"', "library.timezone", 'the nearest is "Asia/Jakarta"'),
        ('"Asia/Makassar"', "7", "library.timezone = 7", "Asia/Jakarta"),
        ('language = "en"', 'language = "fr"', 'library.language = "fr"', '"id", "en"'),
        ('country = "ID"', 'country = "Indonesia"', 'library.country = "Indonesia"', "two capital letters"),
        ('"Perpustakaan Daerah"', '"  "', 'library.name = "  "', "a text in quotes"),
        ('"Perpustakaan Daerah"', "3", "library.name = 3", "a text in quotes"),
        ("https://crm.example.org/", "crm.example.org", "library.public_url", "https://crm.example.org"),
        ("sqlite:///sapa.db", "oracle://u:p@h/d", "crm.database_url", "mysql+pymysql://USER:PASSWORD@HOST/DATABASE"),
        ("sqlite:///sapa.db", "sqlite://", "crm.database_url", "sqlite:///FILE"),
        ("sqlite:///sapa.db", "sapa.db", "crm.database_url", "sqlite:///FILE"),
        ("3306/slims", "3306", "sources.main.database_url", "DATABASE"),
        ("3306/slims", "port/slims", "sources.main.database_url", "DATABASE"),
        ('"a long random text"', '""', "crm.secret_key = …", "sapa init"),
        ('name = "main"', 'name = "main library"', "sources.main library.name", "letters, digits"),
        ('ils = "slims"', 'ils = "koha"', 'sources.main.ils = "koha"', '"slims"'),
        ('"5 minutes"', '"5 fortnights"', 'sources.main.every = "5 fortnights"', "90 seconds"),
        ('"5 minutes"', '"minutes"', 'sources.main.every = "minutes"', "90 seconds"),
        ('"5 minutes"', '"1 second"', 'sources.main.every = "1 second"', "from 10 seconds"),
        ('"5 minutes"', '"8 days"', 'sources.main.every = "8 days"', "to 7 days"),
        ('"5 minutes"', "300", "sources.main.every = 300", "5 minutes"),
        ("fast = true", 'fast = "quick"', 'sources.main.fast = "quick"', "true or false"),
        ("fast = true", "fast = 1", "sources.main.fast = 1", "true or false"),
        ('"0.0.0.0"', '""', 'serve.host = ""', "127.0.0.1"),
        ('"0.0.0.0"', '"127.0.0.1:80"', "serve.host", "for this machine only"),
        ("port = 9000", "port = 0", "serve.port = 0", "1 to 65535"),
        ("port = 9000", "port = true", "serve.port = true", "1 to 65535"),
    ],
)
def test_a_value_that_is_not_allowed_is_told_with_file_key_and_remedy(
    tmp_path: Path, right: str, wrong: str, where: str, allowed: str
) -> None:
    message, hint = refusal(tmp_path, WHOLE.replace(right, wrong, 1))
    assert message.startswith(f"{tmp_path / 'config.toml'}: {where}")
    assert message.endswith("is not allowed.")
    assert allowed in hint


@pytest.mark.parametrize("url", ["mysql+pymysql://u:hush@127.0.0.1", "mysql+pymysql://u:hu@sh@127.0.0.1/slims"])
def test_a_refused_url_is_shown_without_its_password(tmp_path: Path, url: str) -> None:
    lines = refusal(tmp_path, LEAST.replace("sqlite:///sapa.db", url))
    assert "hu" not in lines[0]
    assert "sh@" not in lines[0]


@pytest.mark.parametrize(
    ("left_out", "where"),
    [
        ('name = "Perpustakaan"', "library.name"),
        ('secret_key = "key"', "crm.secret_key"),
        ('database_url = "sqlite:///sapa.db"', "crm.database_url"),
    ],
)
def test_a_missing_key_is_named(tmp_path: Path, left_out: str, where: str) -> None:
    message, hint = refusal(tmp_path, LEAST.replace(left_out, ""))
    assert message == f"{tmp_path / 'config.toml'}: {where} is missing."
    assert "sapa init" in hint


def test_a_source_without_a_name_is_counted(tmp_path: Path) -> None:
    text = f'{LEAST}[[sources]]\nils = "slims"\ndatabase_url = "sqlite:///other.db"\n'
    assert refusal(tmp_path, text)[0].endswith("sources.1.name is missing.")


@pytest.mark.parametrize(("first", "second"), [("main", "main"), ("main", "Main"), ("a-b", "a_b")])
def test_two_sources_cannot_share_a_name(tmp_path: Path, first: str, second: str) -> None:
    source = '[[sources]]\nname = "{}"\nils = "slims"\ndatabase_url = "sqlite:///other.db"\n'
    message, _hint = refusal(tmp_path, LEAST + source.format(first) + source.format(second))
    assert "two sources are called" in message
    assert first in message


def test_the_environment_cannot_give_two_sources_one_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="two sources are called main"):
        config.load(write(tmp_path, WHOLE), {"SAPA_SOURCES__BRANCH_2__NAME": "main"})


@pytest.mark.parametrize("url", ["mysql://u@h/d?password=hunter2", "mysql://u:p@hunter2@h/d"])
def test_a_password_where_none_belongs_is_refused_and_not_shown(tmp_path: Path, url: str) -> None:
    message, hint = refusal(tmp_path, LEAST.replace("sqlite:///sapa.db", url))
    assert "crm.database_url" in message
    assert "hunter2" not in message + hint


@pytest.mark.parametrize(
    ("text", "header"), [("library = 3", "[library]"), ("[sources]\nname = 1", "[[sources]]"), ("crm = []", "[crm]")]
)
def test_what_should_be_a_section_is_told_its_header(tmp_path: Path, text: str, header: str) -> None:
    message, hint = refusal(tmp_path, text)
    assert "is not a section." in message
    assert header in hint


def test_a_missing_file_points_to_sapa_init(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        config.load(tmp_path / "config.toml", {})
    message, hint = refused.value.lines(translator("en"))
    assert message == f"There is no configuration file {tmp_path / 'config.toml'}."
    assert "sapa init" in hint


def test_a_file_that_is_no_toml_is_told_with_the_line(tmp_path: Path) -> None:
    message, _hint = refusal(tmp_path, "[library]\nname = Perpustakaan\n")
    assert "line 2" in message


def test_a_file_in_another_encoding_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes('[library]\nname = "Perpustakaan é"\n'.encode("latin-1"))
    with pytest.raises(ConfigError) as refused:
        config.load(path, {})
    message, hint = refused.value.lines(translator("en"))
    assert message == f"{path} is not in UTF-8: see line 2."
    assert "UTF-8" in hint


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        config.load(tmp_path, {})
    assert "cannot be read" in refused.value.lines(translator("en"))[0]


def test_a_file_saved_by_notepad_with_a_mark_at_its_start_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(LEAST, encoding="utf-8-sig")
    assert config.load(path, {}).library.name == "Perpustakaan"


@pytest.mark.parametrize(("mode", "open_to_others"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)])
def test_a_file_others_may_read_is_seen(tmp_path: Path, mode: int, open_to_others: object) -> None:
    path = write(tmp_path, LEAST)
    path.chmod(mode)
    assert config.too_open(path) is open_to_others
    assert config.load(path, {}).library.name == "Perpustakaan"


@pytest.mark.parametrize(
    ("file", "environ", "language"),
    [
        ('[library]\nlanguage = "id"', {"SAPA_LANGUAGE": "en", "LANG": "en_GB.UTF-8"}, "id"),
        ('[library]\nlanguage = "en"', {"SAPA_LIBRARY__LANGUAGE": "id"}, "id"),
        ("[library]", {"SAPA_LANGUAGE": "id", "LANG": "en_GB.UTF-8"}, "id"),
        ("not toml", {"SAPA_LANGUAGE": "id"}, "id"),
        ("", {"LANG": "id_ID.UTF-8"}, "id"),
        ("", {"LC_ALL": "en_US.UTF-8", "LANG": "id_ID.UTF-8"}, "en"),
        ("", {"LANG": "de_DE.UTF-8"}, "en"),
        ('[library]\nlanguage = "fr"', {"LANG": "C.UTF-8"}, "en"),
    ],
)
def test_the_language_is_guessed_from_file_environment_and_locale(
    tmp_path: Path, file: str, environ: dict[str, str], language: str
) -> None:
    assert config.guess_language(write(tmp_path, file), environ) == language


def test_the_configuration_is_where_it_is_said_to_be() -> None:
    assert config.find(Path("a.toml"), {"SAPA_CONFIG": "b.toml"}) == Path("a.toml")
    assert config.find(None, {"SAPA_CONFIG": "b.toml"}) == Path("b.toml")
    assert config.find(None, {}) == Path("config.toml")


SECTIONED = [each for each in fields(ProfileSettings) if each.name in config.PROFILE]


@pytest.mark.parametrize(
    ("settings", "readers"),
    [
        (LibrarySettings, config.LIBRARY),
        (CrmSettings, config.CRM),
        (SourceSettings, config.SOURCE),
        (ServeSettings, config.SERVE),
        *((each.default_factory, config.PROFILE[each.name]) for each in SECTIONED),
    ],
)
def test_every_field_of_the_settings_can_be_configured(settings: type, readers: dict[str, config.Key]) -> None:
    assert {key.field or name for name, key in readers.items()} == {field.name for field in fields(settings)}


def test_the_example_shows_every_key_with_a_comment() -> None:
    text = (ROOT / "config.example.toml").read_text("utf-8")
    document = tomllib.loads(text)
    document["sources"] = document["sources"][0]
    assert {name: set(keys) for name, keys in document.items()} == {
        name: set(readers) for name, readers in config.SECTIONS.items()
    }
    lines = text.splitlines()
    keys = [(before, line) for before, line in pairwise(lines) if " = " in line and not line.startswith("#")]
    assert [line for before, line in keys if not before.startswith("# ")] == []


def test_the_example_is_what_init_would_write() -> None:
    assert (ROOT / "config.example.toml").read_text("utf-8") == new_config.example()


def test_the_example_is_refused_only_for_the_secret_it_does_not_hold(tmp_path: Path) -> None:
    text = (ROOT / "config.example.toml").read_text("utf-8")
    message, hint = refusal(tmp_path, text)
    assert "crm.secret_key" in message
    assert "sapa init" in hint
    settings = config.load(write(tmp_path, text), {"SAPA_CRM__SECRET_KEY": "key"})
    assert settings.serve == ServeSettings()
    assert settings.library == LibrarySettings("Perpustakaan Daerah")
    assert settings.profile == ProfileSettings()
