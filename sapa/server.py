"""Runs the pages and, if wished, the worker beside them, until a signal ends both."""

from __future__ import annotations

import errno
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from types import FrameType
from typing import Any

from sqlalchemy import Engine
from waitress.server import create_server

from crm.errors import ConfigError
from crm.i18n import N_
from crm.os_reasons import reason_of
from sapa.jobs import work
from sapa.settings import ServeSettings, Settings
from sapa.signals import ended_by_sigterm
from sapa.wsgi import create_app

THREADS = 8
LAST_WORDS_SECONDS = 20.0
BEHIND_A_PROXY: dict[str, Any] = {  # one on this machine may tell from where, and by https, a request came
    "trusted_proxy": "127.0.0.1",
    "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
    "clear_untrusted_proxy_headers": True,
}
ELSEWHERE = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}  # the address is none of this machine's

ANOTHER_HOST = N_("Choose an address of this machine with --host, such as 127.0.0.1, or 0.0.0.0 for all of them.")
ANOTHER_PORT = N_("Choose another port with --port, or end the program that uses it.")


def serve(engine: Engine, settings: Settings, announce: Callable[[str], None]) -> None:
    """Answer at the host and port of ``settings.serve`` until SIGTERM or Ctrl-C; ``announce`` gets the address."""
    with listening(settings.serve) as listener, ended_by_sigterm():
        app = create_app(engine, settings)
        server = create_server(app, sockets=[listener], threads=THREADS, ident=None, **BEHIND_A_PROXY)
        announce(address(settings.serve.host, listener.getsockname()[1]))
        with working(engine, settings) if settings.serve.work else nullcontext():
            server.run()  # waitress ends in good order at the exceptions a signal raises
        server.close()


def address(host: str, port: int) -> str:
    """Return the address at which a person reaches the pages."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


@contextmanager
def listening(serve_settings: ServeSettings) -> Iterator[socket.socket]:
    """Take the port; raise ConfigError if it cannot be had, or if the host is not this machine."""
    host, port = serve_settings.host, serve_settings.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.getaddrinfo(host, port, family)  # create_server hides that a name is not known
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        is_elsewhere = isinstance(error, socket.gaierror) or error.errno in ELSEWHERE
        raise ConfigError(
            N_("The pages cannot answer at {host}:{port}: {reason}."),
            ANOTHER_HOST if is_elsewhere else ANOTHER_PORT,
            host=host,
            port=port,
            reason=reason_of(error),
        ) from error
    with listener:
        yield listener


@contextmanager
def working(engine: Engine, settings: Settings) -> Iterator[None]:
    """Run the worker in a thread while the body runs; a job in progress gets a moment to stop."""
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(engine, settings, stop), name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(LAST_WORDS_SECONDS)


@contextmanager
def stopping(stop: threading.Event) -> Iterator[None]:
    """Set ``stop`` at the first SIGTERM or Ctrl-C, and let a second one interrupt at once."""

    def end(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, signal.default_int_handler)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
