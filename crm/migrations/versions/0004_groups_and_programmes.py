"""The groups people belong to and the programmes they attend."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm.schema.base import Code, Key, Moment, Words

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = (
    "person_group",
    "person_institution",
    "group_consent",
    "group_institution",
    "person_group_member",
    "programme",
    "attendance",
    "headcount",
)


def upgrade() -> None:
    """Create the tables."""
    create_person_group()
    create_person_institution()
    create_group_consent()
    create_group_institution()
    create_person_group_member()
    create_programme()
    create_attendance()
    create_headcount()


def downgrade() -> None:
    """Drop them; nobody but Sapa has what is in them."""
    for name in reversed(TABLES):
        op.drop_table(name)


def create_person_group() -> None:
    op.create_table(
        "person_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("kind", Code(16), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("notes", Words(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["person_group.id"], name=op.f("fk_person_group_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_group")),
    )


def create_person_institution() -> None:
    op.create_table(
        "person_institution",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("folded", Key(), nullable=False),
        sa.Column("spelling", Key(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "folded", name=op.f("pk_person_institution")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_person_institution_folded"), "person_institution", ["folded"], unique=False)


def create_group_consent() -> None:
    op.create_table(
        "group_consent",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("purpose", Code(16), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["person_group.id"], name=op.f("fk_group_consent_group_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_group_consent_person_id")),
        sa.PrimaryKeyConstraint("group_id", "person_id", "purpose", name=op.f("pk_group_consent")),
    )


def create_group_institution() -> None:
    op.create_table(
        "group_institution",
        sa.Column("folded", Key(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("set_at", Moment(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["person_group.id"], name=op.f("fk_group_institution_group_id")),
        sa.ForeignKeyConstraint(["set_by"], ["staff.id"], name=op.f("fk_group_institution_set_by")),
        sa.PrimaryKeyConstraint("folded", name=op.f("pk_group_institution")),
    )
    op.create_index(op.f("ix_group_institution_group_id"), "group_institution", ["group_id"], unique=False)


def create_person_group_member() -> None:
    op.create_table(
        "person_group_member",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", Code(16), nullable=False),
        sa.Column("origin", Code(8), nullable=False),
        sa.Column("consent_at", Moment(), nullable=True),
        sa.Column("since_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["person_group.id"], name=op.f("fk_person_group_member_group_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_group_member_person_id")),
        sa.PrimaryKeyConstraint("group_id", "person_id", name=op.f("pk_person_group_member")),
    )
    op.create_index(op.f("ix_person_group_member_person_id"), "person_group_member", ["person_id"], unique=False)


def create_programme() -> None:
    op.create_table(
        "programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", Key(), nullable=False),
        sa.Column("title", Words(), nullable=False),
        sa.Column("about", Words(), nullable=True),
        sa.Column("place", Words(), nullable=True),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_programme_created_by")),
        sa.ForeignKeyConstraint(["group_id"], ["person_group.id"], name=op.f("fk_programme_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("slug", name=op.f("uq_programme_slug")),
    )
    op.create_index(op.f("ix_programme_starts_at"), "programme", ["starts_at"], unique=False)


def create_attendance() -> None:
    op.create_table(
        "attendance",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("signed_up_at", Moment(), nullable=True),
        sa.Column("came_at", Moment(), nullable=True),
        sa.Column("cancelled_at", Moment(), nullable=True),
        sa.Column("how", Code(16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("code", Code(32), nullable=True),
        sa.Column("brought_by", Words(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_attendance_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "person_id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("code", name=op.f("uq_attendance_code")),
        sa.UniqueConstraint("programme_id", "number", name=op.f("uq_attendance_programme_id_number")),
    )
    op.create_index(op.f("ix_attendance_person_id_came_at"), "attendance", ["person_id", "came_at"], unique=False)


def create_headcount() -> None:
    op.create_table(
        "headcount",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("gender", Code(1), nullable=False),
        sa.Column("age_band", Code(16), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_headcount_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "gender", "age_band", name=op.f("pk_headcount")),
    )
