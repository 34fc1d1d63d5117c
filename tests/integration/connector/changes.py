"""What staff and SLiMS do to a library's database, and what the copy says afterwards; no two touch the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.library import Library


@dataclass(frozen=True)
class Change:
    """Statements at the source, a question to the copy and its answer."""

    statements: tuple[str, ...]
    question: str
    answer: Any

    def answered(self, library: Library) -> Any:
        """Return what the copy says: one value, one row, or several rows."""
        rows = library.copy(self.question)
        row = rows[0] if len(rows) == 1 else rows
        return row[0] if len(row) == 1 else row


def asked(question: str, answer: Any, *statements: str) -> Change:
    """Return a change that shows in the answer to ``question``."""
    return Change(statements, question, answer)


def patron(key: str, column: str, answer: Any, *statements: str) -> Change:
    """Return a change that shows in one column of one live patron."""
    question = f"SELECT {column} FROM ils_patron WHERE `key` = '{key}' AND gone_at IS NULL"
    return Change(statements, question, answer)


def live(entity: str, key: int | str, columns: str, answer: Any, *statements: str) -> Change:
    """Return a change that shows in some columns of one live row."""
    return Change(statements, f"SELECT {columns} FROM ils_{entity} WHERE `key` = {key} AND gone_at IS NULL", answer)


PEOPLE = {
    "a phone number": patron(
        "P2100001", "phone", "0811-1", "UPDATE member SET member_phone = '0811-1' WHERE member_id = 'P2100001'"
    ),
    "an ID renamed": asked(
        "SELECT (SELECT count(*) FROM ils_patron WHERE `key` = 'TK-0008' AND gone_at IS NOT NULL),"
        " (SELECT count(*) FROM ils_patron WHERE `key` = 'TK-8888' AND gone_at IS NULL),"
        " (SELECT count(*) FROM ils_loan WHERE patron_key = 'TK-8888'),"
        " (SELECT count(*) FROM ils_charge WHERE patron_key = 'TK-8888'),"
        " (SELECT count(*) FROM ils_visit WHERE patron_key = 'TK-0008')",
        (1, 1, 4, 3, 3),
        "UPDATE member SET member_id = 'TK-8888' WHERE member_id = 'TK-0008'",
        "UPDATE loan SET member_id = 'TK-8888' WHERE member_id = 'TK-0008'",
        "UPDATE fines SET member_id = 'TK-8888' WHERE member_id = 'TK-0008'",
    ),
    "an ID whose case alone changes": asked(
        "SELECT (SELECT count(*) FROM ils_patron WHERE `key` = 'tk-0022' AND gone_at IS NULL),"
        " (SELECT count(*) FROM ils_patron WHERE `key` = 'TK-0022' AND gone_at IS NOT NULL),"
        " (SELECT count(*) FROM ils_loan WHERE patron_key = 'tk-0022')",
        (1, 1, 6),
        "UPDATE member SET member_id = 'tk-0022' WHERE member_id = 'TK-0022'",
        "UPDATE loan SET member_id = 'tk-0022' WHERE member_id = 'TK-0022'",
    ),
    "a blank behind an ID": patron(
        "TK-0023 ", "card_number", "TK-0023 ", "UPDATE member SET member_id = 'TK-0023 ' WHERE member_id = 'TK-0023'"
    ),
    "a member deleted, orphans left": asked(
        "SELECT (SELECT count(*) FROM ils_patron WHERE `key` = 'TK-0005' AND gone_at IS NULL),"
        " (SELECT count(*) FROM ils_loan WHERE patron_key = 'TK-0005' AND gone_at IS NULL),"
        " (SELECT count(*) FROM ils_visit WHERE patron_key = 'TK-0005' AND gone_at IS NULL)",
        (0, 1, 1),
        "DELETE FROM member WHERE member_id = 'TK-0005'",
        "DELETE FROM member_custom WHERE member_id = 'TK-0005'",
    ),
    "two names swapped": asked(
        "SELECT `key`, name FROM ils_patron WHERE `key` IN ('194830003', '213260004') ORDER BY `key`",
        [("194830003", "Rini Megantara"), ("213260004", "Hilda Waskita")],
        "UPDATE member SET member_name = IF(member_id = '194830003', 'Rini Megantara', 'Hilda Waskita')"
        " WHERE member_id IN ('194830003', '213260004')",
    ),
    "text moved across a column's boundary": asked(
        "SELECT phone, address, postal_code FROM ils_patron WHERE `key` = '222890006'",
        ("0857", "1488", "368"),
        "UPDATE member SET member_phone = '08571', member_address = '488368', postal_code = ''"
        " WHERE member_id = '222890006'",
        "UPDATE member SET member_phone = '0857', member_address = '1488', postal_code = '368'"
        " WHERE member_id = '222890006'",
    ),
    "a gender that SLiMS does not have": patron(
        "252880014", "gender", None, "UPDATE member SET gender = 2 WHERE member_id = '252880014'"
    ),
    "a new patron with hardly anything": patron(
        "BARU", "name", "-", "INSERT INTO member (member_id, member_name) VALUES ('BARU', '-')"
    ),
    "gender, birthday, block, expiry": patron(
        "232290007", "gender, birth_date, is_blocked, expires_on", ("f", None, 1, "2030-02-28"),
        "UPDATE member SET gender = 0, birth_date = '1967-02-30', is_pending = 1, expire_date = '2030-02-28'"
        " WHERE member_id = '232290007'",
    ),
    "the case of a name": patron(
        "254710009", "name", "CHELSEA HUTAPEA",
        "UPDATE member SET member_name = UPPER(member_name) WHERE member_id = '254710009'",
    ),
    "the accents of a name": patron(
        "222250041", "name", "Renee Desire",
        "UPDATE member SET member_name = 'Renee Desire' WHERE member_id = '222250041'",
    ),
    "a blank behind a name": patron(
        "234120011", "name", "Dodo Sihotang ",
        "UPDATE member SET member_name = 'Dodo Sihotang ' WHERE member_id = '234120011'",
    ),
    "a text emptied": patron(
        "19900517000025", "email", None, "UPDATE member SET member_email = ' ' WHERE member_id = '19900517000025'"
    ),
    "a membership extended": patron(
        "214070026", "registered_on, expires_on", ("2026-11-24", "2027-11-24"),
        "UPDATE member SET register_date = '2026-11-24', expire_date = '2027-11-24' WHERE member_id = '214070026'",
    ),
    "a category that does not exist": patron(
        "223520013", "category_key", "99", "UPDATE member SET member_type_id = 99 WHERE member_id = '223520013'"
    ),
    "a category's days": live(
        "category", "'2'", "name, loan_days, membership_days", ("Sarjana", 10, 400),
        "UPDATE mst_member_type SET member_type_name = 'Sarjana', loan_periode = 10, member_periode = 400"
        " WHERE member_type_id = 2",
    ),
}  # fmt: skip

CUSTOM = {
    "a custom field's value": patron(
        "253360002", "custom", '{"Fakultas":"Ekonomi & Bisnis","Nomor WhatsApp":"sama","Tanggal Masuk":"2025-02-14"}',
        "UPDATE member_custom SET cf_b2c0a = '3', cf_42efc = NULL, cf_0f2d6 = '' WHERE member_id = '253360002'",
    ),
    "custom fields appear": patron(
        "242560020", "custom", '{"Minat Baca":["Novel","Agama"]}',
        "DELETE FROM member_custom WHERE member_id = '242560020'",
        "INSERT INTO member_custom (member_id, cf_42efc)"
        """ VALUES ('242560020', 'a:2:{i:0;s:1:"0";i:4;s:1:"4";}')""",
    ),
    "custom fields vanish": patron(
        "TK-0000", "custom", None, "DELETE FROM member_custom WHERE member_id = 'TK-0000'"
    ),
    "an option renamed": asked(
        "SELECT (SELECT count(*) FROM ils_patron WHERE gone_at IS NULL AND custom LIKE '%\"Fakultas\":\"Hukum\"%'),"
        " (SELECT count(*) > 0 FROM ils_patron WHERE gone_at IS NULL AND custom LIKE '%\"Fakultas\":\"FHK\"%')",
        (0, 1),
        "UPDATE mst_custom_field SET data = REPLACE(data, 's:5:\"Hukum\"', 's:3:\"FHK\"')",
    ),
    "a label renamed": asked(
        "SELECT (SELECT count(*) FROM ils_patron WHERE gone_at IS NULL AND custom LIKE '%Setuju Dihubungi%'),"
        " (SELECT count(*) > 0 FROM ils_patron WHERE gone_at IS NULL AND custom LIKE '%\"Setuju\":%')",
        (0, 1),
        "UPDATE mst_custom_field SET label = 'Setuju' WHERE dbfield = 'cf_0f2d6'",
    ),
    "a custom column dropped": asked(
        "SELECT count(*) FROM ils_patron WHERE gone_at IS NULL AND custom LIKE '%Catatan Keluarga%'",
        0,
        "ALTER TABLE member_custom DROP COLUMN cf_97c41",
    ),
    "a custom column added": patron(
        "264190039", "custom", '{"Hobi":"memancing 🎣"}',
        "DELETE FROM member_custom WHERE member_id = '264190039'",
        "ALTER TABLE member_custom ADD COLUMN cf_beef0 varchar(50)",
        "INSERT INTO mst_custom_field (primary_table, dbfield, label, type)"
        " VALUES ('member', 'cf_beef0', 'Hobi', 'text')",
        "INSERT INTO member_custom (member_id, cf_beef0) VALUES ('264190039', 'memancing 🎣')",
    ),
}  # fmt: skip

CATALOGUE = {
    "a publisher renamed": live(
        "title", 2, "publisher", "OREILLY média",
        "UPDATE mst_publisher SET publisher_name = 'OREILLY média' WHERE publisher_id = 2",
    ),
    "a material renamed": live(
        "title", 1, "material", "Teks", "UPDATE mst_gmd SET gmd_name = 'Teks' WHERE gmd_id = 1"
    ),
    "a publisher that does not exist": live(
        "title", 30, "publisher", None, "UPDATE biblio SET publisher_id = 999999 WHERE biblio_id = 30"
    ),
    "a title's own columns": live(
        "title", 31, "title, responsibility, isbn, publish_year, language, classification, call_number, is_hidden",
        ("Judul\tbaru\n", "A & B", "x", "[2020?]", "ms", "2X4", "R 2X4", 1),
        "UPDATE biblio SET title = 'Judul\\tbaru\\n', sor = 'A & B', isbn_issn = 'x', publish_year = '[2020?]',"
        " language_id = 'ms', classification = '2X4', call_number = 'R 2X4', opac_hide = 1 WHERE biblio_id = 31",
    ),
    "a title deleted": asked(
        "SELECT (SELECT count(*) FROM ils_title WHERE `key` = 20 AND gone_at IS NULL),"
        " (SELECT count(*) FROM ils_author WHERE title_key = 20),"
        " (SELECT count(*) FROM ils_subject WHERE title_key = 20)",
        (0, 0, 0),
        "DELETE FROM biblio WHERE biblio_id = 20",
        "DELETE FROM biblio_author WHERE biblio_id = 20",
        "DELETE FROM biblio_topic WHERE biblio_id = 20",
    ),
    "an author linked": asked(
        "SELECT role FROM ils_author WHERE title_key = 40 ORDER BY position DESC LIMIT 1",
        "editor",
        "INSERT INTO biblio_author VALUES (40, 50, 3)",
    ),
    "an author renamed": asked(
        "SELECT position, name, role FROM ils_author WHERE title_key = 2 AND name LIKE 'Love%'",
        (1, "Love, R.", "additional"),
        "UPDATE mst_author SET author_name = 'Love, R.' WHERE author_id = 3",
    ),
    "an author unlinked": asked(
        "SELECT position, role FROM ils_author WHERE title_key = 3 AND position = 0",
        (0, "additional"),
        "DELETE FROM biblio_author WHERE biblio_id = 3 AND author_id = 7",
    ),
    "authors in another order": asked(
        "SELECT count(*), min(role), max(role) FROM ils_author WHERE title_key = 4",
        (1, "translator", "translator"),
        "UPDATE biblio_author SET level = 4 WHERE biblio_id = 4",
    ),
    "a role that SLiMS does not have": asked(
        "SELECT role FROM ils_author WHERE title_key = 43 ORDER BY position DESC LIMIT 1",
        "11",
        "INSERT INTO biblio_author VALUES (43, 50, 11)",
    ),
    "an author that is gone": asked(
        "SELECT position, name, role FROM ils_author WHERE title_key = 41",
        (0, None, "primary"),
        "INSERT INTO biblio_author VALUES (41, 77777, 1)",
        "DELETE FROM biblio_author WHERE biblio_id = 41"
        " AND author_id <> 77777",
    ),
    "a topic linked": asked(
        "SELECT position, term, kind FROM ils_subject WHERE title_key = 42",
        (0, "Computer", "topic"),
        "DELETE FROM biblio_topic WHERE biblio_id = 42",
        "INSERT INTO biblio_topic VALUES (42, 5, 2)",
    ),
    "a topic renamed": asked(
        "SELECT term, kind FROM ils_subject WHERE title_key = 2 AND position = 1",
        ("LINUX", "genre"),
        "UPDATE mst_topic SET topic = 'LINUX', topic_type = 'gr' WHERE topic_id = 4",
    ),
}  # fmt: skip

SHELF = {
    "an item's code renamed": asked(
        "SELECT (SELECT barcode FROM ils_item WHERE `key` = 16),"
        " (SELECT count(*) FROM ils_loan WHERE item_barcode = '0026' AND item_key = 16 AND title_key = 174)",
        ("0026-B", 3),
        "UPDATE item SET item_code = '0026-B' WHERE item_id = 16",
    ),
    "an item's status": live(
        "item", 20, "status, is_loanable", ("nl", 0),
        "UPDATE item SET item_status_id = 'nl' WHERE item_id = 20",
    ),
    "a status that may be lent": live(
        "item", 19, "status, is_loanable", ("R", 1),
        "UPDATE mst_item_status SET no_loan = 0 WHERE item_status_id = 'R'",
    ),
    "a collection renamed": live(
        "item", 14, "collection", "Karya akhir",
        "UPDATE mst_coll_type SET coll_type_name = 'Karya akhir' WHERE coll_type_id = 9"
    ),
    "an item moved to another branch and title": live(
        "item", 18, "branch_key, title_key, acquired_on", ("SL", 99, None),
        "UPDATE item SET location_id = 'SL', biblio_id = 99, received_date = '0000-00-00' WHERE item_id = 18",
    ),
    "an item without a code": live(
        "item", 5_000, "barcode, title_key, status", (None, None, None),
        "INSERT INTO item (item_id, item_code, input_date) VALUES (5000, NULL, '2026-01-01')",
    ),
    "a stock take's purge": asked(
        "SELECT (SELECT count(*) FROM ils_loan WHERE item_barcode = 'B00025' AND gone_at IS NOT NULL),"
        " (SELECT count(*) FROM ils_loan WHERE item_barcode = 'B00025' AND gone_at IS NULL),"
        " (SELECT barcode FROM ils_item WHERE `key` = 15)",
        (3, 0, "B00025 "),
        "DELETE FROM loan WHERE item_code = 'B00025'",
        "DELETE FROM item WHERE item_code = 'B00025'",
        "INSERT INTO item SET item_id = 15, item_code = 'B00025 ', biblio_id = 7, coll_type_id = 8,"
        " input_date = '2026-01-01'",
    ),
    "a branch renamed": live(
        "branch", "'FH'", "name", "Hukum", "UPDATE mst_location SET location_name = 'Hukum' WHERE location_id = 'FH'"
    ),
    "a branch opened": live(
        "branch", "'BRU'", "name", None, "INSERT INTO mst_location VALUES ('BRU', '', '2026-01-01', '2026-01-01')"
    ),
    "a closed day moved": live(
        "closed_day", 9, "weekday, on_date, name", (6, "2026-03-21", "Lebaran"),
        "DELETE FROM holiday WHERE holiday_id = 10",
        "UPDATE holiday SET holiday_date = '2026-03-21', holiday_dayname = 'Sat', description = 'Lebaran'"
        " WHERE holiday_id = 9",
    ),
    "a day that nobody knows": live(
        "closed_day", 901, "weekday, on_date, name", (None, None, "libur"),
        "INSERT INTO holiday VALUES (901, 'Minggu', NULL, 'libur')",
    ),
    "a day that is closed every week": live(
        "closed_day", 900, "weekday, on_date, name", (5, None, None),
        "INSERT INTO holiday VALUES (900, 'Fri', NULL, '')",
    ),
}  # fmt: skip
