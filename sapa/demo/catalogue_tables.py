"""Titles and copies as rows: biblio, authors, topics, items."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date

from sapa.demo.catalogue import EDITOR, TRANSLATOR, Copy, Title
from sapa.demo.chance import Chance
from sapa.demo.masters import OPENED
from sapa.demo.seasons import iso, stamp
from sapa.demo.tables import Value, insert
from sapa.demo.words import subjects

BIBLIO = (
    "biblio_id", "gmd_id", "title", "sor", "edition", "isbn_issn", "publisher_id", "publish_year", "collation",
    "series_title", "call_number", "language_id", "publish_place_id", "classification", "notes", "opac_hide",
    "promoted", "frequency_id", "input_date", "last_update", "uid",
)  # fmt: skip
ITEM = (
    "item_id", "biblio_id", "call_number", "coll_type_id", "item_code", "inventory_code", "received_date",
    "supplier_id", "order_no", "location_id", "order_date", "item_status_id", "site", "source", "invoice", "price",
    "price_currency", "input_date", "last_update", "uid",
)  # fmt: skip
CATALOGUERS = (1, 4, 4, 4, 7)
MONTHLY = 4
PLACES = {"Medan": 1, "Jakarta": 2, "Bandung": 3, "Yogyakarta": 4, "Surakarta": 5, "Surabaya": 6, "Depok": 7}
PLACES |= {"Tangerang": 8, "Padang": 9, "London": 10}
EDITIONS = (None, None, "", "Cet. 1", "Cet. 1", "Cet. 2", "Cet. 3", "Ed. 2", "Ed. revisi", "Cetakan ke-4")
FRONT_MATTER = ("", "vi, ", "viii, ", "x, ", "xii, ", "xvi, ")
SERIES = (None, None, None, None, "Seri Pustaka Nusantara", "Seri Anak Cerdas", "Seri Keterampilan", "")
NOTES = (None, None, "", "Termasuk bibliografi dan indeks", "Indeks: hlm. 210-214", "<p>Sumbangan alumni</p>")


def write_catalogue(connection: sqlite3.Connection, titles: list[Title], seed: int) -> None:
    """Insert every title and copy that has not been deleted."""
    chance = Chance(seed, "catalogue tables")
    present = [title for title in titles if not title.gone]
    authors = numbered(name for title in present for name, _ in title.authors)
    topics = numbered(topic for title in present for topic in title.topics)
    insert(
        connection,
        "mst_author",
        ("author_id", "author_name", "authority_type", "input_date", "last_update"),
        [(number, name, "p", OPENED, OPENED) for name, number in authors.items()],
    )
    insert(
        connection,
        "mst_topic",
        ("topic_id", "topic", "topic_type", "classification", "input_date", "last_update"),
        [(number, topic, "t", "", OPENED, OPENED) for topic, number in topics.items()],
    )
    insert(connection, "biblio", BIBLIO, [biblio(title, chance) for title in present])
    insert(
        connection,
        "biblio_author",
        ("biblio_id", "author_id", "level"),
        [(title.number, authors[name], level) for title in present for name, level in title.authors],
    )
    insert(
        connection,
        "biblio_topic",
        ("biblio_id", "topic_id", "level"),
        [
            (title.number, topics[topic], min(place, 2))
            for title in present
            for place, topic in enumerate(title.topics, 1)
        ],
    )
    copies = sorted((copy for title in titles for copy in title.copies if not copy.gone), key=lambda copy: copy.number)
    insert(connection, "item", ITEM, [item(copy, chance) for copy in copies])
    gifts = [title.number for title in present if any(copy.gift for copy in title.copies) and chance.happens(0.1)]
    insert(connection, "biblio_custom", ("biblio_id", "cf_8abca"), [(number, f"HBH/{number:05d}") for number in gifts])


def numbered(names: Iterator[str]) -> dict[str, int]:
    """Return a number for every different name, in the order in which they first come."""
    return {name: number for number, name in enumerate(dict.fromkeys(names), 1)}


def biblio(title: Title, chance: Chance) -> tuple[Value, ...]:
    """Return the row of a title."""
    second = chance.between(8 * 3600, 15 * 3600)
    changed = title.added + chance.pick((0, 0, 0, 0, chance.below(500)))
    thin = subjects()[title.subject].text("shelf") == "anak"
    pages = chance.between(24, 120) if thin else chance.between(96, 480)
    return (
        title.number,
        title.gmd,
        title.wording.text,
        responsibility(title),
        chance.pick(EDITIONS),
        isbn(title, chance),
        title.publisher.number,
        str(title.year),
        f"{chance.pick(FRONT_MATTER)}{pages} hlm. : ilus. ; {chance.between(17, 29)} cm.",
        chance.pick(SERIES),
        title.call_number,
        title.wording.language,
        PLACES[title.publisher.city],
        title.wording.classification,
        chance.pick(NOTES),
        int(chance.happens(0.01)),
        int(chance.happens(0.008)),
        MONTHLY if title.serial else 0,
        stamp(title.added, second),
        stamp(changed, second),
        chance.pick(CATALOGUERS),
    )


def responsibility(title: Title) -> str | None:
    """Return who made the title, as a title page says it."""
    names = []
    for heading, level in title.authors:
        last, _, given = heading.partition(", ")
        role = {EDITOR: "editor, ", TRANSLATOR: "penerjemah, "}.get(level, "")
        names.append(f"{role}{given} {last}" if given else f"{role}{last}")
    return " ; ".join(names) or None


def isbn(title: Title, chance: Chance) -> str | None:
    """Return an ISBN from a block nobody publishes under, in one of the ways ISBNs are typed; old titles have none."""
    if title.serial:
        return f"0000-{title.number:04d}"
    if title.year < 1990 or chance.happens(0.14):
        return chance.pick((None, ""))
    body = f"97863499{title.number % 10000:04d}"
    check = -sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(body)) % 10
    if title.year < 2007:
        body = f"97999{title.number % 10000:04d}"
        rest = -sum(int(digit) * (10 - place) for place, digit in enumerate(body)) % 11
        return f"{body[:3]}-{body[3:5]}-{body[5:]}-{'X' if rest == 10 else rest}"
    dashed = f"978-634-99-{body[8:]}-{check}"
    return chance.pick((dashed, dashed, f"{body}{check}", f"{body}{check}", f"ISBN {dashed}"))


def item(copy: Copy, chance: Chance) -> tuple[Value, ...]:
    """Return the row of a copy."""
    title = copy.title
    bought = copy.acquired - chance.between(0, 25)
    moment = stamp(copy.acquired, chance.between(8 * 3600, 15 * 3600))
    changed = stamp(max(copy.renamed, copy.acquired), chance.between(8 * 3600, 15 * 3600)) if copy.renamed else moment
    return (
        copy.number,
        title.number,
        copy.label,
        copy.collection,
        copy.code,
        f"{copy.number}/INV/PD/{date.fromordinal(copy.acquired).year}",
        iso(bought),
        "0",
        "",
        copy.branch,
        iso(bought),
        copy.status,
        chance.pick((None, "", f"Rak {chance.pick('ABCDEFG')}{chance.between(1, 9)}")),
        2 if copy.gift else 1,
        "",
        0 if copy.gift else chance.between(25, 190) * 1000,
        "Rupiah",
        moment,
        changed,
        chance.pick(CATALOGUERS),
    )
