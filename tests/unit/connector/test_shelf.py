"""Which item and title a loan was of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from connector import shelf as rooms
from connector.extract import ShelfQueries
from connector.shelf import NOTHING, Shelf, folded
from connector.source import Source
from crm.database import ensure_current, open_engine, writing
from crm.schema import ils
from tests.unit.connector.sources import asking, opened, write

QUERIES = ShelfQueries(
    items="SELECT item_code, item_id, biblio_id FROM item WHERE lower(item_code) IN ({codes})",
    history="SELECT loan_id, biblio_id FROM loan_history WHERE loan_id IN ({keys})",
)


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Source]:
    """Give a source with items and histories of loans."""
    path = tmp_path / "s.db"
    items = "CREATE TABLE item (item_code TEXT, item_id INTEGER, biblio_id INTEGER)"
    history = "CREATE TABLE loan_history (loan_id INTEGER, biblio_id INTEGER)"
    write(path, items, history, item=[("B00012", 12, 3), ("Straße", 13, 4)], loan_history=[(501, 77), (502, 78)])
    with opened(path) as found:
        yield found


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Connection]:
    """Give a CRM database with items, one of them gone."""
    engine = open_engine(f"sqlite:///{tmp_path / 'crm.db'}")
    ensure_current(engine)
    seen = datetime(2026, 11, 24)
    with writing(engine) as connection:
        for key, barcode, gone_at in ((12, "B00012", None), (14, "Gone", seen), (15, None, None)):
            values = {"key": key, "barcode": barcode, "title_key": 3, "gone_at": gone_at}
            connection.execute(insert(ils.item).values(source_id=1, first_seen_at=seen, **values))
        yield connection
    engine.dispose()


@pytest.mark.parametrize("barcode", ["B00012", "b00012", "B00012  ", "b00012 "])
def test_a_barcode_is_matched_without_case_and_trailing_blanks(source: Source, barcode: str) -> None:
    assert Shelf(source, QUERIES).find([barcode]) == [(12, 3)]


def test_a_leading_blank_and_another_letter_do_matter(source: Source) -> None:
    assert Shelf(source, QUERIES).find([" B00012", "B0001"]) == [NOTHING, NOTHING]


def test_no_barcode_finds_nothing_and_asks_nothing(source: Source) -> None:
    with asking(source) as asked:
        assert Shelf(source, QUERIES).find([None, "", "  "]) == [NOTHING] * 3
    assert asked == []


def test_a_barcode_is_asked_for_once_found_or_not(source: Source) -> None:
    shelf = Shelf(source, QUERIES)
    with asking(source) as asked:
        assert shelf.find(["B00012", "B99", "b00012"]) == [(12, 3), NOTHING, (12, 3)]
        assert shelf.find(["B99", "B00012 "]) == [NOTHING, (12, 3)]
    assert len(asked) == 1


def test_many_barcodes_are_asked_for_in_several_statements(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "CODES_PER_QUERY", 2)
    with asking(source) as asked:
        found = Shelf(source, QUERIES).find(["B1", "B2", "B00012", "B4", "B5"])
    assert found == [NOTHING, NOTHING, (12, 3), NOTHING, NOTHING]
    assert len(asked) == 3


def test_a_shelf_that_holds_the_copy_s_items_asks_the_source_nothing(source: Source, copy: Connection) -> None:
    shelf = Shelf(source, QUERIES)
    shelf.load(copy, 1)
    with asking(source) as asked:
        assert shelf.find(["b00012", "Straße", "Gone"]) == [(12, 3), NOTHING, NOTHING]
    assert asked == []


def test_items_of_another_source_are_not_on_the_shelf(source: Source, copy: Connection) -> None:
    shelf = Shelf(source, QUERIES)
    shelf.load(copy, 2)
    assert shelf.find(["B00012"]) == [NOTHING]


def test_history_tells_the_titles_that_it_knows(source: Source) -> None:
    assert Shelf(source, QUERIES).titles([501, 999]) == {501: 77}
    assert Shelf(source, QUERIES).titles([]) == {}


def test_without_a_history_no_title_is_known(source: Source) -> None:
    assert Shelf(source, ShelfQueries(QUERIES.items, None)).titles([501]) == {}


def test_folding_knows_more_than_the_alphabet() -> None:
    assert folded("STRASSE ") == folded("straße") == "strasse"
    assert folded(None) == folded("   ") == ""
