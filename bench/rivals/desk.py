"""The desk during a sync: small updates, about fifty a second, each timed, until the standard input closes."""

from __future__ import annotations

import argparse
import json
import random
import select
import sys
import time

import pymysql
from sqlalchemy.engine import make_url

PAUSE_SECONDS = 0.02
# Columns that Sapa does not copy, so that the copy stays equal.
UPDATES = {
    "loan": "UPDATE loan SET uid = 1 + (COALESCE(uid, 0) + 1) % 100 WHERE loan_id = {number}",
    "item": "UPDATE item SET uid = 1 + (COALESCE(uid, 0) + 1) % 100 WHERE item_id = {number}",
    "biblio": "UPDATE biblio SET uid = 1 + (COALESCE(uid, 0) + 1) % 100 WHERE biblio_id = {number}",
    "member": "UPDATE member SET last_login = NOW() WHERE member_id = {member}",
}


def is_over() -> bool:
    """Wait a moment and tell whether whoever started this has closed our input."""
    ready, _, _ = select.select([sys.stdin], [], [], PAUSE_SECONDS)
    return bool(ready)


def main() -> None:
    """Update and time; print the waits in milliseconds per table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True)
    parser.add_argument("--rows", required=True, type=int)
    given = parser.parse_args()
    url = make_url(given.source)
    connection = pymysql.connect(
        host=url.host, port=url.port or 3306, user=url.username, password=url.password or "", database=url.database,
        autocommit=True,
    )  # fmt: skip
    waits: dict[str, list[float]] = {table: [] for table in UPDATES}
    chance = random.Random(1)
    with connection.cursor() as cursor:
        while not is_over():
            for table, update in UPDATES.items():
                number = chance.randint(1, given.rows)
                member = f"CONCAT(ELT(1 + {number} % 4, 'M', '2021', 'a/', 'KTP.'), LPAD({number}, 7, '0'))"
                began = time.perf_counter()
                cursor.execute(update.format(number=number, member=member))
                waits[table].append((time.perf_counter() - began) * 1000)
    print(json.dumps({table: sorted(found) for table, found in waits.items()}))


if __name__ == "__main__":
    main()
