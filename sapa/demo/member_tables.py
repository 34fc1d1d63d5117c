"""Patrons as rows: the member table, and the custom fields of the registration form."""

from __future__ import annotations

import sqlite3
from datetime import date

from sapa.demo import php
from sapa.demo.chance import Chance, Weighted
from sapa.demo.contacts import written
from sapa.demo.masters import masters
from sapa.demo.members import Patron
from sapa.demo.seasons import iso, stamp
from sapa.demo.tables import Value, insert

MEMBER = (
    "member_id", "member_name", "gender", "birth_date", "member_type_id", "member_address", "member_mail_address",
    "member_email", "postal_code", "inst_name", "is_new", "member_image", "pin", "member_phone", "member_fax",
    "member_since_date", "register_date", "expire_date", "member_notes", "is_pending", "last_login", "last_login_ip",
    "input_date", "last_update",
)  # fmt: skip
NOTES = Weighted((
    (None, 50), ("", 40), ("Kartu hilang, sudah diganti", 2), ("<b>Pernah menghilangkan buku</b>", 2),
    ("Sering membantu kegiatan mendongeng", 1), ("Titip buku lewat satpam", 0.5), ("Kalau ditelepon sore saja", 1),
    ("Anak Bu Rosma &amp; Pak Irwan", 0.5), ("Minta dikabari kalau ada novel baru", 1.5),
))  # fmt: skip
# What people of a category tick: indexes of the choices in masters.json.
JOBS = {
    "sd": (1,), "smp": (1,), "sma": (1,), "mahasiswa": (2,), "umum": (5, 6, 7, 8, 10), "guru": (3,), "asn": (4,),
    "lansia": (9, 9, 7), "lembaga": (0,),
}  # fmt: skip
SCHOOLING = {
    "sd": (0, 1), "smp": (1,), "sma": (2,), "mahasiswa": (3, 3, 3, 4, 5), "umum": (2, 3, 3, 3, 4, 5),
    "guru": (5, 5, 5, 6, 7), "asn": (4, 5, 5, 6), "lansia": (1, 2, 3, 5), "lembaga": (0,),
}  # fmt: skip
INTERESTS = {
    "novel": 0, "cerpen": 0, "misteri": 0, "komik": 1, "cerita": 2, "sains-anak": 2, "quran": 3, "fikih": 3,
    "akhlak": 3, "kristen": 3, "agama": 3, "sejarah-islam": 3, "biologi": 4, "fisika": 4, "matematika": 4,
    "teknik": 4, "pemrograman": 4, "aplikasi": 4, "kecerdasan": 4, "sejarah": 5, "adat": 5, "biografi": 5,
    "wisata": 5, "memasak": 6, "rumah": 6, "seni": 6, "pertanian": 6, "manajemen": 7, "ekonomi": 7, "bahasa": 8,
    "kesehatan": 9,
}  # fmt: skip


def write_members(connection: sqlite3.Connection, patrons: list[Patron], seed: int) -> None:
    """Insert every patron who has not been deleted, with the custom fields of those who filled them in."""
    chance = Chance(seed, "member tables")
    present = [patron for patron in patrons if not patron.gone]
    insert(connection, "member", MEMBER, [member(patron, chance) for patron in present])
    fields = [row[2] for row in masters()["mst_custom_field"]["rows"] if row[1] == "member"]
    forms = [custom(patron, chance) for patron in present if chance.happens(0.72)]
    insert(connection, "member_custom", ("member_id", *fields), forms)


def member(patron: Patron, chance: Chance) -> tuple[Value, ...]:
    """Return the row of a patron."""
    category = patron.category_on(patron.registered)
    login = patron.joined + chance.between(1, 90)
    seen = patron.email and chance.happens(0.12)
    photo = f"member_{patron.number}.jpg" if chance.happens(0.4) else None
    return (
        patron.number,
        patron.name,
        patron.person.gender,
        iso(patron.born),
        category.number,
        "" if chance.happens(0.03) else patron.home.address,
        "",
        patron.email or chance.pick((None, "")),
        chance.pick((patron.home.postal_code, patron.home.postal_code, "", "0", None)),
        patron.institution or chance.pick((None, "")),
        chance.pick((None, 0, 1)),
        photo,
        "",
        " / ".join(written(phone, chance) for phone in patron.phones) or chance.pick((None, "")),
        "",
        iso(patron.joined),
        iso(patron.registered),
        iso(patron.expires),
        NOTES.draw(chance),
        int(patron.blocked),
        stamp(login, chance.between(7 * 3600, 22 * 3600)) if seen else None,
        f"192.0.2.{chance.between(2, 250)}" if seen else None,
        iso(patron.joined),
        None if chance.happens(0.01) else iso(patron.edited),
    )


def custom(patron: Patron, chance: Chance) -> tuple[Value, ...]:
    """Return what the patron filled in on the second page; under the number he had then."""
    key = patron.category.key
    agreed = chance.pick(("0", "0", "0", "1", None))
    mobile = [phone for phone in patron.phones if phone.startswith("08")]
    whatsapp = written(mobile[0], chance) if mobile and chance.happens(0.7) else chance.pick(("", None, "sama", "-"))
    return (
        patron.former or patron.number,
        whatsapp,
        str(chance.pick(JOBS[key])) if chance.happens(0.85) else chance.pick(("0", None)),
        str(chance.pick(SCHOOLING[key])) if chance.happens(0.85) else chance.pick(("0", None)),
        interests(patron, chance),
        agreed if whatsapp else chance.pick(("1", None)),
        iso(patron.joined) if date.fromordinal(patron.joined).year >= 2022 else chance.pick((None, "0000-00-00")),
        chance.pick((None, None, None, "", "Suka membaca 😀📚 bersama adik", "Datang hari Sabtu saja")),
    )


def interests(patron: Patron, chance: Chance) -> str | None:
    """Return the ticked boxes: mostly what the reader borrows, sometimes what he would like to."""
    if chance.happens(0.25):
        return chance.pick((None, "", php.ticked([])))
    own = [subject for subject, _ in patron.habit.tastes.pairs[:3]]
    found = {box for prefix, box in reversed(INTERESTS.items()) for subject in own if subject.startswith(prefix)}
    if chance.happens(0.3):
        found.add(chance.below(10))
    return php.ticked(sorted(found))
