"""What the copy of a SLiMS database must hold, worked out from the contract alone.

Nothing of the connector is used: plain SELECTs of single tables, put together in Python. ``differences`` compares every
column of every row of every entity with the copy's.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tests.library import Library

Row = dict[str, Any]
Facts = dict[Any, Row]

STAMPS = {"source_id", "key_hash", "first_seen_at", "gone_at"}
FOUND_ONCE = {"loan": {"item_key", "title_key"}}
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
ROLES = {
    1: "primary", 2: "additional", 3: "editor", 4: "translator", 5: "director", 6: "producer",
    7: "composer", 8: "illustrator", 9: "creator", 10: "contributor",
}  # fmt: skip
KINDS = {"t": "topic", "g": "geographic", "n": "name", "tm": "temporal", "gr": "genre", "oc": "occupation"}


def words(value: Any) -> str | None:
    """Return text verbatim, nothing for blank text."""
    return None if value is None or not str(value).strip() else str(value)


def day(value: Any) -> str | None:
    """Return a date that exists as ISO text; the driver hands other ones over as text."""
    return value.isoformat() if isinstance(value, date) else None


class Truth:
    """The facts of one SLiMS database, whose clock shows ``timezone``."""

    def __init__(self, library: Library) -> None:
        """Remember where to look."""
        self.library = library
        self.zone = ZoneInfo(library.settings.timezone)

    def rows(self, table: str) -> list[Row]:
        """Return a whole table, by column."""
        columns = [name for name, *_ in self.library.source(f"SHOW COLUMNS FROM `{table}`")]
        return [dict(zip(columns, row, strict=True)) for row in self.library.source(f"SELECT * FROM `{table}`")]

    def names(self, table: str, key: str, name: str) -> dict[Any, Any]:
        """Return a master table as a dictionary."""
        return {row[key]: row[name] for row in self.rows(table)}

    def moment(self, value: Any) -> str | None:
        """Return a local time in UTC as text."""
        if not isinstance(value, datetime):
            return None
        return value.replace(tzinfo=self.zone).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")

    def branch(self) -> Facts:
        return {
            row["location_id"]: {"name": words(row["location_name"])}
            for row in self.rows("mst_location")
            if words(row["location_id"])
        }

    def category(self) -> Facts:
        return {
            str(row["member_type_id"]): {
                "name": words(row["member_type_name"]),
                "loan_days": row["loan_periode"],
                "membership_days": row["member_periode"],
            }
            for row in self.rows("mst_member_type")
        }

    def closed_day(self) -> Facts:
        return {
            row["holiday_id"]: {
                "weekday": WEEKDAYS.index(row["holiday_dayname"]) + 1 if row["holiday_dayname"] in WEEKDAYS else None,
                "on_date": day(row["holiday_date"]),
                "name": words(row["description"]),
                "branch_key": None,
            }
            for row in self.rows("holiday")
        }

    def patron(self) -> Facts:
        custom = self.custom()
        return {
            row["member_id"]: {
                "card_number": row["member_id"],
                "name": words(row["member_name"]),
                "gender": {1: "m", 0: "f"}.get(row["gender"]),
                "birth_date": day(row["birth_date"]),
                "category_key": None if row["member_type_id"] is None else str(row["member_type_id"]),
                "branch_key": None,
                "email": words(row["member_email"]),
                "phone": words(row["member_phone"]),
                "address": words(row["member_address"]),
                "postal_code": words(row["postal_code"]),
                "institution": words(row["inst_name"]),
                "notes": words(row["member_notes"]),
                "member_since": day(row["member_since_date"]),
                "registered_on": day(row["register_date"]),
                "expires_on": day(row["expire_date"]),
                "is_blocked": row["is_pending"] == 1,
                "added_on": day(row["input_date"]),
                "custom": custom.get(row["member_id"].rstrip(" ")),
            }
            for row in self.rows("member")
            if words(row["member_id"])
        }

    def custom(self) -> dict[str, dict[str, Any]]:
        """Return the filled custom fields of each member by label."""
        if not self.library.source("SHOW TABLES LIKE 'mst_custom_field'"):
            return {}
        fields = [row for row in self.rows("mst_custom_field") if row["primary_table"] == "member"]
        found = {}
        for row in self.rows("member_custom"):
            values = {each["label"]: decoded(each, row.get(each["dbfield"])) for each in fields}
            found[row["member_id"].rstrip(" ")] = {label: value for label, value in values.items() if value is not None}
        return {member: values for member, values in found.items() if values}

    def title(self) -> Facts:
        publishers = self.names("mst_publisher", "publisher_id", "publisher_name")
        materials = self.names("mst_gmd", "gmd_id", "gmd_name")
        return {
            row["biblio_id"]: {
                "title": words(row["title"]),
                "responsibility": words(row["sor"]),
                "isbn": words(row["isbn_issn"]),
                "publisher": words(publishers.get(row["publisher_id"])),
                "publish_year": words(row["publish_year"]),
                "language": words(row["language_id"]),
                "classification": words(row["classification"]),
                "call_number": words(row["call_number"]),
                "material": words(materials.get(row["gmd_id"])),
                "is_hidden": row["opac_hide"] == 1,
                "added_at": self.moment(row["input_date"]),
            }
            for row in self.rows("biblio")
        }

    def author(self) -> Facts:
        names = self.names("mst_author", "author_id", "author_name")
        return _listed(
            (row["biblio_id"], row["level"], row["author_id"],
             {"name": words(names.get(row["author_id"])), "role": ROLES.get(row["level"], str(row["level"]))})
            for row in self.rows("biblio_author")
        )  # fmt: skip

    def subject(self) -> Facts:
        topics = {row["topic_id"]: row for row in self.rows("mst_topic")}
        return _listed(
            (row["biblio_id"], row["level"], row["topic_id"],
             {"term": words(topic.get("topic")), "kind": KINDS.get(topic.get("topic_type", ""))})
            for row in self.rows("biblio_topic")
            for topic in [topics.get(row["topic_id"], {})]
        )  # fmt: skip

    def item(self) -> Facts:
        collections = self.names("mst_coll_type", "coll_type_id", "coll_type_name")
        no_loan = {row["item_status_id"].casefold(): row["no_loan"] for row in self.rows("mst_item_status")}
        return {
            row["item_id"]: {
                "title_key": row["biblio_id"],
                "barcode": words(row["item_code"]),
                "branch_key": words(row["location_id"]),
                "collection": words(collections.get(row["coll_type_id"])),
                "status": words(row["item_status_id"]),
                "is_loanable": no_loan.get((row["item_status_id"] or "").casefold()) != 1,
                "acquired_on": day(row["received_date"]),
            }
            for row in self.rows("item")
        }

    def loan(self) -> Facts:
        return {
            row["loan_id"]: {
                "patron_key": words(row["member_id"]),
                "item_barcode": words(row["item_code"]),
                "loaned_on": day(row["loan_date"]),
                "due_on": day(row["due_date"]),
                "returned_on": day(row["return_date"]) if row["is_return"] == 1 else None,
                "renewals": row["renewed"],
                "is_open": row["is_lent"] == 1 and row["is_return"] == 0,
                "branch_key": None,
                "recorded_at": self.moment(row["input_date"]),
            }
            for row in self.rows("loan")
        }

    def hold(self) -> Facts:
        return {
            row["reserve_id"]: {
                "patron_key": words(row["member_id"]),
                "title_key": row["biblio_id"],
                "item_barcode": words(row["item_code"]),
                "placed_at": self.moment(row["reserve_date"]),
                "status": None,
            }
            for row in self.rows("reserve")
        }

    def visit(self) -> Facts:
        return {
            row["visitor_id"]: {
                "patron_key": words(row["member_id"]),
                "institution": words(row["institution"]),
                "room": words(row.get("room_code")),
                "visited_at": self.moment(row["checkin_date"]),
            }
            for row in self.rows("visitor_count")
        }

    def charge(self) -> Facts:
        return {
            row["fines_id"]: {
                "patron_key": words(row["member_id"]),
                "charged_on": day(row["fines_date"]),
                "amount": row["debet"],
                "paid": row["credit"],
                "description": words(row["description"]),
            }
            for row in self.rows("fines")
        }


def _listed(rows: Iterator[tuple[int, int, int, Row]]) -> Facts:
    """Return a list per title: by level, then by number."""
    lists = defaultdict(list)
    for title, level, number, facts in rows:
        lists[title].append((level, number, facts))
    return {
        (title, place): facts
        for title, members in lists.items()
        for place, (_, _, facts) in enumerate(sorted(members, key=lambda each: each[:2]))
    }


def decoded(field: Row, value: Any) -> Any:
    """Return what a custom field's value means."""
    if field["type"] == "date":
        return day(value)
    if words(value) is None:
        return None
    options = {
        number or name: label
        for number, name, label in re.findall(
            r'a:2:\{i:0;(?:i:(\d+)|s:\d+:"([^"]*)");i:1;s:\d+:"([^"]*)"', field["data"] or ""
        )
    }
    if field["type"] == "checklist":
        if not re.fullmatch(r"a:\d+:\{.*\}", value):
            return value  # as it is, for a person to read
        ticked = re.findall(r'i:\d+;(?:s:\d+:"([^"]*)"|i:(\d+));', value)
        return [options.get(name or number, name or number) for name, number in ticked] or None
    return options.get(value, value) if field["type"] in {"dropdown", "choice"} else value


