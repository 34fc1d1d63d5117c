"""How the tests of the patron pages send forms and read answers."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from crm.database import reading
from crm.schema.staff import audit

Enter = Callable[[str], FlaskClient]


def words(page: str) -> str:
    """Return what a reader sees of a page's content."""
    content = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", content).split())


def send(client: FlaskClient, path: str, page: str, **fields: object) -> TestResponse:
    """Send a form as a browser would: with the token of the page it stands on; follow where it leads."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert token is not None
    return client.post(path, data={"csrf_token": token[1], **fields}, follow_redirects=True)


def confirmed(client: FlaskClient, path: str, page: str, **fields: object) -> tuple[str, str]:
    """Send a form that asks back; return the question and, after a yes, what is said."""
    question = send(client, path, page, **fields)
    assert 'name="confirmed"' in question.text
    return words(question.text), words(send(client, path, page, **fields, confirmed="yes").text)


def logged(engine: Engine) -> list[tuple[str, str | None, object]]:
    with reading(engine) as connection:
        rows = connection.execute(select(audit.c.action, audit.c.subject_id, audit.c.details).order_by(audit.c.id))
        return [(row.action, row.subject_id, row.details) for row in rows]
