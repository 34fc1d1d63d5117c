"""The fields that a library has added for its members arrive as a person would read them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connector.extract import CustomField, Extract, Field, Kind
from connector.values import Converter, custom_json

FACULTIES = {"0": "Teknik", "1": "Sastra", "2": "Kedokteran"}


def decoded(kind: str, value: str | None) -> Any:
    """Return what one value of a custom field becomes, None where the field is left out."""
    found = custom_json([CustomField("cf_1", "Isian", kind, FACULTIES)], [value])
    return None if found is None else json.loads(found)["Isian"]


@pytest.mark.parametrize("kind", ["text", "longtext", "numeric", "dropdown", "choice", "checklist", "date", "unknown"])
@pytest.mark.parametrize("blank", [None, "", " ", "\u00a0"], ids=ascii)
def test_a_blank_field_is_left_out(kind: str, blank: str | None) -> None:
    assert decoded(kind, blank) is None


@pytest.mark.parametrize("kind", ["text", "longtext"])
def test_text_is_kept_verbatim(kind: str) -> None:
    assert decoded(kind, ' "Ani" \n\U0001f600 ') == ' "Ani" \n\U0001f600 '


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("1.50", "1.50"),
        ("--5", "--5"),
        ("banyak", "banyak"),
        ("9" * 5000, "9" * 5000),
    ],
    ids=lambda value: str(value)[:9],
)
def test_a_numeric_field_is_a_number_where_it_is_one(value: str, found: object) -> None:
    assert decoded("numeric", value) == found


@pytest.mark.parametrize("kind", ["dropdown", "choice"])
def test_an_index_becomes_the_label_of_the_option(kind: str) -> None:
    assert decoded(kind, "1") == "Sastra"


@pytest.mark.parametrize("kind", ["dropdown", "choice"])
@pytest.mark.parametrize("value", ["7", "-1", "Sastra"])
def test_an_index_without_an_option_stays_as_it_is(kind: str, value: str) -> None:
    assert decoded(kind, value) == value


def test_ticked_boxes_become_their_labels_in_the_order_that_php_has_them() -> None:
    assert decoded("checklist", 'a:2:{i:0;s:1:"2";i:2;s:1:"0";}') == ["Kedokteran", "Teknik"]
    assert decoded("checklist", "a:1:{i:0;i:1;}") == ["Sastra"]
    assert decoded("checklist", 'a:1:{i:0;s:1:"9";}') == ["9"]


def test_a_list_without_a_tick_is_left_out() -> None:
    assert decoded("checklist", "a:0:{}") is None


@pytest.mark.parametrize(
    "broken",
    ["a:1:{i:0;", 'a:2:{i:0;s:1:"1";}', "i:1;", "rusak", "a:1:{a:0:{}i:0;}", 'O:8:"stdClass":0:{}', 's:9:"x";',
     "a:1:{i:0;" * 3000 + "N;" + "}" * 3000],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_broken_ticks_stay_as_they_are(broken: str) -> None:
    assert decoded("checklist", broken) == broken


def test_a_date_is_kept_and_a_zero_or_impossible_one_left_out() -> None:
    assert decoded("date", "2024-02-29") == "2024-02-29"
    assert decoded("date", "0000-00-00") is None
    assert decoded("date", "2024-02-30") is None


def test_equal_fields_are_equal_bytes_and_a_patron_without_any_has_none() -> None:
    fields = [CustomField("cf_b", "Umur", "numeric"), CustomField("cf_a", "Alamat é", "text")]
    assert custom_json(fields, ["7", "Jl. Café"]) == '{"Alamat é":"Jl. Café","Umur":7}'
    assert custom_json(fields, [None, ""]) is None
    assert custom_json([], []) is None


def test_the_fields_of_many_patrons_are_decoded_row_by_row() -> None:
    custom = (CustomField("cf_1", "Fakultas", "dropdown", FACULTIES), CustomField("cf_2", "Hobi", "text"))
    fields = (Field("key", Kind.TEXT, ("m.id",)), Field("custom", Kind.CUSTOM, ("c.cf_1", "c.cf_2")))
    converter = Converter(Extract("patron", "m", "m.id", fields, text_key=True, custom=custom), "UTC")
    _, keys, found = converter.columns([("1", "2", "3"), ("A1", "A2", "A3"), ("0", "", ""), ("", "", "Catur")])
    assert keys == ["A1", "A2", "A3"]
    assert found == ['{"Fakultas":"Teknik"}', None, '{"Hobi":"Catur"}']


def test_a_library_without_custom_fields_has_none_for_anybody() -> None:
    fields = (Field("key", Kind.TEXT, ("m.id",)), Field("custom", Kind.CUSTOM, ()))
    converter = Converter(Extract("patron", "m", "m.id", fields, text_key=True), "UTC")
    assert converter.columns([("1", "2"), ("A1", "A2")]) == [[1, 2], ["A1", "A2"], [None, None]]
