"""What the staff of the invented library know of single readers: notes, tags, traits, answers and wishes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import Connection, Select, select

from crm.database import reading, writing
from crm.interests import topics
from crm.interests.tastes import MORE
from crm.patrons import permission
from crm.patrons.notes import Note, add_note, finish_follow_up
from crm.patrons.permission import Answer
from crm.patrons.reach import AGREED, REFUSED
from crm.patrons.traits import READER, STAFF, Trait, add_tag, set_trait
from crm.schema.profiles import interest, topic
from sapa.demo import crm_texts as texts
from sapa.demo.crm_scene import AT_THE_DESK, GROWN, Reader, Scene

ASKED, YES = 0.25, 0.82
KNOWN_TO_STAFF, TOLD_THEMSELVES, WITH_WISHES = 160, 90, 150
ALL_BANDS = ("child", "teen", *GROWN)


def notes(scene: Scene) -> None:
    """Write the notes of four months, the older first; six promises are due or overdue."""
    written = sorted(_notes(scene), key=lambda each: each[0].at)
    people = scene.some(len(written))
    with writing(scene.engine) as connection:
        for (new, is_done), reader in zip(written, people, strict=False):
            note_id = add_note(connection, reader.id, new)
            if is_done:
                finish_follow_up(connection, note_id, new.at + timedelta(days=1, hours=2), scene.by)


def _notes(scene: Scene) -> Iterator[tuple[Note, bool]]:
    """Yield the notes, and whether what one promised is done."""
    for kind, words in texts.NOTES:
        yield Note(kind, words, scene.ago(scene.chance.between(1, 120)), scene.by), False
    for kind, words, late in texts.DUE:
        yield _promise(scene, kind, words, scene.today - timedelta(days=late), late + scene.chance.between(2, 6)), False
    for kind, words, days in texts.LATER:
        yield _promise(scene, kind, words, scene.today + timedelta(days=days), scene.chance.between(1, 4)), False
    for kind, words in texts.DONE:
        yield _promise(scene, kind, words, scene.today - timedelta(days=9), 12), True


def _promise(scene: Scene, kind: str, words: str, due: date, days_ago: int) -> Note:
    return Note(kind, words, scene.ago(days_ago), scene.by, due)


def tags(scene: Scene) -> None:
    """Tag volunteers, the reading community and donors."""
    with writing(scene.engine) as connection:
        for name, count in texts.TAGS:
            people = [reader.id for reader in scene.some(count)]
            if people:
                add_tag(connection, people, name, scene.ago(scene.chance.between(20, 200)), scene.by)


def traits(scene: Scene) -> None:
    """Write what staff know of some readers, and what others said of themselves."""
    with writing(scene.engine) as connection:
        for origin, count in ((STAFF, KNOWN_TO_STAFF), (READER, TOLD_THEMSELVES)):
            for reader in scene.some(count, ALL_BANDS):
                at, by = scene.ago(scene.chance.between(1, 300)), scene.by if origin == STAFF else None
                for name, value in _known(scene, reader):
                    set_trait(connection, reader.id, Trait(name, origin, value, at, by))


def _known(scene: Scene, reader: Reader) -> Iterator[tuple[str, str]]:
    chance = scene.chance
    if reader.band in texts.EDUCATION and chance.happens(0.7):
        yield "education", texts.EDUCATION[reader.band].draw(chance)
    if reader.band in texts.OCCUPATION and chance.happens(0.7):
        yield "occupation", texts.OCCUPATION[reader.band].draw(chance)
    if chance.happens(0.6):
        yield "hobbies", ", ".join(texts.HOBBIES.several(chance, chance.between(1, 2)))
    if not reader.is_minor and chance.happens(0.4):
        yield "preferred_channel", texts.CHANNEL.draw(chance)


def permissions(scene: Scene) -> None:
    """Ask a quarter of the patrons; of the grown-ups alone, for guardians answer on paper."""
    grown = [each for each in scene.readers if not each.is_minor and each.channels and each.stage in AT_THE_DESK]
    asked = scene.chance.sample(grown, round(ASKED * len(scene.readers)))
    with writing(scene.engine) as connection:
        for reader in asked:
            at, means = scene.ago(scene.chance.between(1, 330)), "desk" if scene.chance.happens(0.8) else "page"
            for channel, purpose in _questions(scene, reader):
                state = AGREED if scene.chance.happens(YES) else REFUSED
                notice = texts.NOTICES[purpose].format(channel=texts.CHANNEL_NAMES[channel])
                by = scene.by if means == "desk" else None
                permission.record(connection, reader.id, Answer(purpose, channel, state, notice, means, at, by))


def _questions(scene: Scene, reader: Reader) -> Iterator[tuple[str, str]]:
    for channel in sorted(reader.channels, reverse=True):
        if channel == "whatsapp" or "whatsapp" not in reader.channels or scene.chance.happens(0.5):
            yield channel, "news"
            if scene.chance.happens(0.6):
                yield channel, "alerts"


def wishes(scene: Scene) -> None:
    """Note what readers want more or less of, or never: more as a rule of what they borrow already."""
    with reading(scene.engine) as connection:
        slugs = list(connection.scalars(_topics().order_by(topic.c.id)))
    with writing(scene.engine) as connection:
        for reader in scene.some(WITH_WISHES, ALL_BANDS):
            borrowed = _borrowed(connection, reader.id)
            origin = READER if scene.chance.happens(0.6) else STAFF
            by = topics.By(scene.ago(scene.chance.between(1, 250)), scene.by if origin == STAFF else None)
            chosen = scene.chance.sample(borrowed[:4], 1) + scene.chance.sample(slugs, scene.chance.between(0, 2))
            for slug in dict.fromkeys(chosen):
                wish = MORE if slug in borrowed else texts.WISHES.draw(scene.chance)
                topics.declare(connection, reader.id, slug, wish, origin, by)


def _topics() -> Select[str]:
    return select(topic.c.slug).where(
        topic.c.kind == "topic", ~topic.c.is_sensitive, topic.c.hidden_at.is_(None), topic.c.merged_into.is_(None)
    )


def _borrowed(connection: Connection, person_id: int) -> list[str]:
    """Return the topics that a reader likes most by his loans."""
    mine = _topics().join(interest, interest.c.topic_id == topic.c.id).where(interest.c.person_id == person_id)
    return list(connection.scalars(mine.order_by(interest.c.weight.desc(), topic.c.id).limit(4)))