ENTITIES: dict[str, Callable[[Truth], Facts]] = {
    "branch": Truth.branch, "category": Truth.category, "closed_day": Truth.closed_day, "patron": Truth.patron,
    "title": Truth.title, "author": Truth.author, "subject": Truth.subject, "item": Truth.item,
    "loan": Truth.loan, "hold": Truth.hold, "visit": Truth.visit, "charge": Truth.charge,
}  # fmt: skip
FLAGS = {"is_blocked", "is_hidden", "is_loanable", "is_open"}
AMOUNTS = {"amount", "paid"}


def copied(library: Library, entity: str) -> Facts:
    """Return the live rows of the copy without its stamps, as the database itself gives them."""
    listed = entity in {"author", "subject"}
    with library.crm.connect() as connection:
        live = "" if listed else " WHERE gone_at IS NULL"
        rows = connection.exec_driver_sql(f"SELECT * FROM ils_{entity}{live}").mappings().all()
    keys = ("title_key", "position") if listed else ("key",)
    hidden = STAMPS | FOUND_ONCE.get(entity, set()) | set(keys)
    return {
        tuple(row[name] for name in keys) if listed else row["key"]: {
            name: _told(name, value) for name, value in row.items() if name not in hidden
        }
        for row in rows
    }


def _told(column: str, value: Any) -> Any:
    if value is None:
        return None
    if column in FLAGS:
        return bool(value)
    if column in AMOUNTS:
        return Decimal(str(value))
    if column == "custom":
        return json.loads(value)
    return str(value) if column.endswith(("_on", "_at", "_date", "_since")) else value


@dataclass(frozen=True)
class Difference:
    """A row on which truth and copy disagree."""

    entity: str
    key: Any
    truth: Row | None
    copy: Row | None


def differences(library: Library, *entities: str) -> list[Difference]:
    """Return every row that the copy has otherwise than the contract says; none when it is equal."""
    truth = Truth(library)
    found: list[Difference] = []
    for entity in entities or ENTITIES:
        expected, copy = ENTITIES[entity](truth), copied(library, entity)
        unequal = [key for key in expected.keys() | copy.keys() if expected.get(key) != copy.get(key)]
        found += [Difference(entity, key, expected.get(key), copy.get(key)) for key in unequal]
    return found
