"""What ten years of typing, importing and upgrading leave behind in a SLiMS database.

Every stain is put on its share of the rows of one column, at least one row, and never on a cell that has one already.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from sapa.demo.chance import Chance
from sapa.demo.tables import Value

ZERO = "0000-00-00"
Change = Callable[[str, Chance], Value]


@dataclass(frozen=True)
class Stain:
    """One kind of dirt in a column: ``change`` turns its text (or that of the column ``source``) into what is found.

    ``where`` narrows the rows, ``least`` is how many there are at any size, ``also`` a table that says the same.
    """

    name: str
    share: float
    change: Change
    where: str = "1"
    source: str = ""
    least: int = 1
    also: str = ""


def always(*values: Value) -> Change:
    """Return the change that puts one of ``values`` in place of anything."""
    return lambda _, chance: chance.pick(values)


def mojibake(text: str, _: Chance) -> str:
    """Return ``text`` with an accent in it that was read in the wrong encoding once."""
    place = max(text.rfind("e"), text.rfind("a"))
    return f"{text[:place]}é{text[place + 1 :]}".encode().decode("latin-1")


def entity(text: str, _: Chance) -> str:
    """Return ``text`` as it was saved by a form that escaped it."""
    escaped = text.replace("&", "&amp;").replace("'", "&#039;").replace(" dan ", " &amp; ")
    return escaped if escaped != text else f"{text} &amp; Keluarga"


def question_marks(text: str, _: Chance) -> str:
    """Return ``text`` with a word lost that the database could not hold."""
    return " ".join([text.split(" ", maxsplit=1)[0], "????"])


def padded(text: str, chance: Chance) -> str:
    """Return ``text`` with blanks where none belong."""
    return chance.pick(("{} ", " {}", "   {}", "{}  ")).format(text)


def doubled(text: str, _: Chance) -> str:
    """Return ``text`` with its first blank doubled."""
    return text.replace(" ", "  ", 1)


def letter_o(text: str, _: Chance) -> str:
    """Return ``text`` typed by somebody to whom 0 and O are the same."""
    return text.replace("0", "O", 2)


STAINS: dict[str, tuple[Stain, ...]] = {
    "member.birth_date": (
        Stain("zero birth date", 0.012, always(ZERO)),
        Stain("no birth date", 0.012, always(None)),
        Stain("birth on New Year", 0.03, lambda text, _: f"{text[:4]}-01-01"),
        Stain("birth at the epoch", 0.008, always("1970-01-01")),
        Stain("birth in 1900", 0.002, always("1900-01-01")),
        Stain("birth on the day of registration", 0.006, lambda text, _: text, source="register_date"),
        Stain("partly zero birth date", 0.003, lambda text, _: f"{text[:4]}-00-00"),
        Stain("birth in the next century", 0.001, lambda text, _: f"20{text[2:]}", where="birth_date LIKE '19%'"),
    ),
    "member.member_type_id": (
        Stain("unknown member type", 0.0015, always(99)),
        Stain("no member type", 0.0015, always(None)),
    ),
    "member.member_name": (
        Stain("name in capitals", 0.05, lambda text, _: text.upper()),
        Stain("name in small letters", 0.02, lambda text, _: text.lower()),
        Stain("name with two blanks", 0.008, doubled, where="member_name LIKE '% %'"),
        Stain("name with blanks around", 0.006, padded),
        Stain("name with a full stop", 0.004, lambda text, _: f"{text}.", where="member_name NOT LIKE '%.'"),
        Stain("name with a tab", 0.0005, lambda text, _: text.replace(" ", "\t"), where="member_name LIKE '% %'"),
        Stain("name with an entity", 0.002, entity),
        Stain(
            "name with an apostrophe escaped",
            0.002,
            lambda text, _: f"Nur&#039;{text.lower()}",
            where="gender = 0 AND member_name NOT LIKE '% %'",
        ),
        Stain("name with markup", 0.0005, lambda text, _: f"<b>{text}</b>"),
        Stain("name in mojibake", 0.002, mojibake, where="member_name LIKE '%e%'"),
        Stain("name lost", 0.0008, question_marks),
        Stain("name that is none", 0.0006, always(".", "-")),
    ),
    "member.member_email": (
        Stain("mail that is none", 0.01, always("tidak ada", "-", "belum punya", "0")),
        Stain("mail cut off", 0.006, lambda text, _: text.partition("@")[0] + "@", where="member_email LIKE '%@%'"),
        Stain("mail in capitals", 0.015, lambda text, _: text.upper(), where="member_email LIKE '%@%'"),
        Stain("mail with blanks", 0.004, padded, where="member_email LIKE '%@%'"),
        Stain("mail of a family", 0.003, always("keluarga.lubis@surel.example"), least=2),
        Stain(
            "mail of a school", 0.005, always("perpustakaan@sekolah.example"), where="member_type_id IN (2, 3)", least=9
        ),
    ),
    "member.member_phone": (
        Stain("phone that is none", 0.01, always("-", "tidak ada", "0", "belum ada")),
        Stain("phone cut off", 0.006, lambda text, _: text[:7], where="length(member_phone) > 9"),
        Stain("phone with the letter O", 0.002, letter_o, where="member_phone LIKE '%0%'"),
        Stain("phone from a spreadsheet", 0.002, always("8.41E+11", "8,42E+11")),
        Stain("phone of a school", 0.004, always("(061) 0000417"), where="member_type_id IN (2, 3)", least=9),
        Stain("blank phone", 0.002, always(" ", "   ")),
    ),
    "member.member_address": (
        Stain(
            "address with entities",
            0.006,
            lambda text, _: text.replace(", ", ",&nbsp;").replace(" No. ", " &quot;No&quot; "),
        ),
    ),
    "member.inst_name": (
        Stain("institution with an entity", 0.008, entity, where="inst_name LIKE '% dan %' OR inst_name LIKE '%&%'"),
        Stain("institution in small letters", 0.02, lambda text, _: text.lower()),
        Stain("blank institution", 0.003, always(" ")),
    ),
    "member.expire_date": (Stain("zero expiry", 0.001, always(ZERO)),),
    "member.register_date": (Stain("zero registration", 0.002, always(ZERO)),),
    "member.last_update": (
        Stain("changed in the future", 0.001, always("2038-01-19")),
        Stain("changed never", 0.003, always(ZERO)),
    ),
    "biblio.publish_year": (
        Stain("year typed wrong", 0.004, letter_o, where="publish_year LIKE '%0%'"),
        Stain(
            "year as the title page has it",
            0.02,
            lambda text, chance: chance.pick(("c{}", "[{}?]", "{}.")).format(text),
        ),
        Stain("year unknown", 0.015, always("s.a.", "[t.th.]", "", "19--")),
    ),
    "biblio.classification": (
        Stain("blank class", 0.01, always("", " ")),
        Stain("no class", 0.008, always(None)),
        Stain("class NONE", 0.005, always("NONE")),
        Stain("class with a comma", 0.01, lambda text, _: text.replace(".", ","), where="classification LIKE '%.%'"),
        Stain(
            "class with an edition",
            0.02,
            lambda text, chance: f"{text}{chance.pick(('/2 22', ' 22', '/3-22', ' / 21'))}",
            where="classification LIKE '%.%'",
        ),
        Stain("class in small letters", 0.004, lambda text, _: text.lower(), where="classification GLOB '[A-Z]*'"),
        Stain("class with blanks", 0.004, padded),
    ),
    "biblio.title": (
        Stain("title in capitals", 0.02, lambda text, _: text.upper()),
        Stain("title with two blanks", 0.006, doubled, where="title LIKE '% %'"),
        Stain("title with blanks around", 0.004, padded),
        Stain("title with an entity", 0.006, entity, where="title LIKE '% dan %'"),
        Stain("title with markup", 0.002, lambda text, _: f"<i>{text}</i>"),
        Stain("title in mojibake", 0.002, mojibake, where="title LIKE '%a%'"),
        Stain("title lost", 0.001, question_marks),
        Stain("title blank", 0.0004, always("", " ")),
    ),
    "biblio.language_id": (
        Stain("no language", 0.006, always(None, "")),
        Stain("unknown language", 0.002, always("ind", "IDN")),
    ),
    "biblio.gmd_id": (Stain("no material", 0.004, always(None, 0)), Stain("unknown material", 0.002, always(99))),
    "biblio.publisher_id": (Stain("no publisher", 0.01, always(None)), Stain("unknown publisher", 0.002, always(9999))),
    "biblio.last_update": (Stain("title without change stamp", 0.005, always(None)),),
    "item.received_date": (Stain("zero receipt", 0.02, always(ZERO)), Stain("no receipt", 0.01, always(None))),
    "item.location_id": (Stain("no branch", 0.003, always(None, "")), Stain("unknown branch", 0.002, always("XXX"))),
    "item.coll_type_id": (Stain("no collection", 0.003, always(None)), Stain("unknown collection", 0.001, always(88))),
    "item.item_status_id": (Stain("unknown status", 0.001, always("LOS"), where="item_status_id = 'MIS'"),),
    "item.biblio_id": (Stain("item of no title", 0.0008, always(None, 999999)),),
    "loan.item_code": (
        Stain(
            "code typed in small letters",
            0.004,
            lambda text, _: text.lower(),
            where="item_code GLOB '*[A-Z]*'",
            also="loan_history",
        ),
        Stain("code typed with a blank", 0.001, lambda text, _: f"{text} ", also="loan_history"),
    ),
    "loan.last_update": (Stain("loan without change stamp", 0.004, always(None)),),
    "loan.due_date": (Stain("zero due date", 0.0004, always(ZERO), where="is_return = 1"),),
    "loan.return_date": (Stain("zero return", 0.001, always(ZERO), where="is_return = 1", also="loan_history"),),
    "fines.description": (Stain("fine without a word", 0.004, always(None, "")),),
    "fines.credit": (Stain("fine paid twice", 0.001, lambda text, _: 2 * int(text), where="credit > 0"),),
    "member_custom.cf_4d1c7": (
        Stain("WhatsApp with a picture", 0.02, lambda text, _: f"📱 {text}", where="cf_4d1c7 LIKE '0%'"),
    ),
    "member_custom.cf_c55d8": (
        Stain("checklist cut off", 0.003, lambda text, _: text[:-4], where="length(cf_c55d8) > 20"),
    ),
    "member_custom.cf_a90e2": (Stain("choice that is gone", 0.003, always("42")),),
    "member_custom.cf_6b2d5": (
        Stain(
            "note with quotes",
            0.02,
            always("Orang tua: &quot;Pak Joko&quot;", "Catatan dengan “kutip” - dan emoji 👨‍👩‍👧"),
        ),
    ),
}


def soil(connection: sqlite3.Connection, seed: int) -> None:
    """Put every stain on its share of the rows."""
    chance = Chance(seed, "dirt")
    for place, stains in STAINS.items():
        table, column = place.split(".")
        key = connection.execute("SELECT name FROM pragma_table_info(?) WHERE pk = 1", (table,)).fetchone()[0]
        stained: set[Value] = set()
        for stain in stains:
            source = stain.source or column
            found = connection.execute(f"SELECT {key}, {source} FROM {table} WHERE {stain.where} ORDER BY {key}")
            clean = [row for row in found if row[0] not in stained]
            count = max(round(stain.share * len(clean)), stain.least)
            changes = [(stain.change(str(text or ""), chance), row) for row, text in chance.sample(clean, count)]
            for changed in filter(None, (table, stain.also)):
                connection.executemany(f"UPDATE {changed} SET {column} = ? WHERE {key} = ?", changes)
            stained |= {row for _, row in changes}
