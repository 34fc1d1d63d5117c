from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.patrons.names import folded, repaired, sapaan, without_titles


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Siti Nur&#039;aini", "Siti Nur'aini"),
        ("Ahmad &amp;amp; Fatimah", "Ahmad & Fatimah"),
        ("JosÃ© MarÃ\xada", "José María"),
        ("Renée Désiré", "Renée Désiré"),
        ("<b>Budi</b>", "Budi"),
        ("   Spasi  Depan\tDalam\n", "Spasi Depan Dalam"),
        ("O'Brien D'Arcy", "O'Brien D'Arcy"),
        ("Rahmat ????", "Rahmat ????"),
        ("????", None),
        (".", None),
        (None, None),
    ],
)
def test_a_name_is_shown_as_it_was_meant(written: str | None, shown: str | None) -> None:
    assert repaired(written) == shown


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Dr. Edi Andriani, M.Si.", "Edi Andriani"),
        ("Prof.Dr.Ir.H.Ahmad Zaki, S.Pd., M.Pd", "Ahmad Zaki"),
        ("Hj. Ani S.Pd", "Ani"),
        ("Kania, Budiyanto", "Kania Budiyanto"),
        ("Ir", "Ir"),
        ("SE", "SE"),
        ("Ma Se", "Ma Se"),
        ("M. Rizki Hidayat", "M. Rizki Hidayat"),
    ],
)
def test_titles_and_degrees_are_no_part_of_a_name(name: str, bare: str) -> None:
    assert without_titles(name) == bare


@pytest.mark.parametrize("variant", ["Muhammad", "Mohammad", "M.", "Moh.", "Muh.", "Mochamad", "MUHAMMAD", "Mhd."])
def test_all_ways_to_write_muhammad_match(variant: str) -> None:
    assert folded(f"{variant} Rizki Hidayat") == "muhammad rizki hidayat"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Soekarno", "Sukarno"),
        ("Djoko Tjahjono", "Joko Cahjono"),
        ("Siti Nur'aini", "SITI NURAINI"),
        ("Désiré", "Desire"),
        ("St. Aisyah", "Siti Aisyah"),
        ("H. Abd. Rahman", "Abdul Rahman"),
        ("dr. edi andriani, m.si.", "Edi Andriani"),
        ("Anggraeni", "Angraeni"),
    ],
)
def test_spellings_of_one_name_match(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("Rina", "Rini"), ("Ani", "Andi"), ("Ahmad Fauzi", "Ahmad Fauzan")])
def test_names_that_sound_alike_do_not_match(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(st.text(alphabet=st.characters(max_codepoint=126, exclude_characters="&<")))
def test_what_is_in_order_stays_as_it_is(name: str) -> None:
    assert repaired(repaired(name)) == repaired(name)


@given(st.text(alphabet=st.characters(whitelist_categories=["Ll"], max_codepoint=122), min_size=3, max_size=12))
def test_case_blanks_and_a_title_never_keep_names_apart(word: str) -> None:
    name = f"Wahyu {word} Zainal"
    assert folded(f"Dr.  {name.upper()} , M.Pd.") == folded(name)


@given(st.text())
def test_whatever_is_written_is_folded_into_lower_words(name: str) -> None:
    words = folded(name)
    assert words == " ".join(words.split())
    assert len(words) <= 191


@pytest.mark.parametrize(
    ("name", "gender", "band", "spoken"),
    [
        ("Dr. Edi Andriani, M.Si.", "m", "adult", "Bapak Edi Andriani"),
        ("Hj. Ani", "f", "senior", "Ibu Ani"),
        ("Rani", "f", "young", "Kak Rani"),
        ("Rani", None, "teen", "Kak Rani"),
        ("Dodo", None, "child", "Adik Dodo"),
        ("KANIA BUDIYANTO", "f", "adult", "Ibu Kania Budiyanto"),
        ("Edi", None, "adult", "Bapak/Ibu"),
        ("Edi", "m", "unknown", "Bapak/Ibu"),
        (None, "m", "adult", "Bapak/Ibu"),
    ],
)
def test_readers_are_spoken_to_by_age_and_sex(name: str | None, gender: str | None, band: str, spoken: str) -> None:
    assert sapaan(name, gender, band) == spoken
