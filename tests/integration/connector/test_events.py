"""G8: what changes in the copy becomes events, in the copy's own transaction; large and sudden changes are guarded."""

from __future__ import annotations

import pytest

from crm.errors import SourceEmptied
from crm.status import copy_status
from crm.words import ENTITY_WORDS
from tests.library import NAME, Library
from tests.outbox import Told, counted, told
from tests.slims_truth import differences

NEW_LOAN = (
    "INSERT INTO loan (loan_id, item_code, member_id, loan_date, due_date, is_lent, is_return, return_date, input_date)"
    " VALUES (3001, 'B00001', 'TK-0000', '2026-11-24', '2026-12-01', 1, {}, '2026-11-24 08:00:01')"
)
STORIES: dict[str, tuple[tuple[str, ...], Told]] = {
    "a loan": ((NEW_LOAN.format("0, NULL"),), [("loan.opened", "3001", None)]),
    "a loan opened and returned between two syncs": (
        (NEW_LOAN.format("1, '2026-11-24'"),),
        [("loan.opened", "3001", None), ("loan.returned", "3001", None)],
    ),
    "a return": (
        ("UPDATE loan SET is_return = 1, return_date = '2026-11-24' WHERE loan_id = 60",),
        [("loan.returned", "60", ["is_open", "returned_on"])],
    ),
    "an extension": (
        ("UPDATE loan SET renewed = 1, due_date = '2026-12-24', return_date = '2026-11-24' WHERE loan_id = 60",),
        [("loan.extended", "60", ["due_on", "renewals"])],
    ),
    "an extension and the return": (
        ("UPDATE loan SET renewed = 1, is_return = 1, return_date = '2026-11-24' WHERE loan_id = 60",),
        [
            ("loan.extended", "60", ["is_open", "renewals", "returned_on"]),
            ("loan.returned", "60", ["is_open", "renewals", "returned_on"]),
        ],
    ),
    "a due date alone": (
        ("UPDATE loan SET due_date = '2026-12-24' WHERE loan_id = 60",),
        [("loan.updated", "60", ["due_on"])],
    ),
    "a purge": (("DELETE FROM loan WHERE loan_id = 60",), [("loan.gone", "60", None)]),
    "a patron who joins": (
        ("INSERT INTO member (member_id, member_name) VALUES ('BARU', 'Baru')",),
        [("patron.created", "BARU", None)],
    ),
    "a patron's phone and name": (
        ("UPDATE member SET member_phone = '1', member_name = 'x' WHERE member_id = 'TK-0000'",),
        [("patron.updated", "TK-0000", ["name", "phone"])],
    ),
    "a custom field": (
        ("UPDATE member_custom SET cf_b2c0a = '2' WHERE member_id = 'TK-0000'",),
        [("patron.updated", "TK-0000", ["custom"])],
    ),
    "a patron who leaves": (("DELETE FROM member WHERE member_id = 'TK-0000'",), [("patron.gone", "TK-0000", None)]),
    "a reservation": (
        ("INSERT INTO reserve VALUES (61, 'TK-0000', 1, 'B00001', '2026-11-24 09:00:00')",),
        [("hold.placed", "61", None)],
    ),
    "a reservation given up": (("DELETE FROM reserve WHERE reserve_id = 2",), [("hold.gone", "2", None)]),
    "a visit": (
        ("INSERT INTO visitor_count VALUES (2001, 'TK-0000', '', '', '', '2026-11-24 08:02:03')",),
        [("visit.recorded", "2001", None)],
    ),
    "a fine": (
        ("INSERT INTO fines VALUES (600, '2026-11-24', 'TK-0000', 500, 0, '')",),
        [("charge.created", "600", None)],
    ),
    "a fine paid": (("UPDATE fines SET credit = debet WHERE fines_id = 1",), [("charge.updated", "1", ["paid"])]),
    "a title": (
        ("INSERT INTO biblio (biblio_id, title, input_date) VALUES (900, 'Baru', '2026-11-24 08:00:00')",),
        [("title.created", "900", None)],
    ),
    "an author's and a topic's link": (
        ("INSERT INTO biblio_author VALUES (40, 50, 3)", "DELETE FROM biblio_topic WHERE biblio_id = 41"),
        [("title.updated", "40", ["author"]), ("title.updated", "41", ["subject"])],
    ),
    "an item's status": (
        ("UPDATE item SET item_status_id = 'MIS' WHERE item_id = 1",),
        [("item.updated", "1", ["is_loanable", "status"])],
    ),
    "a branch, a category, a closed day": (
        (
            "UPDATE mst_location SET location_name = 'x' WHERE location_id = 'FH'",
            "UPDATE mst_member_type SET loan_periode = 99 WHERE member_type_id = 6",
            "DELETE FROM holiday WHERE holiday_id = 9",
        ),
        [("branch.updated", "FH", ["name"]), ("category.updated", "6", ["loan_days"]), ("closed_day.gone", "9", None)],
    ),
    "what the copy does not hold": (
        (
            "UPDATE member SET last_login = NOW(), mpasswd = 'x', last_update = NOW() WHERE member_id = 'TK-0000'",
            "UPDATE biblio SET notes = 'x', last_update = NOW() WHERE biblio_id = 1",
            "UPDATE member SET postal_code = ' ' WHERE member_id = 'TK-0000'",
        ),
        [],
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_a_change_becomes_its_events_once(library: Library, story: str) -> None:
    statements, expected = STORIES[story]
    library.change(*statements)
    library.sync()
    assert told(library) == expected
    library.sync()
    assert told(library) == expected


def test_all_changes_become_their_events_on_a_server_too(server_library: Library) -> None:
    chosen = [STORIES[name] for name in ("a loan opened and returned between two syncs", "an extension and the return",
                                         "a patron's phone and name", "an author's and a topic's link",
                                         "a reservation given up", "a visit", "a fine paid")]  # fmt: skip
    for statements, _ in chosen:
        server_library.change(*statements)
    server_library.sync()
    assert sorted(told(server_library)) == sorted(each for _, expected in chosen for each in expected)


def test_what_vanishes_and_returns_is_told_as_restored(either_library: Library) -> None:
    either_library.change("CREATE TABLE kept AS SELECT * FROM loan WHERE loan_id = 60",
                          "DELETE FROM loan WHERE loan_id = 60")  # fmt: skip
    either_library.sync()
    either_library.change("UPDATE kept SET is_return = 1", "INSERT INTO loan SELECT * FROM kept", "DROP TABLE kept")
    either_library.sync()
    assert told(either_library) == [("loan.gone", "60", None), ("loan.restored", "60", ["is_open"])]


def test_events_say_when_it_happened_in_utc_if_the_ils_knows(either_library: Library) -> None:
    for story in ("a loan", "a reservation", "a visit", "a title", "a fine"):
        either_library.change(*STORIES[story][0])
    either_library.sync()
    found = either_library.copy("SELECT type, occurred_at, seen_at FROM event WHERE type <> 'source.baseline'")
    seen_at = str(either_library.now)
    assert sorted(found) == [
        ("charge.created", None, seen_at),
        ("hold.placed", "2026-11-24 02:00:00", seen_at),
        ("loan.opened", "2026-11-24 01:00:01", seen_at),
        ("title.created", "2026-11-24 01:00:00", seen_at),
        ("visit.recorded", "2026-11-24 01:02:03", seen_at),
    ]


def test_the_first_copy_gives_one_baseline_and_nothing_else(new_library: Library) -> None:
    new_library.sync(entities=("patron", "loan"))
    new_library.change(
        "UPDATE loan SET renewed = 9 WHERE loan_id = 1", "DELETE FROM member WHERE member_id = 'TK-0005'"
    )
    new_library.sync(entities=("patron", "loan"))
    assert new_library.events() == []
    for _ in range(2):
        new_library.sync()
        assert new_library.events() == [("source.baseline", NAME)]
    (counts,) = counted(new_library, "source.baseline")
    assert [(counts["loan"], counts["patron"])] == new_library.source(
        "SELECT (SELECT count(*) FROM loan), (SELECT count(*) FROM member)"
    )
    new_library.change("UPDATE loan SET renewed = 8 WHERE loan_id = 1")
    new_library.sync()
    assert new_library.events() == [("source.baseline", NAME), ("loan.extended", "1")]


def test_ids_sort_by_time_within_a_run_and_over_many(either_library: Library) -> None:
    for renewals in range(5, 8):
        either_library.change(f"UPDATE loan SET renewed = {renewals} WHERE loan_id BETWEEN 100 AND 120",
                              f"UPDATE fines SET credit = {renewals} WHERE fines_id < 5")  # fmt: skip
        either_library.sync()
    question = "SELECT id, seen_at, type, subject FROM event WHERE type <> 'source.baseline' ORDER BY id"
    rows = either_library.copy(question)
    assert [row[1] for row in rows] == sorted(row[1] for row in rows)
    one_run = [(kind, int(subject)) for _, seen_at, kind, subject in rows if seen_at == rows[-1][1]]
    assert one_run == [("loan.extended", key) for key in range(100, 121)] + [
        ("charge.updated", key) for key in range(1, 5)
    ]
    assert len({row[0] for row in rows}) == len(rows)


def test_events_and_rows_are_committed_together_or_not_at_all(
    either_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    either_library.change(
        "UPDATE loan SET member_id = 'TK-0019', renewed = 9 WHERE loan_id = 60",
        "UPDATE loan SET item_code = 'B00001', loan_date = '2026-11-24' WHERE loan_id = 61",
    )
    question = "SELECT * FROM ils_loan WHERE `key` IN (60, 61) ORDER BY `key`"
    before = either_library.copy(question)

    def fail(*_: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr("connector.transfer.write_prints", fail)
        with pytest.raises(RuntimeError, match="the power went"):
            either_library.sync()
    assert either_library.copy(question) == before
    assert either_library.copy("SELECT * FROM ils_rekeyed") == either_library.copy("SELECT * FROM ils_archive") == []
    assert told(either_library) == []
    either_library.sync()
    assert either_library.events("loan") == [
        ("loan.extended", "60"), ("loan.reused", "61"), ("loan.opened", "61"), ("loan.returned", "61"),
    ]  # fmt: skip
    assert len(either_library.copy("SELECT * FROM ils_rekeyed")) == 1
    assert differences(either_library) == []


@pytest.mark.parametrize(("table", "entity"), [("reserve", "hold"), ("biblio_author", "author"), ("member", "patron")])
def test_an_emptied_table_stops_the_sync_until_it_is_accepted(library: Library, table: str, entity: str) -> None:
    count = library.copy(f"SELECT count(*) FROM ils_{entity}")[0][0]
    stamp = copy_status(library.crm)[0].as_of
    library.change(f"DELETE FROM {table}", "UPDATE fines SET credit = 77 WHERE fines_id = 1")
    for is_dry in (False, True):
        with pytest.raises(SourceEmptied) as raised:
            library.sync(dry_run=is_dry)
        assert raised.value.values["entity"] == ENTITY_WORDS[entity]
        assert library.copy(f"SELECT count(*) FROM ils_{entity}") == [(count,)]
        assert told(library) == []
        (status,) = copy_status(library.crm)
        assert status.as_of == stamp
        assert status.last_run
        assert status.last_run.outcome == "stopped"
    report = library.sync(accept_empty=True)
    assert report.entities[entity].gone == count
    assert differences(library) == []
    assert ("charge.updated", "1", ["paid"]) in told(library)
    library.sync()
    assert copy_status(library.crm)[0].as_of != stamp
