"""Titles and their topics in the database."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from crm import touched
from crm.database import reading, writing
from crm.interests import coverage, topics
from crm.schema import ils
from crm.schema.profiles import person_touched
from crm.schema.profiles import touched as touched_table
from tests.integration.crm.interests.shelves import NOW, TODAY, Shelves

BY = topics.By(NOW)


def touch_title(shelves: Shelves, key: int) -> None:
    shelves.add(touched_table, kind=touched.TITLE, source_id=1, key=str(key))


def test_titles_are_mapped_by_class_subjects_and_collections(shelves: Shelves) -> None:
    shelves.title(1, "005.13/3 22")
    shelves.title(2, None, "Resep masakan")
    shelves.title(3, "813")
    shelves.item(1, 3, collection="Anak")
    shelves.title(4, None, call_number="R 959.8 Ric s")
    shelves.refresh()
    found = [shelves.topics(key) for key in (1, 2, 3, 4)]
    assert found == [{"pemrograman"}, {"memasak"}, {"cerita-anak"}, {"sejarah-indonesia"}]


def test_a_sensitive_title_is_kept_apart(shelves: Shelves) -> None:
    shelves.person(1)
    shelves.title(1, "616.8", "Kesehatan")
    shelves.loan(1, 1, TODAY)
    shelves.refresh()
    assert (shelves.topics(1), shelves.sensitive(1)) == (set(), {"kesehatan-jiwa"})
    assert shelves.interests(1) == {}


def test_what_has_been_mapped_is_not_written_again(shelves: Shelves) -> None:
    shelves.title(1, "813")
    assert shelves.refresh() > 0
    assert shelves.refresh() == 0


def test_a_title_that_changed_takes_its_readers_with_it(shelves: Shelves) -> None:
    for number in (1, 2):
        shelves.person(number)
    shelves.title(1, "813")
    shelves.loan(1, 1, TODAY)
    shelves.refresh()
    with writing(shelves.engine) as connection:
        connection.execute(update(ils.title).values(classification="641.5"))
    touch_title(shelves, 1)
    shelves.refresh(2)
    assert shelves.interests(1) == {"memasak": 1.0}
    with reading(shelves.engine) as connection:
        assert set(connection.scalars(select(person_touched.c.person_id))) == {1, 2}
        waiting = connection.execute(select(touched_table.c.key).where(touched_table.c.kind == touched.PERSON)).all()
    assert [tuple(row) for row in waiting] == [("1",)]


def test_a_title_that_nobody_touched_waits(shelves: Shelves) -> None:
    shelves.person(1)
    shelves.refresh()
    shelves.title(1, "813")
    shelves.refresh(1)
    assert shelves.topics(1) == set()


def test_a_first_copy_maps_all_titles(shelves: Shelves) -> None:
    shelves.refresh()
    shelves.title(1, "813")
    with writing(shelves.engine) as connection:
        touched.touch_everything(connection)
    shelves.refresh()
    assert shelves.topics(1) == {"novel"}


def test_a_leftover_is_mapped_by_staff(shelves: Shelves) -> None:
    shelves.title(1, None, "Lontar kuno")
    shelves.title(2, "Z-17", "Lontar kuno", "Naskah")
    shelves.person(1)
    shelves.loan(1, 1, TODAY)
    shelves.refresh()
    with reading(shelves.engine) as connection:
        left = [(each.field, each.value, each.titles) for each in coverage.leftovers(connection)]
        counted = coverage.coverage(connection)
    assert left == [("subject", "lontar kuno", 2), ("class", "Z-17", 1), ("subject", "naskah", 1)]
    assert counted == coverage.Coverage(2, 2, 0, 1, 1, 0)
    with writing(shelves.engine) as connection:
        slug = topics.create_topic(connection, topics.NewTopic("Naskah lontar", "Palm-leaf books"))
        topics.map_leftover(connection, slug, "subject", "Lontar kuno", BY)
    shelves.refresh()
    assert shelves.topics(1) == shelves.topics(2) == {"naskah-lontar"}
    assert shelves.interests(1) == {"naskah-lontar": 1.0}


def test_a_title_with_a_division_alone_is_left_over_too(shelves: Shelves) -> None:
    shelves.title(1, "641.5")
    shelves.refresh()
    with writing(shelves.engine) as connection:
        for slug in ("memasak", "rumah-tangga"):
            topics.hide_topic(connection, slug, NOW)
    shelves.refresh()
    assert shelves.topics(1) == {"class-640"}
    with reading(shelves.engine) as connection:
        assert coverage.coverage(connection) == coverage.Coverage(1, 0, 1, 0, 0, 0)
        assert coverage.leftovers(connection) == [coverage.Leftover("class", "641", 1)]


def test_many_titles_are_mapped_page_by_page(shelves: Shelves) -> None:
    rows = [
        {"source_id": 1, "key": key, "classification": ("813", "641.5")[key % 2], "first_seen_at": NOW}
        for key in range(1, 2502)
    ]
    with writing(shelves.engine) as connection:
        connection.execute(insert(ils.title), rows)
    shelves.refresh()
    assert [shelves.topics(key) for key in (1, 1000, 1001, 2501)] == [{"memasak"}, {"novel"}, {"memasak"}, {"memasak"}]
