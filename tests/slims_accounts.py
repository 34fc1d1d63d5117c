"""The account a careful library gives Sapa: SELECT on what is needed, nothing on staff, no secrets of members."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers import HOST, Database

TABLES = (
    "biblio", "biblio_author", "biblio_topic", "fines", "holiday", "item", "loan", "loan_history", "member_custom",
    "mst_author", "mst_coll_type", "mst_custom_field", "mst_gmd", "mst_item_status", "mst_language", "mst_location",
    "mst_member_type", "mst_place", "mst_publisher", "mst_topic", "mst_visitor_room", "reserve", "setting",
    "visitor_count",
)  # fmt: skip
SECRETS = ("pin", "mpasswd", "last_login_ip", "member_image")


def grant_reading(database: Database, account: str) -> None:
    """Grant ``account`` SELECT on the tables of ``database`` that Sapa reads; of ``member`` only harmless columns."""
    rows = database.execute("SELECT table_name, column_name FROM information_schema.columns "
                            "WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position")  # fmt: skip
    present = {table for table, _ in rows}
    harmless = ", ".join(f"`{column}`" for table, column in rows if table == "member" and column not in SECRETS)
    with database.server.connection(database.name) as opened, opened.cursor() as cursor:
        cursor.execute(f"GRANT SELECT ({harmless}) ON member TO {account}")
        for table in TABLES:
            if table in present:
                cursor.execute(f"GRANT SELECT ON `{table}` TO {account}")


@contextmanager
def create_reader(database: Database, password: str = "only-reads") -> Iterator[str]:
    """Create the reading account for ``database``, give its URL, drop it afterwards."""
    name = f"reader_{database.name}"
    account = f"'{name}'@'{HOST}'"
    database.server.execute(f"CREATE USER {account} IDENTIFIED BY '{password}'")
    grant_reading(database, account)
    yield database.server.url(database.name, name, password)
    database.server.execute(f"DROP USER {account}")
