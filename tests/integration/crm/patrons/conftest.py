"""Registers of patrons on either kind of database."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.integration.crm.patrons.register import Register


@pytest.fixture
def register(crm: Engine) -> Register:
    """Give a register without patrons, once per kind of database."""
    return Register(crm)
