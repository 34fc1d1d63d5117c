"""The copy of the ILS.

Every table but ``ils_author`` and ``ils_subject`` has the key (source_id, key) and two stamps: ``first_seen_at``, and
``gone_at`` once the row has vanished from its source. A row is live where ``gone_at IS NULL``. Text is as the ILS has
it and compares bytewise; ``…_on`` is a local date, ``…_at`` naive UTC. Only the sync writes here.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, Table

from crm.schema.base import METADATA, Amount, Code, JsonWords, Key, Moment, Words

source = Table(
    "ils_source",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", Key, nullable=False, unique=True),
    Column("ils", Code(16), nullable=False),
    Column("version", Code(64)),
    Column("as_of", Moment),
)


def copied(name: str, *columns: Column[Any], text_key: bool = False, wide: bool = False) -> Table:
    """Declare a copied table.

    A text key is joined by ``key_hash``, the number by which the source's server deals its rows into buckets.
    Narrow tables are clustered by their key in SQLite, which makes loading them cheaper.
    """
    key: list[Column[Any]] = [Column("key", BigInteger, primary_key=True, autoincrement=False)]
    if text_key:
        key = [Column("key", Key, primary_key=True), Column("key_hash", BigInteger, nullable=False)]
    table = Table(
        f"ils_{name}",
        METADATA,
        Column("source_id", Integer, primary_key=True, autoincrement=False),
        *key,
        *columns,
        Column("first_seen_at", Moment, nullable=False),
        Column("gone_at", Moment),
        sqlite_with_rowid=wide,
    )
    if text_key:
        Index(None, table.c.source_id, table.c.key_hash)
    return table


branch = copied("branch", Column("name", Words), text_key=True)

category = copied(
    "category",
    Column("name", Words),
    Column("loan_days", BigInteger),
    Column("membership_days", BigInteger),
    text_key=True,
)

closed_day = copied(
    "closed_day", Column("weekday", Integer), Column("on_date", Date), Column("name", Words), Column("branch_key", Key)
)

patron = copied(
    "patron",
    Column("card_number", Key),
    Column("name", Words),
    Column("gender", Code(1)),
    Column("birth_date", Date),
    Column("category_key", Key),
    Column("branch_key", Key),
    Column("email", Words),
    Column("phone", Words),
    Column("address", Words),
    Column("postal_code", Words),
    Column("institution", Words),
    Column("notes", Words),
    Column("member_since", Date),
    Column("registered_on", Date),
    Column("expires_on", Date),
    Column("is_blocked", Boolean),
    Column("added_on", Date),
    Column("custom", JsonWords),
    text_key=True,
    wide=True,
)

title = copied(
    "title",
    Column("title", Words),
    Column("responsibility", Words),
    Column("isbn", Words),
    Column("publisher", Words),
    Column("publish_year", Words),
    Column("language", Words),
    Column("classification", Words),
    Column("call_number", Words),
    Column("material", Words),
    Column("is_hidden", Boolean),
    Column("added_at", Moment),
    wide=True,
)


def listed(name: str, *columns: Column[Any]) -> Table:
    """Declare a list that belongs to a title and is replaced with it, so it has no stamps of its own."""
    return Table(
        f"ils_{name}",
        METADATA,
        Column("source_id", Integer, primary_key=True, autoincrement=False),
        Column("title_key", BigInteger, primary_key=True, autoincrement=False),
        Column("position", Integer, primary_key=True, autoincrement=False),
        *columns,
        sqlite_with_rowid=False,
    )


author = listed("author", Column("name", Words), Column("role", Words))

subject = listed("subject", Column("term", Words), Column("kind", Words))

item = copied(
    "item",
    Column("title_key", BigInteger),
    Column("barcode", Key),
    Column("branch_key", Key),
    Column("collection", Words),
    Column("status", Words),
    Column("is_loanable", Boolean),
    Column("acquired_on", Date),
)

loan = copied(
    "loan",
    Column("patron_key", Key),
    Column("item_barcode", Key),
    Column("loaned_on", Date),
    Column("due_on", Date),
    Column("returned_on", Date),
    Column("renewals", BigInteger),
    Column("is_open", Boolean),
    Column("branch_key", Key),
    Column("recorded_at", Moment),
    Column("item_key", BigInteger),
    Column("title_key", BigInteger),
)

hold = copied(
    "hold",
    Column("patron_key", Key),
    Column("title_key", BigInteger),
    Column("item_barcode", Key),
    Column("placed_at", Moment),
    Column("status", Words),
)

visit = copied(
    "visit",
    Column("patron_key", Key),
    Column("institution", Words),
    Column("room", Words),
    Column("visited_at", Moment),
)

charge = copied(
    "charge",
    Column("patron_key", Key),
    Column("charged_on", Date),
    Column("amount", Amount),
    Column("paid", Amount),
    Column("description", Words),
)

for _table, _column in (
    (item, "title_key"),
    (item, "barcode"),
    (loan, "patron_key"),
    (loan, "title_key"),
    (hold, "patron_key"),
    (visit, "patron_key"),
    (charge, "patron_key"),
):
    Index(None, _table.c.source_id, _table.c[_column])

rekeyed = Table(
    "ils_rekeyed",
    METADATA,
    Column("source_id", Integer, ForeignKey("ils_source.id"), primary_key=True),
    Column("loan_key", BigInteger, primary_key=True, autoincrement=False),
    Column("old_patron_key", Key, primary_key=True),
    Column("new_patron_key", Key, primary_key=True),
    Column("seen_at", Moment, nullable=False, primary_key=True),
)

reject = Table(
    "ils_reject",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("source_id", Integer, ForeignKey("ils_source.id"), nullable=False),
    Column("entity", Code(16), nullable=False),
    Column("key", Words, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("reason", Words, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Index(None, "source_id", "entity", "position"),
)

archive = Table(
    "ils_archive",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("source_id", Integer, ForeignKey("ils_source.id"), nullable=False),
    Column("entity", Code(16), nullable=False),
    Column("key", Key, nullable=False),
    Column("row", JsonWords, nullable=False),
    Column("archived_at", Moment, nullable=False),
    Index(None, "source_id", "entity", "key"),
)

COPIED = {
    table.name.removeprefix("ils_"): table
    for table in (branch, category, closed_day, patron, title, author, subject, item, loan, hold, visit, charge)
}
