"""Servers too old for the CRM are refused in words, before the first statement fails."""

from __future__ import annotations

import pytest

from crm.errors import CrmUnavailable
from crm.versions import refuse_old_server, refuse_old_sqlite


@pytest.mark.parametrize(
    ("greeting", "shown"),
    [("5.5.5-10.1.48-MariaDB-0+deb9u2", "MariaDB 10.1.48"), ("5.7.44-log", "MySQL 5.7.44"), ("8.0.16", "MySQL 8.0.16")],
)
def test_an_old_server_is_refused(greeting: str, shown: str) -> None:
    with pytest.raises(CrmUnavailable) as refused:
        refuse_old_server(greeting)
    message, hint = refused.value.lines(str)
    assert message == f"The CRM database's {shown} is too old."
    assert hint == "The CRM needs SQLite 3.33, MariaDB 10.2.2 or MySQL 8.0.17, or a later one."


@pytest.mark.parametrize(
    "greeting", ["5.5.5-10.2.2-MariaDB", "5.5.5-10.11.14-MariaDB-0+deb12u2", "11.8.2-MariaDB-log", "8.0.17", "9.7.4-2"]
)
def test_a_recent_server_is_taken(greeting: str) -> None:
    refuse_old_server(greeting)


def test_an_old_sqlite_is_refused() -> None:
    refuse_old_sqlite((3, 33, 0))
    with pytest.raises(CrmUnavailable, match=r"SQLite 3\.26\.0 is too old"):
        refuse_old_sqlite((3, 26, 0))
