from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.patrons.contact_points import (
    BLANK_INSIDE,
    INVALID,
    LANDLINE,
    MOBILE,
    NO_AT,
    NO_NUMBER,
    NOT_AN_ADDRESS,
    NOT_GIVEN,
    TOO_LONG,
    TOO_SHORT,
    is_institutional,
    mails,
    national,
    phones,
)


@pytest.mark.parametrize(
    "written",
    [
        "081368782780", "+6281368782780", "0813-6878-2780", "6281368782780", "+62 813-6878-2780", "0813 6878 2780",
        "81368782780", "62 0813 6878 2780", "(0813) 68782780", "WA: 081368782780", "006281368782780", "'081368782780",
        "0813.6878.2780", "081368782780 (WA)", "HP 0813/6878/2780", "+62 (0)813 6878 2780",
    ],
)  # fmt: skip
def test_a_mobile_number_is_one_however_it_is_written(written: str) -> None:
    (point,) = phones(written, "ID")
    assert (point.kind, point.value, point.status) == (MOBILE, "+6281368782780", "valid")
    assert point.raw.strip() in written


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("08527461319 / 021-5781445", [(MOBILE, "+628527461319"), (LANDLINE, "+62215781445")]),
        ("0812 3456 7890; 0813-4567-8901", [(MOBILE, "+6281234567890"), (MOBILE, "+6281345678901")]),
        ("081234567890 081345678901", [(MOBILE, "+6281234567890"), (MOBILE, "+6281345678901")]),
        ("081234567890 atau 081234567890", [(MOBILE, "+6281234567890")]),
        ("061 4567890 ext. 12", [(LANDLINE, "+62614567890")]),
        ("(061) 4567890 psw 3", [(LANDLINE, "+62614567890")]),
        ("+1 202-456-1111", [(MOBILE, "+12024561111")]),
        ("+60 12-345 6789", [(MOBILE, "+60123456789")]),
    ],
)
def test_one_field_may_hold_several_numbers(written: str, found: list[tuple[str, str]]) -> None:
    assert [(point.kind, point.value) for point in phones(written, "ID")] == found


@pytest.mark.parametrize("written", [None, "", "-", "0", "000", " ", "tidak ada", "Tidak Ada", "--", "sama"])
def test_a_field_that_says_there_is_none_gives_none(written: str | None) -> None:
    assert phones(written, "ID") == []
    assert mails(written) == []


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("0822981", TOO_SHORT),
        ("12", TOO_SHORT),
        ("021-578144", NOT_GIVEN),
        ("0812345678901234567", TOO_LONG),
        ("menyusul besok", NO_NUMBER),
        ("8.12E+10", TOO_SHORT),
    ],
)
def test_what_is_no_number_is_kept_with_the_reason(written: str, reason: str) -> None:
    (point,) = phones(written, "ID")
    assert (point.status, point.value, point.reason) == (INVALID, written, reason)


def test_the_country_is_that_of_the_library() -> None:
    assert phones("012-345 6789", "MY")[0].value == "+60123456789"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("CAYADI.ISWAHYUDI6@EXAMPLE.TEST", ["cayadi.iswahyudi6@example.test"]),
        (" spasi@example.test ", ["spasi@example.test"]),
        ("satu@example.test; dua@example.test", ["satu@example.test", "dua@example.test"]),
        ("satu@example.test dua@example.test", ["satu@example.test", "dua@example.test"]),
        ("Budi <budi@example.test>", ["budi@example.test"]),
        ("mailto:budi@example.test.", ["budi@example.test"]),
        ("&lt;budi@example.test&gt;", ["budi@example.test"]),
    ],
)
def test_mail_addresses_are_taken_out_of_a_field(written: str, found: list[str]) -> None:
    assert [point.value for point in mails(written)] == found
    assert {point.status for point in mails(written)} == {"valid"}


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("nama @example.test", BLANK_INSIDE),
        ("budi@", NOT_AN_ADDRESS),
        ("a@b", NOT_AN_ADDRESS),
        ("budi.example.test", NO_AT),
        ("budi@exa_mple..test", NOT_AN_ADDRESS),
        ("budi@localhost.local", NOT_AN_ADDRESS),
    ],
)
def test_what_is_no_address_is_kept_with_the_reason(written: str, reason: str) -> None:
    (point,) = mails(written)
    assert (point.status, point.value, point.reason) == (INVALID, written, reason)


@given(st.text(max_size=300))
def test_whatever_is_typed_gives_points_that_fit_the_table(text: str) -> None:
    for point in [*phones(text, "ID"), *mails(text)]:
        assert 0 < len(point.value) <= 191
        assert (point.reason is None) == (point.status == "valid")


@given(st.from_regex(r"8[1-35-9][0-9]{7,9}", fullmatch=True))
def test_every_indonesian_mobile_number_is_known_again(digits: str) -> None:
    written = {
        f"0{digits}",
        f"+62{digits}",
        f"62{digits}",
        f"0062{digits}",
        f"0{digits[:3]}-{digits[3:7]}-{digits[7:]}",
    }
    assert {point.value for text in written for point in phones(text, "ID")} == {f"+62{digits}"}


def test_more_than_five_people_with_a_number_are_an_institution() -> None:
    assert [is_institutional(count) for count in (1, 5, 6)] == [False, False, True]


def test_a_number_is_found_as_it_is_dialled() -> None:
    assert national("+6281234567890") == "081234567890"
    assert national("+12024561111") == ""
