"""The copy while it is written: one connection with temporary tables, one fence, one time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from connector.state import Fence
from crm.database_errors import explain
from crm.events import EventIds

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Runner:
    """Who writes: one run.

    ``clock`` gives naive UTC; ``has_baseline`` tells whether the first copy was completed before, for only then are
    there events.
    """

    fence: Fence
    clock: Clock
    has_baseline: bool
    ids: EventIds = field(default_factory=EventIds)


class Copy:
    """Where a run writes."""

    def __init__(self, connection: Connection, runner: Runner) -> None:
        """Take an open connection that nobody else uses."""
        self.connection = connection
        self.runner = runner
        self.clock = runner.clock
        self.source_id = runner.fence.source_id

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """Open a transaction that reads the copy and writes temporary tables only."""
        self.connection.execution_options(sapa_writes=False)
        with self._explained(), self.connection.begin():
            yield self.connection

    @contextmanager
    def committing(self) -> Iterator[Connection]:
        """Open one commit unit: all of it or nothing, and only while this run is the newest."""
        self.connection.execution_options(sapa_writes=True)
        with self._explained(), self.connection.begin():
            self.runner.fence.guard(self.connection, self.clock())
            yield self.connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise explain(error, self.connection.engine.url) from error


@contextmanager
def open_copy(engine: Engine, runner: Runner) -> Iterator[Copy]:
    """Open the copy for one entity; the connection is closed for good at the end, and its temporary tables with it."""
    try:
        connection = engine.connect()
    except DBAPIError as error:
        raise explain(error, engine.url) from error
    try:
        yield Copy(connection, runner)
    finally:
        connection.invalidate()
        connection.close()
