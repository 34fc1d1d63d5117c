"""What happens at the desk and at the door: loans, holds, visits, charges; no two touch the same rows."""

from __future__ import annotations

from tests.integration.connector.changes import asked, live

DESK = {
    "a loan extended": live(
        "loan", 103, "due_on, returned_on, renewals, is_open", ("2026-12-08", None, 2, 1),
        "UPDATE loan SET renewed = 2, due_date = '2026-12-08', is_return = 0, return_date = '2026-11-24'"
        " WHERE loan_id = 103",
    ),
    "a loan returned": live(
        "loan", 171, "returned_on, is_open", ("2026-11-24", 0),
        "UPDATE loan SET is_return = 1, return_date = '2026-11-24' WHERE loan_id = 171",
    ),
    "a row without a stamp": live(
        "loan", 201, "due_on", "2024-12-24",
        "UPDATE loan SET due_date = '2024-12-24', last_update = NULL WHERE loan_id = 201",
    ),
    "a stamp in the future": live(
        "loan", 202, "due_on", "2024-12-25",
        "UPDATE loan SET due_date = '2024-12-25', last_update = '2099-01-01' WHERE loan_id = 202",
    ),
    "a new row with an old stamp": live(
        "loan", 3_500, "patron_key, is_open", ("TK-0000", 1),
        "DROP TRIGGER IF EXISTS insert_loan_history",
        "INSERT INTO loan (loan_id, item_code, member_id, loan_date, due_date, is_lent, input_date, last_update)"
        " VALUES (3500, 'B00001', 'TK-0000', '2026-11-24', '2026-12-01', 1, '2001-01-01', '2001-01-01')",
    ),
    "borrowers of two loans swapped": asked(
        "SELECT `key`, patron_key FROM ils_loan WHERE `key` IN (1, 2) ORDER BY `key`",
        [(1, "254510087"), (2, "252710137")],
        "UPDATE loan SET member_id = IF(loan_id = 1, '254510087', '252710137') WHERE loan_id IN (1, 2)",
    ),
    "the same change in twelve rows": asked(
        "SELECT count(*) FROM ils_loan WHERE due_on = '2025-09-24'",
        0,
        "UPDATE loan SET due_date = '2025-10-01' WHERE due_date = '2025-09-24'",
    ),
    "a number below zero": live(
        "loan", -5, "item_key IS NOT NULL", 1, "UPDATE loan SET loan_id = -5 WHERE loan_id = 401"
    ),
    "the number zero": live("loan", 0, "is_open", 0, "UPDATE loan SET loan_id = 0 WHERE loan_id = 402"),
    "the largest number": live(
        "loan", 2**31 - 1, "is_open", 0, f"UPDATE loan SET loan_id = {2**31 - 1} WHERE loan_id = 403"
    ),
    "a number far away": live(
        "visit", 1_500_000_000, "`key`", 1_500_000_000,
        "UPDATE visitor_count SET visitor_id = 1500000000 WHERE visitor_id = 404",
    ),
    "a time that never was": live(
        "loan", 501, "recorded_at, loaned_on", (None, None),
        "UPDATE loan SET input_date = '0000-00-00 00:00:00', loan_date = '2024-00-10' WHERE loan_id = 501",
    ),
    "a loan of nobody and nothing": live(
        "loan", 502, "patron_key, item_barcode", (None, None),
        "UPDATE loan SET member_id = ' ', item_code = '' WHERE loan_id = 502",
    ),
    "a reservation cancelled": asked(
        "SELECT count(*) FROM ils_hold WHERE `key` = 2 AND gone_at IS NULL",
        0,
        "DELETE FROM reserve WHERE reserve_id = 2",
    ),
    "a reservation placed": live(
        "hold", 61, "patron_key, title_key, item_barcode, placed_at", ("TK-0000", 1, "B00001", "2026-11-24 02:00:00"),
        "INSERT INTO reserve VALUES (61, 'TK-0000', 1, 'B00001', '2026-11-24 09:00:00')",
    ),
    "a fine paid": live("charge", 1, "paid", 5_000, "UPDATE fines SET credit = debet WHERE fines_id = 1"),
    "a fine deleted": asked(
        "SELECT gone_at IS NULL FROM ils_charge WHERE `key` = 3",
        0,
        "DELETE FROM fines WHERE fines_id = 3",
    ),
    "a fine without an amount": live(
        "charge", 9, "amount, paid, charged_on", (None, 0, None),
        "UPDATE fines SET debet = NULL, credit = 0, fines_date = '0000-00-00' WHERE fines_id = 9",
    ),
    "a blank behind a description": live(
        "charge", 2, "description", "Denda keterlambatan untuk item B00800 ",
        "UPDATE fines SET description = CONCAT(description, ' ') WHERE fines_id = 2",
    ),
    "a guest's visit": live(
        "visit", 2_500, "patron_key, institution, room, visited_at", (None, "SMA 1", "XX", "2026-11-24 01:02:03"),
        "INSERT INTO visitor_count VALUES (2500, '', 'Tamu', 'SMA 1', 'XX', '2026-11-24 08:02:03')",
    ),
    "a visit corrected": live(
        "visit", 100, "patron_key, room, visited_at", ("TK-0000", None, "2026-11-24 01:00:00"),
        "UPDATE visitor_count SET member_id = 'TK-0000', room_code = NULL, checkin_date = '2026-11-24 08:00'"
        " WHERE visitor_id = 100",
    ),
    "a whole bucket deleted": asked(
        "SELECT count(*), count(gone_at) FROM ils_visit WHERE `key` BETWEEN 1200 AND 1299",
        (100, 100),
        "DELETE FROM visitor_count WHERE visitor_id BETWEEN 1200 AND 1299",
    ),
    "a whole bucket added": asked(
        "SELECT count(*) FROM ils_visit WHERE `key` BETWEEN 5700 AND 5799 AND gone_at IS NULL",
        100,
        "INSERT INTO visitor_count SELECT visitor_id + 5000, member_id, member_name, institution, room_code,"
        " checkin_date FROM visitor_count WHERE visitor_id BETWEEN 700 AND 799",
    ),
}  # fmt: skip
