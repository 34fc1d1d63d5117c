"""G5: columns or tables that the ILS shows no longer stop a sync, instead of emptying the copy without a word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.grants import grants
from connector.sync import sync_source
from crm.errors import SourceEmptied
from crm.status import copy_status
from tests.library import Library, settings_of
from tests.servers import HOST, PASSWORD, MariaDBServer


@pytest.fixture
def modest(library: Library, mariadb: MariaDBServer) -> Library:
    """Give a synced library that is read with what doctor prints."""
    mariadb.execute(f"CREATE OR REPLACE USER 'modest'@'{HOST}' IDENTIFIED BY '{PASSWORD}'")
    library.settings = replace(settings_of(library.slims), database_url=mariadb.url(library.slims.name, "modest"))
    for statement in grants(library.settings):
        mariadb.execute(statement)
    library.sync()
    return library


def test_a_column_that_is_granted_no_longer_stops_the_sync(modest: Library, mariadb: MariaDBServer) -> None:
    phones = modest.copy("SELECT `key`, phone FROM ils_patron ORDER BY `key`")
    mariadb.execute(f"REVOKE SELECT (member_phone) ON `{modest.slims.name}`.member FROM 'modest'@'{HOST}'")
    with pytest.raises(SourceEmptied) as stopped:
        modest.sync()
    message, hint = stopped.value.lines(str)
    assert "shows member.member_phone no longer" in message
    assert "doctor --grants" in hint
    assert "--accept-empty" in hint
    assert modest.copy("SELECT `key`, phone FROM ils_patron ORDER BY `key`") == phones
    run = copy_status(modest.crm)[0].last_run
    assert run is not None
    assert run.outcome == "stopped"
    with pytest.raises(SourceEmptied):  # it asks each time
        modest.sync()


def test_a_table_that_is_granted_no_longer_stops_the_sync(modest: Library, mariadb: MariaDBServer) -> None:
    mariadb.execute(f"REVOKE SELECT ON `{modest.slims.name}`.member_custom FROM 'modest'@'{HOST}'")
    with pytest.raises(SourceEmptied, match="shows member_custom no longer"):
        modest.sync()


def test_what_is_said_to_be_right_is_not_asked_again(library: Library) -> None:
    library.change("ALTER TABLE member DROP COLUMN member_notes")
    with pytest.raises(SourceEmptied, match=r"member\.member_notes"):
        library.sync()
    library.sync(accept_empty=True)
    assert library.copy("SELECT count(notes) FROM ils_patron") == [(0,)]
    sync_source(library.crm, library.settings)
    assert library.verify().equal
