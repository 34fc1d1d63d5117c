"""What is done with many patrons at once: tag them, or take them along as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, request, stream_with_context, url_for
from sqlalchemy import Engine
from werkzeug.wrappers import Response as BaseResponse

from crm.database import reading, writing
from crm.errors import ActionRefused
from crm.i18n import N_
from crm.patrons.many import chunks
from crm.patrons.traits import add_tag, clean_tag
from crm.reports.patron_list import Question, Row, everybody, points_of, rows_of
from crm.segments.vocabulary import STAGES, STATES
from crm.spreadsheet import BYTE_ORDER_MARK, lines
from crm.staff import audit
from plugin_ui.context import pages
from plugin_ui.language import formats, lines_of, say
from plugin_ui.staff import confirming
from plugin_ui.staff.access import me, needs
from plugin_ui.staff.forms import number

blueprint = Blueprint("bulk", __name__, url_prefix="/patrons")

AT_ONCE = 2_000  # people per transaction, so that nobody else waits long for the database
HEADER = (
    N_("Number"), N_("Name"), N_("Category"), N_("Branch"), N_("Stage"), N_("Membership"), N_("Joined"), N_("Expires"),
    N_("Last activity"), N_("Phones"), N_("Mail addresses"), N_("Tags"),
)  # fmt: skip


@blueprint.post("/tag")
@needs("bulk_tag")
def tag() -> BaseResponse | str:
    """Tag the ticked, or all who were found, after asking."""
    question = Question.of(request.form)
    back = url_for("patrons.show") + _query(question)
    try:
        name = clean_tag(request.form.get("tag_name", ""))
    except ActionRefused as error:
        return _refused(" ".join(lines_of(error)), back)
    ids = _meant(pages().engine, question)
    if not ids:
        return _refused(say(N_("Nobody is ticked. Tick the patrons in the list first.")), back)
    if not confirming.is_confirmed():
        return confirming.ask(
            say(N_("Tag {count} patrons as “{tag}”?"), count=formats().number(len(ids)), tag=name),
            say(
                N_("Those who have the tag already keep it. A tag can be taken away again on the page of each patron.")
            ),
            say(N_("Tag them")),
            back,
        )
    flash(say(N_("Tagged as “{tag}”: {count}."), tag=name, count=formats().number(_add(ids, name))), "success")
    return redirect(back, 303)


def _query(question: Question) -> str:
    return f"?{urlencode(question.as_fields())}" if question.as_fields() else ""


def _refused(words: str, back: str) -> BaseResponse:
    flash(words, "error")
    return redirect(back, 303)


def _meant(engine: Engine, question: Question) -> list[int]:
    if request.form.get("whom") != "found":
        return sorted({each for text in request.form.getlist("person") if (each := number(text)) is not None})
    with reading(engine) as connection:
        return list(connection.scalars(everybody(connection, question)))


def _add(ids: Sequence[int], name: str) -> int:
    told, added = pages(), 0
    for chunk in chunks(ids, AT_ONCE):
        with writing(told.engine) as connection:
            added += add_tag(connection, chunk, name, told.now(), me().id)
    return added


@blueprint.post("/export")
@needs("export")
def export() -> BaseResponse:
    """Send all who were found as CSV; noted with how many and by which filters, without what was searched for."""
    told, question = pages(), Question.of(request.form)
    with reading(told.engine) as connection:
        ids = list(connection.scalars(everybody(connection, question)))
    details = {"people": len(ids), "filters": sorted(question.filters), "by_words": bool(question.q)}
    with writing(told.engine) as connection:
        audit.record(connection, told.now(), me().id, "patron.export", "person", None, details)
    written = lines([say(words) for words in HEADER], _rows(told.engine, ids))
    body = (BYTE_ORDER_MARK + line if at == 0 else line for at, line in enumerate(written))
    headers = {"Content-Disposition": 'attachment; filename="patrons.csv"'}
    return Response(stream_with_context(body), mimetype="text/csv", headers=headers)


def _rows(engine: Engine, ids: Sequence[int]) -> Iterator[tuple[object, ...]]:
    for chunk in chunks(ids):
        with reading(engine) as connection:
            rows, points = rows_of(connection, chunk), points_of(connection, chunk)
        yield from (_cells(row, points.get(row.id, {})) for row in rows)


def _cells(row: Row, points: dict[str, list[str]]) -> tuple[object, ...]:
    phones = [value for kind, values in points.items() if kind != "email" for value in values]
    words = (STAGES.get(row.stage or "", row.stage or ""), STATES.get(row.state or "", row.state or ""))
    return (
        row.card_number, row.name, row.category, row.branch, *(say(each) if each else None for each in words),
        row.joined_on, row.expires_on, row.last_activity_on,
        "; ".join(phones), "; ".join(points.get("email", [])), "; ".join(row.tags),
    )  # fmt: skip
