"""Groups: schools with their classes, offices, communities, faculties; made by staff or proposed by the ILS."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from crm.database import writing
from crm.errors import ConsentMissing, FormRefused, NotThere
from crm.i18n import N_, Message
from crm.programmes import group_store, people
from crm.programmes.group_store import CONTACT, REPRESENTATIVE
from crm.programmes.institutions import CLASS, KINDS, is_near, kind_of
from crm.programmes.membership import MEMBER, follow
from crm.programmes.rules import LONGEST_TEXT, LONGEST_TITLE
from crm.schema.programmes import group_member, person_institution
from crm.staff import audit
from crm.touched import touch_persons

LEAST_PATRONS = 5  # who name an institution before a group is proposed
MOST_PROPOSALS = 12
MOST_LOOKED_AT = 5_000
KIND_WORDS = {
    "school": N_("school"),
    "class": N_("class"),
    "office": N_("office"),
    "community": N_("community"),
    "faculty": N_("faculty"),
}
ROLE_WORDS = {MEMBER: N_("member"), CONTACT: N_("contact person"), REPRESENTATIVE: N_("representative")}


@dataclass(frozen=True)
class GroupDraft:
    """A group as staff fill in its form."""

    name: str
    kind: str
    parent_id: int | None = None
    notes: str = ""


@dataclass(frozen=True)
class Proposal:
    """An institution that ``people`` name and that has no group; the first spelling is the commonest."""

    folded: str
    spellings: tuple[str, ...]
    people: int
    kind: str

    @property
    def name(self) -> str:
        """What the group would be called."""
        return self.spellings[0]


def checked(draft: GroupDraft) -> GroupDraft:
    """Return a sound draft; raise FormRefused per field. Only a class has a parent, and it needs one."""
    name, notes, wrong = " ".join(draft.name.split()), draft.notes.strip(), {}
    if not name:
        wrong["name"] = Message(N_("Give the group a name."))
    elif len(name) > LONGEST_TITLE:
        wrong["name"] = Message(N_("At most {most} characters."), {"most": LONGEST_TITLE})
    if len(notes) > LONGEST_TEXT:
        wrong["notes"] = Message(N_("At most {most} characters."), {"most": LONGEST_TEXT})
    if draft.kind not in KINDS:
        wrong["kind"] = Message(N_("Choose what kind of group it is."))
    if draft.kind == CLASS and draft.parent_id is None:
        wrong["parent_id"] = Message(N_("Choose the school of the class."))
    if wrong:
        raise FormRefused(wrong)
    return GroupDraft(name, draft.kind, draft.parent_id if draft.kind == CLASS else None, notes)


def make(engine: Engine, draft: GroupDraft, now: datetime, by: int | None) -> int:
    """Make a group and return its id; raise FormRefused per field."""
    sound = checked(draft)
    with writing(engine) as connection:
        _check_parent(connection, sound)
        values = {"name": sound.name, "kind": sound.kind, "parent_id": sound.parent_id, "notes": sound.notes or None}
        group_id = group_store.add(connection, {**values, "created_at": now})
        audit.record(connection, now, by, "group.make", "group", group_id)
        return group_id


def _check_parent(connection: Connection, draft: GroupDraft) -> None:
    if draft.parent_id is None:
        return
    parent = group_store.find(connection, draft.parent_id)
    if parent is None or parent.kind == CLASS:
        raise FormRefused({"parent_id": Message(N_("Choose the school of the class."))})


def change(engine: Engine, group_id: int, draft: GroupDraft, now: datetime, by: int | None) -> None:
    """Change name, kind, school and notes of a group; a class cannot become the school of itself."""
    sound = checked(draft)
    with writing(engine) as connection:
        existing(connection, group_id, locks=True)
        if sound.parent_id == group_id:
            raise FormRefused({"parent_id": Message(N_("Choose the school of the class."))})
        _check_parent(connection, sound)
        values = {"name": sound.name, "kind": sound.kind, "parent_id": sound.parent_id, "notes": sound.notes or None}
        group_store.change(connection, group_id, values)
        audit.record(connection, now, by, "group.change", "group", group_id)


def close(engine: Engine, group_id: int, now: datetime, by: int | None) -> None:
    """Close a group: it stays with its members as they were, and follows the ILS no longer."""
    with writing(engine) as connection:
        existing(connection, group_id, locks=True)
        group_store.change(connection, group_id, {"closed_at": now})
        audit.record(connection, now, by, "group.close", "group", group_id)


def reopen(engine: Engine, group_id: int, now: datetime, by: int | None) -> None:
    """Open a closed group again; its members become what the ILS says today."""
    with writing(engine) as connection:
        existing(connection, group_id, locks=True)
        group_store.change(connection, group_id, {"closed_at": None})
        _follow(connection, group_id, group_store.institutions_of(connection, group_id), now)
        audit.record(connection, now, by, "group.reopen", "group", group_id)


def _follow(connection: Connection, group_id: int, institutions: list[str], now: datetime) -> int:
    return follow(connection, group_member.c.group_id == group_id, person_institution.c.folded.in_(institutions), now)


def proposals(connection: Connection) -> list[Proposal]:
    """Return the institutions that most patrons name and that have no group yet."""
    found = group_store.unassigned(connection, LEAST_PATRONS, MOST_PROPOSALS)
    return _proposed(connection, found)


def _proposed(connection: Connection, found: list[tuple[str, int]]) -> list[Proposal]:
    spelled = group_store.spellings(connection, [name for name, _ in found])
    return [
        Proposal(name, tuple(spelled.get(name, [name])), count, kind_of(spelled.get(name, [name])[0]))
        for name, count in found
    ]


def lookalikes(connection: Connection, group_id: int) -> list[Proposal]:
    """Return the institutions without a group that may be this one's with a slip of the pen."""
    its = group_store.institutions_of(connection, group_id)
    if not its:
        return []
    others = group_store.unassigned(connection, 1, MOST_LOOKED_AT)
    return _proposed(connection, [(name, count) for name, count in others if any(is_near(name, one) for one in its)])


