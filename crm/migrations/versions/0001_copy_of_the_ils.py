"""The copy of the ILS, the sync's memory and the outbox."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from crm.schema.base import Amount, Code, JsonWords, Key, Moment, Words

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WIDE = {"patron", "title"}


def upgrade() -> None:
    """Create all tables."""
    create_source()
    create_people()
    create_catalogue()
    create_circulation()
    create_traces()
    create_memory()
    create_outbox()


def downgrade() -> None:
    """Drop all tables; what the ILS still has comes back with the next sync."""
    names = sa.inspect(op.get_bind()).get_table_names()
    for name in sorted(names, key=lambda name: name == "ils_source"):
        if name.startswith(("ils_", "sync_")) or name == "event":
            op.drop_table(name)


def number(name: str, kind: Any = sa.BigInteger) -> sa.Column[Any]:
    """Return a number that is part of a key and never counted up by the database."""
    return sa.Column(name, kind(), nullable=False, autoincrement=False)


def source_id() -> sa.Column[Any]:
    """Return the reference to the source that a row belongs to."""
    return sa.Column("source_id", sa.Integer(), sa.ForeignKey("ils_source.id"), nullable=False)


def words(*names: str) -> list[sa.Column[Any]]:
    """Return columns of text."""
    return [sa.Column(name, Words()) for name in names]


def copied(name: str, *columns: sa.Column[Any], text_key: bool = False) -> None:
    """Create a copied table with its key and stamps."""
    keys = [sa.Column("key", Key(), nullable=False), sa.Column("key_hash", sa.BigInteger(), nullable=False)]
    op.create_table(
        f"ils_{name}",
        number("source_id", sa.Integer),
        *(keys if text_key else [number("key")]),
        *columns,
        sa.Column("first_seen_at", Moment(), nullable=False),
        sa.Column("gone_at", Moment()),
        sa.PrimaryKeyConstraint("source_id", "key", name=f"pk_ils_{name}"),
        sqlite_with_rowid=name in WIDE,
    )
    if text_key:
        index(f"ils_{name}", "source_id", "key_hash")


def index(table: str, *columns: str) -> None:
    """Create an index named by our convention."""
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def create_source() -> None:
    """Create the list of sources."""
    op.create_table(
        "ils_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", Key(), nullable=False),
        sa.Column("ils", Code(16), nullable=False),
        sa.Column("version", Code(64)),
        sa.Column("as_of", Moment()),
        sa.PrimaryKeyConstraint("id", name="pk_ils_source"),
        sa.UniqueConstraint("name", name="uq_ils_source_name"),
    )


def create_people() -> None:
    """Create branches, categories, closed days and patrons."""
    copied("branch", *words("name"), text_key=True)
    days = [sa.Column("loan_days", sa.BigInteger()), sa.Column("membership_days", sa.BigInteger())]
    copied("category", *words("name"), *days, text_key=True)
    copied(
        "closed_day",
        sa.Column("weekday", sa.Integer()),
        sa.Column("on_date", sa.Date()),
        *words("name"),
        sa.Column("branch_key", Key()),
    )
    copied(
        "patron",
        sa.Column("card_number", Key()),
        *words("name"),
        sa.Column("gender", Code(1)),
        sa.Column("birth_date", sa.Date()),
        sa.Column("category_key", Key()),
        sa.Column("branch_key", Key()),
        *words("email", "phone", "address", "postal_code", "institution", "notes"),
        sa.Column("member_since", sa.Date()),
        sa.Column("registered_on", sa.Date()),
        sa.Column("expires_on", sa.Date()),
        sa.Column("is_blocked", sa.Boolean()),
        sa.Column("added_on", sa.Date()),
        sa.Column("custom", JsonWords()),
        text_key=True,
    )


def create_catalogue() -> None:
    """Create titles with their lists, and items."""
    copied(
        "title",
        *words("title", "responsibility", "isbn", "publisher", "publish_year", "language"),
        *words("classification", "call_number", "material"),
        sa.Column("is_hidden", sa.Boolean()),
        sa.Column("added_at", Moment()),
    )
    for name, columns in (("author", ("name", "role")), ("subject", ("term", "kind"))):
        op.create_table(
            f"ils_{name}",
            number("source_id", sa.Integer),
            number("title_key"),
            number("position", sa.Integer),
            *words(*columns),
            sa.PrimaryKeyConstraint("source_id", "title_key", "position", name=f"pk_ils_{name}"),
            sqlite_with_rowid=False,
        )
    copied(
        "item",
        sa.Column("title_key", sa.BigInteger()),
        sa.Column("barcode", Key()),
        sa.Column("branch_key", Key()),
        *words("collection", "status"),
        sa.Column("is_loanable", sa.Boolean()),
        sa.Column("acquired_on", sa.Date()),
    )
    index("ils_item", "source_id", "title_key")
    index("ils_item", "source_id", "barcode")


def create_circulation() -> None:
    """Create loans, holds, visits and charges."""
    copied(
        "loan",
        sa.Column("patron_key", Key()),
        sa.Column("item_barcode", Key()),
        *(sa.Column(name, sa.Date()) for name in ("loaned_on", "due_on", "returned_on")),
        sa.Column("renewals", sa.BigInteger()),
        sa.Column("is_open", sa.Boolean()),
        sa.Column("branch_key", Key()),
        sa.Column("recorded_at", Moment()),
        sa.Column("item_key", sa.BigInteger()),
        sa.Column("title_key", sa.BigInteger()),
    )
    index("ils_loan", "source_id", "patron_key")
    index("ils_loan", "source_id", "title_key")
    copied(
        "hold",
        sa.Column("patron_key", Key()),
        sa.Column("title_key", sa.BigInteger()),
        sa.Column("item_barcode", Key()),
        sa.Column("placed_at", Moment()),
        *words("status"),
    )
    visited: sa.Column[Any] = sa.Column("visited_at", Moment())
    copied("visit", sa.Column("patron_key", Key()), *words("institution", "room"), visited)
    copied(
        "charge",
        sa.Column("patron_key", Key()),
        sa.Column("charged_on", sa.Date()),
        sa.Column("amount", Amount()),
        sa.Column("paid", Amount()),
        *words("description"),
    )
    for name in ("hold", "visit", "charge"):
        index(f"ils_{name}", "source_id", "patron_key")


def create_traces() -> None:
    """Create the evidence of renamed patrons, the rejects and the archive of reused keys."""
    op.create_table(
        "ils_rekeyed",
        source_id(),
        number("loan_key"),
        sa.Column("old_patron_key", Key(), nullable=False),
        sa.Column("new_patron_key", Key(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint(
            "source_id", "loan_key", "old_patron_key", "new_patron_key", "seen_at", name="pk_ils_rekeyed"
        ),
    )
    op.create_table(
        "ils_reject",
        sa.Column("id", sa.Integer(), nullable=False),
        source_id(),
        sa.Column("entity", Code(16), nullable=False),
        sa.Column("key", Words(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ils_reject"),
    )
    index("ils_reject", "source_id", "entity", "position")
    op.create_table(
        "ils_archive",
        sa.Column("id", sa.Integer(), nullable=False),
        source_id(),
        sa.Column("entity", Code(16), nullable=False),
        sa.Column("key", Key(), nullable=False),
        sa.Column("row", JsonWords(), nullable=False),
        sa.Column("archived_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ils_archive"),
    )
    index("ils_archive", "source_id", "entity", "key")


def create_memory() -> None:
    """Create what the sync remembers."""
    op.create_table(
        "sync_lease",
        source_id(),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("holder", Words(), nullable=False),
        sa.Column("beat_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", name="pk_sync_lease"),
    )
    op.create_table(
        "sync_entity",
        source_id(),
        sa.Column("entity", Code(16), nullable=False),
        sa.Column("definition", Code(64), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("is_loaded", sa.Boolean(), nullable=False),
        sa.Column("bulk", JsonWords()),
        sa.PrimaryKeyConstraint("source_id", "entity", name="pk_sync_entity"),
    )
    op.create_table(
        "sync_bucket",
        number("source_id", sa.Integer),
        sa.Column("entity", Code(16), nullable=False),
        number("bucket"),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("fingerprint", Code(16), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "entity", "bucket", name="pk_sync_bucket"),
        sqlite_with_rowid=False,
    )
    create_runs()


def create_runs() -> None:
    """Create the history of runs."""
    op.create_table(
        "sync_run",
        sa.Column("id", sa.Integer(), nullable=False),
        source_id(),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment()),
        sa.Column("outcome", Code(16), nullable=False),
        sa.Column("report", JsonWords()),
        sa.PrimaryKeyConstraint("id", name="pk_sync_run"),
    )
    index("sync_run", "source_id", "started_at")


def create_outbox() -> None:
    """Create the outbox of events."""
    op.create_table(
        "event",
        sa.Column("id", Code(32), nullable=False),
        sa.Column("type", Code(64), nullable=False),
        source_id(),
        sa.Column("subject", Key()),
        sa.Column("occurred_at", Moment()),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("changed", JsonWords()),
        sa.Column("counts", JsonWords()),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
    )
    index("event", "type", "seen_at")
