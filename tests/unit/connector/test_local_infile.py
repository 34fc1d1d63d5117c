"""Rows as LOAD DATA reads them, and a server that asks for more than it was told."""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.local_infile import PACKET, StreamingConnection, encoded, loading_engine
from crm.database import open_engine

LETTERS = st.one_of(st.sampled_from("\\N\x1e\x1f\0\n\r\t'\"%"), st.characters(exclude_categories=["Cs"]))
VALUES = st.one_of(st.none(), st.integers(), st.text(LETTERS))
OK = b"\0\0\0\x02\0\0\0"
CAN = struct.pack("<I", 0x000F_F7FF)  # of the protocol, all but encryption and compression
GREETING = (
    b"\x0a10.11.6-MariaDB\0" + bytes(4) + b"saltsalt\0" + CAN[:2] + b"\x2d\x02\0" + CAN[2:] + b"\x15" + bytes(10)
    + b"saltsaltsalt\0mysql_native_password\0"
)  # fmt: skip


def read_as_mariadb_does(data: bytes) -> list[tuple[str | None, ...]]:
    """Read rows the way the manual describes LOAD DATA with our separators and escapes."""
    rows: list[tuple[str | None, ...]] = []
    row: list[str | None] = []
    field = ""
    letters = iter(data.decode())
    for letter in letters:
        if letter == "\\":
            field += "\\" + next(letters)
        elif letter in "\x1e\x1f":
            row.append(meant(field))
            field = ""
            if letter == "\x1e":
                rows.append(tuple(row))
                row = []
        else:
            field += letter
    assert not row
    assert not field
    return rows


def meant(field: str) -> str | None:
    """Return what an escaped field stands for."""
    if field == "\\N":
        return None
    letters = iter(field)
    return "".join(special(next(letters)) if letter == "\\" else letter for letter in letters)


def special(letter: str) -> str:
    """Return what a letter behind a backslash stands for."""
    return {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a"}.get(letter, letter)


def written(rows: Sequence[tuple[Any, ...]]) -> bytes:
    """Return rows as they are sent."""
    return encoded([list(column) for column in zip(*rows, strict=True)])


def texts(row: tuple[Any, ...]) -> tuple[str | None, ...]:
    """Return a row as text."""
    return tuple(None if value is None else str(value) for value in row)


@pytest.mark.parametrize("number", range(32))
def test_every_control_character_is_read_as_it_was(number: int) -> None:
    rows = [(1, f"a{chr(number)}b"), (2, chr(number)), (3, None)]
    assert read_as_mariadb_does(written(rows)) == [texts(row) for row in rows]


@pytest.mark.parametrize("text", ["\\", "\\N", "\\\\N", "N", "a\\", "\\n", "\\\x1f", "\\\x1e\\", ""], ids=ascii)
def test_backslashes_are_text_and_only_nothing_is_nothing(text: str) -> None:
    rows: list[tuple[Any, ...]] = [(text,), (None,), (text,)]
    assert read_as_mariadb_does(written(rows)) == rows
    assert read_as_mariadb_does(written([(text,)])) == [(text,)]


@pytest.mark.parametrize(
    "text", ["\U0001f600", "日本", "é", "e\u0301", "\u2028", "\ufeff", "\ufffd", "\x80"], ids=ascii
)
def test_text_goes_as_utf_8_of_up_to_four_bytes(text: str) -> None:
    assert written([(text, 7)]) == text.encode() + b"\x1f7\x1e"


@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=6))
def test_any_rows_are_read_as_they_were(rows: list[tuple[Any, ...]]) -> None:
    assert read_as_mariadb_does(written(rows)) == [texts(row) for row in rows]


class Server:
    """The other end of a connection: lets everybody in and, asked for rows, wishes for a file of the client."""

    def __init__(self, end: socket.socket, wish: bytes) -> None:
        self.end = end
        self.stream = end.makefile("rwb")
        self.wish = wish

    def serve(self) -> bytes:
        """Answer a client until it has asked for rows; return what it sent for the file."""
        with self.end, self.stream:
            self.send(0, GREETING)
            self.receive()
            self.send(2, OK)
            while self.receive() != b"\x03SELECT 1":
                self.send(1, OK)
            self.send(1, b"\xfb" + self.wish)
            packets = list(iter(self.receive, b""))
            self.send((len(packets) + 3) % 256, OK)
            return b"".join(packets)

    def receive(self) -> bytes:
        """Return the content of one packet."""
        return self.stream.read(int.from_bytes(self.stream.read(4)[:3], "little"))

    def send(self, number: int, content: bytes) -> None:
        """Send one packet."""
        self.stream.write(struct.pack("<I", len(content))[:3] + bytes([number]) + content)
        self.stream.flush()


def sent(rows: bytes, wish: bytes, *, unbuffered: bool = False) -> bytes:
    """Ask a server that wishes for a file, with ``rows`` ready to be sent; return what it got."""
    ours, theirs = socket.socketpair()
    theirs.settimeout(10)
    connection: Any = StreamingConnection(defer_connect=True, local_infile=True, user="sapa")
    with ThreadPoolExecutor(1) as pool, ours:
        got = pool.submit(Server(theirs, wish).serve)
        connection.connect(ours)
        connection.rows_to_send = rows
        connection.query("SELECT 1", unbuffered=unbuffered)
        assert connection.rows_to_send == b""
        connection._force_close()
        return got.result()


@pytest.mark.parametrize("unbuffered", [False, True])
@pytest.mark.parametrize("wish", [b"rows", b"/etc/passwd", b"config.toml", __file__.encode(), b""], ids=range(5))
def test_whatever_file_a_server_asks_for_it_gets_our_rows(wish: bytes, unbuffered: bool) -> None:
    assert sent(b"1\x1fAni\x1e", wish, unbuffered=unbuffered) == b"1\x1fAni\x1e"


@pytest.mark.parametrize("unbuffered", [False, True])
def test_a_server_that_asks_without_rows_to_send_gets_nothing(unbuffered: bool) -> None:
    assert sent(b"", __file__.encode(), unbuffered=unbuffered) == b""


def test_many_rows_go_in_many_packets() -> None:
    rows = bytes(range(256)) * 2_500
    assert len(rows) > 2 * PACKET
    assert sent(rows, b"rows") == rows


def test_an_embedded_crm_is_written_by_its_own_engine(tmp_path: Any) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'crm.db'}")
    assert loading_engine(engine) is engine
