"""People, and the staff who work with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm.schema.base import Code, JsonWords, Key, Moment, Words

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    "person",
    "person_word",
    "sign_in_attempt",
    "staff",
    "audit",
    "contact_point",
    "duplicate",
    "membership",
    "merge",
    "note",
    "permission",
    "staff_session",
    "tag",
    "trait",
)


def upgrade() -> None:
    """Create the tables."""
    create_person()
    create_person_word()
    create_sign_in_attempt()
    create_staff()
    create_audit()
    create_contact_point()
    create_duplicate()
    create_membership()
    create_merge()
    create_note()
    create_permission()
    create_staff_session()
    create_tag()
    create_trait()


def downgrade() -> None:
    """Drop them; nobody but Sapa has what is in them."""
    for name in reversed(TABLES):
        op.drop_table(name)


def create_person() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", Words(), nullable=True),
        sa.Column("folded", Key(), nullable=True),
        sa.Column("search", Words(), nullable=True),
        sa.Column("gender", Code(1), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("is_placeholder_birth", sa.Boolean(), nullable=False),
        sa.Column("deceased_on", sa.Date(), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("referred_by", sa.Integer(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["merged_into"], ["person.id"], name=op.f("fk_person_merged_into")),
        sa.ForeignKeyConstraint(["referred_by"], ["person.id"], name=op.f("fk_person_referred_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_birth_date"), "person", ["birth_date"], unique=False)
    op.create_index(op.f("ix_person_folded"), "person", ["folded"], unique=False)
    op.create_index(op.f("ix_person_merged_into"), "person", ["merged_into"], unique=False)


def create_person_word() -> None:
    op.create_table(
        "person_word",
        sa.Column("word", Code(64), nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("word", "person_id", name=op.f("pk_person_word")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_person_word_person_id"), "person_word", ["person_id"], unique=False)


def create_sign_in_attempt() -> None:
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("who", Key(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(op.f("ix_sign_in_attempt_who_at"), "sign_in_attempt", ["who", "at"], unique=False)


def create_staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", Key(), nullable=False),
        sa.Column("name", Words(), nullable=True),
        sa.Column("role", Code(16), nullable=False),
        sa.Column("password", Words(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("disabled_at", Moment(), nullable=True),
        sa.Column("signed_in_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("username", name=op.f("uq_staff_username")),
    )


def create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("action", Code(32), nullable=False),
        sa.Column("subject", Code(32), nullable=True),
        sa.Column("subject_id", Key(), nullable=True),
        sa.Column("details", JsonWords(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_audit_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_index(op.f("ix_audit_subject_subject_id_at"), "audit", ["subject", "subject_id", "at"], unique=False)


def create_contact_point() -> None:
    op.create_table(
        "contact_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", Code(16), nullable=False),
        sa.Column("value", Key(), nullable=False),
        sa.Column("raw", Words(), nullable=True),
        sa.Column("status", Code(16), nullable=False),
        sa.Column("reason", Words(), nullable=True),
        sa.Column("origin", Code(8), nullable=False),
        sa.Column("sharers", sa.Integer(), nullable=False),
        sa.Column("since_at", Moment(), nullable=False),
        sa.Column("gone_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_point_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
    )
    op.create_index(op.f("ix_contact_point_person_id"), "contact_point", ["person_id"], unique=False)
    op.create_index(op.f("ix_contact_point_value"), "contact_point", ["value"], unique=False)


def create_duplicate() -> None:
    op.create_table(
        "duplicate",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", JsonWords(), nullable=False),
        sa.Column("state", Code(16), nullable=False),
        sa.Column("found_at", Moment(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_duplicate_decided_by")),
        sa.ForeignKeyConstraint(["first_id"], ["person.id"], name=op.f("fk_duplicate_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["person.id"], name=op.f("fk_duplicate_second_id")),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_duplicate")),
    )
    op.create_index(op.f("ix_duplicate_state_score"), "duplicate", ["state", "score"], unique=False)


def create_membership() -> None:
    op.create_table(
        "membership",
        sa.Column("source_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("patron_key", Key(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("how", Code(16), nullable=False),
        sa.Column("evidence", JsonWords(), nullable=True),
        sa.Column("since_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("archive_id", sa.Integer(), nullable=True),
        sa.Column("fingerprint", Code(32), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id")),
        sa.ForeignKeyConstraint(["source_id"], ["ils_source.id"], name=op.f("fk_membership_source_id")),
        sa.PrimaryKeyConstraint("source_id", "patron_key", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_person_id"), "membership", ["person_id"], unique=False)


def create_merge() -> None:
    op.create_table(
        "merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column("moved", JsonWords(), nullable=False),
        sa.Column("merged_at", Moment(), nullable=False),
        sa.Column("merged_by", sa.Integer(), nullable=True),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["kept_id"], ["person.id"], name=op.f("fk_merge_kept_id")),
        sa.ForeignKeyConstraint(["merged_by"], ["staff.id"], name=op.f("fk_merge_merged_by")),
        sa.ForeignKeyConstraint(["merged_id"], ["person.id"], name=op.f("fk_merge_merged_id")),
        sa.ForeignKeyConstraint(["undone_by"], ["staff.id"], name=op.f("fk_merge_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
    )


def create_note() -> None:
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", Code(16), nullable=False),
        sa.Column("words", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name=op.f("fk_note_by")),
        sa.ForeignKeyConstraint(["done_by"], ["staff.id"], name=op.f("fk_note_done_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_note_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index(op.f("ix_note_follow_up_on_done_at"), "note", ["follow_up_on", "done_at"], unique=False)
    op.create_index(op.f("ix_note_person_id_at"), "note", ["person_id", "at"], unique=False)


def create_permission() -> None:
    op.create_table(
        "permission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("purpose", Code(16), nullable=False),
        sa.Column("channel", Code(16), nullable=True),
        sa.Column("state", Code(16), nullable=False),
        sa.Column("notice", Words(), nullable=True),
        sa.Column("means", Code(16), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name=op.f("fk_permission_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_permission_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permission")),
    )
    op.create_index(
        op.f("ix_permission_person_id_purpose_channel_id"),
        "permission",
        ["person_id", "purpose", "channel", "id"],
        unique=False,
    )


def create_staff_session() -> None:
    op.create_table(
        "staff_session",
        sa.Column("token", Code(64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_staff_session")),
    )
    op.create_index(op.f("ix_staff_session_staff_id"), "staff_session", ["staff_id"], unique=False)


def create_tag() -> None:
    op.create_table(
        "tag",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", Key(), nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_tag_person_id")),
        sa.ForeignKeyConstraint(["set_by"], ["staff.id"], name=op.f("fk_tag_set_by")),
        sa.PrimaryKeyConstraint("person_id", "name", name=op.f("pk_tag")),
    )
    op.create_index(op.f("ix_tag_name"), "tag", ["name"], unique=False)


def create_trait() -> None:
    op.create_table(
        "trait",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", Code(32), nullable=False),
        sa.Column("origin", Code(8), nullable=False),
        sa.Column("value", JsonWords(), nullable=True),
        sa.Column("set_at", Moment(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_trait_person_id")),
        sa.ForeignKeyConstraint(["set_by"], ["staff.id"], name=op.f("fk_trait_set_by")),
        sa.PrimaryKeyConstraint("person_id", "name", "origin", name=op.f("pk_trait")),
    )
