"""The list of people on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, event, update

from crm.database import reading, writing
from crm.reports import patron_list
from crm.reports.patron_list import Question, choices, page_of, sorted_ids
from crm.schema import people
from tests.readers import ANI, BUDI, GUEST, NOW, SITI, add_patron, add_readers, furnish


@pytest.fixture
def library(crm: Engine) -> Engine:
    with writing(crm) as connection:
        furnish(connection)
        add_readers(connection)
    return crm


def ids(engine: Engine, **asked: str) -> list[int]:
    with reading(engine) as connection:
        page = page_of(connection, Question.of(asked))
    assert page.total == len(page.rows)
    return [row.id for row in page.rows]


def test_everybody_is_listed_by_name(library: Engine) -> None:
    assert ids(library) == [ANI, BUDI, SITI, GUEST]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "siti"}, [SITI]),
        ({"q": "SITI AMI"}, [SITI]),
        ({"q": "0812 3456"}, [SITI]),
        ({"q": "a-2"}, [BUDI]),
        ({"q": "a"}, [ANI, SITI, BUDI, GUEST]),
        ({"q": "nobody"}, []),
        ({"stage": "lapsing"}, [BUDI]),
        ({"state": "contact"}, [GUEST]),
        ({"category": "1", "branch": "001"}, [ANI, SITI]),
        ({"age_band": "child"}, [ANI]),
        ({"tag": "relawan"}, [BUDI, SITI]),
        ({"group": "7"}, [ANI]),
        ({"group": "x"}, []),
        ({"segment": "lapsing"}, [BUDI]),
        ({"segment": "none"}, []),
        ({"tag": "relawan", "stage": "active", "q": "siti", "sort": "key"}, [SITI]),
        ({"stage": "active", "tag": "none"}, []),
    ],
)
def test_words_and_filters_narrow_the_list(library: Engine, asked: dict[str, str], found: list[int]) -> None:
    assert sorted(ids(library, **asked)) == sorted(found)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("activity", [ANI, SITI, BUDI, GUEST]),
        ("key", [SITI, ANI, BUDI, GUEST]),
        ("joined", [ANI, BUDI, SITI, GUEST]),
        ("size; DROP", [ANI, BUDI, SITI, GUEST]),
    ],
)
@pytest.mark.parametrize("many", [0, 30_000])
def test_the_order_is_the_same_however_it_is_found(
    library: Engine, monkeypatch: pytest.MonkeyPatch, sort: str, order: list[int], many: int
) -> None:
    monkeypatch.setattr(patron_list, "MANY", many)
    assert ids(library, sort=sort) == order
    assert ids(library, sort=sort, branch="001", tag="relawan") == [each for each in order if each in (SITI, BUDI)]


def test_who_was_merged_into_another_is_out_of_sight(library: Engine) -> None:
    with writing(library) as connection:
        connection.execute(update(people.person).where(people.person.c.id == BUDI).values(merged_into=SITI))
    assert ids(library) == [ANI, SITI, GUEST]
    assert ids(library, q="budi") == []
    assert ids(library, stage="lapsing", sort="key") == []


def test_a_row_tells_who_it_is(library: Engine) -> None:
    with reading(library) as connection:
        row = page_of(connection, Question(q="budi")).rows[0]
    assert (row.name, row.card_number, row.category, row.branch) == ("Budi Santoso", "A-2", "Umum", "Pusat")
    assert (row.state, row.stage, row.overdue_loans, row.tags) == ("blocked", "lapsing", 1, ("relawan",))


def test_pages_follow_each_other_without_gap(library: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patron_list, "PAGE_SIZE", 3)
    with reading(library) as connection:
        pages = [page_of(connection, Question(), number) for number in (1, 2, 3)]
    assert [[row.id for row in page.rows] for page in pages] == [[ANI, BUDI, SITI], [GUEST], []]
    assert [(page.total, page.last) for page in pages] == [(4, 2)] * 3


def test_the_choices_are_what_is_there(library: Engine) -> None:
    with reading(library) as connection:
        found = choices(connection)
    assert {kind: [(each.value, each.name) for each in values] for kind, values in found.items()} == {
        "category": [("1", "Pelajar"), ("2", "Umum")],
        "branch": [("001", "Pusat")],
        "tag": [("relawan", "relawan")],
        "group": [("7", "SMPN 1")],
        "segment": [("lapsing", "Lapsing")],
    }


def test_a_page_takes_the_same_statements_for_few_and_many(library: Engine) -> None:
    def counted() -> int:
        statements: list[str] = []
        listener = lambda *args: statements.append(args[2])  # noqa: E731
        event.listen(library, "before_cursor_execute", listener)
        with reading(library) as connection:
            page_of(connection, Question(q="a", sort="key"))
        event.remove(library, "before_cursor_execute", listener)
        return len([each for each in statements if each.startswith("SELECT")])

    few = counted()
    with writing(library) as connection:
        for number in range(10, 40):
            add_patron(connection, number, f"Anggota {number}", f"A-{number}", joined_on=NOW.date())
    assert few == counted() == 4


def test_a_question_survives_as_an_address() -> None:
    question = Question.of({"q": " siti ", "stage": "new", "sort": "key", "unknown": "1"})
    assert question.as_fields() == {"q": "siti", "stage": "new", "sort": "key"}
    assert Question.of(question.as_fields()) == question


def test_mariadb_is_told_where_to_begin(served: Engine) -> None:
    compiled = sorted_ids(Question(q="siti"), 3).compile(served)
    assert "STRAIGHT_JOIN" in str(compiled)
