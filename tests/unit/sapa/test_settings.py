"""What the configuration says is handed around freely, so it never shows a secret by itself."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from connector.settings import SourceSettings
from crm.settings import CrmSettings, LibrarySettings
from sapa.settings import ServeSettings, Settings

URL = "mysql+pymysql://reader:rahasia-1@127.0.0.1/slims"
SOURCE = SourceSettings("main", "slims", URL)
CRM = CrmSettings(URL, "rahasia-2")
WHOLE = Settings(Path("config.toml"), LibrarySettings("Perpustakaan"), CRM, (SOURCE,), ServeSettings())


@pytest.mark.parametrize("settings", [SOURCE, CRM, WHOLE], ids=lambda settings: type(settings).__name__)
def test_no_settings_show_a_secret(settings: Any) -> None:
    assert "rahasia" not in f"{settings!r} {settings}"


def test_what_is_no_secret_is_shown() -> None:
    assert "name='main'" in repr(WHOLE)


@pytest.mark.parametrize("kind", [SourceSettings, CrmSettings, LibrarySettings, ServeSettings, Settings])
def test_whatever_is_named_like_a_secret_is_hidden(kind: Any) -> None:
    secret = [field for field in fields(kind) if field.name.endswith(("database_url", "_key", "password", "secret"))]
    assert [field.name for field in secret if field.repr] == []
