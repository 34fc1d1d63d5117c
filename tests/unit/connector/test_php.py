"""PHP's serialized values: what its writer writes is read, and nothing else does harm."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.php import DEEPEST, loads, options_of

NUMBERS = st.integers(-(2**63), 2**63 - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, st.floats(allow_nan=False), TEXTS)
VALUES = st.recursive(
    SCALARS, lambda inner: st.dictionaries(st.one_of(NUMBERS, TEXTS), inner, max_size=4), max_leaves=12
)


def php(value: Any) -> str:
    """Write a value as PHP does."""
    if value is None:
        return "N;"
    if isinstance(value, bool):
        return f"b:{int(value)};"
    if isinstance(value, int):
        return f"i:{value};"
    if isinstance(value, float):
        return f"d:{repr(value).upper() if math.isinf(value) else repr(value)};"
    if isinstance(value, str):
        return f's:{len(value.encode())}:"{value}";'
    return f"a:{len(value)}:{{{''.join(php(key) + php(each) for key, each in value.items())}}}"


@given(VALUES)
def test_what_php_writes_is_read_as_it_was(value: Any) -> None:
    assert loads(php(value)) == value


@given(VALUES, st.data())
def test_a_text_that_was_cut_is_refused(value: Any, data: st.DataObject) -> None:
    text = php(value)
    with pytest.raises(ValueError):  # noqa: PT011 - which one depends on where it was cut
        loads(text[: data.draw(st.integers(0, len(text) - 1))])


@given(st.text(st.sampled_from('aidsbNO:;{}"0123456789-é'), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        loads(text)
    except ValueError:
        assert options_of(text) == {}


@given(VALUES, st.integers(0, 10_000), st.sampled_from('aidsbN:;{}"09-'))
def test_a_text_with_one_wrong_letter_is_read_or_refused(value: Any, at: int, letter: str) -> None:
    text = php(value)
    at %= len(text)
    options_of(text[:at] + letter + text[at + 1 :])


def test_lengths_count_bytes() -> None:
    assert loads('s:5:"Café";') == "Café"
    assert loads('s:4:"\U0001f600";') == "\U0001f600"
    assert loads('a:1:{s:6:"日本";s:0:"";}') == {"日本": ""}


def test_quotes_and_separators_within_a_text_end_nothing() -> None:
    assert loads('s:9:"a";i:1;}"";') == 'a";i:1;}"'


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        "N",
        "a:99999999999999999999:{}",
        "a:-1:{}",
        's:-5:"";',
        's:99999999999999999999:"x";',
        's:1:XaX";',
        "i:" + "9" * 10_000 + ";",
        "i:x;",
        "a:1:{a:0:{}i:0;}",
        "a:1:{N;i:0;}",
        "a:1:{b:1;i:0;}",
        'O:8:"stdClass":0:{}',
        'C:3:"Foo":0:{}',
        "R:1;",
        "i:1;i:2;",
        "a:1:{i:0;i:1;]",
        "é",
    ],
    ids=lambda text: text[:24],
)
def test_hostile_text_is_refused(hostile: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is for nobody
        loads(hostile)
    assert options_of(hostile) == {}


def test_text_cannot_be_made_to_be_read_backwards_for_ever() -> None:
    with pytest.raises(ValueError, match="negative"):
        loads('a:99999999999:{i:0;s:-13:"";}')


def nested(depth: int) -> str:
    """Return arrays within arrays."""
    return "a:1:{i:0;" * depth + "N;" + "}" * depth


@pytest.mark.parametrize("depth", [DEEPEST + 1, 1_000, 100_000])
def test_arrays_without_end_within_arrays_are_refused(depth: int) -> None:
    with pytest.raises(ValueError, match="too many"):
        loads(nested(depth))


def test_arrays_within_arrays_are_read_as_deep_as_anybody_writes_them() -> None:
    assert str(loads(nested(DEEPEST))).count("{") == DEEPEST


def test_arrays_side_by_side_are_not_within_each_other() -> None:
    assert len(loads(f"a:200:{{{''.join(f'i:{at};a:0:{{}}' for at in range(200))}}}")) == 200


def test_options_are_known_by_their_index_as_text() -> None:
    text = 'a:2:{i:0;a:2:{i:0;i:0;i:1;s:6:"Teknik";}i:1;a:2:{i:0;s:1:"1";i:1;i:7;}}'
    assert options_of(text) == {"0": "Teknik", "1": "7"}


@pytest.mark.parametrize("text", [None, "", "N;", "i:1;", 's:1:"x";', "a:1:{i:0;i:1;}", "a:1:{i:0;a:1:{i:0;i:1;}}"])
def test_what_is_no_list_of_options_gives_none(text: str | None) -> None:
    assert options_of(text) == {}
