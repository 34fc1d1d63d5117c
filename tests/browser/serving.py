"""Serves the pages of a library to a browser, with a clock that stands still."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine
from waitress.server import create_server

from sapa.server import listening
from sapa.settings import ServeSettings
from tests.library_pages import app_of, set_clock


@contextmanager
def serving(engine: Engine, now: datetime) -> Iterator[str]:
    """Give the address at which the pages of ``engine`` answer as at ``now`` (naive UTC)."""
    app = app_of(engine)
    set_clock(app, now)
    with listening(ServeSettings(port=0)) as listener:
        server = create_server(app, sockets=[listener])
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.close()
        thread.join(5)
