"""``sapa staff``: accounts from the command line."""

from __future__ import annotations

import json

import pytest

from tests.functional.running import Sapa, Write

PASSWORD = "kawung lereng parang"


@pytest.fixture(autouse=True)
def configured(write_config: Write) -> None:
    """Have a configuration in the working folder."""
    write_config()


def listed(sapa: Sapa) -> dict[str, tuple[str, bool]]:
    accounts = json.loads(sapa("staff", "list", "--json").stdout)["staff"]
    return {account["username"]: (account["role"], account["disabled"]) for account in accounts}


def test_an_account_is_made_by_a_password_that_is_asked_for_twice(sapa: Sapa) -> None:
    result = sapa("staff", "add", "Siti", "--role", "admin", answers=f"{PASSWORD}\n{PASSWORD}\n")
    assert (result.exit_code, result.stdout) == (0, "The account siti is made: Admin.\n")
    assert PASSWORD not in result.output
    assert listed(sapa) == {"siti": ("admin", False)}


def test_a_password_comes_by_stdin_or_is_made_and_shown_once(sapa: Sapa) -> None:
    assert sapa("staff", "add", "siti", "--password-stdin", answers=f"{PASSWORD}\n").exit_code == 0
    made = sapa("staff", "add", "budi", "--role", "desk", "--generate")
    assert len(made.stdout.splitlines()[-1].removeprefix("Password: ")) == 19
    assert sapa("staff", "add", "adi", "--generate", "--password-stdin").exit_code == 2
    assert listed(sapa) == {"budi": ("desk", False), "siti": ("viewer", False)}


@pytest.mark.parametrize(
    ("username", "password", "told"),
    [
        ("si ti", PASSWORD, "This cannot be a user name."),
        ("siti", "perpustakaan", "The password is too easy to guess."),
        ("siti", "", "The password is too short"),
    ],
)
def test_what_cannot_be_is_told_in_two_lines(sapa: Sapa, username: str, password: str, told: str) -> None:
    result = sapa("staff", "add", username, "--password-stdin", answers=f"{password}\n")
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 2)
    assert told in result.stderr
    assert listed(sapa) == {}


def test_an_account_gets_another_password_another_role_and_is_closed_and_opened(sapa: Sapa) -> None:
    for username, role in (("siti", "admin"), ("budi", "desk")):
        sapa("staff", "add", username, "--role", role, "--generate")
    assert "The password of budi is changed." in sapa("staff", "passwd", "BUDI", "--generate").stdout
    assert "The role of budi is now: Outreach." in sapa("staff", "role", "budi", "outreach").stdout
    assert "The account budi is disabled." in sapa("staff", "disable", "budi").stdout
    assert listed(sapa)["budi"] == ("outreach", True)
    assert "The account budi can be used again." in sapa("staff", "enable", "budi").stdout
    assert listed(sapa)["budi"] == ("outreach", False)


def test_the_last_admin_and_an_account_that_is_not_there_are_told(sapa: Sapa) -> None:
    sapa("staff", "add", "siti", "--role", "admin", "--generate")
    for arguments, told in ((("disable", "siti"), "This is the last admin."), (("disable", "x"), "no such account")):
        result = sapa("staff", *arguments)
        assert result.exit_code == 1
        assert told in result.stderr


def test_the_list_is_a_table_and_says_how_to_make_the_first(sapa: Sapa) -> None:
    assert "sapa staff add NAME --role admin" in sapa("staff", "list").stdout
    sapa("staff", "add", "siti", "--role", "admin", "--name", "Siti Aminah", "--generate")
    header, line = sapa("staff", "list").stdout.splitlines()
    assert header.split() == ["user", "name", "role", "name", "signed", "in", "last"]
    assert line.split() == ["siti", "Admin", "Siti", "Aminah", "-"]
