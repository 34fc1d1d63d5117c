"""What the copy says about each person, worked out in sets: facts, lifecycle and interests. All can be made anew."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Double, ForeignKey, Index, Integer, Table

from crm.schema.base import METADATA, Amount, Code, JsonWords, Key, Moment, Words
from crm.schema.people import person_id
from crm.schema.staff import staff_id

WINDOWS = (30, 90, 365)
COUNTED = ("loans", "visits", "holds", "programmes", "questions")

touched = Table(
    "touched",
    METADATA,
    Column("id", Integer, primary_key=True),  # grows, so that what comes while work is done stays for the next time
    Column("kind", Code(8), nullable=False),  # patron, title, person, all
    Column("source_id", Integer),
    Column("key", Key),
)

person_touched = Table("person_touched", METADATA, Column("person_id", Integer, primary_key=True, autoincrement=False))

facts = Table(
    "person_facts",
    METADATA,
    person_id(primary_key=True),
    Column("source_id", Integer),  # of the membership that counts: the live one, else the last
    Column("patron_key", Key),
    Column("category_key", Key),
    Column("branch_key", Key),
    Column("age_band", Code(16)),
    Column("state", Code(16), nullable=False),  # member, expired, blocked, gone, contact
    Column("joined_on", Date),
    Column("expires_on", Date),
    *(Column(f"{what}_{days}", Integer, nullable=False) for what in COUNTED for days in WINDOWS),
    *(Column(f"{what}_ever", Integer, nullable=False) for what in COUNTED),
    Column("open_loans", Integer, nullable=False),
    Column("overdue_loans", Integer, nullable=False),
    Column("next_due_on", Date),
    Column("balance", Amount, nullable=False),
    Column("on_time_rate", Double),  # 0..1 of the loans that came back and had a due date; NULL without any
    Column("first_activity_on", Date),
    Column("last_activity_on", Date),
    Column("last_loan_on", Date),
    Column("last_visit_on", Date),
    Column("usual_gap_days", Double),  # the reader's own: mean days between days of activity
    Column("breadth", Integer, nullable=False),  # topics borrowed in the last 365 days
    Column("stage", Code(16), nullable=False),  # new, active, occasional, lapsing, lapsed, never, contact
    Column("stage_why", JsonWords),
    Column("key_score", Double, nullable=False),
    Column("is_minor", Boolean, nullable=False),
    Column("worked_out_on", Date, nullable=False),
    Index(None, "stage"),
    Index(None, "key_score"),
    Index(None, "joined_on"),
    Index(None, "last_activity_on"),
    Index(None, "source_id", "patron_key"),
)

topic = Table(
    "topic",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("slug", Key, nullable=False, unique=True),
    Column("kind", Code(16), nullable=False),  # topic, class, language, material, author
    Column("name_id", Words, nullable=False),
    Column("name_en", Words, nullable=False),
    Column("parent_id", Integer, ForeignKey("topic.id")),
    Column("is_sensitive", Boolean, nullable=False),
    Column("is_shipped", Boolean, nullable=False),
    Column("hidden_at", Moment),
    Column("merged_into", Integer, ForeignKey("topic.id")),
)

topic_rule = Table(
    "topic_rule",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("topic_id", Integer, ForeignKey("topic.id"), nullable=False),
    Column("field", Code(16), nullable=False),  # class, subject, author, language, material, collection
    Column("value", Key, nullable=False),  # folded; of a class a range or the beginning of a notation
    Column("is_shipped", Boolean, nullable=False),
    staff_id("set_by"),
    Index(None, "field", "value"),
)


def topics_of_titles(name: str) -> Table:
    """Declare a table of titles and the topics they are about."""
    return Table(
        name,
        METADATA,
        Column("source_id", Integer, primary_key=True, autoincrement=False),
        Column("title_key", BigInteger, primary_key=True, autoincrement=False),
        Column("topic_id", Integer, primary_key=True, autoincrement=False),
        Index(None, "topic_id", "source_id", "title_key"),
        sqlite_with_rowid=False,
    )


title_topic = topics_of_titles("title_topic")  # none of them sensitive: whoever counts here infers nothing private

title_sensitive = topics_of_titles("title_sensitive")  # for those alone who have declared such a topic themselves

topic_mapping = Table(
    "topic_mapping",  # one row: by which rules the titles were last mapped
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("rules", Code(64), nullable=False),  # a hash of them
    Column("half_life_days", Integer, nullable=False),  # that interest_day was made with
    Column("links_kept_from", Date),  # loans before that day count in interest_base and nowhere else
    Column("folding_to", Date),  # the next such day, while loans before it are being summed up
    Column("folded_upto", Integer),  # of which people it is done
    Column("coverage", JsonWords),
    Column("mapped_at", Moment, nullable=False),
)

interest_day = Table(
    "interest_day",  # what a loan of that day weighs
    METADATA,
    Column("day", Date, primary_key=True),
    Column("factor", Double, nullable=False),
    sqlite_with_rowid=False,
)

interest = Table(
    "interest",
    METADATA,
    Column("person_id", Integer, primary_key=True, autoincrement=False),
    Column("topic_id", Integer, primary_key=True, autoincrement=False),
    Column("weight", Double, nullable=False),  # share of the person's own, 0..1
    Column("loans", Integer, nullable=False),
    Column("last_on", Date),
    Index(None, "topic_id", "weight"),
    sqlite_with_rowid=False,
)

interest_base = Table(
    "interest_base",  # what is left of loans whose link to the person is no longer kept
    METADATA,
    Column("person_id", Integer, primary_key=True, autoincrement=False),
    Column("topic_id", Integer, primary_key=True, autoincrement=False),
    Column("weight", Double, nullable=False),  # in loans of the day ``last_on``
    Column("loans", Integer, nullable=False),
    Column("last_on", Date, nullable=False),
    sqlite_with_rowid=False,
)

declared = Table(
    "declared_interest",
    METADATA,
    person_id(primary_key=True),
    Column("topic_id", Integer, ForeignKey("topic.id"), primary_key=True),
    Column("wish", Code(8), nullable=False),  # more, less, never
    Column("origin", Code(8), nullable=False),
    Column("set_at", Moment, nullable=False),
    staff_id("set_by"),
    Index(None, "topic_id"),
)

stage = Table(
    "person_stage",
    METADATA,
    Column("person_id", Integer, primary_key=True, autoincrement=False),
    Column("stage", Code(16), nullable=False),  # as person_facts has it, and since when it is known
    Column("before", Code(16)),
    Column("since_on", Date, nullable=False),
    Column("is_reachable", Boolean, nullable=False),  # by mail or by WhatsApp
    Column("is_agreed", Boolean, nullable=False),  # by one of them that the reader agreed to
    Index(None, "stage", "is_reachable", "is_agreed"),
    Index(None, "since_on", "before", "stage"),
    sqlite_with_rowid=False,
)

day_count = Table(
    "day_count",
    METADATA,
    Column("name", Code(64), primary_key=True),  # stage:lapsing, list:welcome, segment:12
    Column("day", Date, primary_key=True),
    Column("people", Integer, nullable=False),
    Column("reachable", Integer, nullable=False),
    Column("agreed", Integer, nullable=False),
    Index(None, "day"),
    sqlite_with_rowid=False,
)

week_count = Table(
    "week_count",
    METADATA,
    Column("source_id", Integer, primary_key=True, autoincrement=False),
    Column("week", Date, primary_key=True),  # its Monday
    Column("loans", Integer, nullable=False),
    Column("visits", Integer, nullable=False),
    Column("readers", Integer),  # who borrowed or visited in the four weeks that end with it; where it was asked for
    Column("first_loan", BigInteger),  # the lowest key of the week: where the next count begins to read
    Column("first_visit", BigInteger),
    sqlite_with_rowid=False,
)

topic_count = Table(
    "topic_count",
    METADATA,
    Column("topic_id", Integer, primary_key=True, autoincrement=False),  # 0 counts what has no topic, -1 all
    Column("titles", Integer, nullable=False),
    Column("loans", Integer, nullable=False),  # in 365 days
    Column("loans_recent", Integer, nullable=False),  # in the last 91 days
    Column("loans_before", Integer, nullable=False),  # in the 91 days before those
    Column("readers", Integer, nullable=False),
)
