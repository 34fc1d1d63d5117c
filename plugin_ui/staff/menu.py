"""The menu: one entry per part of Sapa that is there and that whoever is signed in may see."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request

from crm.i18n import N_
from plugin_ui.staff.access import i_may


@dataclass(frozen=True)
class Item:
    """A link to ``path``, shown to those with ``right``; ``icon`` is a symbol of icons.svg."""

    path: str
    words: str
    icon: str
    right: str
    meaning: str = ""


MAIN = (
    Item("/", N_("Today"), "today", "see_figures"),
    Item("/patrons", N_("Patrons"), "patrons", "see_patrons"),
    Item("/segments", N_("Segments"), "segments", "see_segments"),
    Item("/interests", N_("Interests"), "interests", "see_figures"),
    Item("/groups", N_("Groups"), "groups", "see_programmes"),
    Item("/contacts", N_("Contacts"), "contacts", "see_programmes"),
    Item("/programmes", N_("Programmes"), "programmes", "see_programmes"),
    Item("/settings", N_("Settings"), "settings", "see_copy"),
)

SETTINGS = (
    Item("/settings/copy", N_("Copy of the library's data"), "copy", "see_copy",
         N_("How current it is, what it holds, what was rejected.")),
    Item("/settings/staff", N_("Accounts"), "patrons", "manage_staff",
         N_("Who may sign in, in which role.")),
    Item("/settings/roles", N_("Roles"), "shield", "see_copy",
         N_("Who may see and do what.")),
    Item("/settings/audit", N_("Audit log"), "list", "see_audit",
         N_("What was done by whom: changes, exports, patron pages read.")),
)  # fmt: skip


def main_menu() -> list[Item]:
    """Return the entries of the menu."""
    return _shown(MAIN)


def settings_menu() -> list[Item]:
    """Return the pages below /settings."""
    return _shown(SETTINGS)


def is_current(item: Item) -> bool:
    """Tell whether this page belongs to an entry."""
    if item.path == "/":
        return request.path == "/"
    return request.path == item.path or request.path.startswith(f"{item.path}/")


def _shown(items: tuple[Item, ...]) -> list[Item]:
    there = {rule.rule.rstrip("/") or "/" for rule in current_app.url_map.iter_rules()}
    return [item for item in items if item.path in there and i_may(item.right)]
