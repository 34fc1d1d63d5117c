"""The account a careful library gives Sapa: with what ``sapa doctor --grants`` prints, and the tables it may need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from connector.grants import grants
from connector.settings import SourceSettings
from tests.servers import HOST, Database

TABLES = (
    "biblio", "biblio_author", "biblio_topic", "fines", "holiday", "item", "loan", "loan_history", "member_custom",
    "mst_author", "mst_coll_type", "mst_custom_field", "mst_gmd", "mst_item_status", "mst_language", "mst_location",
    "mst_member_type", "mst_place", "mst_publisher", "mst_topic", "mst_visitor_room", "reserve", "setting",
    "visitor_count",
)  # fmt: skip


@contextmanager
def create_reader(database: Database, password: str = "only-reads") -> Iterator[str]:
    """Create the reading account for ``database``, give its URL, drop it afterwards."""
    name = f"reader_{database.name}"
    account = f"'{name}'@'{HOST}'"
    database.server.execute(f"CREATE USER {account} IDENTIFIED BY '{password}'")
    url = database.server.url(database.name, name, password)
    for statement in grants(SourceSettings("main", "slims", url)):
        database.server.execute(statement)
    yield url
    database.server.execute(f"DROP USER {account}")
