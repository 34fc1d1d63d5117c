"""Whatever is written into the audit log has words on its page."""

from __future__ import annotations

import re
from pathlib import Path

from crm.staff.audit import ACTION_WORDS, SUBJECT_WORDS

ROOT = Path(__file__).parents[4]
ACTION = re.compile(rf'"((?:{"|".join(("contact", "staff", "sign_in", *SUBJECT_WORDS))})\.[a-z_]+)"')
COLUMNS = re.compile(r"\.(id|show|one|name)$")  # references of tables and names of views look alike


def test_every_action_in_the_code_has_words() -> None:
    texts = [path.read_text("utf-8") for room in ("crm", "plugin_ui", "sapa") for path in (ROOT / room).rglob("*.py")]
    written = {action for text in texts for action in ACTION.findall(text) if not COLUMNS.search(action)}
    assert {"staff.role", "patron.read", "segment.export"} <= written
    assert written - set(ACTION_WORDS) == set()


def test_an_action_fits_its_column() -> None:
    assert max(map(len, ACTION_WORDS)) <= 32
    assert max(map(len, SUBJECT_WORDS)) <= 32
