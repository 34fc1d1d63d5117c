"""Every talk, call, letter and question that staff note, and what they promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from crm.errors import ActionRefused, NotThere
from crm.i18n import N_
from crm.patrons.many import existing
from crm.schema.people import note
from crm.staff import audit
from crm.touched import touch_persons

KINDS = {"talk": N_("talk"), "call": N_("call"), "letter": N_("letter"), "question": N_("reference question")}


@dataclass(frozen=True)
class Note:
    """What was said; ``follow_up_on`` is the day until when something was promised."""

    kind: str
    words: str
    at: datetime
    by: int | None = None
    follow_up_on: date | None = None


def add_note(connection: Connection, person_id: int, new: Note) -> int:
    """Keep a note and return its id. Raises ActionRefused without words or of another kind."""
    if new.kind not in KINDS or not new.words.strip():
        raise ActionRefused(N_("This note cannot be kept."), N_("Write what was said, and choose a kind."))
    existing(connection, {person_id})
    values = {**vars(new), "words": new.words.strip(), "person_id": person_id}
    done = connection.execute(insert(note).values(values))
    audit.record(connection, new.at, new.by, "person.note", "person", person_id, {"kind": new.kind})
    touch_persons(connection, [person_id])
    return int(done.lastrowid)


def finish_follow_up(connection: Connection, note_id: int, at: datetime, by: int | None) -> None:
    """Note that what was promised is done. Raises NotThere where nothing is open."""
    open_ = (note.c.id == note_id, note.c.follow_up_on.is_not(None), note.c.done_at.is_(None))
    person_id = connection.scalar(select(note.c.person_id).where(*open_))
    done = connection.execute(update(note).where(*open_).values(done_at=at, done_by=by))
    if done.rowcount == 0:
        raise NotThere(N_("Nothing is open there any more."), N_("Look at the list once more."))
    audit.record(connection, at, by, "person.follow_up", "person", person_id, {"note": note_id})
