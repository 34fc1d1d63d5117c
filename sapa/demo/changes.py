"""What happened to records afterwards: cards and labels renumbered, members and items deleted, shelves purged."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sapa.demo.catalogue import Copy, Title
from sapa.demo.chance import Chance
from sapa.demo.circulation import Ledger, Loan
from sapa.demo.members import Patron
from sapa.demo.seasons import Seasons

SETTLED_DAYS = 90  # nothing is deleted that was on loan so lately


class Changes:
    """Makes the changes that SLiMS allows and that leave their traces in other tables."""

    def __init__(self, seed: int, seasons: Seasons, ledger: Ledger) -> None:
        self.chance = Chance(seed, "changes")
        self.seasons = seasons
        self.ledger = ledger
        self._by_patron: dict[Patron, list[Loan]] = defaultdict(list)
        self._by_copy: dict[Copy, list[Loan]] = defaultdict(list)
        for loan in ledger.loans:
            self._by_patron[loan.patron].append(loan)
            self._by_copy[loan.copy].append(loan)

    def make(self, patrons: list[Patron], titles: list[Title]) -> None:
        """Change some of everything, in proportion to how much there is."""
        self._renumber_cards(patrons)
        self._delete_members(patrons)
        self._relabel()
        self._strike_off(titles)
        self._purge()

    def _renumber_cards(self, patrons: list[Patron]) -> None:
        """Give new numbers to some who borrow a lot: the loans follow, history and visits do not."""
        still_here = self.seasons.end - 1
        readers = [one for one in patrons if len(self._by_patron[one]) >= 10 and one.habit.ends(still_here)]
        for place, patron in enumerate(self.chance.sample(readers, max(len(patrons) // 300, 1))):
            day = self.chance.pick(self._by_patron[patron][4:]).day
            patron.former, patron.number = patron.number, f"{date.fromordinal(day):%Y%m}9{place:03d}"
            patron.renamed = patron.edited = day

    def _delete_members(self, patrons: list[Patron]) -> None:
        """Delete some whose loans ended long ago; loans, fines and visits stay as orphans."""
        settled = [
            patron
            for patron in patrons
            if self._by_patron[patron] and self._is_settled(self._by_patron[patron]) and not patron.former
        ]
        for patron in self.chance.sample(settled, max(len(patrons) // 90, 2)):
            patron.gone = True

    def _relabel(self) -> None:
        """Give new codes to some items after a few loans; the loans keep the old code."""
        lent = [copy for copy, loans in self._by_copy.items() if len(loans) >= 4]
        for copy in self.chance.sample(lent, max(len(lent) // 120, 1)):
            loan = self.chance.pick(self._by_copy[copy][2:])
            copy.former, copy.code, copy.renamed = copy.code, f"{copy.code}-R"[:20], loan.day

    def _strike_off(self, titles: list[Title]) -> None:
        """Delete some items whose loans are over; a title whose only copy goes is deleted with it, now and then."""
        settled = [copy for copy, loans in self._by_copy.items() if self._is_settled(loans) and not copy.former]
        for copy in self.chance.sample(settled, max(len(titles) // 120, 2)):
            copy.gone = True
            copy.title.gone = copy.title.gone or (
                all(one.gone for one in copy.title.copies) and self.chance.happens(0.5)
            )

    def _purge(self) -> None:
        """Finish a stock-take with a purge: the missing items go, and every trace of their loans with them."""
        missing = {
            copy
            for copy, loans in self._by_copy.items()
            if not copy.gone and not copy.former and self._is_settled(loans) and self.chance.happens(0.012)
        }
        for copy in missing:
            copy.gone = True
        self.ledger.loans = [loan for loan in self.ledger.loans if loan.copy not in missing]

    def _is_settled(self, loans: list[Loan]) -> bool:
        before = self.seasons.end - SETTLED_DAYS
        return all(not loan.is_open and loan.stamped[0] < before for loan in loans)
