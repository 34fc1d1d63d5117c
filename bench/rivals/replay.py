"""The limit of a sync that finds nothing changed: the very queries it asked for fingerprints, run plainly."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import pymysql
from sqlalchemy.engine import make_url


def main() -> None:
    """Run the recorded queries one after the other on one connection and print the seconds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True)
    parser.add_argument("--queries", required=True, type=Path)
    given = parser.parse_args()
    url, queries = make_url(given.source), json.loads(given.queries.read_text("utf-8"))
    connection = pymysql.connect(
        host=url.host, port=url.port or 3306, user=url.username, password=url.password or "", database=url.database,
        charset="utf8mb4", init_command="SET sql_mode = ''",
    )  # fmt: skip
    began = time.perf_counter()
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute(query)
            cursor.fetchall()
    print(json.dumps({"seconds": time.perf_counter() - began, "queries": len(queries)}))


if __name__ == "__main__":
    main()
