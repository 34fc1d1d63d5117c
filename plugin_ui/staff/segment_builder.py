"""The builder: a rule put together as a sentence, with whom it means while it is written."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from crm.database import reading, writing
from crm.errors import SapaError
from crm.i18n import N_, translator
from crm.reports import segments
from crm.scope import Scope
from crm.segments import service, shipped, store
from crm.segments.preview import Preview
from crm.segments.reading import Problem, RuleRejected
from crm.segments.service import Change, Day
from crm.segments.store import Segment
from plugin_ui.context import pages
from plugin_ui.language import formats, lines_of, say
from plugin_ui.staff import rule_form
from plugin_ui.staff.access import me, needs
from plugin_ui.staff.rule_form import ROOT, Document, FormUnreadable
from plugin_ui.staff.rule_view import View, menu

blueprint = Blueprint("segment_builder", __name__)

LONGEST_ADDRESS = 4_000
LONGEST_NAME = 100
UPDATE, SAVE = "update", "save"


@dataclass
class Draft:
    """What is being written: names, the rule, which condition is open, what is wrong."""

    name: str
    about: str
    document: Document
    opened: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@blueprint.get("/segments/new")
@needs("edit_segments")
def new() -> str:
    """Begin a new segment, with the rule of the address where there is one."""
    return _page(_from_address({"all": []}, "", ""), None)


@blueprint.get("/segments/<slug>/edit")
@needs("edit_segments")
def edit(slug: str) -> str:
    """Change a segment."""
    segment = _segment(slug)
    translate = translator(formats().language)
    draft = _from_address(
        segment.document, shipped.shown(segment.name, translate), shipped.shown(segment.about, translate)
    )
    return _page(draft, segment)


@blueprint.post("/segments/new")
@needs("edit_segments")
def change_new() -> str | Response:
    """Change what is being written, or save it."""
    return _changed(None)


@blueprint.post("/segments/<slug>/edit")
@needs("edit_segments")
def change(slug: str) -> str | Response:
    """Change what is being written, or save it."""
    return _changed(_segment(slug))


def _segment(slug: str) -> Segment:
    with reading(pages().engine) as connection:
        found = store.find(connection, slug)
    if found is None or found.archived_at is not None:
        abort(404)
    return found


def _from_address(document: Document, name: str, about: str) -> Draft:
    topic = request.args.get("topic")
    if topic:
        document = shipped.interested_in(topic)
    written = request.args.get("rule")
    if written:
        try:
            document = json.loads(written)
        except ValueError:
            abort(400)
    values = request.args
    return Draft(
        values.get("name", name), values.get("about", about), rule_form.as_group(document), values.get("open", "")
    )


def _changed(segment: Segment | None) -> str | Response:
    try:
        document = rule_form.read(request.form)
    except FormUnreadable:
        abort(400)
    wish = request.form.get("do", UPDATE)
    draft = Draft(request.form.get("name", "").strip(), request.form.get("about", "").strip(), document)
    if wish == SAVE:
        return _save(draft, segment)
    with reading(pages().engine) as connection:
        draft.document = rule_form.done(document, wish, store.names(connection))
    draft.opened = _place_of_new(draft.document, document, wish)
    address = _address(draft, segment)
    return redirect(address, 303) if len(address) < LONGEST_ADDRESS else _page(draft, segment)


def _place_of_new(after: Document, before: Document, wish: str) -> str:
    """Return the place of what a button has just added, "" where it added nothing."""
    if after == before or not wish.startswith(("add:", "group:")):
        return ""
    outer = wish.split(":")[1]
    parts = {place: part for place, _, part in rule_form.walk(after)}
    inside = parts.get(outer, {})
    return f"{outer}-{len(inside.get(rule_form.kind_of(inside), [])) - 1}"


def _address(draft: Draft, segment: Segment | None) -> str:
    rule = json.dumps(draft.document, ensure_ascii=False)
    values: dict[str, Any] = {"rule": rule, "name": draft.name, "about": draft.about}
    values |= {"open": draft.opened} if draft.opened else {}
    anchor = draft.opened or None
    if segment is None:
        return url_for("segment_builder.new", **values, _anchor=anchor)
    return url_for("segment_builder.edit", slug=segment.slug, **values, _anchor=anchor)


def _save(draft: Draft, segment: Segment | None) -> str | Response:
    told = pages()
    if not draft.name or len(draft.name) > LONGEST_NAME:
        draft.errors["name"] = say(N_("Give it a name of at most {most} characters."), most=LONGEST_NAME)
        return _page(draft, segment)
    day = Day(told.today(), told.library.timezone)
    try:
        slug = _write(draft, segment, day)
    except RuleRejected:
        draft.errors["rule"] = say(N_("The rule cannot be saved yet: look at what is marked."))
        return _page(draft, segment, is_saved=True)
    except SapaError as error:
        draft.errors["rule"] = " ".join(lines_of(error))
        return _page(draft, segment)
    flash(say(N_("The segment {name} is saved."), name=draft.name), "success")
    return redirect(url_for("segments.show", slug=slug), 303)


def _write(draft: Draft, segment: Segment | None, day: Day) -> str:
    """Save the segment, count who belongs, and return its short name."""
    told = pages()
    now = told.now()
    with reading(told.engine) as connection:
        taken = {each.slug for each in store.segments(connection, with_archived=True)}
    slug = segment.slug if segment else segments.free_slug(draft.name, {*taken, "new"})
    texts = _as_it_came(draft, segment)
    service.save(told.engine, slug, texts, draft.document, day, Change(now, me().id))
    service.recount(told.engine, Scope(is_everything=True), day, now, [slug])
    with writing(told.engine) as connection:
        saved = store.find(connection, slug)
        if saved:
            segments.keep_count(connection, saved, day.today)
    return slug


def _as_it_came(draft: Draft, segment: Segment | None) -> tuple[str, str | None]:
    """Return name and purpose; those that came with Sapa stay translatable while nobody changes them."""
    translate = translator(formats().language)
    name, about = draft.name, draft.about or None
    if segment and name == shipped.shown(segment.name, translate):
        name = segment.name
    if segment and about == shipped.shown(segment.about, translate):
        about = segment.about
    return name, about


def _page(draft: Draft, segment: Segment | None, *, is_saved: bool = False) -> str:
    told = pages()
    written = formats()
    with reading(told.engine) as connection:
        names = store.names(connection)
        conditions = [part for _, _, part in rule_form.walk(draft.document) if not rule_form.kind_of(part)]
        is_asked = bool(conditions) or is_saved
        preview, problems = _preview(connection, draft.document, is_saved=is_saved) if is_asked else (None, ())
    whole = rule_form.without_empty_groups(draft.document) == draft.document
    view = View(names, written, problems, preview.emptied_by if preview and whole else ())
    return render_template(
        "staff/segments/builder.html",
        draft=draft,
        segment=segment,
        node=view.node(draft.document),
        rule=json.dumps(draft.document, ensure_ascii=False),
        preview=preview,
        is_empty=not conditions,
        menu=menu(translator(written.language)),
        root=ROOT,
        update=UPDATE,
        save=SAVE,
    )


def _preview(
    connection: Connection, document: Document, *, is_saved: bool
) -> tuple[Preview | None, tuple[Problem, ...]]:
    """Return whom the rule means; while something is wrong with it, nothing but that."""
    told = pages()
    day = Day(told.today(), told.library.timezone)
    try:
        asked: Any = document if is_saved else rule_form.without_empty_groups(document)
        return service.found(connection, asked, day), ()
    except RuleRejected as rejected:
        if is_saved:
            return None, rejected.problems
        return None, _problems(connection, document, rejected.problems)
    except SapaError as error:
        flash(" ".join(lines_of(error)), "warning")
        return None, ()


def _problems(connection: Connection, document: Document, otherwise: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return what is wrong by the paths of the whole document, groups that are still empty included."""
    told = pages()
    try:
        service.ask(connection, document, Day(told.today(), told.library.timezone))
    except RuleRejected as rejected:
        return rejected.problems
    return otherwise
