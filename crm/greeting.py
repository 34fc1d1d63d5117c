"""Connects to MariaDB and MySQL without waiting long for a port that takes the call and says nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Dialect

CONNECT_SECONDS = 10
ANSWER_SECONDS = 900  # nothing that is asked takes as long, an index of millions of rows included
DRIVER = "pymysql"


def expect_greeting(engine: Engine) -> None:
    """Let new connections of ``engine`` give up on a server that does not greet; other drivers do as they do."""
    if engine.dialect.driver == DRIVER:
        event.listen(engine, "do_connect", _connect)


def _connect(dialect: Dialect, _record: object, arguments: Sequence[Any], options: Mapping[str, Any]) -> Any:
    return greeted(dialect.loaded_dbapi.connect, arguments, options)


def greeted(connect: Callable[..., Any], arguments: Sequence[Any], options: Mapping[str, Any]) -> Any:
    """Return a connection of PyMySQL, whose own limit for connecting ends before the server's first word.

    Until it has signed in, the server may be silent for CONNECT_SECONDS at most; then for ``read_timeout`` if that is
    given, else for ANSWER_SECONDS.
    """
    limits = {"connect_timeout": CONNECT_SECONDS, "read_timeout": CONNECT_SECONDS}
    connection = connect(*arguments, **{**options, **limits})
    connection._read_timeout = options.get("read_timeout", ANSWER_SECONDS)  # noqa: SLF001 - PyMySQL has no public way
    return connection
