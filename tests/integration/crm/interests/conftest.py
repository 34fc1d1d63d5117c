"""A small library in either kind of database."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.integration.crm.interests.shelves import Shelves


@pytest.fixture
def shelves(crm: Engine) -> Shelves:
    """Give a library without titles and people, once per kind of database."""
    return Shelves(crm)
