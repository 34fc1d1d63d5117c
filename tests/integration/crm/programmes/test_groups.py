"""Groups follow the ILS where they were made of it, and staff have the last word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, update

from crm.database import reading, writing
from crm.errors import ConsentMissing, FormRefused, NotThere
from crm.programmes import group_store, groups, service, slips
from crm.programmes.groups import GroupDraft
from crm.schema.ils import patron
from crm.schema.people import membership
from crm.schema.profiles import facts, person_touched
from crm.scope import Scope
from tests.integration.crm.programmes.people import NOW, add_patrons, add_source, rows

SPELLINGS = ("SMAN 1 Medan", "SMA N 1 Medan", "SMA Negeri 1 Medan", "SMAN 1 Medan", "sman 1, medan")
EVERYBODY = Scope(is_everything=True)
LATER = NOW + timedelta(days=1)


def refresh(engine: Engine, scope: Scope = EVERYBODY) -> int:
    return service.refresh(engine, None, scope, NOW.date(), NOW)


def proposed(engine: Engine) -> list[groups.Proposal]:
    with reading(engine) as connection:
        return groups.proposals(connection)


def change(engine: Engine, person_id: int, **values: Any) -> None:
    with writing(engine) as connection:
        connection.execute(update(patron).where(patron.c.key == f"P{person_id}").values(values))


def members(engine: Engine, group_id: int) -> dict[int, str]:
    with reading(engine) as connection:
        return {row.person_id: row.role for row in connection.execute(group_store.members(group_id))}


@pytest.fixture
def school(crm: Engine) -> int:
    """Accept the group of a school that five patrons name, each in his way; a sixth goes elsewhere."""
    add_source(crm)
    add_patrons(crm, *SPELLINGS, "SMAN 11 Medan")
    refresh(crm)
    return groups.accept(crm, "sman 1 medan", NOW, None)


def test_spellings_of_one_school_are_proposed_as_one_group(crm: Engine) -> None:
    add_source(crm)
    add_patrons(crm, *SPELLINGS, "SMAN 11 Medan", None, "Wiraswasta", *["Dinas Sosial"] * 4)
    assert refresh(crm) == 10
    (only,) = proposed(crm)
    assert (only.folded, only.name, only.people, only.kind) == ("sman 1 medan", "SMAN 1 Medan", 5, "school")
    assert len(only.spellings) == 4


def test_a_refresh_that_finds_nothing_new_writes_nothing(crm: Engine) -> None:
    add_source(crm)
    add_patrons(crm, *SPELLINGS)
    assert refresh(crm) == 5
    assert refresh(crm) == 0


def test_an_accepted_proposal_is_a_group_with_its_members(crm: Engine, school: int) -> None:
    assert members(crm, school) == dict.fromkeys((1, 2, 3, 4, 5), "member")
    assert rows(crm, "person_group", "name", "kind") == [("SMAN 1 Medan", "school")]
    assert proposed(crm) == []
    with pytest.raises(NotThere):
        groups.accept(crm, "sman 1 medan", NOW, None)


def test_who_changes_school_leaves_the_group_and_who_comes_joins_it(crm: Engine, school: int) -> None:
    change(crm, 1, institution="SMAN 11 Medan")
    change(crm, 6, institution="SMA Negeri 1 Medan")
    with writing(crm) as connection:
        connection.execute(insert(person_touched).values(person_id=6))
    refresh(crm, Scope(is_everything=False))
    assert members(crm, school).keys() == {1, 2, 3, 4, 5, 6}
    refresh(crm)
    assert members(crm, school).keys() == {2, 3, 4, 5, 6}
    change(crm, 1, institution="SMAN 1 Medan")
    refresh(crm)
    assert 1 in members(crm, school)


def test_who_is_gone_from_the_ils_leaves_the_group(crm: Engine, school: int) -> None:
    change(crm, 1, gone_at=NOW)
    with writing(crm) as connection:
        connection.execute(update(membership).where(membership.c.patron_key == "P2").values(ended_at=NOW))
    refresh(crm)
    assert members(crm, school).keys() == {3, 4, 5}


def test_what_staff_say_of_a_member_survives_every_refresh(crm: Engine, school: int) -> None:
    assert groups.add_members(crm, school, [6], NOW, None) == 1
    groups.remove_member(crm, school, 1, NOW, None)
    for _ in range(2):
        change(crm, 1, institution="SMA 1 Medan")
        refresh(crm)
        change(crm, 1, institution="SMAN 1 Medan")
        refresh(crm)
    assert members(crm, school).keys() == {2, 3, 4, 5, 6}
    assert groups.add_members(crm, school, [1, 2], NOW, None) == 1
    assert 1 in members(crm, school)


def test_a_slip_of_the_pen_can_be_added_to_its_group(crm: Engine, school: int) -> None:
    add_patrons(crm, "SMAN 1 Medna", "SMAN 2 Medan", first=7)
    refresh(crm)
    with reading(crm) as connection:
        (found,) = groups.lookalikes(connection, school)
    assert (found.name, found.people) == ("SMAN 1 Medna", 1)
    groups.accept(crm, found.folded, NOW, None, group_id=school)
    assert 7 in members(crm, school)
    refresh(crm)
    assert 7 in members(crm, school)


def test_a_dismissed_proposal_does_not_come_again(crm: Engine) -> None:
    add_source(crm)
    add_patrons(crm, *SPELLINGS)
    refresh(crm)
    groups.dismiss(crm, "sman 1 medan", NOW, None)
    refresh(crm)
    assert proposed(crm) == []
    assert groups.accept(crm, "sman 1 medan", NOW, None) > 0  # who looks for it can still have it


def test_a_closed_group_stands_still_until_it_is_opened_again(crm: Engine, school: int) -> None:
    groups.close(crm, school, NOW, None)
    change(crm, 1, institution=None)
    refresh(crm)
    assert 1 in members(crm, school)
    groups.reopen(crm, school, LATER, None)
    assert 1 not in members(crm, school)


def test_a_class_belongs_to_a_school_and_to_nothing_else(crm: Engine, school: int) -> None:
    klass = groups.make(crm, GroupDraft("XI IPA 2", "class", school), NOW, None)
    for parent in (None, klass, 999):
        with pytest.raises(FormRefused) as refused:
            groups.make(crm, GroupDraft("XI IPA 3", "class", parent), NOW, None)
        assert refused.value.fields.keys() == {"parent_id"}
    with pytest.raises(FormRefused):
        groups.change(crm, klass, GroupDraft("XI IPA 2", "class", klass), NOW, None)
    with reading(crm) as connection:
        found = connection.execute(group_store.overview()).all()
    assert [(each.name, each.parent_name, each.members, each.classes) for each in found] == [
        ("SMAN 1 Medan", None, 5, 1), ("XI IPA 2", "SMAN 1 Medan", 0, 0),
    ]  # fmt: skip


def make_minor(engine: Engine, person_id: int) -> None:
    """Work out facts for somebody: under 18."""
    zero = {column.name: 0 for column in facts.c if not column.nullable and column.name != "worked_out_on"}
    told = {"state": "member", "stage": "new", "is_minor": True, "person_id": person_id, "worked_out_on": NOW.date()}
    with writing(engine) as connection:
        connection.execute(insert(facts).values({**zero, **told}))


def test_a_representative_has_agreed_and_a_minors_guardian_has_signed(crm: Engine, school: int) -> None:
    make_minor(crm, 1)
    with pytest.raises(ConsentMissing, match="guardian"):
        groups.name_representative(crm, school, 1, NOW, None, has_agreed=True)
    with pytest.raises(ConsentMissing, match="agree"):
        groups.name_representative(crm, school, 2, NOW, None, has_agreed=False)
    slips.enter_slips(crm, school, slips.Changes.between((), {(1, "naming")}), str, NOW, None)
    groups.name_representative(crm, school, 1, NOW, None, has_agreed=True)
    groups.name_representative(crm, school, 2, NOW, None, has_agreed=True)
    groups.set_role(crm, school, 2, "contact", NOW, None)
    assert {who: role for who, role in members(crm, school).items() if role != "member"} == {
        1: "representative",
        2: "contact",
    }
    assert (2, None) in rows(crm, "person_group_member", "person_id", "consent_at")


def test_slips_are_signed_and_taken_back_with_a_trace_in_the_permissions(crm: Engine, school: int) -> None:
    ticked = {(1, "profiling"), (2, "profiling"), (1, "secrets"), (99, "profiling")}
    changes = slips.Changes.between({(3, "news")}, ticked | {(3, "news")})
    assert slips.enter_slips(crm, school, changes, str.upper, NOW, None) == (2, 0)
    taken_back = slips.Changes.between(ticked, {(2, "profiling")})
    assert slips.enter_slips(crm, school, taken_back, str.upper, LATER, None) == (0, 1)
    with reading(crm) as connection:
        assert group_store.consents(connection, school) == {(2, "profiling")}
    found = rows(crm, "permission", "person_id", "purpose", "state", "means")
    assert found == [(1, "profiling", "agreed", "paper"), (1, "profiling", "refused", "paper"),
                     (2, "profiling", "agreed", "paper")]  # fmt: skip
    assert all("TOPICS" in notice for (notice,) in rows(crm, "permission", "notice"))
