"""Loans with their history, fines, reservations and visits as rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from sapa.demo.chance import Chance
from sapa.demo.circulation import Charge, Ledger, Loan
from sapa.demo.masters import masters
from sapa.demo.members import Patron
from sapa.demo.seasons import Seasons, iso, stamp
from sapa.demo.tables import Value, insert
from sapa.demo.visits import Visit

LOAN = (
    "loan_id", "item_code", "member_id", "loan_date", "due_date", "renewed", "loan_rules_id", "is_lent", "is_return",
    "return_date", "input_date", "last_update", "uid",
)  # fmt: skip
HISTORY = (
    "loan_id", "item_code", "biblio_id", "title", "call_number", "classification", "gmd_name", "language_name",
    "location_name", "collection_type_name", "member_id", "member_name", "member_type_name", "loan_date", "due_date",
    "renewed", "is_lent", "is_return", "return_date", "input_date", "last_update",
)  # fmt: skip
LANGUAGES = {"id": "Indonesia", "en": "English"}
DESCRIPTIONS = ("Denda keterlambatan untuk item {}",) * 8 + ("Overdue fines for item {}", "Denda terlambat eks. {}")
RESERVED_DAYS, FORGOTTEN_DAYS = 20, 500


def write_circulation(
    connection: sqlite3.Connection,
    ledger: Ledger,
    visits: list[Visit],
    patrons: list[Patron],
    seasons: Seasons,
    seed: int,
) -> None:
    """Insert everything the desk and the gate wrote down."""
    chance = Chance(seed, "circulation tables")
    insert(connection, "loan", LOAN, [loan_row(loan) for loan in ledger.loans])
    write_history(connection, ledger.loans, chance)
    charges = [charge_row(number, charge, chance) for number, charge in enumerate(ledger.charges, 1)]
    insert(connection, "fines", ("fines_id", "fines_date", "member_id", "debet", "credit", "description"), charges)
    reservations = sorted(reserved(ledger.loans, patrons, seasons, chance), key=lambda row: row[-1])
    insert(
        connection,
        "reserve",
        ("reserve_id", "member_id", "biblio_id", "item_code", "reserve_date"),
        [(number, *row) for number, row in enumerate(reservations, 1)],
    )
    rows = [visit_row(number, visit, seasons, chance) for number, visit in enumerate(visits, 1)]
    insert(
        connection,
        "visitor_count",
        ("visitor_id", "member_id", "member_name", "institution", "room_code", "checkin_date"),
        rows,
    )


def loan_row(loan: Loan) -> tuple[Value, ...]:
    """Return a loan: the card number is today's, the item code the one of the day on which it was lent."""
    return (
        loan.number, loan.copy.code_on(loan.day), loan.patron.number, iso(loan.day), iso(loan.due), loan.renewed,
        loan.rule, 1, int(not loan.is_open), iso(loan.back) if loan.back else None, stamp(loan.day, loan.second),
        stamp(*loan.stamped), loan.staff,
    )  # fmt: skip


def write_history(connection: sqlite3.Connection, loans: list[Loan], chance: Chance) -> None:
    """Insert what the triggers copied as the loans were made, except on one day on which they had been dropped."""
    without = chance.pick(loans[len(loans) // 3 :]).day
    locations = dict(masters()["mst_location"]["rows"])
    collections = dict(masters()["mst_coll_type"]["rows"])
    media = {number: name for number, _, name in masters()["mst_gmd"]["rows"]}
    rows = []
    for loan in loans:
        if loan.day == without:
            continue
        copy, title = loan.copy, loan.copy.title
        moment = stamp(loan.day, loan.second)
        rows.append((
            loan.number, copy.code_on(loan.day), title.number, title.wording.text, copy.label or title.call_number,
            title.wording.classification, media[title.gmd], LANGUAGES[title.wording.language], locations[copy.branch],
            collections[copy.collection], loan.patron.number_on(loan.day), loan.patron.name, loan.category.name,
            iso(loan.day), iso(loan.first_due), loan.renewed, 1, int(not loan.is_open),
            iso(loan.back) if loan.back else None, moment, moment,
        ))  # fmt: skip
    insert(connection, "loan_history", HISTORY, rows)


def charge_row(number: int, charge: Charge, chance: Chance) -> tuple[Value, ...]:
    """Return a fine; the item is known from the description only."""
    text = chance.pick(DESCRIPTIONS).format(charge.loan.copy.code_on(charge.loan.day))
    return number, iso(charge.day), charge.loan.patron.number, charge.amount, charge.paid, text


def reserved(
    loans: list[Loan], patrons: list[Patron], seasons: Seasons, chance: Chance
) -> Iterator[tuple[str, int, str, str]]:
    """Yield reservations on what is on loan now, and some that were never fetched and never deleted."""
    waiting = [one for one in patrons if one.habit.pause and one.category.key not in {"sd", "lembaga"} and not one.gone]
    waiting = [one for one in waiting if one.habit.ends(seasons.end - 1)]
    for loan in loans:
        if loan.copy.gone or not chance.happens(0.09 if loan.is_open else 0.001):
            continue
        age = RESERVED_DAYS if loan.is_open else FORGOTTEN_DAYS
        day = seasons.next_open(max(loan.day, seasons.end - chance.between(1, age)))
        fond = [
            one for one in chance.sample(waiting, 30) if loan.copy.title.subject in dict(one.habit.tastes.pairs[:4])
        ]
        if fond and fond[0].joined <= day < seasons.end:
            second = seasons.hour(day, fond[0].category.rhythm, chance)
            yield fond[0].number_on(day), loan.copy.title.number, loan.copy.code_on(day), stamp(day, second)


def visit_row(number: int, visit: Visit, seasons: Seasons, chance: Chance) -> tuple[Value, ...]:
    """Return a visit; rooms are asked for since a good year before the end only."""
    institution = visit.institution if visit.institution != "" else chance.pick(("", None))
    room = visit.room if visit.day > seasons.end - 700 else None
    card = visit.patron.number_on(visit.day) if visit.patron else None
    return number, card, visit.name, institution, room, stamp(visit.day, visit.second)
