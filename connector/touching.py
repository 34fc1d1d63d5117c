"""Which people and titles a change of the copy is about, for the profiles to be worked out anew.

Whoever borrowed, came, reserved or owes is named by the patron's key; a title by its own. Categories and closed days
are part of every reader's lifecycle.
"""

from __future__ import annotations

from dataclasses import dataclass

from crm.touched import ALL, PATRON, TITLE


@dataclass(frozen=True)
class Touching:
    """What a changed row says: rows of ``kind``, named by ``column``.

    ``moves`` tells that the column is no key, so that what the row named before is touched too; ``only`` narrows
    changes to those of some columns.
    """

    kind: str
    column: str = ""
    moves: bool = False
    only: tuple[str, ...] = ()


EVERYBODY = Touching(ALL)
TOUCHING = {
    "category": EVERYBODY,
    "closed_day": EVERYBODY,
    "patron": Touching(PATRON, "key"),
    **dict.fromkeys(("loan", "hold", "visit", "charge"), Touching(PATRON, "patron_key", moves=True)),
    "title": Touching(TITLE, "key"),
    **dict.fromkeys(("author", "subject"), Touching(TITLE, "title_key")),
    "item": Touching(TITLE, "title_key", moves=True, only=("title_key", "collection")),
}
