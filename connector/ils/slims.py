"""SLiMS 8.3 to 9.7: how its tables map onto the copy.

What is here was measured on SLiMS itself. An open loan has ``is_lent = 1 AND is_return = 0``; an extension leaves
``return_date`` set, so a return date only counts with ``is_return = 1``. ``SECRETS`` are never read. Columns that a
version or a grant lacks become NULL and are listed as not supplied.
"""

from __future__ import annotations

from connector.extract import CustomField, Extract, Field, Kind, Layout, Reuse, ShelfQueries
from connector.php import options_of
from connector.source import Shape, Source

NAME = "slims"

REQUIRED = {
    "member": ("member_id", "member_name"),
    "biblio": ("biblio_id", "title"),
    "item": ("item_id", "biblio_id", "item_code"),
    "loan": ("loan_id", "item_code", "member_id", "loan_date", "due_date", "is_lent", "is_return", "return_date"),
    "mst_location": ("location_id",),
    "mst_member_type": ("member_type_id",),
    "holiday": ("holiday_id",),
    "biblio_author": ("biblio_id", "author_id"),
    "mst_author": ("author_id", "author_name"),
    "biblio_topic": ("biblio_id", "topic_id"),
    "mst_topic": ("topic_id", "topic"),
    "reserve": ("reserve_id",),
    "visitor_count": ("visitor_id",),
    "fines": ("fines_id",),
    "mst_gmd": ("gmd_id",),
    "mst_publisher": ("publisher_id",),
    "mst_coll_type": ("coll_type_id",),
    "mst_item_status": ("item_status_id",),
}
OPTIONAL_TABLES: dict[str, tuple[str, ...]] = {  # each is of use with all of these columns
    "member_custom": (),  # its columns are the library's own, and new ones come
    "loan_history": ("loan_id", "biblio_id"),
    "mst_custom_field": ("primary_table", "dbfield", "label", "type", "data"),
}
LATER = ("loan_history", "mst_custom_field", "visitor_count.room_code")  # what 8.3 does not have yet, oldest first
SECRETS = ("user", "member.mpasswd", "member.pin")  # what Sapa's account should not be able to read

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ROLES = (
    "primary", "additional", "editor", "translator", "director",
    "producer", "composer", "illustrator", "creator", "contributor",
)  # fmt: skip
TOPIC_KINDS = {
    "t": "topic", "g": "geographic", "n": "name", "tm": "temporal", "gr": "genre", "oc": "occupation",
}  # fmt: skip


def missing(shape: Shape) -> list[str]:
    """Return the tables and columns without which there is no sync."""
    found: list[str] = []
    for table, columns in REQUIRED.items():
        if table not in shape:
            found.append(table)
        else:
            found += [f"{table}.{column}" for column in columns if column not in shape[table]]
    return found


def columns_read() -> dict[str, set[str]]:
    """Return every column that a layout of any version reads, by table, later versions' tables last.

    The columns of ``member_custom`` are the library's own and all read; its set is empty.
    """
    slims = _Slims({}, (), is_sqlite=False)
    slims.extracts()
    found = {table: set(columns) for table, columns in REQUIRED.items()}
    for table, column in slims.asked:
        found.setdefault(table, set()).add(column)
    return found | {table: set(columns) for table, columns in OPTIONAL_TABLES.items()}


def layout(source: Source) -> Layout:
    """Return the layout of a SLiMS database that has all that is required."""
    slims = _Slims(source.shape, _custom_fields(source), is_sqlite=source.is_sqlite)
    extracts = slims.extracts()
    return Layout(NAME, version(source.shape), extracts, tuple(slims.not_supplied))


def version(shape: Shape) -> str:
    """Return the oldest release whose tables look like these."""
    if "room_code" in shape.get("visitor_count", {}):
        return "9.7"
    return "9.0" if "loan_history" in shape else "8.3"


def _custom_fields(source: Source) -> tuple[CustomField, ...]:
    definitions = source.shape.get("mst_custom_field", {})
    if not set(OPTIONAL_TABLES["mst_custom_field"]) <= set(definitions):
        return ()
    found = source.rows(
        "SELECT dbfield, label, type, data FROM mst_custom_field WHERE primary_table = 'member' ORDER BY dbfield"
    )
    present = source.shape.get("member_custom", {})
    if "member_id" not in present:
        return ()
    labels = [label for _, label, _, _ in found]
    return tuple(
        CustomField(column, label if labels.count(label) == 1 else f"{label} ({column})", kind, options_of(data))
        for column, label, kind, data in found
        if column in present
    )


