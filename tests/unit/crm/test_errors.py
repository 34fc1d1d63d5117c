"""Errors for people: one line what, one line what to do, in their language, without secrets."""

from __future__ import annotations

import inspect

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from crm import database_errors, errors
from crm.database_errors import MYSQL_CAUSES, SQLITE_CAUSES, explain
from crm.errors import CrmUnavailable, SapaError, SourceEmptied
from crm.i18n import Message, Word, translator
from crm.words import ENTITY_WORDS

FAMILIES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, SapaError)]
SQLITE = make_url("sqlite:////srv/sapa/crm.db")
SERVER = make_url("mysql+pymysql://sapa:s3cret@db.example:3307/crm")


def test_values_are_filled_into_message_and_hint() -> None:
    error = SapaError("Source {source} is away.", "Run: sapa sync --source {source}", source="main")
    assert str(error) == "Source main is away."
    assert error.lines(str) == ["Source main is away.", "Run: sapa sync --source main"]


def test_an_error_without_a_hint_is_one_line() -> None:
    assert SapaError("Too bad.").lines(str) == ["Too bad."]


def test_the_template_is_translated_and_then_filled() -> None:
    error = SapaError("The folder of the CRM database, {folder}, does not exist.", folder="/srv/{x}")
    [line] = error.lines(translator("id"))
    assert "/srv/{x}" in line
    assert line != str(error)


def test_a_value_that_is_a_word_is_translated_with_the_template() -> None:
    error = SapaError("Source {source} has no {entity}.", source="loans", entity=Word(ENTITY_WORDS["loan"]))
    assert str(error) == "Source loans has no loans."
    assert error.lines(translator("id")) == ["Source loans has no peminjaman."]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_a_failure_that_was_expected(family: type[SapaError]) -> None:
    assert family.exit_code == (3 if family is SourceEmptied else 1)
    assert family.__doc__


def test_a_form_tells_what_is_wrong_at_each_field() -> None:
    refused = errors.FormRefused({"name": Message("Write the name."), "seats": Message("At most {most}.", {"most": 3})})
    assert refused.field == "name"
    assert {field: message.said(str) for field, message in refused.fields.items()} == {
        "name": "Write the name.",
        "seats": "At most 3.",
    }
    assert len(refused.lines(str)) == 2


def failure(*arguments: object) -> OperationalError:
    """Return what SQLAlchemy raises for an error of a driver."""
    return OperationalError("SELECT 1", {}, Exception(*arguments))


@pytest.mark.parametrize("words", SQLITE_CAUSES)
def test_what_sqlite_says_is_told_with_a_remedy(words: str) -> None:
    error = explain(failure(f"... {words} ..."), SQLITE)
    assert isinstance(error, CrmUnavailable)
    assert (error.message, error.hint) == SQLITE_CAUSES[words]
    assert all(error.lines(str))
    assert len(error.lines(str)) == 2


@pytest.mark.parametrize("number", MYSQL_CAUSES)
def test_what_a_server_says_is_told_with_a_remedy(number: int) -> None:
    error = explain(failure(number, "Access denied for 'sapa'"), SERVER)
    assert (error.message, error.hint) == MYSQL_CAUSES[number]
    assert "\n" not in "".join(error.lines(str))


@pytest.mark.parametrize("number", [2002, 2003, 2006, 2013])
def test_a_server_that_is_away_is_named(number: int) -> None:
    error = explain(failure(number, "Lost connection"), SERVER)
    assert error.message == database_errors.UNREACHABLE[0]
    assert "db.example:3307/crm" in str(error)


@pytest.mark.parametrize("arguments", [(4711, "Something\nnew"), ("something new",), ()])
def test_what_nobody_foresaw_is_told_in_one_line(arguments: tuple[object, ...]) -> None:
    error = explain(failure(*arguments), SERVER)
    assert error.message == database_errors.FAILED[0]
    assert "\n" not in str(error)
    assert "4711" not in str(error)


@pytest.mark.parametrize("number", [*MYSQL_CAUSES, 2003, 4711])
def test_no_password_is_told(number: int) -> None:
    error = explain(failure(number, "Access denied"), SERVER)
    assert "s3cret" not in "".join(error.lines(str)) + repr(error.values)
