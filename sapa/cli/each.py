"""Runs a command's work for one source after the other; one that fails does not keep the others waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, NoReturn, TypeVar

import click

from connector.settings import SourceSettings
from crm.errors import SapaError
from sapa.cli.failures import NEEDS_A_LOOK, Failure, failure_of
from sapa.runtime import Runtime

Report = TypeVar("Report")


@dataclass
class Outcome(Generic[Report]):
    """What became of each source, by its name."""

    reports: dict[str, Report] = field(default_factory=dict)
    failures: dict[str, Failure] = field(default_factory=dict)

    def failed(self) -> dict[str, Any]:
        """Return what a JSON document says of the failures: nothing if there are none."""
        return {"failed": {name: failure.lines for name, failure in self.failures.items()}} if self.failures else {}

    def follow(self, failure: Failure | None) -> None:
        """Take in how what follows the sources' work went."""
        if failure is not None:
            self.failures[""] = failure

    def finish(self, *, needs_a_look: bool) -> NoReturn:
        """Show the failures and end the command: 1 if a source failed, 3 if something needs a look, else 0."""
        for failure in self.failures.values():
            failure.show()
        codes = {failure.exit_code for failure in self.failures.values()}
        if needs_a_look:
            codes.add(NEEDS_A_LOOK)
        click.get_current_context().exit(1 if 1 in codes else max(codes, default=0))


def each(runtime: Runtime, names: tuple[str, ...], work: Callable[[SourceSettings], Report]) -> Outcome[Report]:
    """Do ``work`` for the sources of these names, for all without names."""
    outcome = Outcome[Report]()
    for source in runtime.sources(names):
        try:
            outcome.reports[source.name] = work(source)
        except SapaError as error:
            outcome.failures[source.name] = failure_of(error, debug=runtime.debug)
    return outcome
