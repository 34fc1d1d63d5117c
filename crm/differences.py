"""Says in words how the tables of a CRM database differ from those in code, as Alembic compares them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from crm.i18n import N_, Message
from crm.schema import ils, sync

# By what Alembic would do to make the database as it should be.
WORDS = {
    "add_table": N_("The table {table} is missing."),
    "remove_table": N_("There is a table that is not Sapa's: {table}."),
    "add_column": N_("The column {table}.{name} is missing."),
    "remove_column": N_("There is a column that is not Sapa's: {table}.{name}."),
    "add_index": N_("The index {name} of the table {table} is missing."),
    "remove_index": N_("There is an index that is not Sapa's: {name} on {table}."),
    "modify_type": N_("The column {table}.{name} has another type: {found} instead of {wanted}."),
    "modify_nullable": N_("The column {table}.{name} may be empty, or may not, other than it should."),
}
ANOTHER = N_("The table {table} has another rule than it should: {name}.")


def told(difference: Any) -> Message:
    """Return one of Alembic's differences as a message; changes of one column come as a list."""
    kind, *about = difference[0] if isinstance(difference, list) else difference
    if kind.endswith("_table"):
        return Message(WORDS[kind], {"table": about[0].name})
    if kind.endswith("_column"):
        return Message(WORDS[kind], {"table": about[1], "name": about[2].name})
    if kind.endswith("_index"):
        return Message(WORDS[kind], {"table": about[0].table.name, "name": about[0].name})
    if kind.startswith("modify_"):
        values = {"table": about[1], "name": about[2], "found": about[4], "wanted": about[5]}
        return Message(WORDS.get(kind, ANOTHER), values)
    return Message(ANOTHER, {"table": about[0].table.name, "name": about[0].name or kind})


def is_awaited(difference: Any, connection: Connection) -> bool:
    """Tell whether this is an index that an unfinished first copy builds at its end."""
    if difference[0] != "add_index":
        return False
    table = difference[1].table.name
    entity = next((name for name, copied in ils.COPIED.items() if copied.name == table), None)
    unfinished = select(sync.entity.c.entity).where(sync.entity.c.entity == entity, ~sync.entity.c.is_loaded)
    return entity is not None and connection.execute(unfinished.limit(1)).first() is not None
