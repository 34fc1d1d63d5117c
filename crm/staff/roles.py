"""Which role may do what: one table, shown on the page of roles as it stands here."""

from __future__ import annotations

from dataclasses import dataclass

from crm.i18n import N_

VIEWER, DESK, OUTREACH, ADMIN = ROLES = ("viewer", "desk", "outreach", "admin")  # each may what the ones before may

ROLE_WORDS = {VIEWER: N_("Viewer"), DESK: N_("Desk"), OUTREACH: N_("Outreach"), ADMIN: N_("Admin")}

ROLE_MEANINGS = {
    VIEWER: N_("Sees figures, never a single reader. For the head of the library."),
    DESK: N_("Knows the reader at the desk: open loans, wishes, notes. Never what was read in the past."),
    OUTREACH: N_("Writes to readers: segments, interests and past titles, except of readers who object."),
    ADMIN: N_("Everything, and looks after accounts, settings and the audit log."),
}


@dataclass(frozen=True)
class Right:
    """Something that may be done, from which role on, and in which words it is shown."""

    name: str
    role: str
    words: str


MATRIX = (
    Right("see_figures", VIEWER, N_("see figures, topics and the counts of segments")),
    Right("see_segments", VIEWER, N_("see segments and their rules, without names")),
    Right("see_copy", VIEWER, N_("see how current the copy is")),
    Right("see_patrons", DESK, N_("see patrons, their open loans, counts and declared interests")),
    Right("write_notes", DESK, N_("write notes and finish follow-ups")),
    Right("edit_traits", DESK, N_("correct contact points, traits and tags")),
    Right("record_permission", DESK, N_("record what a reader agrees to")),
    Right("see_programmes", DESK, N_("see contacts, groups and programmes, and check guests in")),
    Right("see_interests", OUTREACH, N_("see inferred interests, except of readers who object")),
    Right("see_history", OUTREACH, N_("see past titles, except of readers who object")),
    Right("edit_segments", OUTREACH, N_("make and change segments")),
    Right("edit_interests", OUTREACH, N_("make and change topics")),
    Right("programmes", OUTREACH, N_("make and change contacts, groups and programmes")),
    Right("bulk_tag", OUTREACH, N_("tag many patrons at once")),
    Right("export", OUTREACH, N_("export lists")),
    Right("merge", OUTREACH, N_("merge duplicates and undo merges")),
    Right("settings", ADMIN, N_("change settings")),
    Right("manage_staff", ADMIN, N_("look after accounts")),
    Right("see_audit", ADMIN, N_("read the audit log")),
)

_FROM = {right.name: ROLES.index(right.role) for right in MATRIX}


def may(role: str, right: str) -> bool:
    """Tell whether ``role`` may do what ``right`` names; a right that is not in the matrix is a KeyError."""
    return role in ROLES and ROLES.index(role) >= _FROM[right]


def rights_of(role: str) -> frozenset[str]:
    """Return the names of all that ``role`` may do."""
    return frozenset(right.name for right in MATRIX if may(role, right.name))
