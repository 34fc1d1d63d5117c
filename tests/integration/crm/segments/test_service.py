"""Segments are saved, counted and put away; who came and went is noted."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, insert, select, update

from crm.database import reading, writing
from crm.schema.people import permission, person
from crm.schema.profiles import facts, person_touched, topic
from crm.schema.segments import member, segment
from crm.schema.staff import audit
from crm.scope import Scope
from crm.segments import service, store
from crm.segments.question import SegmentCycle
from crm.segments.reading import RuleRejected, read_rule
from crm.segments.reference import Happening, Reader
from crm.segments.service import BadSlug, Change, Day, UnknownSegment
from crm.settings import ProfileSettings
from tests.integration.crm.segments.population import NOON, TODAY, write

DAY = Day(TODAY, "Asia/Jakarta")
EVERYTHING = Scope(is_everything=True)
COLUMNS = {
    "gender": "f", "birth_date": None, "expires_on": None, "deceased_on": None, "source_id": 1, "state": "member",
    "stage": "active", "open_loans": 0, "overdue_loans": 0, "breadth": 0, "balance": 0, "key_score": 0.5,
    "is_minor": False,
}  # fmt: skip
COUNTS = {
    f"{what}_{days}": 0
    for what in ("loans", "visits", "holds", "programmes", "questions")
    for days in (30, 90, 365, "ever")
}
NOTHING: dict[str, tuple[Happening, ...]] = dict.fromkeys(("loans", "visits", "holds", "programmes", "questions"), ())
WOMEN = {"all": [{"fact": "gender", "is": "f"}]}


def reader(**columns: Any) -> Reader:
    return Reader(columns={**COLUMNS, **COUNTS, **columns}, happened=NOTHING)


@pytest.fixture
def library(crm: Engine) -> Engine:
    """Give four readers: two women, a man, and a woman who is a contact."""
    with writing(crm) as connection:
        write(connection, [reader(), reader(stage="lapsing"), reader(gender="m"), reader(state="contact")])
    return crm


def save(engine: Engine, slug: str, document: Any, at: datetime = NOON) -> None:
    service.save(engine, slug, ("A name", None), document, DAY, Change(at))


def recount(engine: Engine, scope: Scope = EVERYTHING, at: datetime = NOON) -> int:
    return service.refresh(engine, ProfileSettings(), scope, TODAY, at)


def members_of(engine: Engine, slug: str) -> list[int]:
    with reading(engine) as connection:
        return sorted(each.person_id for each in service.members(connection, slug))


def change_gender(engine: Engine, number: int, gender: str) -> None:
    with writing(engine) as connection:
        connection.execute(update(person).where(person.c.id == number).values(gender=gender))


def feed(engine: Engine, slug: str) -> list[tuple[int, str, datetime]]:
    with reading(engine) as connection:
        found = store.changes(connection, service.get(connection, slug).id)
    return [(each.person_id, each.what, each.at) for each in found]


def test_a_saved_segment_has_the_members_that_its_rule_means(library: Engine) -> None:
    save(library, "women", WOMEN)
    recount(library)
    assert members_of(library, "women") == [1, 2]


def test_the_first_count_tells_of_nobody_and_later_ones_of_who_came_and_went(library: Engine) -> None:
    save(library, "women", WOMEN)
    recount(library)
    assert feed(library, "women") == []
    change_gender(library, 3, "f")
    change_gender(library, 1, "m")
    later = NOON + timedelta(hours=1)
    recount(library, at=later)
    assert members_of(library, "women") == [2, 3]
    assert set(feed(library, "women")) == {(3, "entered", later), (1, "left", later)}


def test_counting_again_without_a_change_writes_no_member(library: Engine) -> None:
    save(library, "women", WOMEN)
    assert recount(library) > 0
    assert recount(library, at=NOON + timedelta(hours=1)) == 0


def test_only_people_who_were_touched_are_looked_at_again(library: Engine) -> None:
    save(library, "women", WOMEN)
    recount(library)
    change_gender(library, 3, "f")
    change_gender(library, 1, "m")
    with writing(library) as connection:
        connection.execute(delete(person_touched))
        connection.execute(insert(person_touched).values(person_id=3))
    recount(library, Scope(is_everything=False))
    assert members_of(library, "women") == [1, 2, 3]


def test_a_changed_rule_is_counted_whole_and_nobody_came_or_went_by_it(library: Engine) -> None:
    save(library, "people", WOMEN)
    recount(library)
    save(library, "people", {"all": [{"fact": "gender", "is": "m"}]})
    with writing(library) as connection:
        connection.execute(delete(person_touched))
    recount(library, Scope(is_everything=False))
    assert members_of(library, "people") == [3]
    assert feed(library, "people") == []


def test_who_is_merged_into_another_leaves(library: Engine) -> None:
    save(library, "women", WOMEN)
    recount(library)
    with writing(library) as connection:
        connection.execute(update(person).where(person.c.id == 2).values(merged_into=1))
    recount(library)
    assert members_of(library, "women") == [1]


def test_a_segment_of_segments_follows_them_in_one_count(library: Engine) -> None:
    save(library, "women", WOMEN)
    save(library, "others", {"none": [{"fact": "segment", "is": "women"}]})
    recount(library)
    assert members_of(library, "others") == [3]


def test_contacts_belong_where_a_rule_asks_for_them(library: Engine) -> None:
    save(library, "guests", {"fact": "state", "is": "contact"})
    recount(library)
    assert members_of(library, "guests") == [4]


def test_the_ready_made_segments_come_once_and_stay_as_they_were_changed(library: Engine) -> None:
    assert service.ensure_shipped(library, NOON) == 7
    save(library, "lapsing", WOMEN)
    service.archive(library, "lapsed", Change(NOON))
    assert service.ensure_shipped(library, NOON) == 0
    with reading(library) as connection:
        found = {each.slug: each for each in store.segments(connection)}
    assert "lapsed" not in found
    assert found["lapsing"].document == {"all": [{"fact": "gender", "is": ["f"]}]}
    assert found["lapsing"].is_shipped


def test_the_ready_made_segments_find_whom_they_name(crm: Engine) -> None:
    with writing(crm) as connection:
        write(connection, [
            reader(stage="new", key_score=0.0),
            reader(stage="lapsing", key_score=0.0, expires_on=TODAY + timedelta(days=30)),
            reader(stage="lapsed", key_score=0.9, birth_date=date(2000, 3, 4)),
            reader(visits_ever=2, key_score=0.0, birth_date=date(2000, 3, 5)),
        ])  # fmt: skip
    recount(crm)
    expected = {"new": [1], "lapsing": [2], "lapsed": [3], "key-patrons": [3], "birthday": [3],
                "expiring": [2], "visitors": [4]}  # fmt: skip
    assert {slug: members_of(crm, slug) for slug in expected} == expected


def test_an_archived_segment_is_out_of_use_until_it_is_saved_anew(library: Engine) -> None:
    save(library, "women", WOMEN)
    service.archive(library, "women", Change(NOON))
    with reading(library) as connection, pytest.raises(UnknownSegment):
        service.get(connection, "women")
    save(library, "women", WOMEN)
    recount(library)
    assert members_of(library, "women") == [1, 2]


def test_an_unknown_segment_is_told_with_the_nearest(library: Engine) -> None:
    save(library, "women", WOMEN)
    with reading(library) as connection, pytest.raises(UnknownSegment) as told:
        service.get(connection, "womn")
    assert told.value.values["nearest"] == "women"


def test_segments_in_a_circle_and_bad_names_and_rules_are_not_saved(library: Engine) -> None:
    save(library, "a", WOMEN)
    save(library, "b", {"fact": "segment", "is": "a"})
    with pytest.raises(SegmentCycle):
        save(library, "a", {"fact": "segment", "is": "b"})
    with pytest.raises(BadSlug):
        save(library, "A b", WOMEN)
    with pytest.raises(RuleRejected):
        save(library, "c", {"fact": "segment", "is": "nobody"})
    with reading(library) as connection:
        assert [each.slug for each in store.segments(connection)] == ["a", "b"]


def test_a_circle_that_came_about_all_the_same_means_nobody_and_stops_no_count(
    library: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    save(library, "a", WOMEN)
    save(library, "b", {"fact": "segment", "is": "a"})
    circle = update(segment).where(segment.c.slug == "a").values(rule={"fact": "segment", "is": "b"})
    with writing(library) as connection:
        connection.execute(circle)
    recount(library)
    assert "depends on itself" in caplog.text
    assert members_of(library, "a") == []


def test_more_members_than_one_transaction_takes_are_all_written(
    library: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.segments.counting.CHUNK", 1)
    save(library, "all", {"all": []})
    recount(library)
    assert members_of(library, "all") == [1, 2, 3]


def test_saving_and_reading_members_is_noted(library: Engine) -> None:
    save(library, "women", WOMEN)
    recount(library)
    service.read_members(library, "women", "segment.export", Change(NOON))
    with reading(library) as connection:
        noted = connection.execute(select(audit.c.action, audit.c.subject_id, audit.c.details)).all()
        count = connection.scalar(select(func.count()).select_from(member))
    assert ("segment.save", "women", None) in [tuple(row) for row in noted]
    assert ("segment.export", "women", {"rows": 2}) in [tuple(row) for row in noted]
    assert count


def test_a_preview_names_the_condition_that_emptied_it(library: Engine) -> None:
    document = {
        "all": [{"fact": "gender", "is": "f"}, {"all": [{"fact": "stage", "is": "new"}, {"fact": "tag", "has": "x"}]}]
    }
    with reading(library) as connection:
        assert service.found(connection, document, DAY).emptied_by == ("all[1].all[0]", "all[1].all[1]")
        only_together = {"all": [{"fact": "gender", "is": "m"}, {"fact": "stage", "is": "lapsing"},
                                 {"fact": "state", "is": "member"}]}  # fmt: skip
        assert len(service.found(connection, only_together, DAY).emptied_by) == 1
        assert service.found(connection, {"all": []}, DAY).emptied_by == ()


def test_a_topic_that_was_merged_stands_for_the_one_it_went_into(library: Engine) -> None:
    with writing(library) as connection:
        connection.execute(update(topic).where(topic.c.slug == "masak").values(merged_into=1))
    with reading(library) as connection:
        names = store.names(connection)
    assert names.topic_ids(["masak"]) == [1]
    assert "masak" not in names.known("topic")
    assert "iman" not in names.known("topic")
    assert "iman" in names.known("any_topic")


def test_why_is_told_for_one_reader(library: Engine) -> None:
    with reading(library) as connection:
        told = service.why(connection, {"all": [*WOMEN["all"], {"fact": "stage", "is": "lapsing"}]}, 1, DAY)
        assert told is not None
        assert [each.path for each in told.lacking] == ["all[1]"]
        assert service.why(connection, WOMEN, 99, DAY) is None
        assert service.person_of(connection, "p3") == 3
        assert service.person_of(connection, "nobody") is None


def test_the_names_of_a_library_hold_keys_that_only_its_readers_have(library: Engine) -> None:
    with writing(library) as connection:
        connection.execute(update(facts).where(facts.c.person_id == 1).values(category_key="99"))
        connection.execute(
            insert(permission).values(person_id=1, purpose="news", state="agreed", means="desk", at=NOON)
        )
    with reading(library) as connection:
        assert "99" in store.names(connection).known("category")
        assert service.ask(connection, {"fact": "category", "is": "99"}, DAY).rule == read_rule(
            {"fact": "category", "is": "99"}
        )
