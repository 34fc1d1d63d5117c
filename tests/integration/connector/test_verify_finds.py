"""G1: the proof finds whatever differs, down to one byte, and names the row and its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Table, and_, delete, insert, select, update

from crm.schema.ils import COPIED
from tests.library import Library
from tests.slims_truth import FOUND_ONCE, STAMPS, differences

TEXTS = {
    "branch": "name", "category": "name", "closed_day": "name", "patron": "name", "title": "title", "author": "name",
    "subject": "term", "item": "collection", "loan": "item_barcode", "hold": "item_barcode", "visit": "institution",
    "charge": "description",
}  # fmt: skip
SOURCES = {
    "branch": ("mst_location", "location_name"),
    "category": ("mst_member_type", "member_type_name"),
    "closed_day": ("holiday", "description"),
    "patron": ("member", "inst_name"),
    "title": ("biblio", "sor"),
    "author": ("mst_author", "author_name"),
    "subject": ("mst_topic", "topic"),
    "item": ("item", "item_code"),
    "loan": ("loan", "item_code"),
    "hold": ("reserve", "item_code"),
    "visit": ("visitor_count", "institution"),
    "charge": ("fines", "description"),
}
NOT_IN_SLIMS = {"patron": {"branch_key"}, "closed_day": {"branch_key"}, "loan": {"branch_key"}, "hold": {"status"}}
ALTERATIONS: dict[str, Callable[[str], str]] = {
    "case": str.swapcase,
    "accent": lambda text: text.translate(str.maketrans("aeiouAEIOU0", "áéíóúÁÉÍÓÚ٠")),
    "trailing blank": lambda text: text + " ",
    "one letter": lambda text: chr(ord(text[0]) ^ 1) + text[1:],
}

Found = set[tuple[str, str, str]]


def keys_of(table: Table) -> list[str]:
    return ["title_key", "position"] if "position" in table.c else ["key"]


def is_row(table: Table, row: Any) -> Any:
    return and_(*(table.c[name] == row[name] for name in keys_of(table)))


def name_of(table: Table, row: Any) -> str:
    return "/".join(str(row[name]) for name in keys_of(table))


def first_rows(library: Library, table: Table, count: int, filled: str | None = None) -> list[Any]:
    """Return live rows of the copy, those that have ``filled`` where that matters."""
    query = select(table).order_by(*(table.c[name] for name in keys_of(table))).limit(count)
    if "gone_at" in table.c:
        query = query.where(table.c.gone_at.is_(None))
    with library.crm.connect() as connection:
        return list(connection.execute(query.where(table.c[filled].is_not(None)) if filled else query).mappings())


def found(library: Library) -> Found:
    """Return what the proof lists, and check that it counts as much."""
    report = library.verify()
    counts = report.as_json()
    for entity, proof in counts.items():
        listed = [each.kind for each in report.differences if each.entity == entity]
        kinds = ("missing", "extra", "different")
        assert [proof[kind] for kind in kinds] == [listed.count(kind) for kind in kinds]
    assert report.equal is not any(True for _ in report.differences)
    return {(each.entity, each.kind, each.key) for each in report.differences}


def other(value: Any) -> Any:
    """Return a value that differs as little as its kind allows."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, datetime):
        return value.replace(second=(value.second + 1) % 60)
    if isinstance(value, date):
        return value.replace(day=value.day % 28 + 1)
    if isinstance(value, Decimal):
        return value + Decimal("0.01")
    if isinstance(value, dict):
        return {**value, "x": 1}
    genders = {"m": "f", "f": "m"}
    return value + 1 if isinstance(value, int) else genders.get(value, f"{value} ")


