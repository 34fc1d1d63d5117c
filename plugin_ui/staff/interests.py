"""Topics: what the library has of each, what has none, who cares, and whom a title suits."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from crm.database import reading, writing
from crm.i18n import N_, translator
from crm.interests import topics
from crm.interests.coverage import leftovers
from crm.interests.matcher import Match
from crm.interests.rules import CLASS, LANGUAGE, MATERIAL, TOPIC
from crm.interests.topics import By, NewTopic, TopicRefused
from crm.reports import interests, people
from crm.staff import audit
from plugin_ui import charts
from plugin_ui.context import pages
from plugin_ui.language import lines_of, say
from plugin_ui.staff import confirming
from plugin_ui.staff.access import i_may, me, needs

blueprint = Blueprint("interests", __name__)


@blueprint.app_template_filter("reason")
def reason(match: Match) -> str:
    """Say in the language of the page why a title suits a reader."""
    return match.reason(g.language).said(translator(g.language))


KINDS = {
    TOPIC: N_("topics"),
    CLASS: N_("divisions of the classification"),
    LANGUAGE: N_("languages"),
    MATERIAL: N_("materials"),
}
FIELDS = {
    "class": N_("class"),
    "subject": N_("subject"),
    "author": N_("author"),
    "language": N_("language"),
    "material": N_("material"),
    "collection": N_("collection"),
}
FORGOTTEN = N_(
    "What was inferred of it about readers is forgotten at once and not inferred again. Only a reader may name it."
)
MAPPED_LATER = N_("Titles are mapped anew with the next refresh, within minutes.")


@blueprint.get("/interests")
@needs("see_figures")
def show() -> str:
    """Show all topics with their shares, and what has none."""
    kind = request.args.get("kind", TOPIC)
    if kind not in KINDS:
        abort(404)
    with reading(pages().engine) as connection:
        found = interests.overview(connection, kind)
        left = leftovers(connection) if kind == TOPIC else []
        names = interests.names(connection) if left and i_may("edit_interests") else []
    most = max((each.count.loans for each in found.topics), default=0)
    return render_template(
        "staff/interests/list.html", overview=found, kind=kind, kinds=KINDS, leftovers=left, names=names,
        fields=FIELDS, bar=charts.bar, most=most,
    )  # fmt: skip


@blueprint.post("/interests/leftovers")
@needs("edit_interests")
def map_leftover() -> Response:
    """Give a class or subject that has no topic to one."""
    slug, field, value = (request.form.get(name, "") for name in ("topic", "field", "value"))
    if slug:
        done = _change("topic.rule", slug, lambda c: topics.map_leftover(c, slug, field, value, _by()))
        if done:
            flash(f"{say(N_('{value} belongs to a topic now.'), value=value)} {say(MAPPED_LATER)}", "success")
    else:
        flash(say(N_("Choose a topic first.")), "warning")
    return redirect(url_for("interests.show", _anchor="leftovers"), 303)


@blueprint.get("/interests/new")
@needs("edit_interests")
def new() -> str:
    """Ask for a new topic."""
    return render_template("staff/interests/new.html", asked=request.args, fields=FIELDS, error="")


@blueprint.post("/interests/new")
@needs("edit_interests")
def create() -> str | Response:
    """Make a topic, with a first rule where one is given."""
    form = request.form
    wanted = NewTopic(form.get("name_id", ""), form.get("name_en", ""), is_sensitive="is_sensitive" in form)
    try:
        with writing(pages().engine) as connection:
            slug = topics.create_topic(connection, wanted)
            if form.get("value", "").strip():
                topics.add_rule(connection, slug, form.get("field", ""), form["value"].strip(), _by())
            _record(connection, "topic.create", slug)
    except TopicRefused as refused:
        return render_template("staff/interests/new.html", asked=form, fields=FIELDS, error=" ".join(lines_of(refused)))
    flash(say(MAPPED_LATER), "success")
    return redirect(url_for("interests.topic", slug=slug), 303)


@blueprint.get("/interests/topics/<slug>")
@needs("see_figures")
def topic(slug: str) -> str:
    """Show one topic."""
    with reading(pages().engine) as connection:
        found = interests.find(connection, slug) or abort(404)
        may = i_may("see_interests") and not found.is_sensitive
        return render_template(
            "staff/interests/topic.html",
            topic=found,
            rules=interests.rules_of(connection, found.id),
            titles=interests.titles_of(connection, found),
            readers=interests.readers_of(connection, found.id) if may else [],
            wishes=interests.wishes(connection, found.id),
            fields=FIELDS,
            kinds=KINDS,
        )


@blueprint.post("/interests/topics/<slug>")
@needs("edit_interests")
def change(slug: str) -> str | Response:
    """Rename a topic, hide it, call it sensitive, add or take back a rule; before harm it asks."""
    form, wish = request.form, request.form.get("do", "")
    field, value = form.get("field", ""), form.get("value", "").strip()
    changes: dict[str, Callable[[Connection], None]] = {
        "rename": lambda c: topics.rename_topic(c, slug, form.get("name_id", ""), form.get("name_en", "")),
        "hide": lambda c: topics.hide_topic(c, slug, pages().now()),
        "unhide": lambda c: topics.hide_topic(c, slug, None),
        "sensitive": lambda c: topics.set_sensitive(c, slug, is_sensitive=True),
        "open": lambda c: topics.set_sensitive(c, slug, is_sensitive=False),
        "rule": lambda c: topics.add_rule(c, slug, field, value, _by()),
        "drop": lambda c: topics.drop_rule(c, slug, field, value),
    }
    if wish not in changes:
        abort(400)
    if wish == "sensitive" and not confirming.is_confirmed():
        return confirming.ask(
            say(N_("Call this topic sensitive?")),
            say(FORGOTTEN),
            say(N_("Call it sensitive")),
            url_for("interests.topic", slug=slug),
        )  # fmt: skip
    if _change(f"topic.{wish}", slug, changes[wish]):
        flash(say(N_("Changed.")) if wish == "rename" else f"{say(N_('Changed.'))} {say(MAPPED_LATER)}", "success")
    return redirect(url_for("interests.topic", slug=slug), 303)


@blueprint.get("/interests/title")
@needs("see_interests")
def title() -> str:
    """Show whom a title suits; without one, find it by words of its title."""
    told = pages()
    words, key, source = (request.args.get(name, "").strip() for name in ("q", "key", "source"))
    with reading(told.engine) as connection:
        one = interests.title(connection, _number(source, 1), _number(key, 0)) if key else None
        found = interests.search_titles(connection, words) if words and not one else []
        suited = interests.suited(connection, one, told.today()) if one else None
        lines = people.some(connection, [each.person_id for each in suited.matches]) if suited else {}
    return render_template(
        "staff/interests/title.html", words=words, found=found, title=one, suited=suited, lines=lines, asked=bool(key)
    )


def _number(written: str, otherwise: int) -> int:
    return int(written) if written.isdecimal() and len(written) < 19 else otherwise


def _by() -> By:
    return By(pages().now(), me().id)


def _change(action: str, slug: str, change: Callable[[Connection], None]) -> bool:
    """Do something to a topic and note it; what is refused is said on the next page."""
    try:
        with writing(pages().engine) as connection:
            change(connection)
            _record(connection, action, slug)
    except TopicRefused as refused:
        flash(" ".join(lines_of(refused)), "danger")
        return False
    return True


def _record(connection: Connection, action: str, slug: str) -> None:
    audit.record(connection, pages().now(), me().id, action, "topic", slug)
