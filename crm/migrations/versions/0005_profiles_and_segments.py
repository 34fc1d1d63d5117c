"""Facts, interests and segments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm.schema.base import Amount, Code, JsonWords, Key, Moment, Words

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COUNTED = ("loans", "visits", "holds", "programmes", "questions")
SPANS = ("30", "90", "365", "ever")
TABLES = (
    "day_count",
    "interest",
    "interest_base",
    "interest_day",
    "person_stage",
    "person_touched",
    "title_sensitive",
    "title_topic",
    "topic",
    "topic_count",
    "topic_mapping",
    "touched",
    "week_count",
    "declared_interest",
    "person_facts",
    "segment",
    "topic_rule",
    "segment_change",
    "segment_member",
)


def upgrade() -> None:
    """Create the tables."""
    create_day_count()
    create_interest()
    create_interest_base()
    create_interest_day()
    create_person_stage()
    create_person_touched()
    create_title_sensitive()
    create_title_topic()
    create_topic()
    create_topic_count()
    create_topic_mapping()
    create_touched()
    create_week_count()
    create_declared_interest()
    create_person_facts()
    create_segment()
    create_topic_rule()
    create_segment_change()
    create_segment_member()


def downgrade() -> None:
    """Drop them; nobody but Sapa has what is in them."""
    for name in reversed(TABLES):
        op.drop_table(name)


def create_day_count() -> None:
    op.create_table(
        "day_count",
        sa.Column("name", Code(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("reachable", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "day", name=op.f("pk_day_count")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_day_count_day"), "day_count", ["day"], unique=False)


def create_interest() -> None:
    op.create_table(
        "interest",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("topic_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("loans", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "topic_id", name=op.f("pk_interest")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_interest_topic_id_weight"), "interest", ["topic_id", "weight"], unique=False)


def create_interest_base() -> None:
    op.create_table(
        "interest_base",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("topic_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("loans", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "topic_id", name=op.f("pk_interest_base")),
        sqlite_with_rowid=False,
    )


def create_interest_day() -> None:
    op.create_table(
        "interest_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("factor", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_interest_day")),
        sqlite_with_rowid=False,
    )


def create_person_stage() -> None:
    op.create_table(
        "person_stage",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stage", Code(16), nullable=False),
        sa.Column("before", Code(16), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("is_reachable", sa.Boolean(), nullable=False),
        sa.Column("is_agreed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_stage")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_person_stage_since_on_before_stage"), "person_stage", ["since_on", "before", "stage"], unique=False
    )
    op.create_index(
        op.f("ix_person_stage_stage_is_reachable_is_agreed"),
        "person_stage",
        ["stage", "is_reachable", "is_agreed"],
        unique=False,
    )


def create_person_touched() -> None:
    op.create_table(
        "person_touched",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_touched")),
    )


def create_title_sensitive() -> None:
    op.create_table(
        "title_sensitive",
        sa.Column("source_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("topic_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("source_id", "title_key", "topic_id", name=op.f("pk_title_sensitive")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_title_sensitive_topic_id_source_id_title_key"),
        "title_sensitive",
        ["topic_id", "source_id", "title_key"],
        unique=False,
    )


def create_title_topic() -> None:
    op.create_table(
        "title_topic",
        sa.Column("source_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("topic_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("source_id", "title_key", "topic_id", name=op.f("pk_title_topic")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_title_topic_topic_id_source_id_title_key"),
        "title_topic",
        ["topic_id", "source_id", "title_key"],
        unique=False,
    )


def create_topic() -> None:
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", Key(), nullable=False),
        sa.Column("kind", Code(16), nullable=False),
        sa.Column("name_id", Words(), nullable=False),
        sa.Column("name_en", Words(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.Column("is_shipped", sa.Boolean(), nullable=False),
        sa.Column("hidden_at", Moment(), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["merged_into"], ["topic.id"], name=op.f("fk_topic_merged_into")),
        sa.ForeignKeyConstraint(["parent_id"], ["topic.id"], name=op.f("fk_topic_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        sa.UniqueConstraint("slug", name=op.f("uq_topic_slug")),
    )


def create_topic_count() -> None:
    op.create_table(
        "topic_count",
        sa.Column("topic_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("titles", sa.Integer(), nullable=False),
        sa.Column("loans", sa.Integer(), nullable=False),
        sa.Column("loans_recent", sa.Integer(), nullable=False),
        sa.Column("loans_before", sa.Integer(), nullable=False),
        sa.Column("readers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("topic_id", name=op.f("pk_topic_count")),
    )


def create_topic_mapping() -> None:
    op.create_table(
        "topic_mapping",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rules", Code(64), nullable=False),
        sa.Column("half_life_days", sa.Integer(), nullable=False),
        sa.Column("links_kept_from", sa.Date(), nullable=True),
        sa.Column("folding_to", sa.Date(), nullable=True),
        sa.Column("folded_upto", sa.Integer(), nullable=True),
        sa.Column("coverage", JsonWords(), nullable=True),
        sa.Column("mapped_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_mapping")),
    )


def create_touched() -> None:
    op.create_table(
        "touched",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", Code(8), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("key", Key(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touched")),
    )


def create_week_count() -> None:
    op.create_table(
        "week_count",
        sa.Column("source_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("loans", sa.Integer(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("readers", sa.Integer(), nullable=True),
        sa.Column("first_loan", sa.BigInteger(), nullable=True),
        sa.Column("first_visit", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("source_id", "week", name=op.f("pk_week_count")),
        sqlite_with_rowid=False,
    )


def create_declared_interest() -> None:
    op.create_table(
        "declared_interest",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("wish", Code(8), nullable=False),
        sa.Column("origin", Code(8), nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_declared_interest_person_id")),
        sa.ForeignKeyConstraint(["set_by"], ["staff.id"], name=op.f("fk_declared_interest_set_by")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_declared_interest_topic_id")),
        sa.PrimaryKeyConstraint("person_id", "topic_id", name=op.f("pk_declared_interest")),
    )
    op.create_index(op.f("ix_declared_interest_topic_id"), "declared_interest", ["topic_id"], unique=False)


def create_person_facts() -> None:
    op.create_table(
        "person_facts",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("patron_key", Key(), nullable=True),
        sa.Column("category_key", Key(), nullable=True),
        sa.Column("branch_key", Key(), nullable=True),
        sa.Column("age_band", Code(16), nullable=True),
        sa.Column("state", Code(16), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        *(sa.Column(f"{what}_{span}", sa.Integer(), nullable=False) for what in COUNTED for span in SPANS),
        sa.Column("open_loans", sa.Integer(), nullable=False),
        sa.Column("overdue_loans", sa.Integer(), nullable=False),
        sa.Column("next_due_on", sa.Date(), nullable=True),
        sa.Column("balance", Amount(), nullable=False),
        sa.Column("on_time_rate", sa.Double(), nullable=True),
        sa.Column("first_activity_on", sa.Date(), nullable=True),
        sa.Column("last_activity_on", sa.Date(), nullable=True),
        sa.Column("last_loan_on", sa.Date(), nullable=True),
        sa.Column("last_visit_on", sa.Date(), nullable=True),
        sa.Column("usual_gap_days", sa.Double(), nullable=True),
        sa.Column("breadth", sa.Integer(), nullable=False),
        sa.Column("stage", Code(16), nullable=False),
        sa.Column("stage_why", JsonWords(), nullable=True),
        sa.Column("key_score", sa.Double(), nullable=False),
        sa.Column("is_minor", sa.Boolean(), nullable=False),
        sa.Column("worked_out_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_facts_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_facts")),
    )
    op.create_index(op.f("ix_person_facts_joined_on"), "person_facts", ["joined_on"], unique=False)
    op.create_index(op.f("ix_person_facts_key_score"), "person_facts", ["key_score"], unique=False)
    op.create_index(op.f("ix_person_facts_last_activity_on"), "person_facts", ["last_activity_on"], unique=False)
    op.create_index(
        op.f("ix_person_facts_source_id_patron_key"), "person_facts", ["source_id", "patron_key"], unique=False
    )
    op.create_index(op.f("ix_person_facts_stage"), "person_facts", ["stage"], unique=False)


def create_segment() -> None:
    op.create_table(
        "segment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", Key(), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("about", Words(), nullable=True),
        sa.Column("rule", JsonWords(), nullable=False),
        sa.Column("is_shipped", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.Column("counted_at", Moment(), nullable=True),
        sa.Column("archived_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["staff.id"], name=op.f("fk_segment_changed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
        sa.UniqueConstraint("slug", name=op.f("uq_segment_slug")),
    )


def create_topic_rule() -> None:
    op.create_table(
        "topic_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("field", Code(16), nullable=False),
        sa.Column("value", Key(), nullable=False),
        sa.Column("is_shipped", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["set_by"], ["staff.id"], name=op.f("fk_topic_rule_set_by")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_topic_rule_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_rule")),
    )
    op.create_index(op.f("ix_topic_rule_field_value"), "topic_rule", ["field", "value"], unique=False)


def create_segment_change() -> None:
    op.create_table(
        "segment_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("segment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("what", Code(8), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_segment_change_person_id")),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name=op.f("fk_segment_change_segment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment_change")),
    )
    op.create_index(op.f("ix_segment_change_segment_id_at"), "segment_change", ["segment_id", "at"], unique=False)


def create_segment_member() -> None:
    op.create_table(
        "segment_member",
        sa.Column("segment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_segment_member_person_id")),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name=op.f("fk_segment_member_segment_id")),
        sa.PrimaryKeyConstraint("segment_id", "person_id", name=op.f("pk_segment_member")),
    )
    op.create_index(op.f("ix_segment_member_person_id"), "segment_member", ["person_id"], unique=False)
