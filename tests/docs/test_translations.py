"""The translations are complete, say the same values as the English, and are compiled."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from crm.i18n import CATALOGUES, LANGUAGES
from tools import catalogues


def catalogue_of(*pairs: tuple[str, str], fuzzy: bool = False) -> Catalog:
    catalogue = Catalog(locale="id")
    for text, translation in pairs:
        catalogue.add(text, translation, flags=["fuzzy"] if fuzzy else [])
    return catalogue


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    assert catalogues.problems(catalogues.read(language), catalogues.gather()) == []


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_the_compiled_translation_is_current(language: str) -> None:
    assert not catalogues.stale(language), "run `make fix`"


def test_every_language_but_english_has_a_catalogue() -> None:
    assert set(catalogues.LANGUAGES) == set(LANGUAGES) - {"en"}
    assert catalogues.FOLDER == CATALOGUES


def test_texts_are_gathered_from_code() -> None:
    gathered = {message.id for message in catalogues.texts(catalogues.gather())}
    assert "There is no configuration file {file}." in gathered


@pytest.mark.parametrize(
    ("translated", "problem"),
    [
        (catalogue_of(), "not in the catalogue"),
        (catalogue_of(("{n} loans", "")), "not translated"),
        (catalogue_of(("{n} loans", "{n} pinjaman"), fuzzy=True), "fuzzy"),
        (catalogue_of(("{n} loans", "{jumlah} pinjaman")), "other {values}"),
        (catalogue_of(("{n} loans", "{n pinjaman")), "other {values}"),
        (catalogue_of(("{n} loans", "{n} pinjaman"), ("old", "lama")), "no longer in the code"),
    ],
)
def test_a_flaw_in_a_translation_is_found(translated: Catalog, problem: str) -> None:
    found = catalogues.problems(translated, catalogue_of(("{n} loans", "")))
    assert len(found) == 1
    assert found[0].startswith(problem)


def test_a_sound_translation_has_no_problems() -> None:
    assert catalogues.problems(catalogue_of(("{n} loans", "{n} pinjaman")), catalogue_of(("{n} loans", ""))) == []


def test_a_compiled_file_left_behind_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    path = catalogues.po_path("id")
    path.parent.mkdir(parents=True)
    path.write_text('msgid ""\nmsgstr ""\n\nmsgid "loan"\nmsgstr "peminjaman"\n', "utf-8")
    path.with_suffix(".mo").write_bytes(catalogues.compiled(catalogues.read("id")))
    assert not catalogues.stale("id")
    path.write_text('msgid ""\nmsgstr ""\n\nmsgid "loan"\nmsgstr "pinjaman"\n', "utf-8")
    assert catalogues.stale("id")
