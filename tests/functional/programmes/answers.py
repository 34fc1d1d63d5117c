"""What pages answer, as the tests read it."""

from __future__ import annotations

import re

from itsdangerous import URLSafeSerializer
from werkzeug.test import TestResponse

SECRET = "a key that is only for tests"


def words(answer: TestResponse) -> str:
    """Return what a reader sees of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text.partition("<body")[2].partition(">")[2]).split())


def signed(purpose: str, value: str | int) -> str:
    """Return a value as links carry it."""
    return str(URLSafeSerializer(SECRET, salt=purpose).dumps(value))
