"""Spellings of one institution are brought together, and no two institutions become one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.programmes.institutions import KEY_LENGTH, folded, is_near, kind_of


@pytest.mark.parametrize(
    "spellings",
    [
        (
            "SMAN 1 Medan",
            "SMA N 1 Medan",
            "SMA Negeri 1 Medan",
            "S.M.A. Negeri 01, Medan",
            "sman1 medan",
            "SMAN I Medan",
        ),
        ("Sekolah Menengah Atas Negeri No. 1 Medan", "SMA Neg. 1 Medan"),
        ("SD Negeri 069712", "SDN 069712", "SDN. 69712"),
        ("MTs. Negeri 2 Medan", "MTsN 2 Medan", "Madrasah Tsanawiyah Negeri 2 Medan"),
        ("SMA Swasta Harapan Mulia", "SMAS Harapan Mulia", "SMA Harapan  Mulia"),
        ("Fakultas Hukum Universitas Deli Raya", "Fak. Hukum Univ. Deli Raya", "fak.hukum univ.deli raya"),
        ("PT Sawit Deli", "PT. Sawit Deli"),
        ("Al-Ikhlas Jum'at", "AL IKHLAS JUMAT"),
    ],
)
def test_spellings_of_one_are_one(spellings: tuple[str, ...]) -> None:
    assert len({folded(each) for each in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SMAN 1 Medan", "SMAN 11 Medan"),
        ("SMAN 1 Medan", "SMPN 1 Medan"),
        ("SMAN 1 Medan", "SMAN 1 Binjai"),
        ("MAN 1 Medan", "MIN 1 Medan"),
    ],
)
def test_two_institutions_stay_two(one: str, other: str) -> None:
    assert folded(one) != folded(other)
    assert not is_near(folded(one), folded(other))


@pytest.mark.parametrize("text", ["", " ", "-", "Wiraswasta", "IBU RUMAH TANGGA", "Tidak ada", "12345", "n/a", "x"])
def test_what_names_no_institution_is_empty(text: str) -> None:
    assert folded(text) == ""


@given(st.text(max_size=300))
def test_brackets_blanks_and_commas_around_it_change_nothing_and_it_fits_the_column(text: str) -> None:
    once = folded(text)
    assert len(once) <= KEY_LENGTH
    assert folded(f" ( {text} ), ") == once


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SMAN 1 Medan", "school"),
        ("SDIT Al-Hikmah", "school"),
        ("Perguruan Melati", "school"),
        ("Fakultas Teknik Universitas Deli Raya", "faculty"),
        ("STMIK Cipta Deli", "faculty"),
        ("Dinas Sosial Kota Medan", "office"),
        ("PT Sawit Deli Lestari", "office"),
        ("TBM Cahaya Ilmu", "community"),
    ],
)
def test_the_kind_of_a_group_is_read_from_its_name(name: str, kind: str) -> None:
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    ("other", "near"),
    [
        ("sman 1 medna", True),
        ("sman 1 mdan", True),
        ("sman 1 meddan", True),
        ("sman 1 nedan", True),
        ("sman 1 medans", True),
        ("sman 1 medan", False),
        ("sma 1 medan", True),
        ("smpn 1 medan", False),
        ("sman 2 medan", False),
        ("sman 11 medan", False),
        ("sman 1 binjai", False),
        ("sman 1 mdn", False),
    ],
)
def test_one_slip_of_the_pen_is_near(other: str, near: bool) -> None:
    assert is_near("sman 1 medan", other) is near
    assert is_near(other, "sman 1 medan") is near
