"""Which events a change of the copy stands for: the catalogue of docs/events.md, case by case."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from connector.extract import Extract
from connector.ils.slims import _Slims
from connector.outcome import events_of, listed_events, names_of
from connector.staging import BACK, CHANGED, GONE, NEW, REUSED
from crm.events import Event
from crm.schema.ils import COPIED

EXTRACTS = {extract.entity: extract for extract in _Slims({}, (), is_sqlite=False).extracts()}
LISTED = ("author", "subject")
THINGS = ("branch", "category", "closed_day", "patron", "title", "item", "charge")
HAPPENING = "2026-11-24 02:30:00"


@dataclass(frozen=True)
class Row:
    """What an event needs of the source's row."""

    is_open: int | None = None
    occurred_at: str | None = None


def told(entity: str, kind: str, *changed: str, row: Row | None = None) -> list[Event]:
    """Return the events of one changed key."""
    extract = EXTRACTS[entity]
    return list(events_of(extract, kind, 7, mask(extract, *changed), row or Row()))


def mask(extract: Extract, *changed: str) -> int:
    """Return the bits of some columns."""
    columns = [each.column for each in extract.fields]
    return sum(1 << columns.index(name) for name in changed)


@pytest.mark.parametrize("entity", THINGS)
def test_a_thing_is_created_updated_gone_and_restored(entity: str) -> None:
    column = EXTRACTS[entity].fields[-1].column
    assert told(entity, NEW) == [Event(f"{entity}.created", "7")]
    assert told(entity, CHANGED, column) == [Event(f"{entity}.updated", "7", changed=[column])]
    assert told(entity, GONE) == [Event(f"{entity}.gone", "7")]
    assert told(entity, BACK) == [Event(f"{entity}.restored", "7", changed=[])]
    assert told(entity, BACK, column) == [Event(f"{entity}.restored", "7", changed=[column])]


@pytest.mark.parametrize(("entity", "what"), [("loan", "opened"), ("hold", "placed"), ("visit", "recorded")])
def test_what_happens_has_its_own_word_and_its_own_time(entity: str, what: str) -> None:
    row = Row(is_open=1, occurred_at=HAPPENING)
    assert told(entity, NEW, row=row) == [Event(f"{entity}.{what}", "7", HAPPENING)]


@pytest.mark.parametrize("entity", ["hold", "visit"])
def test_holds_and_visits_change_and_vanish_like_things(entity: str) -> None:
    assert told(entity, CHANGED, "patron_key") == [Event(f"{entity}.updated", "7", changed=["patron_key"])]
    assert told(entity, GONE) == [Event(f"{entity}.gone", "7")]


def test_a_loan_opened_and_returned_between_two_syncs_gives_both() -> None:
    row = Row(is_open=0, occurred_at=HAPPENING)
    assert told("loan", NEW, row=row) == [Event("loan.opened", "7", HAPPENING), Event("loan.returned", "7")]


@pytest.mark.parametrize(
    ("changed", "is_open", "types"),
    [
        (["is_open", "returned_on"], 0, ["loan.returned"]),
        (["renewals", "due_on"], 1, ["loan.extended"]),
        (["renewals", "due_on", "is_open", "returned_on"], 0, ["loan.extended", "loan.returned"]),
        (["due_on"], 1, ["loan.updated"]),
        (["patron_key"], 1, ["loan.updated"]),
        (["is_open", "returned_on"], 1, ["loan.updated"]),
        (["returned_on"], 0, ["loan.updated"]),
    ],
)
def test_a_loan_is_extended_returned_or_else_updated(changed: list[str], is_open: int, types: list[str]) -> None:
    events = told("loan", CHANGED, *changed, row=Row(is_open=is_open))
    assert [event.type for event in events] == types
    assert all(set(event.changed) == set(changed) for event in events)


def test_a_purged_loan_is_gone_never_returned() -> None:
    assert told("loan", GONE) == [Event("loan.gone", "7")]


@pytest.mark.parametrize("entity", ["patron", "title", "item"])
def test_a_reused_key_is_told_and_begins_anew(entity: str) -> None:
    assert [event.type for event in told(entity, REUSED, "key")] == [f"{entity}.reused", f"{entity}.created"]


def test_a_reused_loan_begins_anew_with_its_own_time() -> None:
    assert told("loan", REUSED, "item_barcode", row=Row(is_open=0, occurred_at=HAPPENING)) == [
        Event("loan.reused", "7"),
        Event("loan.opened", "7", HAPPENING),
        Event("loan.returned", "7"),
    ]


def test_a_change_of_nothing_proven_is_no_event() -> None:
    assert told("patron", CHANGED) == []


@pytest.mark.parametrize("entity", LISTED)
def test_a_changed_list_is_an_update_of_its_title(entity: str) -> None:
    assert listed_events(EXTRACTS[entity], [3, 5]) == [
        Event("title.updated", "3", changed=[entity]),
        Event("title.updated", "5", changed=[entity]),
    ]


def test_text_keys_are_the_subject_as_they_are() -> None:
    [event] = events_of(EXTRACTS["patron"], GONE, "A 01 ", 0, Row())
    assert event.subject == "A 01 "


@pytest.mark.parametrize("entity", COPIED)
def test_every_bit_of_a_mask_names_its_column(entity: str) -> None:
    extract = EXTRACTS[entity]
    columns = [each.column for each in extract.fields]
    assert [names_of(extract, 1 << at) for at in range(len(columns))] == [[name] for name in columns]
    assert names_of(extract, (1 << len(columns)) - 1) == columns
    assert names_of(extract, 0) == []


def test_no_mask_needs_more_than_63_bits() -> None:
    assert max(len(extract.fields) for extract in EXTRACTS.values()) < 63