def damaged_columns(library: Library) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Damage every column of every entity, each in another row, and yield what the proof should list."""
    with library.crm.begin() as connection:
        for entity, table in COPIED.items():
            hidden = STAMPS | FOUND_ONCE.get(entity, set()) | NOT_IN_SLIMS.get(entity, set()) | set(keys_of(table))
            columns = [column.name for column in table.c if column.name not in hidden]
            rows = first_rows(library, table, len(columns))
            for name, row in zip(columns, rows, strict=True):
                value = _filled(table.c[name]) if row[name] is None else other(row[name])
                connection.execute(update(table).where(is_row(table, row)).values({name: value}))
                yield entity, name_of(table, row), (name,)


def _filled(column: Any) -> Any:
    kind = column.type.python_type
    if column.name == "custom":
        return {"x": 1}
    return {date: date(2020, 1, 1), datetime: datetime(2020, 1, 1), int: 0, bool: True}.get(kind, "0")


def test_a_damage_to_any_column_of_any_entity_is_found_and_named(either_library: Library) -> None:
    expected = set(damaged_columns(either_library))
    report = either_library.verify()
    assert {(each.entity, each.key, each.columns) for each in report.differences} == expected
    assert {each.kind for each in report.differences} == {"different"}


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_a_text_altered_in_the_copy_is_found_in_every_entity(either_library: Library, alteration: str) -> None:
    expected: Found = set()
    alter = ALTERATIONS[alteration]
    with either_library.crm.begin() as connection:
        for entity, column in TEXTS.items():
            table = COPIED[entity]
            rows = first_rows(either_library, table, 100, column)
            row, text = next((row, text) for row in rows if (text := alter(row[column])) != row[column])
            connection.execute(update(table).where(is_row(table, row)).values({column: text}))
            expected.add((entity, "different", name_of(table, row)))
    assert found(either_library) == expected


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_a_text_altered_at_the_source_is_found_in_every_entity_until_the_next_sync(
    library: Library, alteration: str
) -> None:
    for table, column in SOURCES.values():
        ((text,),) = library.source(f"SELECT {column} FROM {table} WHERE {column} REGEXP '[A-Z].*[aeiou0]' LIMIT 1")
        altered = ALTERATIONS[alteration](text)
        where = f"CAST({column} AS BINARY) = CAST(%s AS BINARY)"
        library.slims.execute(f"UPDATE {table} SET {column} = %s WHERE {where}", [altered, text])
    expected = {
        (each.entity, "different", "/".join(map(str, each.key)) if isinstance(each.key, tuple) else str(each.key))
        for each in differences(library)
    }
    assert {entity for entity, _, _ in expected} == set(SOURCES)
    listed = found_within_cap(library)
    assert listed <= expected
    assert {entity for entity, _, _ in listed} == set(SOURCES)
    library.sync()
    assert differences(library) == []
    assert library.verify().equal


def found_within_cap(library: Library) -> Found:
    """Return what the proof lists: the first hundred of each entity, though it counts all."""
    report = library.verify()
    assert sum(proof.different for proof in report.entities.values()) == len(differences(library))
    return {(each.entity, each.kind, each.key) for each in report.differences}


def test_a_row_missing_from_the_copy_is_found_in_every_entity(either_library: Library) -> None:
    expected: Found = set()
    with either_library.crm.begin() as connection:
        for entity, table in COPIED.items():
            row = first_rows(either_library, table, 3)[-1]
            connection.execute(delete(table).where(is_row(table, row)))
            expected.add((entity, "missing", name_of(table, row)))
    assert found(either_library) == expected


def test_a_row_that_the_source_lacks_is_found_in_every_entity(either_library: Library) -> None:
    expected: Found = set()
    with either_library.crm.begin() as connection:
        for entity, table in COPIED.items():
            row = dict(first_rows(either_library, table, 1)[0])
            key = keys_of(table)[-1]
            row[key] = f"{row[key]}x" if isinstance(row[key], str) else 70_000
            connection.execute(insert(table).values(row))
            expected.add((entity, "extra", name_of(table, row)))
    assert found(either_library) == expected


def test_a_key_that_differs_by_case_or_a_blank_is_another_key(either_library: Library) -> None:
    either_library.spoil(
        "UPDATE ils_patron SET `key` = 'tk-0000' WHERE `key` = 'TK-0000'",
        "UPDATE ils_branch SET `key` = 'SL ' WHERE `key` = 'SL'",
    )
    assert found(either_library) == {
        ("patron", "missing", "TK-0000"), ("patron", "extra", "tk-0000"),
        ("branch", "missing", "SL"), ("branch", "extra", "SL "),
    }  # fmt: skip


def test_a_live_row_marked_gone_is_missing_and_a_gone_one_marked_live_is_extra(either_library: Library) -> None:
    either_library.change("DELETE FROM fines WHERE fines_id = 5", "DELETE FROM member WHERE member_id = 'TK-0005'")
    either_library.sync()
    assert found(either_library) == set()
    either_library.spoil(
        "UPDATE ils_charge SET gone_at = NULL WHERE `key` = 5",
        "UPDATE ils_patron SET gone_at = NULL WHERE `key` = 'TK-0005'",
        "UPDATE ils_loan SET gone_at = first_seen_at WHERE `key` = 9",
        "UPDATE ils_category SET gone_at = first_seen_at WHERE `key` = '6'",
    )
    assert found(either_library) == {
        ("charge", "extra", "5"), ("patron", "extra", "TK-0005"),
        ("loan", "missing", "9"), ("category", "missing", "6"),
    }  # fmt: skip
