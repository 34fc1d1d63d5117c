"""The pages of patrons: what each role sees and does, without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from werkzeug.test import TestResponse

from crm.database import reading, writing
from crm.schema import ils, people, profiles
from crm.schema import staff as staff_tables
from tests.library_pages import words
from tests.readers import (
    ANI,
    BUDI,
    GUEST,
    NOW,
    SITI,
    STAMPS,
    TODAY,
    add,
    add_loan,
    add_patron,
    add_readers,
    days,
    furnish,
)
from tests.staffing import sign_in
from tests.statements import count_statements

Enter = Callable[[str], FlaskClient]


@pytest.fixture
def library(engine: Engine) -> Engine:
    with writing(engine) as connection:
        furnish(connection)
        add_readers(connection)
    return engine
