"""The URLs of databases: which options and ports they may have, and how a wrong one is shown."""

from __future__ import annotations

import inspect
from pathlib import Path

import pymysql
import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from sapa.keys import URL_OPTIONS, BadValueError, database_url, masked

MYSQL = "mysql+pymysql://reader:secret@127.0.0.1/slims"


def refused(url: str) -> str:
    with pytest.raises(BadValueError) as bad:
        database_url(url, Path("/etc/sapa"))
    return str(bad.value)


@pytest.mark.parametrize(("name", "value"), [(name, example) for name, (_, example) in URL_OPTIONS.items()])
def test_an_option_that_is_known_is_one_that_pymysql_takes(name: str, value: str) -> None:
    url = database_url(f"{MYSQL}?{name}={value}", Path())
    engine = create_engine(url)
    _, arguments = engine.dialect.create_connect_args(engine.url)
    assert set(arguments) <= set(inspect.signature(pymysql.connect).parameters)


def test_an_unknown_option_is_refused_with_those_that_are_known() -> None:
    hint = refused(f"{MYSQL}?charset=utf8mb4&nope=1")
    assert "charset, connect_timeout" in hint
    assert hint.endswith("not nope.")


@pytest.mark.parametrize(
    "option",
    ["connect_timeout=soon", "read_timeout=0", "ssl_disabled=0", "ssl_check_hostname=maybe", "charset=a&charset=b"],
)
def test_an_option_of_another_kind_is_refused_by_name(option: str) -> None:
    assert refused(f"{MYSQL}?{option}").startswith(f"Write {option.partition('=')[0]} once, as in ")


@pytest.mark.parametrize("options", ["mode=ro", "uri=false&mode=ro", "timeout=5", "uri=true&mode=ro"])
def test_an_sqlite_file_takes_no_options(options: str) -> None:
    assert "without ?" in refused(f"sqlite:///a.db?{options}")


def test_an_sqlite_uri_keeps_its_options_and_its_place() -> None:
    url = "sqlite:///file:sapa.db?mode=rw&uri=true"
    assert make_url(database_url(url, Path("/etc/sapa"))) == make_url(url)


@pytest.mark.parametrize("port", ["-5", "0", "65536", "99999"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    assert "from 1 to 65535" in refused(f"mysql+pymysql://u:p@127.0.0.1:{port}/slims")


@pytest.mark.parametrize("port", ["1", "65535"])
def test_the_outermost_ports_are_allowed(port: str) -> None:
    url = f"mysql+pymysql://u:p@127.0.0.1:{port}/slims"
    assert database_url(url, Path()) == url


def test_what_hides_in_an_option_is_not_shown() -> None:
    assert masked(f"{MYSQL}?pwd=hunter2") == "mysql+pymysql://reader:***@127.0.0.1/slims?…"
    assert masked(MYSQL) == "mysql+pymysql://reader:***@127.0.0.1/slims"
