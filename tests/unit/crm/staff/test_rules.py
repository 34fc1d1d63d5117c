"""User names and passwords."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import InputRefused
from crm.staff import passwords, rules, throttle


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Siti", "siti"),
        (" budi.santoso ", "budi.santoso"),
        ("A_B-1", "a_b-1"),
        ("petugas@perpus.id", "petugas@perpus.id"),
    ],
)
def test_a_user_name_is_kept_in_small_letters_without_blanks_around_it(typed: str, kept: str) -> None:
    assert rules.checked_username(typed) == kept


@pytest.mark.parametrize("typed", ["", "a", "siti aminah", "-siti", "_x", "<b>", "a" * 64, "si\nti"])
def test_what_cannot_be_a_user_name_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(InputRefused) as refused:
        rules.checked_username(typed)
    assert refused.value.field == "username"


@given(st.text())
def test_folding_a_user_name_twice_changes_nothing_more(text: str) -> None:
    once = rules.folded_username(text)
    assert rules.folded_username(once) == once


@pytest.mark.parametrize("password", ["kawung lereng parang", "hujan-bulan-juni", "Zp4!kd92Lq", "ⵣⵢⵡⵙⵔⵏⵎⵍⴽⵊ"])
def test_a_long_password_needs_no_special_signs(password: str) -> None:
    rules.check_password(password, "siti")


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "ninechars",
        "x" * 257,
        "aaaaaaaaaa",
        "abababababab",
        "1234567890",
        "qwertyuiop",
        "perpustakaan",
        "Perpustakaan2026!",
        "password1234",
        "bismillah123",
    ],
)
def test_a_password_that_is_short_or_tried_first_is_refused(password: str) -> None:
    with pytest.raises(InputRefused) as refused:
        rules.check_password(password)
    assert refused.value.field == "password"


def test_a_password_made_of_the_persons_name_is_refused() -> None:
    with pytest.raises(InputRefused):
        rules.check_password("sitiaminah1990", "sitiaminah")
    rules.check_password("sitiaminah1990", "budi")


def test_a_generated_password_passes_the_rules_and_is_another_one_each_time() -> None:
    made = {passwords.generated() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        rules.check_password(password)


def test_without_a_password_nobody_gets_in() -> None:
    kept = passwords.hashed("kawung lereng parang")
    assert kept.startswith("$argon2id$")
    assert passwords.fits(kept, "kawung lereng parang")
    assert not passwords.fits(kept, "kawung lereng parangs")
    assert not passwords.fits(None, "kawung lereng parang")
    assert not passwords.fits("", "")
    assert not passwords.fits("not a hash", "not a hash")
    assert not passwords.is_outdated(kept)


def test_waits_grow_from_nothing_to_a_quarter_of_an_hour() -> None:
    waits = [throttle.wait_seconds(tries, 5) for tries in range(14)]
    assert waits == [0, 0, 0, 0, 0, 10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert throttle.wait_seconds(10_000, 5) == 900


def test_what_is_kept_of_a_name_cannot_be_tried_out_without_the_key() -> None:
    kept = {throttle.keyed(key, kind, "siti") for key in ("a", "b") for kind in ("name", "address")}
    assert len(kept) == 4
    assert all(len(each) == 64 for each in kept)
