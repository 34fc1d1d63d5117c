"""Self-tests of one source: each named, timed and, where something is wrong, with a remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from functools import partial

from connector import clocks
from connector.dirt import Survey, counted
from connector.extract import CustomField, Layout
from connector.ils import slims, slims_dirt
from connector.ils.recognise import layout_of, looks_like
from connector.rights import Access, Account, listed
from connector.settings import SourceSettings
from connector.source import Source
from connector.source_errors import place_of
from connector.steps import FAILED, OK, WARNING, Finding, Step, timed
from crm.clock import utc_now
from crm.i18n import N_

__all__ = ["Step", "examine_source"]

OLDEST = {"MariaDB": (10, 2), "MySQL": (5, 7)}
LISTS = {"dropdown", "choice", "checklist"}


def examine_source(settings: SourceSettings, clock: Callable[[], datetime] = utc_now) -> Iterator[Step]:
    """Yield the self-tests of a source one by one, each when it is done; nothing is raised, nothing is written.

    What rests on a failed step, or makes no sense for an SQLite file, is left out.
    """
    with ExitStack() as stack:
        yield from _Examination(settings, stack, clock).steps()


class _Examination:
    """The steps of one examination, which ends with its stack."""

    source: Source
    layout: Layout

    def __init__(self, settings: SourceSettings, stack: ExitStack, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self.stack = stack
        self.clock = clock

    def steps(self) -> Iterator[Step]:
        """Yield all steps."""
        yield (last := self._step("reachable", self._reachable))
        if last.status == FAILED:
            return
        yield (last := self._step("ils", self._ils))
        if last.status != FAILED:
            yield (last := self._step("columns", self._columns))
        if not self.source.is_sqlite:
            yield self._step("grants", self._grants)
            yield self._step("clock", lambda: clocks.compared(self._server_time(), self.clock()))
        if last.status != FAILED:
            yield from self._content()

    def _content(self) -> Iterator[Step]:
        yield self._step("timezone", self._timezone)
        fields = [field for extract in self.layout.extracts for field in extract.custom]
        yield self._step("custom", lambda: self._custom(fields))
        if any(field.type in LISTS for field in fields):
            yield self._step("options", lambda: _options(fields))
        for survey in slims_dirt.surveys(self.layout, self.source.shape, is_sqlite=self.source.is_sqlite):
            yield self._step(survey.name, partial(self._counts, survey))

    def _step(self, name: str, look: Callable[[], Finding]) -> Step:
        return timed(f"{self.settings.name}.{name}", look)

    def _reachable(self) -> Finding:
        self.source = self.stack.enter_context(Source(self.settings))
        product, version = server_version(self.source.server)
        product = "SQLite" if self.source.is_sqlite else product
        values = {"server": f"{product} {'.'.join(map(str, version))}", "place": place_of(self.source.url)}
        if version < OLDEST.get(product, ()):
            return Finding(
                N_("{server} at {place} is too old for Sapa."),
                N_("Update the server to MariaDB 10.2, MySQL 5.7 or later."),
                values,
                FAILED,
            )
        return Finding(N_("{server} answers at {place}."), values=values)

    def _ils(self) -> Finding:
        shape = self.source.shape
        if self.settings.ils != slims.NAME or not shape or looks_like(shape) != "SLiMS":
            layout_of(self.source)  # raises what it is instead
        return Finding(N_("By its tables this is SLiMS {version} or later."), values={"version": slims.version(shape)})

    def _columns(self) -> Finding:
        self.layout = layout_of(self.source)
        missing = self.layout.not_supplied
        if not missing:
            return Finding(N_("Every table and column that Sapa reads is there."))
        is_expected = set(missing).issubset(slims.LATER) and all(map(self._is_absent, missing))
        return Finding(
            N_("Not there or not granted, so empty in the copy: {columns}."),
            ""
            if is_expected
            else N_("If your SLiMS has them, grant what `sapa doctor --grants` prints; if not, all is well."),
            {"columns": ", ".join(missing)},
            OK if is_expected else WARNING,
        )

    def _is_absent(self, name: str) -> bool:
        return self.source.is_sqlite or self._account().access(*name.split(".")) is Access.ABSENT

    def _account(self) -> Account:
        return Account(self.source, self.source.url.database or "")

    def _grants(self) -> Finding:
        account = self._account()
        rights, secrets = listed(account.writes()), ", ".join(account.reads(slims.SECRETS))
        if rights and secrets:
            message = N_("The account {account} may do more than read: {rights}. It may also read {secrets}.")
        elif rights:
            message = N_("The account {account} may do more than read: {rights}.")
        elif secrets:
            message = N_("The account {account} may read {secrets}, which Sapa never needs.")
        else:
            message = N_("The account {account} may only read, and no passwords or staff accounts.")
        values = {"account": account.name, "rights": rights, "secrets": secrets}
        if not rights and not secrets:
            return Finding(message, values=values)
        return Finding(
            message,
            N_(
                "Give Sapa an account of its own. If this is one, run as the server's administrator:"
                " REVOKE ALL PRIVILEGES, GRANT OPTION FROM {account}; and then what `sapa doctor --grants` prints."
            ),
            values,
            WARNING,
        )

    def _server_time(self) -> datetime:
        if self.source.is_sqlite:
            return self.clock()
        return datetime.fromisoformat(str(self.source.rows("SELECT UTC_TIMESTAMP()")[0][0]))

    def _timezone(self) -> Finding:
        newest = clocks.newest_recorded(self.source, self.layout.extracts)
        return clocks.judged(self.settings.timezone, newest, self._server_time())

    def _custom(self, fields: list[CustomField]) -> Finding:
        unknown = slims_dirt.undescribed(self.layout, self.source.shape)
        values = {"count": len(fields), "labels": ", ".join(field.label for field in fields)}
        if unknown:
            return Finding(
                N_("{count} custom fields of members are copied; mst_custom_field does not describe {columns}."),
                N_("Define these columns of member_custom as custom fields in SLiMS if the CRM should have them."),
                values | {"columns": ", ".join(unknown)},
                WARNING,
            )
        if not fields:
            return Finding(N_("Members have no custom fields."))
        return Finding(N_("{count} custom fields of members are copied: {labels}."), values=values)

    def _counts(self, survey: Survey) -> Finding:
        counts = counted(self.source, survey)
        is_serious = any(counts[name] for name in survey.serious)
        if not any(number for name, number in counts.items() if name != "rows"):
            return Finding(
                N_("Nothing odd in {rows} rows of {table}."), values={"rows": counts["rows"], "table": survey.table}
            )
        return Finding(survey.message, survey.hint if is_serious else "", counts, WARNING if is_serious else OK)


def _options(fields: list[CustomField]) -> Finding:
    unread = [field.label for field in fields if field.type in LISTS and not field.options]
    if unread:
        return Finding(
            N_("The options of these custom fields cannot be read, so their numbers are copied: {labels}."),
            N_("Save these fields anew in SLiMS."),
            {"labels": ", ".join(unread)},
            WARNING,
        )
    return Finding(N_("The options of all custom fields are read."))


def server_version(text: str) -> tuple[str, tuple[int, ...]]:
    """Return product and version of a server from its own version text, e.g. ``10.11.6-MariaDB-1``."""
    numbers = re.search(r"\d+(\.\d+)+", text.removeprefix("5.5.5-"))
    product = "MariaDB" if "mariadb" in text.lower() else "MySQL"
    return product, tuple(map(int, numbers[0].split("."))) if numbers else ()
