"""What is worth counting in a SLiMS database before it is copied; all of it is normal, and none of it is lost."""

from __future__ import annotations

from connector.dirt import Survey
from connector.extract import Kind, Layout
from connector.ils.slims import equal
from connector.source import Shape
from crm.i18n import N_

PATRONS = N_(
    "Of {rows} patrons looked at, {dates} have a zero or impossible date, {blank} no e-mail, {invalid} one that cannot"
    " be right, {shared} one that others have too, {entities} HTML entities, {types} an unknown member type."
)
TITLES = N_(
    "Of {rows} titles looked at, {dates} have a zero or impossible date, {blank} no title, {entities} HTML entities."
)
ITEMS = N_(
    "Of {rows} items looked at, {dates} have a zero or impossible date, {titles} a title that is gone, {statuses} a"
    " status that SLiMS does not list."
)
LOANS = N_(
    "Of {rows} loans looked at, {dates} have a zero or impossible date; {patrons} are of patrons and {items} of items"
    " that are gone."
)
HOLDS = N_("Of {rows} holds looked at, {dates} have a zero or impossible date; {patrons} are of patrons who are gone.")
VISITS = N_(
    "Of {rows} visits looked at, {dates} have a zero or impossible date; {patrons} are of patrons who are gone."
)
CHARGES = N_(
    "Of {rows} charges looked at, {dates} have a zero or impossible date; {patrons} are of patrons who are gone."
)
NO_KEY = N_("{keys} of them without a member ID cannot be copied: give them one in SLiMS.")


def surveys(layout: Layout, shape: Shape, *, is_sqlite: bool) -> tuple[Survey, ...]:
    """Return what is counted of a SLiMS database of this layout."""
    dirt = _Dirt(layout, shape, is_sqlite=is_sqlite)
    return (dirt.patrons(), dirt.titles(), dirt.items(), dirt.loans(), dirt.holds(), dirt.visits(), dirt.charges())


def undescribed(layout: Layout, shape: Shape) -> list[str]:
    """Return the columns of custom member fields that no definition tells the meaning of, and so are not copied."""
    described = {field.column for extract in layout.extracts for field in extract.custom}
    return [column for column in shape.get("member_custom", {}) if column not in described | {"member_id"}]


class _Dirt:
    """Builds the surveys for one set of tables and columns; what is not there counts as 0."""

    def __init__(self, layout: Layout, shape: Shape, *, is_sqlite: bool) -> None:
        self.extracts = {extract.entity: extract for extract in layout.extracts}
        self.shape = shape
        self.is_sqlite = is_sqlite

    def patrons(self) -> Survey:
        mail = "member.member_email"
        counts = {
            "dates": self.impossible_dates("patron"),
            "blank": self.blank(mail),
            "invalid": f"NOT {self.blank(mail)} AND (TRIM({self.column(mail)}) NOT LIKE '%_@_%._%'"
            f" OR TRIM({self.column(mail)}) LIKE '% %')",
            "entities": self.entities("member_name", "member_address", "inst_name", "member_notes"),
            "types": self.gone("member.member_type_id", "mst_member_type.member_type_id"),
            "keys": self.blank("member.member_id"),
        }
        shared = f"NULLIF(LOWER(TRIM({self.column(mail)})), '')"
        return Survey("patrons", "member", "member.member_id", PATRONS, counts, shared, ("keys",), NO_KEY)

    def titles(self) -> Survey:
        counts = {
            "dates": self.impossible_dates("title"),
            "blank": self.blank("biblio.title"),
            "entities": self.entities("title", "sor", table="biblio"),
        }
        return Survey("titles", "biblio", "biblio.biblio_id", TITLES, counts)

    def items(self) -> Survey:
        status = "item.item_status_id"
        unknown = self.gone(status, "mst_item_status.item_status_id")
        counts = {
            "dates": self.impossible_dates("item"),
            "titles": self.gone("item.biblio_id", "biblio.biblio_id"),
            "statuses": f"NOT {self.blank(status)} AND {self.column(status)} <> '0' AND {unknown}",
        }
        return Survey("items", "item", "item.item_id", ITEMS, counts)

    def loans(self) -> Survey:
        items = self.gone("loan.item_code", "item.item_code")
        return self._of_patrons("loans", "loan", "loan.loan_id", LOANS, {"items": items})

    def holds(self) -> Survey:
        return self._of_patrons("holds", "hold", "reserve.reserve_id", HOLDS)

    def visits(self) -> Survey:
        return self._of_patrons("visits", "visit", "visitor_count.visitor_id", VISITS)

    def charges(self) -> Survey:
        return self._of_patrons("charges", "charge", "fines.fines_id", CHARGES)

    def _of_patrons(self, name: str, entity: str, key: str, message: str, more: dict[str, str] | None = None) -> Survey:
        table = key.partition(".")[0]
        patron = f"{table}.member_id"
        gone = f"NOT {self.blank(patron)} AND {self.gone(patron, 'member.member_id')}"
        counts = {"dates": self.impossible_dates(entity), "patrons": gone, **(more or {})}
        return Survey(name, table, key, message, counts)

    def column(self, name: str) -> str:
        """Return table.column, NULL where it is not supplied."""
        table, column = name.split(".")
        return name if column in self.shape.get(table, {}) else "NULL"

    def blank(self, name: str) -> str:
        """Return the condition that a column holds no text."""
        return f"(COALESCE(TRIM({self.column(name)}), '') = '')"

    def gone(self, name: str, target: str) -> str:
        """Return the condition that the row which a column points at is not there."""
        if "NULL" in (self.column(name), self.column(target)):
            return "(1 = 0)"
        table = target.partition(".")[0]
        return f"(NOT EXISTS (SELECT 1 FROM {table} WHERE {equal(self.shape, target, name)}))"

    def entities(self, *columns: str, table: str = "member") -> str:
        """Return the condition that one of some columns holds an HTML entity such as &amp;."""
        test = "GLOB '*&[a-zA-Z#]*;*'" if self.is_sqlite else "REGEXP '&#?[a-zA-Z0-9]+;'"
        return "(" + " OR ".join(f"{self.column(f'{table}.{column}')} {test}" for column in columns) + ")"

    def impossible_dates(self, entity: str) -> str:
        """Return the condition that one of an entity's dates is zero, partly zero or in no calendar."""
        fields = [each for each in self.extracts[entity].fields if each.kind in {Kind.DATE, Kind.MOMENT}]
        return "(" + " OR ".join(self.impossible(sql) for each in fields for sql in each.values) + ")"

    def impossible(self, sql: str) -> str:
        """Return the condition that a date is not what the calendar makes of it, NULL apart."""
        if self.is_sqlite:
            return f"date({sql}) IS NOT substr({sql}, 1, 10)"
        return f"NOT (FROM_DAYS(TO_DAYS({sql})) <=> DATE({sql}))"
