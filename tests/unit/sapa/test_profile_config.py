"""The sections of the configuration that say how profiles are worked out."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm.errors import ConfigError
from crm.settings import LifecycleSettings
from sapa import config

LEAST = """
[library]
name = "Perpustakaan Uji"
[crm]
database_url = "sqlite:///sapa.db"
secret_key = "key"
[[sources]]
name = "main"
ils = "slims"
database_url = "sqlite:///slims.db"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, "utf-8")
    return path


def remedy(folder: Path, text: str) -> str:
    """Return what the refusal of a configuration says to do."""
    with pytest.raises(ConfigError) as refused:
        config.load(write(folder, text), {})
    return refused.value.lines(lambda each: each)[1]


def test_the_profiles_have_sections_of_their_own(tmp_path: Path) -> None:
    text = LEAST + '[lifecycle]\nweeks_new = 8\nchildren_categories = ["Anak", " Siswa SD "]\n'
    lifecycle = config.load(write(tmp_path, text), {}).profile.lifecycle
    assert lifecycle == LifecycleSettings(weeks_new=8, children_categories=("Anak", "Siswa SD"))


def test_the_environment_writes_a_list_with_commas(tmp_path: Path) -> None:
    environ = {"SAPA_LIFECYCLE__CHILDREN_CATEGORIES": "Anak, Siswa SD", "SAPA_LIFECYCLE__ACTIVE_DAYS": "90"}
    lifecycle = config.load(write(tmp_path, LEAST), environ).profile.lifecycle
    assert (lifecycle.children_categories, lifecycle.active_days) == (("Anak", "Siswa SD"), 90)


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("active_days = 0", "Allowed: a whole number from 1 to 3650."),
        ("weeks_new = true", "Allowed: a whole number from 0 to 520."),
        ('children_categories = "Anak"\nlapsed_months = 241', "Allowed: a whole number from 1 to 240."),
        ("children_categories = [1]", 'Give a list of texts, such as ["Anak", "Siswa SD"].'),
    ],
)
def test_a_threshold_out_of_range_is_refused(tmp_path: Path, line: str, hint: str) -> None:
    assert remedy(tmp_path, f"{LEAST}[lifecycle]\n{line}\n") == hint


def test_custom_fields_are_named_by_their_labels(tmp_path: Path) -> None:
    text = LEAST + '[patrons.fields]\neducation = "Pendidikan"\nhobbies = " Minat Baca "\n'
    found = config.load(write(tmp_path, text), {}).profile.patrons.fields
    assert found == {"education": "Pendidikan", "hobbies": "Minat Baca"}
    environ = {"SAPA_PATRONS__FIELDS": "education=Pendidikan, hobbies = Minat Baca"}
    assert config.load(write(tmp_path, LEAST), environ).profile.patrons.fields == found


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ('fields = { income = "Gaji" }', "Allowed names: education, occupation, hobbies"),
        ("fields = { education = 7 }", 'Give texts by name, such as { education = "Pendidikan" }.'),
        ('fields = "education"', 'Give texts by name, such as { education = "Pendidikan" }.'),
    ],
)
def test_what_is_no_custom_field_is_refused(tmp_path: Path, line: str, hint: str) -> None:
    assert remedy(tmp_path, f"{LEAST}[patrons]\n{line}\n").startswith(hint)


def test_telephone_numbers_are_those_of_the_librarys_country(tmp_path: Path) -> None:
    assert config.load(write(tmp_path, LEAST), {}).profile.country == "ID"
    assert config.load(write(tmp_path, LEAST), {"SAPA_LIBRARY__COUNTRY": "MY"}).profile.country == "MY"
