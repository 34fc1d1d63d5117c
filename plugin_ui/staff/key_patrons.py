"""Key patrons: who uses the library most and most widely, ranked and explained, for the library or a part of it."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict

from crm.database import reading
from crm.facts.key_patrons import Part, key_patrons
from crm.i18n import translator
from crm.reports import people
from crm.reports.likings import topics
from crm.reports.patron_list import choices
from plugin_ui.context import pages
from plugin_ui.staff.access import needs

blueprint = Blueprint("key_patrons", __name__, url_prefix="/patrons/key")

MOST = 50
PARTS = ("branch", "category", "topic", "group")


@blueprint.get("")
@needs("see_interests")
def show() -> str:
    """List the key patrons of what the address names, the highest score first, each with the reasons."""
    told = pages()
    asked = {name: request.args.get(name, "") for name in PARTS}
    with reading(told.engine) as connection:
        options = _options(connection)
        ranked = key_patrons(connection, told.today(), part_of(request.args), MOST)
        lines = people.some(connection, [each.person_id for each in ranked])
    translate = translator(g.language)
    reasons = {each.person_id: ", ".join(reason.said(translate) for reason in each.reasons) for each in ranked}
    known = [each for each in ranked if each.person_id in lines]
    return render_template(
        "staff/patrons/key.html", asked=asked, options=options, ranked=known, lines=lines, reasons=reasons
    )


def part_of(given: MultiDict[str, str]) -> Part:
    """Return the part of the readers that an address names; what is no number narrows nothing."""
    return Part(
        branch_key=given.get("branch") or None,
        category_key=given.get("category") or None,
        topic_id=given.get("topic", type=int),
        group_id=given.get("group", type=int),
    )


def _options(connection: Connection) -> dict[str, list[tuple[str, str]]]:
    found = choices(connection)
    named = {name: [(each.value, each.name) for each in found[name]] for name in ("branch", "category", "group")}
    of_topic = [(str(each.id), each.name_id if g.language == "id" else each.name_en) for each in topics(connection)]
    return named | {"topic": sorted(of_topic, key=lambda pair: pair[1].casefold())}
