"""Texts for people: marked where they are written, translated where they are shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crm.i18n import LANGUAGES, N_, Message, Word, catalogue, recognised, translator
from crm.words import ENTITY_WORDS, OUTCOME_WORDS, REJECT_REASONS

TEXT = "The key is blank."


def test_a_mark_changes_nothing() -> None:
    assert N_(TEXT) is TEXT


@pytest.mark.parametrize("language", ["en", "xx", "", "../id"])
def test_english_and_unknown_languages_give_the_text_itself(language: str) -> None:
    assert translator(language)(TEXT) == TEXT


def test_indonesian_is_another_text() -> None:
    assert translator("id")(TEXT) not in {"", TEXT}


def test_a_text_that_nobody_translated_stays_english() -> None:
    assert translator("id")("Nobody wrote this.") == "Nobody wrote this."


@pytest.mark.parametrize("words", [ENTITY_WORDS, OUTCOME_WORDS])
def test_the_library_s_words_are_known_in_indonesian(words: dict[str, str]) -> None:
    translate = translator("id")
    assert [word for word in words.values() if translate(word) == word] == []


def test_a_message_that_was_kept_says_the_same_in_any_language() -> None:
    message = Message("Source {source} has no {entity}.", {"source": "loans", "entity": Word("loans")})
    kept = Message.from_json(json.loads(json.dumps(message.as_json())))
    assert kept == message
    assert kept.said(str) == "Source loans has no loans."
    assert kept.said(translator("id")) == "Source loans has no peminjaman."


def test_values_are_kept_as_they_would_be_shown() -> None:
    message = Message("{path} holds {count}", {"path": Path("sapa.db"), "count": 3})
    assert Message.from_json(message.as_json()).said(str) == message.said(str) == "sapa.db holds 3"


@pytest.mark.parametrize(
    ("kept", "indonesian"),
    [
        ("The key is blank.", "Kuncinya kosong."),
        ("patron_key is longer than 191 characters.", "patron_key lebih panjang dari 191 karakter."),
        ("key is not a whole number that fits 64 bits.", "key bukan bilangan bulat yang muat dalam 64 bit."),
    ],
)
def test_the_reason_of_a_reject_is_recognised_and_translated(kept: str, indonesian: str) -> None:
    message = recognised(kept, REJECT_REASONS)
    assert message.said(str) == kept
    assert message.said(translator("id")) == indonesian


@pytest.mark.parametrize("kept", ["", "x", "{column}", "The key is blank", " is longer than 191 characters."])
def test_a_reason_of_another_version_is_shown_as_it_was_kept(kept: str) -> None:
    message = recognised(kept, REJECT_REASONS)
    assert message.said(str) == message.said(translator("id")) == kept


def test_a_catalogue_is_read_once() -> None:
    assert all(catalogue(language) is catalogue(language) for language in LANGUAGES)
