"""What staff decide about topics."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from crm.database import reading, writing
from crm.interests import topics
from crm.schema.profiles import declared, topic
from crm.schema.profiles import topic as topic_table
from tests.integration.crm.interests.shelves import NOW, TODAY, Shelves

BY = topics.By(NOW)


@pytest.fixture
def read(shelves: Shelves) -> Shelves:
    """Give a reader of novels who also cooks."""
    shelves.person(1)
    for key, number in ((1, "641.5"), (2, "813")):
        shelves.title(key, number)
        shelves.loan(1, key, TODAY)
    shelves.refresh()
    return shelves


def test_a_topic_is_renamed_and_keeps_its_name_over_refreshes(read: Shelves) -> None:
    with writing(read.engine) as connection:
        topics.rename_topic(connection, "novel", "Roman", "Romances")
    read.refresh()
    with reading(read.engine) as connection:
        row = connection.execute(select(topic).where(topic.c.slug == "novel")).one()
    assert (row.name_id, row.name_en) == ("Roman", "Romances")


def test_two_topics_of_one_name_have_two_slugs(read: Shelves) -> None:
    with writing(read.engine) as connection:
        slugs = [topics.create_topic(connection, topics.NewTopic("Novel", "Novels")) for _ in range(2)]
    assert slugs == ["novel-2", "novel-3"]


def test_merged_topics_are_one(read: Shelves) -> None:
    with writing(read.engine) as connection:
        topics.declare(connection, 1, "memasak", "more", "reader", BY)
        topics.declare(connection, 1, "novel", "less", "reader", topics.By(NOW + timedelta(hours=1)))
        topics.merge_topics(connection, "memasak", "novel", 180)
        assert topics.topic_id_of(connection, "memasak") == topics.topic_id_of(connection, "novel")
        assert [row.wish for row in connection.execute(select(declared))] == ["less"]
    read.refresh()
    assert read.interests(1) == {"novel": 1.0}


def test_a_hidden_topic_comes_back(read: Shelves) -> None:
    for at, found in ((NOW, {"class-640", "novel"}), (None, {"memasak", "novel"})):
        with writing(read.engine) as connection:
            for slug in ("memasak", "rumah-tangga"):
                topics.hide_topic(connection, slug, at)
        read.refresh()
        assert set(read.interests(1)) == found


def test_what_becomes_sensitive_is_forgotten_at_once(read: Shelves) -> None:
    with writing(read.engine) as connection:
        topics.set_sensitive(connection, "memasak", is_sensitive=True)
    assert set(read.interests(1)) == {"novel"}
    read.refresh()
    assert (read.interests(1), read.sensitive(1)) == ({"novel": 1.0}, {"memasak"})


def test_a_rule_of_staff_can_be_taken_back(read: Shelves) -> None:
    for do, found in ((True, {"olahraga"}), (False, {"memasak"})):
        with writing(read.engine) as connection:
            if do:
                topics.add_rule(connection, "olahraga", "class", "641.5", BY)
            else:
                topics.drop_rule(connection, "olahraga", "class", "6415")
        read.refresh()
        assert read.topics(1) == found


def test_a_wish_never_to_hear_of_a_topic_ends_it(read: Shelves) -> None:
    with writing(read.engine) as connection:
        topics.declare(connection, 1, "novel", "never", "reader", BY)
    read.refresh(1)
    assert read.interests(1) == {"memasak": 1.0}
    with writing(read.engine) as connection:
        topics.withdraw(connection, 1, "novel")
    read.refresh(1)
    assert read.interests(1) == {"memasak": 0.5, "novel": 0.5}


def test_what_makes_no_sense_is_refused_and_says_what_would(read: Shelves) -> None:
    with writing(read.engine) as connection:
        for asked in (
            lambda: topics.topic_id_of(connection, "masakan"),
            lambda: topics.create_topic(connection, topics.NewTopic("!", "!")),
            lambda: topics.rename_topic(connection, "novel", " ", "x"),
            lambda: topics.add_rule(connection, "novel", "publisher", "x", BY),
            lambda: topics.add_rule(connection, "novel", "class", "memasak", BY),
            lambda: topics.add_rule(connection, "novel", "subject", "?!", BY),
            lambda: topics.merge_topics(connection, "novel", "novel", 180),
            lambda: topics.merge_topics(connection, "novel", "penyakit", 180),
            lambda: topics.declare(connection, 1, "novel", "perhaps", "reader", BY),
        ):
            with pytest.raises(topics.TopicRefused) as refused:
                asked()
            assert refused.value.hint
        assert connection.scalar(select(topic_table.c.id).where(topic_table.c.slug == "")) is None