def equal(shape: Shape, left: str, right: str) -> str:
    """Return the join of two text columns, which upgraded sites may have in different collations."""
    (left_table, left_column), (right_table, right_column) = left.split("."), right.split(".")
    a, b = shape[left_table][left_column], shape[right_table][right_column]
    if (a.charset, a.collation) == (b.charset, b.collation) or not a.collation:
        return f"{left} = {right}"
    return f"{left} = CONVERT({right} USING {a.charset}) COLLATE {a.collation}"


class _Slims:
    """Builds the extracts for one set of tables and columns, noting what is not supplied."""

    def __init__(self, shape: Shape, custom: tuple[CustomField, ...], *, is_sqlite: bool) -> None:
        self.shape = shape
        self.is_sqlite = is_sqlite
        self.custom = custom
        self.not_supplied = [table for table in OPTIONAL_TABLES if table not in shape]
        self.asked: set[tuple[str, str]] = set()

    def extracts(self) -> tuple[Extract, ...]:
        """Return all extracts in the order of the sync."""
        catalogue = (self.title(), self.author(), self.subject(), self.item())
        circulation = (self.loan(), self.hold(), self.visit(), self.charge())
        return (self.branch(), self.category(), self.closed_day(), self.patron(), *catalogue, *circulation)

    def column(self, name: str) -> str:
        """Return the SQL of table.column, NULL where it is not supplied."""
        table, column = name.split(".")
        self.asked.add((table, column))
        if column in self.shape.get(table, {}):
            return name
        if table in self.shape and name not in self.not_supplied:
            self.not_supplied.append(name)
        return "NULL"

    def text(self, name: str) -> str:
        """Return the SQL of table.column as text in a Unicode character set."""
        sql = self.column(name)
        table, column = name.split(".")
        shape = self.shape.get(table, {}).get(column)
        if shape is None or self.is_sqlite:
            return sql
        if shape.charset is None:
            return f"CAST({sql} AS CHAR)"
        return sql if shape.charset.startswith("utf8") else f"CONVERT({sql} USING utf8mb4)"

    def field(self, column: str, kind: Kind, source: str) -> Field:
        """Return a field that is one column of the source."""
        return Field(column, kind, (self.text(source) if kind is Kind.TEXT else self.column(source),))

    def fields(self, kind: Kind, **columns: str) -> tuple[Field, ...]:
        """Return fields of one kind, each one column of the source."""
        return tuple(self.field(column, kind, source) for column, source in columns.items())

    def folded(self, name: str) -> str:
        """Return the SQL of table.column without case and trailing blanks, which most collations do not see."""
        table, column = name.split(".")
        shape = self.shape.get(table, {}).get(column)
        is_bytewise = shape is not None and (shape.collation or "_bin").endswith(("_bin", "_cs"))
        return f"LOWER(RTRIM({name}))" if is_bytewise else name

    def branch(self) -> Extract:
        fields = self.fields(Kind.TEXT, key="mst_location.location_id", name="mst_location.location_name")
        return Extract("branch", "mst_location", "mst_location.location_id", fields, text_key=True)

    def category(self) -> Extract:
        key = "mst_member_type.member_type_id"
        fields = (
            Field("key", Kind.TEXT, (f"CAST({key} AS CHAR)",)),
            self.field("name", Kind.TEXT, "mst_member_type.member_type_name"),
            self.field("loan_days", Kind.INTEGER, "mst_member_type.loan_periode"),
            self.field("membership_days", Kind.INTEGER, "mst_member_type.member_periode"),
        )
        return Extract("category", "mst_member_type", key, fields, text_key=True)

    def closed_day(self) -> Extract:
        day = self.column("holiday.holiday_dayname")
        cases = " ".join(f"WHEN '{name}' THEN {number}" for number, name in enumerate(WEEKDAYS, start=1))
        fields = (
            self.field("key", Kind.INTEGER, "holiday.holiday_id"),
            Field("weekday", Kind.INTEGER, (f"CASE {day} {cases} END",)),
            self.field("on_date", Kind.DATE, "holiday.holiday_date"),
            self.field("name", Kind.TEXT, "holiday.description"),
        )
        return Extract("closed_day", "holiday", "holiday.holiday_id", fields)

    def patron(self) -> Extract:
        gender, blocked = self.column("member.gender"), self.column("member.is_pending")
        category = self.column("member.member_type_id")
        fields = (
            *self.fields(
                Kind.TEXT,
                key="member.member_id",
                card_number="member.member_id",
                name="member.member_name",
                email="member.member_email",
                phone="member.member_phone",
                address="member.member_address",
                postal_code="member.postal_code",
                institution="member.inst_name",
                notes="member.member_notes",
            ),
            Field("gender", Kind.TEXT, (f"CASE {gender} WHEN 1 THEN 'm' WHEN 0 THEN 'f' END",)),
            Field("category_key", Kind.TEXT, (f"CAST({category} AS CHAR)",)),
            Field("is_blocked", Kind.FLAG, (f"CASE WHEN {blocked} = 1 THEN 1 ELSE 0 END",)),
            *self.fields(
                Kind.DATE,
                birth_date="member.birth_date",
                member_since="member.member_since_date",
                registered_on="member.register_date",
                expires_on="member.expire_date",
                added_on="member.input_date",
            ),
            Field("custom", Kind.CUSTOM, tuple(self.text(f"member_custom.{each.column}") for each in self.custom)),
        )
        tables = "member"
        if self.custom:
            tables += f" LEFT JOIN member_custom ON {equal(self.shape, 'member_custom.member_id', 'member.member_id')}"
        reuse = Reuse(("name", "birth_date"), returning=True)
        return Extract("patron", tables, "member.member_id", fields, text_key=True, custom=self.custom, reuse=reuse)

    def title(self) -> Extract:
        hidden = self.column("biblio.opac_hide")
        fields = (
            self.field("key", Kind.INTEGER, "biblio.biblio_id"),
            *self.fields(
                Kind.TEXT,
                title="biblio.title",
                responsibility="biblio.sor",
                isbn="biblio.isbn_issn",
                publisher="mst_publisher.publisher_name",
                publish_year="biblio.publish_year",
                language="biblio.language_id",
                classification="biblio.classification",
                call_number="biblio.call_number",
                material="mst_gmd.gmd_name",
            ),
            Field("is_hidden", Kind.FLAG, (f"CASE WHEN {hidden} = 1 THEN 1 ELSE 0 END",)),
            self.field("added_at", Kind.MOMENT, "biblio.input_date"),
        )
        publisher, material = self.column("biblio.publisher_id"), self.column("biblio.gmd_id")
        tables = (
            f"biblio LEFT JOIN mst_publisher ON mst_publisher.publisher_id = {publisher}"
            f" LEFT JOIN mst_gmd ON mst_gmd.gmd_id = {material}"
        )
        return Extract("title", tables, "biblio.biblio_id", fields, reuse=Reuse(("title", "added_at"), returning=True))

    def author(self) -> Extract:
        level = self.column("biblio_author.level")
        roles = " ".join(f"WHEN {number} THEN '{role}'" for number, role in enumerate(ROLES, start=1))
        fields = (
            self.field("title_key", Kind.INTEGER, "biblio_author.biblio_id"),
            Field("position", Kind.POSITION, ("biblio_author.biblio_id", level, "biblio_author.author_id")),
            self.field("name", Kind.TEXT, "mst_author.author_name"),
            Field("role", Kind.TEXT, (f"CASE {level} {roles} ELSE CAST({level} AS CHAR) END",)),
        )
        tables = "biblio_author LEFT JOIN mst_author ON mst_author.author_id = biblio_author.author_id"
        return Extract("author", tables, "biblio_author.biblio_id", fields)

    def subject(self) -> Extract:
        level, kind = self.column("biblio_topic.level"), self.column("mst_topic.topic_type")
        kinds = " ".join(f"WHEN '{code}' THEN '{name}'" for code, name in TOPIC_KINDS.items())
        fields = (
            self.field("title_key", Kind.INTEGER, "biblio_topic.biblio_id"),
            Field("position", Kind.POSITION, ("biblio_topic.biblio_id", level, "biblio_topic.topic_id")),
            self.field("term", Kind.TEXT, "mst_topic.topic"),
            Field("kind", Kind.TEXT, (f"CASE {kind} {kinds} ELSE CAST({kind} AS CHAR) END",)),
        )
        tables = "biblio_topic LEFT JOIN mst_topic ON mst_topic.topic_id = biblio_topic.topic_id"
        return Extract("subject", tables, "biblio_topic.biblio_id", fields)

    def item(self) -> Extract:
        no_loan, status = self.column("mst_item_status.no_loan"), self.column("item.item_status_id")
        fields = (
            *self.fields(Kind.INTEGER, key="item.item_id", title_key="item.biblio_id"),
            *self.fields(
                Kind.TEXT,
                barcode="item.item_code",
                branch_key="item.location_id",
                collection="mst_coll_type.coll_type_name",
                status="item.item_status_id",
            ),
            Field("is_loanable", Kind.FLAG, (f"CASE WHEN {no_loan} = 1 THEN 0 ELSE 1 END",)),
            self.field("acquired_on", Kind.DATE, "item.received_date"),
        )
        collection = self.column("item.coll_type_id")
        joined = "FALSE" if status == "NULL" else equal(self.shape, "mst_item_status.item_status_id", status)
        tables = (
            f"item LEFT JOIN mst_coll_type ON mst_coll_type.coll_type_id = {collection}"
            f" LEFT JOIN mst_item_status ON {joined}"
        )
        return Extract("item", tables, "item.item_id", fields, reuse=Reuse(("barcode", "title_key"), returning=True))

    def loan(self) -> Extract:
        fields = (
            self.field("key", Kind.INTEGER, "loan.loan_id"),
            *self.fields(Kind.TEXT, patron_key="loan.member_id", item_barcode="loan.item_code"),
            *self.fields(Kind.DATE, loaned_on="loan.loan_date", due_on="loan.due_date"),
            Field("returned_on", Kind.DATE, ("CASE WHEN loan.is_return = 1 THEN loan.return_date END",)),
            self.field("renewals", Kind.INTEGER, "loan.renewed"),
            Field("is_open", Kind.FLAG, ("CASE WHEN loan.is_lent = 1 AND loan.is_return = 0 THEN 1 ELSE 0 END",)),
            self.field("recorded_at", Kind.MOMENT, "loan.input_date"),
        )
        has_history = set(OPTIONAL_TABLES["loan_history"]) <= self.shape.get("loan_history", {}).keys()
        code = self.folded("item.item_code")
        shelf = ShelfQueries(
            items=f"SELECT item_code, item_id, biblio_id FROM item WHERE {code} IN ({{codes}})",
            history="SELECT loan_id, biblio_id FROM loan_history WHERE loan_id IN ({keys})" if has_history else None,
        )
        reuse = Reuse(("item_barcode", "loaned_on"), returning=False)
        return Extract("loan", "loan", "loan.loan_id", fields, reuse=reuse, shelf=shelf)

    def hold(self) -> Extract:
        fields = (
            *self.fields(Kind.INTEGER, key="reserve.reserve_id", title_key="reserve.biblio_id"),
            *self.fields(Kind.TEXT, patron_key="reserve.member_id", item_barcode="reserve.item_code"),
            self.field("placed_at", Kind.MOMENT, "reserve.reserve_date"),
        )
        return Extract("hold", "reserve", "reserve.reserve_id", fields, passing=True)

    def visit(self) -> Extract:
        fields = (
            self.field("key", Kind.INTEGER, "visitor_count.visitor_id"),
            *self.fields(
                Kind.TEXT,
                patron_key="visitor_count.member_id",
                institution="visitor_count.institution",
                room="visitor_count.room_code",
            ),
            self.field("visited_at", Kind.MOMENT, "visitor_count.checkin_date"),
        )
        return Extract("visit", "visitor_count", "visitor_count.visitor_id", fields)

    def charge(self) -> Extract:
        fields = (
            self.field("key", Kind.INTEGER, "fines.fines_id"),
            self.field("patron_key", Kind.TEXT, "fines.member_id"),
            self.field("charged_on", Kind.DATE, "fines.fines_date"),
            *self.fields(Kind.AMOUNT, amount="fines.debet", paid="fines.credit"),
            self.field("description", Kind.TEXT, "fines.description"),
        )
        return Extract("charge", "fines", "fines.fines_id", fields)
