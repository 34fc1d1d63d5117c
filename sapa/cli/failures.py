"""Ends every command in an orderly way: two lines for a person, an exit code for a program."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

import click

from crm.errors import SapaError
from crm.i18n import N_
from crm.os_reasons import reason_of
from sapa.cli.translated import say
from sapa.runtime import Runtime

NEEDS_A_LOOK = 3
INTERRUPTED = 130


class Failure(click.ClickException):
    """What is left of an error when it reaches the top: its lines and its exit code."""

    def __init__(self, lines: list[str], exit_code: int) -> None:
        """Keep what will be shown."""
        super().__init__(lines[0])
        self.lines = lines
        self.exit_code = exit_code  # type: ignore[misc]

    def show(self, file: IO[Any] | None = None) -> None:
        """Write what happened and what to do to stderr."""
        click.echo("\n".join(self.lines), file=file, err=True)


class OrderlyGroup(click.Group):
    """A group under which no command ends in a traceback, unless --debug asks for it."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the command line; whatever goes wrong ends that as it ends the command."""
        with _orderly(None):
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn whatever goes wrong into lines and an exit code."""
        with _orderly(ctx):
            result = super().invoke(ctx)
            click.echo(nl=False)  # what is still waiting to be written
        return result


@contextmanager
def _orderly(ctx: click.Context | None) -> Iterator[None]:
    try:
        yield
    except (click.ClickException, click.exceptions.Exit):
        raise
    except (KeyboardInterrupt, click.Abort):
        raise _interrupted() from None
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.EPIPE:
            raise
        runtime = ctx.find_object(Runtime) if ctx else None
        raise failure_of(_lost_output(error) or error, debug=runtime is not None and runtime.debug) from error


def _lost_output(error: Exception) -> SapaError | None:
    """Return what to say if ``error`` is that output could not be written; from then on stdout goes nowhere."""
    frames = traceback.walk_tb(error.__traceback__)
    if not isinstance(error, OSError) or all(frame.f_code is not click.echo.__code__ for frame, _ in frames):
        return None
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())  # or Python would try once more at its end, and complain
        os.close(nowhere)
    return SapaError(
        N_("The output cannot be written: {reason}."),
        N_("Free some space, or write it elsewhere."),
        reason=reason_of(error),
    )


def _interrupted() -> Failure:
    return Failure([say(N_("Interrupted."))], INTERRUPTED)


def failure_of(error: Exception, *, debug: bool) -> Failure:
    """Return what to show of an error, one that nobody foresaw included; with ``debug``, print its traceback now."""
    if debug:
        traceback.print_exception(error)
    if isinstance(error, SapaError):
        lines, exit_code = error.lines(say), error.exit_code
    else:
        lines, exit_code = _unforeseen(error), SapaError.exit_code
    lines[0] = say(N_("Error: {message}")).format(message=lines[0])
    return Failure(lines, exit_code)


def _unforeseen(error: Exception) -> list[str]:
    cause = (str(error).splitlines() or [""])[0]
    return [
        say(N_("Sapa did not expect this: {kind}: {cause}")).format(kind=type(error).__name__, cause=cause),
        say(N_("Run it again as `sapa --debug …` and send what it prints to the authors of Sapa.")),
    ]
