"""Accounts, sign-in, sessions and the audit log, on both kinds of database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from crm.database import reading, writing
from crm.errors import InputRefused, NotThere, TooManyTries
from crm.schema.staff import attempt, session
from crm.staff import audit, service, sessions, store
from crm.staff.service import Actor, Credentials
from tests.staffing import PASSWORD, add_staff, session_of
from tests.statements import count_statements

NOW = datetime(2026, 11, 24, 3, 37)
COMMAND_LINE = Actor(None, NOW)
OTHER_PASSWORD = "hujan bulan juni"


def try_to_sign_in(
    engine: Engine, username: str = "siti", password: str = PASSWORD, now: datetime = NOW, address: str = "10.0.0.7"
) -> None:
    service.sign_in(engine, "key", Credentials(username, password, address), f"token of {now}", now)


def is_signed_in(engine: Engine, token: str, now: datetime) -> bool:
    with reading(engine) as connection:
        return sessions.find(connection, token, now) is not None


def actions(engine: Engine, **wanted: object) -> list[str]:
    with reading(engine) as connection:
        return [entry.action for entry in audit.listed(connection, audit.Wanted(**wanted))[0]]  # type: ignore[arg-type]


def test_the_right_password_begins_a_session_whatever_the_capitals_of_the_name(crm: Engine) -> None:
    staff_id = add_staff(crm, now=NOW)
    try_to_sign_in(crm, " SITI ")
    with reading(crm) as connection:
        found = sessions.find(connection, f"token of {NOW}", NOW)
        assert found is not None
        assert (found.member.id, found.member.username, found.member.role) == (staff_id, "siti", "admin")
        assert connection.scalar(select(session.c.token)) == sessions.token_hash(f"token of {NOW}")
        account = store.by_id(connection, staff_id)
        assert account is not None
        assert account.signed_in_at == NOW
    assert actions(crm) == ["sign_in"]


def test_a_password_with_old_parameters_is_hashed_anew_at_the_sign_in(crm: Engine) -> None:
    staff_id = add_staff(crm, now=NOW)
    with reading(crm) as connection:
        before = store.kept_password(connection, staff_id)
    try_to_sign_in(crm)
    with reading(crm) as connection:
        after = store.kept_password(connection, staff_id)
    assert before != after
    try_to_sign_in(crm, now=NOW + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("username", "password"), [("siti", "wrong"), ("nobody", PASSWORD), ("budi", PASSWORD), ("", "")]
)
def test_a_wrong_password_an_unknown_name_and_a_closed_account_are_told_the_same(
    crm: Engine, username: str, password: str
) -> None:
    add_staff(crm, now=NOW)
    service.disable(crm, COMMAND_LINE, add_staff(crm, "budi", "desk", NOW))
    with pytest.raises(InputRefused, match=r"User name or password is not right\."):
        try_to_sign_in(crm, username, password)
    assert not is_signed_in(crm, f"token of {NOW}", NOW)


def test_whoever_fails_often_has_to_wait_even_with_the_right_password(crm: Engine) -> None:
    add_staff(crm, now=NOW)
    for _ in range(5):
        with pytest.raises(InputRefused):
            try_to_sign_in(crm, password="wrong")
    with pytest.raises(TooManyTries) as refused:
        try_to_sign_in(crm, address="10.0.0.8")
    assert refused.value.seconds == 10
    try_to_sign_in(crm, now=NOW + timedelta(seconds=10))
    with reading(crm) as connection:  # a name that has proved itself begins anew; the failures of the address stay
        assert connection.scalar(select(func.count()).select_from(attempt)) == 5


def test_tries_that_are_told_to_wait_do_not_make_the_wait_longer(crm: Engine) -> None:
    for second in range(5):
        with pytest.raises(InputRefused):
            try_to_sign_in(crm, now=NOW + timedelta(seconds=second))
    for second in range(5, 13):
        with pytest.raises(TooManyTries):
            try_to_sign_in(crm, now=NOW + timedelta(seconds=second))
    with pytest.raises(InputRefused):
        try_to_sign_in(crm, now=NOW + timedelta(seconds=14))


def test_one_address_cannot_try_many_names(crm: Engine) -> None:
    for number in range(30):
        with pytest.raises(InputRefused):
            try_to_sign_in(crm, f"name{number}")
    with pytest.raises(TooManyTries):
        try_to_sign_in(crm, "another")
    with pytest.raises(InputRefused):
        try_to_sign_in(crm, "another", address="10.0.0.8")


def test_failures_are_forgotten_after_an_hour(crm: Engine) -> None:
    for _ in range(5):
        with pytest.raises(InputRefused):
            try_to_sign_in(crm)
    with pytest.raises(InputRefused):
        try_to_sign_in(crm, now=NOW + timedelta(hours=1))
    with reading(crm) as connection:
        assert connection.scalar(select(func.count()).select_from(attempt)) == 2


def test_a_session_ends_after_eight_idle_hours_and_after_a_week(crm: Engine) -> None:
    token = session_of(crm, add_staff(crm, now=NOW), NOW)
    assert is_signed_in(crm, token, NOW + timedelta(hours=7, minutes=59))
    assert not is_signed_in(crm, token, NOW + timedelta(hours=8))
    for hours in range(7, 24 * 7, 7):
        with writing(crm) as connection:
            sessions.note(connection, token, NOW + timedelta(hours=hours))
    assert is_signed_in(crm, token, NOW + timedelta(hours=24 * 7 - 1))
    assert not is_signed_in(crm, token, NOW + timedelta(hours=24 * 7))


def test_sessions_that_have_ended_are_swept_away(crm: Engine) -> None:
    staff_id = add_staff(crm, now=NOW)
    session_of(crm, staff_id, NOW)
    session_of(crm, staff_id, NOW + timedelta(hours=9))
    with reading(crm) as connection:
        assert connection.scalar(select(func.count()).select_from(session)) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda engine, staff_id: service.set_password(engine, COMMAND_LINE, staff_id, OTHER_PASSWORD),
        lambda engine, staff_id: service.set_role(engine, COMMAND_LINE, staff_id, "outreach"),
        lambda engine, staff_id: service.disable(engine, COMMAND_LINE, staff_id),
    ],
    ids=["password", "role", "disable"],
)
def test_a_change_of_password_role_or_state_ends_all_sessions_of_that_person_alone(
    crm: Engine, change: Callable[[Engine, int], None]
) -> None:
    mine, other = add_staff(crm, now=NOW), add_staff(crm, "budi", "desk", NOW)
    kept, ended = session_of(crm, mine, NOW), session_of(crm, other, NOW)
    change(crm, other)
    assert is_signed_in(crm, kept, NOW)
    assert not is_signed_in(crm, ended, NOW)


def test_a_disabled_account_can_be_enabled_again(crm: Engine) -> None:
    add_staff(crm, now=NOW)
    staff_id = add_staff(crm, "budi", "desk", NOW)
    service.disable(crm, COMMAND_LINE, staff_id)
    service.enable(crm, COMMAND_LINE, staff_id)
    try_to_sign_in(crm, "budi")
    assert actions(crm) == ["sign_in", "staff.enable", "staff.disable"]


def test_user_names_are_taken_whatever_their_capitals(crm: Engine) -> None:
    service.add(crm, COMMAND_LINE, "Siti", "admin", OTHER_PASSWORD, "Siti Aminah")
    with pytest.raises(InputRefused, match="called siti already") as refused:
        service.add(crm, COMMAND_LINE, "SITI", "desk", OTHER_PASSWORD)
    assert refused.value.field == "username"
    assert service.account_named(crm, "sItI").name == "Siti Aminah"


def test_nobody_locks_himself_or_everybody_out(crm: Engine) -> None:
    admin = add_staff(crm, now=NOW)
    for change in (service.disable, lambda engine, actor, at: service.set_role(engine, actor, at, "desk")):
        with pytest.raises(InputRefused, match="last admin"):
            change(crm, COMMAND_LINE, admin)
        with pytest.raises(InputRefused, match="from yourself"):
            change(crm, Actor(admin, NOW), admin)
    second = add_staff(crm, "budi", "admin", NOW)
    service.disable(crm, Actor(second, NOW), admin)


def test_ones_own_password_changes_only_with_the_present_one(crm: Engine) -> None:
    me = Actor(add_staff(crm, now=NOW), NOW)
    with pytest.raises(InputRefused, match="present password") as refused:
        service.change_own_password(crm, me, "wrong", OTHER_PASSWORD)
    assert refused.value.field == "present"
    service.change_own_password(crm, me, PASSWORD, OTHER_PASSWORD)
    try_to_sign_in(crm, password=OTHER_PASSWORD)


def test_an_account_or_role_that_is_not_there_is_told(crm: Engine) -> None:
    with pytest.raises(NotThere):
        service.disable(crm, COMMAND_LINE, 7)
    with pytest.raises(NotThere):
        service.account_named(crm, "nobody")
    with pytest.raises(InputRefused, match="no role called owner"):
        service.set_role(crm, COMMAND_LINE, add_staff(crm, now=NOW), "owner")


def test_the_log_is_filtered_and_paged_by_one_statement(crm: Engine) -> None:
    siti, budi = add_staff(crm, now=NOW), add_staff(crm, "budi", "desk", NOW)
    with writing(crm) as connection:
        for hour in range(12):
            at = NOW + timedelta(hours=hour)
            audit.record(connection, at, siti if hour % 2 else budi, "patron.read", "patron", hour, {"pages": hour})
        audit.record(connection, NOW, None, "export", "segment")
    with reading(crm) as connection:
        with count_statements(crm) as statements:
            first, before = audit.listed(connection, audit.Wanted(staff_id=siti, action="patron.read"), limit=4)
        assert len(statements) == 1
        assert [entry.subject_id for entry in first] == ["11", "9", "7", "5"]
        assert (first[0].who, first[0].details) == ("siti", {"pages": 11})
        rest, end = audit.listed(connection, audit.Wanted(staff_id=siti, action="patron.read", before=before), limit=4)
        assert ([entry.subject_id for entry in rest], end) == (["3", "1"], None)
        span = audit.Wanted(since=NOW + timedelta(hours=2), until=NOW + timedelta(hours=4))
        assert [entry.subject_id for entry in audit.listed(connection, span)[0]] == ["3", "2"]
        assert [entry.who for entry in audit.listed(connection, audit.Wanted(subject="segment"))[0]] == [None]
        one = audit.Wanted(subject="patron", subject_id="7")
        assert len(audit.listed(connection, one)[0]) == 1
