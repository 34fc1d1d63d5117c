"""G5 and G1: text that is long, odd or invalid in its character set arrives, and no other row suffers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.library import Library
from tests.raw_bytes import write_raw
from tests.servers import MariaDBServer
from tests.slims_truth import differences

ODD = {
    "nul": "a\0b",
    "all control characters": "".join(map(chr, range(32))) + "\x7f\x80\x9f",
    "separators of the transport": "\x1e\x1f\x1e\x1ex",
    "one unit separator": "a\x1fb",
    "one record separator": "\x1ex",
    "record separator at the end": "x\x1e",
    "quotes": "'\"`\\'\\\"\\\\",
    "looks like JSON": '["a",1],{"b":null}',
    "looks like PHP": 'a:1:{i:0;s:1:"0";}',
    "looks like SQL": "'; DROP TABLE loan; -- %s :name ? {x}",
    "looks like NULL": "NULL",
    "looks like a number": "0e10",
    "line ends": "a\r\nb\nc\rd\u2028e\u2029f\u0085g",
    "blanks around": " \t x \t ",
    "no-break space": "\u00a0x\u00a0",
    "byte order mark": "\ufeffx\ufffd\uffff",
    "html": "&lt;b&gt; &#039; <script>",
    "right to left": "\u202eabc\u202c \u0627\u0644",
    "combining": "e\u0301 é",
}
INVALID = {
    "latin1": b"Caf\xe9",
    "cut short": b"abc\xe2\x80",
    "overlong": b"a\xc0\xafb",
    "only bad bytes": b"\xff\xfe\xfd",
    "a lone surrogate": b"x\xed\xa0\x80y",
    "bad byte and separators": b"\x1e\xe9\x1f\xe9",
}


def test_every_odd_text_arrives_as_it_is(either_library: Library) -> None:
    for number, text in enumerate(ODD.values(), start=1):
        for table, column, key in (("biblio", "title", "biblio_id"), ("fines", "description", "fines_id")):
            either_library.slims.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = {number}", [text])
    either_library.slims.execute(
        "UPDATE member_custom SET cf_97c41 = %s WHERE member_id = 'TK-0000'", ["".join(ODD.values())]
    )
    report = either_library.sync()
    assert either_library.copy(f"SELECT title FROM ils_title WHERE `key` <= {len(ODD)} ORDER BY `key`") == [
        (text,) for text in ODD.values()
    ]
    assert differences(either_library) == []
    assert either_library.verify().equal
    assert not report.needs_look
    assert not any(each.repaired for each in report.entities.values())
    again = either_library.sync()
    assert not any(each.buckets_read for each in again.entities.values())


def test_odd_text_arrives_with_the_first_copy_too(new_library: Library) -> None:
    for number, text in enumerate(ODD.values(), start=1):
        new_library.slims.execute(f"UPDATE biblio SET title = %s, sor = %s WHERE biblio_id = {number}", [text, text])
    new_library.sync()
    assert differences(new_library, "title") == []
    assert new_library.verify().equal


def test_text_moved_across_any_separator_is_seen(library: Library) -> None:
    for left, right in (
        ("a", "b\x1fc"),
        ("a\x1fb", "c"),
        ("a\x1f", "b\x1fc"),
        ("a\x1e", "b"),
        ("a", "\x1eb"),
        ("", "ab"),
    ):
        library.slims.execute("UPDATE member SET member_phone = %s, member_address = %s WHERE member_id = 'TK-0000'",
                              [left, right])  # fmt: skip
        library.sync()
        assert differences(library, "patron") == []


@pytest.mark.parametrize("letter", ["x", "é", "\x1f"])
def test_a_title_of_60_kb_arrives(either_library: Library, letter: str) -> None:
    text = "a" + letter * (60_000 // len(letter.encode()))
    either_library.slims.execute("UPDATE biblio SET title = %s WHERE biblio_id = 9", [text])
    either_library.sync()
    assert either_library.copy("SELECT title FROM ils_title WHERE `key` = 9") == [(text,)]
    assert either_library.verify().equal


@pytest.fixture
def small_packets(mariadb: MariaDBServer) -> Iterator[None]:
    """Let the server send no more than a megabyte at a time."""
    ((before,),) = mariadb.execute("SELECT @@GLOBAL.max_allowed_packet")
    mariadb.execute("SET GLOBAL max_allowed_packet = 1048576")
    yield
    mariadb.execute(f"SET GLOBAL max_allowed_packet = {before}")


def test_a_bucket_larger_than_the_largest_packet_arrives(library: Library, small_packets: None) -> None:
    library.change(
        "UPDATE biblio SET title = REPEAT(CONCAT(biblio_id, 'é '), 12000) WHERE biblio_id BETWEEN 110 AND 139"
    )
    library.sync()
    assert library.copy("SELECT count(*) FROM ils_title WHERE length(title) > 50000") == [(30,)]
    assert differences(library, "title") == []


def test_bytes_that_the_character_set_does_not_have_become_replacement_characters(either_library: Library) -> None:
    rows = {f"fines_id = {number}": value for number, value in enumerate(INVALID.values(), start=11)}
    write_raw(either_library, "fines", "description", rows)
    either_library.change("UPDATE fines SET credit = 7 WHERE fines_id = 40")
    report = either_library.sync()
    assert report.entities["charge"].repaired == len(INVALID)
    assert not report.needs_look
    texts = [text for (text,) in either_library.copy(
        f"SELECT description FROM ils_charge WHERE `key` BETWEEN 11 AND {10 + len(INVALID)} ORDER BY `key`"
    )]  # fmt: skip
    assert texts == [value.decode(errors="replace") for value in INVALID.values()]
    assert either_library.copy("SELECT paid FROM ils_charge WHERE `key` = 40") == [(7,)]
    assert either_library.verify().equal
    assert not either_library.sync().entities["charge"].buckets_read
    either_library.change("UPDATE fines SET description = 'Café' WHERE fines_id BETWEEN 11 AND 30")
    assert either_library.sync().entities["charge"].repaired == 0
    assert differences(either_library) == []


def test_a_change_among_invalid_bytes_is_seen(library: Library) -> None:
    for value in (b"\xe9x", b"\xe9", b"\xe9\xe9", b"\xea \xe9"):
        write_raw(library, "fines", "description", {"fines_id = 11": value})
        library.sync()
        assert library.copy("SELECT description FROM ils_charge WHERE `key` = 11") == [
            (value.decode(errors="replace"),)
        ]
        assert library.verify().equal


def test_invalid_bytes_arrive_with_the_first_copy_too(new_library: Library) -> None:
    write_raw(new_library, "fines", "description", {"fines_id = 11": INVALID["latin1"]})
    write_raw(new_library, "member", "member_notes", {"member_id = 'TK-0000'": INVALID["cut short"]})
    report = new_library.sync()
    assert {name: each.repaired for name, each in report.entities.items() if each.repaired} == {
        "charge": 1,
        "patron": 1,
    }
    assert new_library.copy("SELECT description FROM ils_charge WHERE `key` = 11") == [("Caf\ufffd",)]
    assert new_library.copy("SELECT notes FROM ils_patron WHERE `key` = 'TK-0000'") == [("abc\ufffd",)]
    assert new_library.verify().equal


def test_four_bytes_in_a_column_of_three_are_kept(library: Library) -> None:
    write_raw(library, "fines", "description", {"fines_id = 11": "😀".encode()})
    library.sync()
    assert library.copy("SELECT description FROM ils_charge WHERE `key` = 11") == [("😀",)]
    assert library.verify().equal


def test_a_key_with_invalid_bytes_is_copied_with_a_replacement_character(library: Library) -> None:
    write_raw(library, "mst_location", "location_name", {"location_id = 'FH'": INVALID["latin1"]})
    library.sync()
    assert library.copy("SELECT name FROM ils_branch WHERE `key` = 'FH'") == [("Caf\ufffd",)]
    assert library.verify().equal
