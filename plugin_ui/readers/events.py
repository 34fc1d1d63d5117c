"""Signing up for a programme, signing off, and checking in by phone on site."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from crm.database import reading, writing
from crm.errors import InputRefused, NotThere
from crm.i18n import N_
from crm.programmes import arrivals, people, sign_ups, store
from crm.programmes.people import Entry
from crm.programmes.rules import STATE_WORDS, Programme, state_of, takes_sign_ups
from crm.programmes.sign_ups import SignUpClosed
from crm.schema.programmes import programme
from crm.staff import throttle
from plugin_ui import links
from plugin_ui.context import pages
from plugin_ui.forms import protection
from plugin_ui.language import formats, lines_of, say
from plugin_ui.staff.forms import wrong

blueprint = Blueprint("events", __name__, url_prefix="/e")
protection.exempt(blueprint)  # readers have no session that another site could borrow

FREE_SIGN_UPS, FREE_ARRIVALS = 60, 600  # per hour and address; a school or the library's Wi-Fi is one address
HONEYPOT = "website"  # no person sees it, programs fill it in


@blueprint.get("/<slug>")
def show(slug: str) -> str:
    """Show a programme and the form to sign up."""
    return _page(_public(slug), {}, {})


@blueprint.post("/<slug>")
def sign_up(slug: str) -> BaseResponse:
    """Sign somebody up; the answer is the same whether the library knows him or not."""
    told, form = pages(), request.form
    code = links.new_code()
    if form.get(HONEYPOT):
        return _to_mine(slug, code, 1)
    try:
        who = people.visitor(Entry.of(form), told.library.country, is_reachable=True)
    except InputRefused as error:
        return make_response(_page(_public(slug), form, wrong(error)), 400)
    _slow_down("sign-up", FREE_SIGN_UPS)
    try:
        done = sign_ups.sign_up(told.engine, slug, who, code, told.now())
    except SignUpClosed:
        return make_response(_page(_public(slug), form, {}), 409)
    return _to_mine(slug, code, done.number)


def _to_mine(slug: str, code: str, number: int) -> BaseResponse:
    token = links.signed(links.SIGN_UP, f"{number}.{code}")
    return redirect(url_for("events.mine", slug=slug, token=token), 303)


@blueprint.get("/<slug>/<token>")
def mine(slug: str, token: str) -> str:
    """Show what became of a sign-up, with the button to sign off."""
    number, code = _read(token)
    found = sign_ups.look(pages().engine, slug, code, number)
    planned = found.programme if found else _named(slug)
    return render_template(
        "readers/mine.html", sign_up=found, state=state_of(planned, pages().now()), **_shown(planned)
    )


@blueprint.post("/<slug>/<token>")
def sign_off(slug: str, token: str) -> BaseResponse:
    """Sign off; only this button does it, opening the link never does."""
    sign_ups.cancel(pages().engine, slug, _read(token)[1], pages().now())
    return redirect(url_for("events.mine", slug=slug, token=token, done="yes"), 303)


@blueprint.get("/here/<token>")
def arrive(token: str) -> str | BaseResponse:
    """Show the form to check in, to phones that have scanned the code on site."""
    planned = _at_the_door(token)
    if isinstance(planned, SignUpClosed):
        return make_response(_closed(planned), 409)
    return _door(planned, {}, {})


@blueprint.post("/here/<token>")
def check_in(token: str) -> str | BaseResponse:
    """Note that somebody came."""
    told, form = pages(), request.form
    planned = _at_the_door(token)
    if isinstance(planned, SignUpClosed):
        return make_response(_closed(planned), 409)
    try:
        who = people.visitor(Entry.of(form), told.library.country, is_reachable=False)
    except InputRefused as error:
        return make_response(_door(planned, form, wrong(error)), 400)
    if not form.get(HONEYPOT):
        _slow_down("check-in", FREE_ARRIVALS)
        arrivals.check_in(told.engine, planned.id, who, told.now())
    return render_template("readers/welcome.html", name=who.name, **_shown(planned))


def _at_the_door(token: str) -> Programme | SignUpClosed:
    told = pages()
    programme_id = links.read(links.CHECK_IN, token)
    try:
        with reading(told.engine) as connection:
            return arrivals.open_for_phones(connection, int(programme_id), told.now())
    except SignUpClosed as closed:
        return closed


def _slow_down(what: str, free: int) -> None:
    """Count a try of this address; raise TooManyTries where there were too many."""
    told = pages()
    with writing(told.engine) as connection:
        who = throttle.keyed(told.secret, what, request.remote_addr or "")
        throttle.admit(connection, {who: free}, told.now())


def _read(token: str) -> tuple[int, str]:
    """Return the number and the code of a sign-up out of its link."""
    number, _, code = str(links.read(links.SIGN_UP, token)).partition(".")
    return int(number), code


def _named(slug: str) -> Programme:
    with reading(pages().engine) as connection:
        planned = store.find(connection, programme.c.slug == slug)
    if planned is None:
        raise _not_there()
    return planned


def _not_there() -> NotThere:
    maybe = N_("The address may be mistyped, or the programme is not public.")
    return NotThere(N_("There is no such programme."), maybe)


def _public(slug: str) -> Programme:
    planned = _named(slug)
    if not planned.is_public:
        raise _not_there()
    return planned


def _page(planned: Programme, values: Any, errors: dict[str, str]) -> str:
    told = pages()
    with reading(told.engine) as connection:
        taken, _ = store.signed_up(connection, planned.id)
    state = state_of(planned, told.now())
    return render_template(
        "readers/event.html",
        values=values, errors=errors, state=state, state_word=say(STATE_WORDS[state]), honeypot=HONEYPOT,
        is_open=takes_sign_ups(planned, told.now()),
        left=None if planned.seats is None else max(planned.seats - taken, 0),
        **_shown(planned),
    )  # fmt: skip


def _door(planned: Programme, values: Any, errors: dict[str, str]) -> str:
    return render_template("readers/door.html", values=values, errors=errors, honeypot=HONEYPOT, **_shown(planned))


def _closed(closed: SignUpClosed) -> str:
    return render_template("readers/closed.html", text=" ".join(lines_of(closed)))


def _shown(planned: Programme) -> dict[str, Any]:
    return {"programme": planned, "when": formats().occasion(planned.starts_at, planned.ends_at)}