def accept(engine: Engine, folded: str, now: datetime, by: int | None, *, group_id: int | None = None) -> int:
    """Make a group of a proposed institution, or add it to the group ``group_id``; return the group's id.

    Its members are the patrons who name it, and stay so with every sync. NotThere where nobody names it or another has
    decided meanwhile.
    """
    with writing(engine) as connection:
        spelled = group_store.spellings(connection, [folded]).get(folded)
        if spelled is None or group_store.is_assigned(connection, folded):
            raise NotThere(N_("This proposal is settled already."), N_("Look for the group in the list."))
        if group_id is None:
            group_id = group_store.add(connection, {"name": spelled[0], "kind": kind_of(spelled[0]), "created_at": now})
        else:
            existing(connection, group_id, locks=True)
        group_store.assign(connection, folded, group_id, now, by)
        count = _follow(connection, group_id, [folded], now)
        audit.record(connection, now, by, "group.accept", "group", group_id, {"institution": folded, "people": count})
        return group_id


def dismiss(engine: Engine, folded: str, now: datetime, by: int | None) -> None:
    """Propose an institution no longer."""
    with writing(engine) as connection:
        if group_store.is_assigned(connection, folded):
            raise NotThere(N_("This proposal is settled already."), N_("Look for the group in the list."))
        group_store.assign(connection, folded, None, now, by)
        audit.record(connection, now, by, "group.dismiss", "institution", folded)


def add_members(engine: Engine, group_id: int, person_ids: Iterable[int], now: datetime, by: int | None) -> int:
    """Make people members whatever the ILS says; return how many were none before."""
    with writing(engine) as connection:
        existing(connection, group_id, locks=True)
        wanted = sorted(people.in_sight(connection, [*person_ids]))
        added = group_store.put_members(connection, group_id, wanted, now)
        touch_persons(connection, wanted)
        audit.record(connection, now, by, "group.add", "group", group_id, {"people": added})
        return added


def remove_member(engine: Engine, group_id: int, person_id: int, now: datetime, by: int | None) -> None:
    """Take somebody out of a group; no sync brings him back."""
    with writing(engine) as connection:
        _set(connection, group_id, person_id, {"ended_at": now, "origin": "staff", "role": MEMBER, "consent_at": None})
        touch_persons(connection, [person_id])
        audit.record(connection, now, by, "group.remove", "group", group_id, {"person": person_id})


def set_role(engine: Engine, group_id: int, person_id: int, role: str, now: datetime, by: int | None) -> None:
    """Make a member contact person, or a plain member again."""
    if role not in (MEMBER, CONTACT):
        raise FormRefused({"role": Message(N_("Choose a role."))})
    with writing(engine) as connection:
        _set(connection, group_id, person_id, {"role": role, "consent_at": None})
        audit.record(connection, now, by, "group.role", "group", group_id, {"person": person_id, "role": role})


def name_representative(
    engine: Engine, group_id: int, person_id: int, now: datetime, by: int | None, *, has_agreed: bool
) -> None:
    """Make a member the representative of his group.

    A representative is named before others, so he must have agreed; a minor's guardian must have signed for naming
    (UU PDP 27/2022, article 25). Raises ConsentMissing.
    """
    with writing(engine) as connection:
        _check_consent(connection, group_id, person_id, has_agreed=has_agreed)
        _set(connection, group_id, person_id, {"role": REPRESENTATIVE, "consent_at": now})
        details = {"person": person_id, "role": REPRESENTATIVE}
        audit.record(connection, now, by, "group.role", "group", group_id, details)


def _check_consent(connection: Connection, group_id: int, person_id: int, *, has_agreed: bool) -> None:
    rows = connection.execute(group_store.members(group_id)).all()
    is_minor = any(row.person_id == person_id and row.is_minor for row in rows)
    if is_minor and (person_id, "naming") not in group_store.consents(connection, group_id):
        raise ConsentMissing(
            N_("The guardian of this reader has not signed that he may be named."),
            N_("Enter the signed slip in the list of the class first."),
        )
    if not has_agreed:
        raise ConsentMissing(
            N_("A representative is named before others, so he has to agree first."),
            N_("Ask him, then tick that he agreed."),
        )


def _set(connection: Connection, group_id: int, person_id: int, values: dict[str, object]) -> None:
    existing(connection, group_id, locks=True)
    if not group_store.set_member(connection, group_id, person_id, values):
        raise NotThere(N_("This person is not in the group."), N_("Load the page again."))


def existing(connection: Connection, group_id: int, *, locks: bool = False) -> str:
    """Return the name of a group; raise NotThere."""
    row = group_store.find(connection, group_id, locks=locks)
    if row is None:
        raise NotThere(N_("There is no such group."), N_("Look for it in the list of groups."))
    return str(row.name)
