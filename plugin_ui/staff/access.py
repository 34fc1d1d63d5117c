"""Who is asking, and what that person may do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Response, g, redirect, request, url_for
from werkzeug.exceptions import Forbidden, Unauthorized
from werkzeug.wrappers import Response as BaseResponse

from crm.database import reading, writing
from crm.errors import SapaError
from crm.staff import roles, sessions
from crm.staff.service import Actor
from crm.staff.sessions import Member
from plugin_ui import cookies
from plugin_ui.context import pages

COOKIE = "sapa_session"
RIGHT = "sapa_right"  # the attribute of a view that tells which right it takes
ANY_STAFF = ""  # for what all who are signed in may do

P = ParamSpec("P")
T = TypeVar("T")


def needs(right: str) -> Callable[[Callable[P, T]], Callable[P, T | BaseResponse]]:
    """Let only those see a view who have ``right``, a name in ``roles.MATRIX`` or ANY_STAFF.

    Others get the page 403; whoever is not signed in is asked to sign in, or, where something was sent, told 401.
    """
    if right != ANY_STAFF:
        roles.may(roles.ADMIN, right)  # a mistyped right is found when the page is written

    def guard(view: Callable[P, T]) -> Callable[P, T | BaseResponse]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T | BaseResponse:
            member = current()
            if member is None:
                return _ask_to_sign_in()
            if right != ANY_STAFF and not roles.may(member.role, right):
                raise Forbidden
            return view(*args, **kwargs)

        setattr(guarded, RIGHT, right)
        return guarded

    return guard


def me() -> Member:
    """Return who is signed in; on a page that ``needs`` a right somebody always is."""
    member = current()
    if member is None:
        raise Unauthorized
    return member


def actor() -> Actor:
    """Return who is signed in, and when, as the use cases want it."""
    return Actor(me().id, pages().now())


def i_may(right: str) -> bool:
    """Tell whether whoever is signed in may do something; nobody may do nothing."""
    member = current()
    return member is not None and roles.may(member.role, right)


def current() -> Member | None:
    """Return who is signed in, None if nobody is; asked once per request."""
    if "member" not in g:
        g.member = _find(request.cookies.get(COOKIE, ""))
    member: Member | None = g.member
    return member


def hand_out(response: Response, token: str) -> None:
    """Give the browser the token of a session that has just begun."""
    cookies.keep(response, COOKIE, token, sessions.LONGEST.total_seconds())


def take_back(response: Response) -> None:
    """Let the browser forget its session."""
    response.delete_cookie(COOKIE, secure=request.is_secure, httponly=True, samesite="Lax")


def _find(token: str) -> Member | None:
    if not token:
        return None
    told = pages()
    now = told.now()
    with reading(told.engine) as connection:
        found = sessions.find(connection, token, now)
    if found is None:
        return None
    if found.is_to_be_noted(now):
        with suppress(SapaError), writing(told.engine) as connection:  # a busy database does not hide a page
            sessions.note(connection, token, now)
    return found.member


def _ask_to_sign_in() -> BaseResponse:
    if request.method not in ("GET", "HEAD"):
        raise Unauthorized
    wanted = request.full_path if request.query_string else request.path
    return redirect(url_for("sign_in.show", next=wanted))
