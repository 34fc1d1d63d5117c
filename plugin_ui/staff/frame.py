"""What stands around every staff page: the menu or tabs, how current the data is, who is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import g, request, session

from crm.status import as_of_by_source
from plugin_ui.context import pages
from plugin_ui.language import formats
from plugin_ui.staff import access, menu

SLIMS, OWN = "slims", "own"
FRAMED_DESTINATIONS = ("iframe", "frame")


@dataclass(frozen=True)
class AsOf:
    """How current the data is: the oldest copy counts. ``moment`` is "" while a first copy runs or there is none."""

    moment: str
    age: str
    is_late: bool
    is_first: bool


def choose_frame() -> None:
    """Settle whether the page stands inside SLiMS: asked for by ``?frame=slims`` and remembered until ``?frame=own``.

    Where the browser tells that a page is for a window of its own, that counts for this page alone.
    """
    wish = request.args.get("frame")
    if wish in (SLIMS, OWN):
        session["frame"] = wish
    is_framed = session.get("frame") == SLIMS
    destination = request.headers.get("Sec-Fetch-Dest", "")
    if wish is None and destination and destination not in (*FRAMED_DESTINATIONS, "empty"):
        is_framed = False
    g.is_framed = is_framed


def as_of() -> AsOf:
    """Return how current the data is; one statement."""
    told = pages()
    now = told.now()
    known = as_of_by_source(told.engine)
    moments = [moment for moment in known.values() if moment is not None]
    if not moments or len(moments) < len(known):
        return AsOf("", "", is_late=False, is_first=bool(known))
    late = any(now - moment > told.late_after.get(name, timedelta.max) for name, moment in known.items() if moment)
    oldest = min(moments)
    return AsOf(formats().moment(oldest), formats().ago(oldest, now), is_late=late, is_first=False)


def around() -> dict[str, Any]:
    """Return what the templates of staff pages find without being told."""
    return {
        "me": access.current,
        "may": access.i_may,
        "main_menu": menu.main_menu,
        "settings_menu": menu.settings_menu,
        "is_current": menu.is_current,
        "as_of": as_of,
    }
