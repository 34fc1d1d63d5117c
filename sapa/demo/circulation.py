"""The loan desk, day by day: who calls, brings back, extends, borrows, comes late, pays."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

from sapa.demo.catalogue import Copy
from sapa.demo.chance import Chance
from sapa.demo.masters import LOAN_DESK, SHELVES, Category
from sapa.demo.members import Patron
from sapa.demo.readers import Habit
from sapa.demo.seasons import Seasons
from sapa.demo.shelf import Shelf

NEVER_BACK = 0.004
FIRST_DAY_LOAN = 0.6
EXTENDING = 0.22
MAGAZINE_DAYS = 3
RULES = {"guru": 1, "umum": 2, "lansia": 3}  # mst_loan_rules for magazines


@dataclass(slots=True, eq=False)
class Loan:
    """One loan as SLiMS keeps it; days are ordinals, ``stamped`` is the day and second of its last change.

    ``first_due`` stays what it was when the loan was made, ``back`` is written by an extension too, and ``plan`` is
    when the reader means to come, 0 for never.
    """

    number: int
    patron: Patron
    copy: Copy
    category: Category
    day: int
    second: int
    due: int
    first_due: int
    days: int
    rule: int
    staff: int
    stamped: tuple[int, int]
    plan: int = 0
    renewed: int = 0
    back: int = 0
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Charge:
    """A fine for one late loan, in rupiah."""

    day: int
    loan: Loan
    amount: int
    paid: int


@dataclass(frozen=True, slots=True)
class Call:
    """A reader at the desk; ``lent`` says whether something was borrowed."""

    day: int
    second: int
    patron: Patron
    lent: bool


@dataclass(slots=True)
class Ledger:
    """Everything the desk wrote down."""

    loans: list[Loan] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)


class Desk:
    """Serves the patrons' calls in the order of time, from the first day to before the last."""

    def __init__(self, seed: int, seasons: Seasons, shelf: Shelf, first: int) -> None:
        self.chance = Chance(seed, "circulation")
        self.seasons = seasons
        self.shelf = shelf
        self.first = first
        self.ledger = Ledger()
        self._open: dict[Patron, list[Loan]] = {}
        self._queue: list[tuple[int, int, int]] = []

    def run(self, patrons: list[Patron]) -> Ledger:
        """Return what the desk wrote down about ``patrons``."""
        self._open = {patron: [] for patron in patrons}
        for place, patron in enumerate(patrons):
            self._renew_before(patron)
            self._expect(place, patron, self._first_call(patron))
        while self._queue and self._queue[0][0] < self.seasons.end:
            day, second, place = heapq.heappop(self._queue)
            patron = patrons[place]
            self._serve(patron, day, second)
            self._expect(place, patron, self._next_call(patron, day))
        return self.ledger

    def _first_call(self, patron: Patron) -> int:
        if not patron.habit.pause:
            return 0
        start, _ = patron.habit.spans[0]
        if start >= self.first and self.chance.happens(FIRST_DAY_LOAN):
            return start
        return self._after(patron, max(start, self.first - 1))

    def _next_call(self, patron: Patron, day: int) -> int:
        """Return when the reader comes next: with books at home on the day he means to, otherwise in his own time."""
        plans = [loan.plan for loan in self._open[patron] if loan.plan]
        if plans:
            return self.seasons.next_open(max(min(plans), day + 1))
        return self._after(patron, day)

    def _after(self, patron: Patron, day: int) -> int:
        """Return the next call after ``day`` of a reader with nothing to bring back, 0 if there is none."""
        habit = patron.habit
        while day:
            rhythm = patron.category_on(day).rhythm
            call = self.seasons.call_day(day, rhythm, self.chance.pause(habit.pause))
            if call <= habit.ends(day):
                return call
            day = habit.resumes(day)
        return 0

    def _expect(self, place: int, patron: Patron, day: int) -> None:
        if day:
            second = self.seasons.hour(day, patron.category_on(day).rhythm, self.chance)
            heapq.heappush(self._queue, (day, second, place))

    def _serve(self, patron: Patron, day: int, second: int) -> None:
        returning = bool(self._open[patron])
        self._bring_back(patron, day, second)
        may = patron.habit.ends(day) and not patron.blocked
        season = min(self.seasons.weight(day, patron.category_on(day).rhythm), 1)
        wants = not returning or self.chance.happens(patron.habit.again * season)
        lent = self._lend(patron, day, second) if may and wants else 0
        self.ledger.calls.append(Call(day, second, patron, lent > 0))

    def _bring_back(self, patron: Patron, day: int, second: int) -> None:
        for loan in list(self._open[patron]):
            if not loan.plan or (loan.plan > day and self.chance.happens(0.3)):
                continue
            late = self._days_late(loan, day)
            if late and loan.category.fine and self.chance.happens(0.94):
                self.ledger.charges.append(self._charge(loan, day, late * loan.category.fine))
            loan.back, loan.stamped = day, (day, second + self.chance.below(60))
            if loan.renewed < loan.category.renewals and loan.due - day <= 2 and self.chance.happens(EXTENDING):
                loan.renewed += 1
                loan.due = self._due(patron, day, loan.days)
                loan.plan = self._plan(patron.habit, day, loan.due)
            else:
                loan.is_open = loan.copy.lent = False
                self._open[patron].remove(loan)

    def _lend(self, patron: Patron, day: int, second: int) -> int:
        """Lend what the reader finds and may have, renewing the card first if it has run out; return how many."""
        category = patron.category_on(day)
        wanted = int(patron.habit.books + self.chance.unit())
        if category.key == "lembaga":
            wanted = self.chance.between(8, 25)
        wanted = min(wanted, category.limit - len(self._open[patron]))
        branch = patron.home.branch if self.chance.happens(0.45) else "PST"
        plan, lent = 0, 0
        for _ in range(wanted):
            copy = self.shelf.find(patron.habit.tastes, day, branch, patron.read)
            if copy is None:
                continue
            if not lent and patron.expires < day:
                patron.registered, patron.edited, patron.expires = day, day, day + category.term
            loan = self._loan(patron, copy, category, (day, second))
            loan.plan = plan = plan or self._plan(patron.habit, day, loan.due)
            if self.chance.happens(NEVER_BACK):
                loan.plan = 0
                patron.blocked = self.chance.happens(0.7)
            lent += 1
        return lent

    def _loan(self, patron: Patron, copy: Copy, category: Category, moment: tuple[int, int]) -> Loan:
        day, second = moment
        rule = RULES.get(category.key, 0) if copy.collection == SHELVES["majalah"] else 0
        days = MAGAZINE_DAYS if rule else category.days
        due = self._due(patron, day, days)
        staff = self.chance.pick(LOAN_DESK)
        number = len(self.ledger.loans) + 1
        loan = Loan(number, patron, copy, category, day, second, due, due, days, rule, staff, moment)
        copy.lent = True
        patron.read.add(copy.title.number)
        self._open[patron].append(loan)
        self.ledger.loans.append(loan)
        return loan

    def _due(self, patron: Patron, day: int, days: int) -> int:
        """Return the due day as SLiMS sets it: never on a closed day, never beyond the end of the membership."""
        return min(self.seasons.next_open(day + days), max(patron.expires, day + 1))

    def _plan(self, habit: Habit, day: int, due: int) -> int:
        if self.chance.happens(habit.late):
            return due + self.chance.pause(9)
        if self.chance.happens(0.4):
            return self.chance.between(day + 1, max(due - 1, day + 1))
        return due - self.chance.pick((0, 0, 0, 1, 1, 2) if due - day > 3 else (0,))

    def _days_late(self, loan: Loan, day: int) -> int:
        """Return for how many days a fine is due; closed days do not count."""
        return sum(self.seasons.is_open(late) for late in range(loan.due + 1, day + 1))

    def _charge(self, loan: Loan, day: int, amount: int) -> Charge:
        paid = amount
        if self.chance.happens(0.2):
            paid = self.chance.pick((0, 0, amount // 2000 * 1000))
        return Charge(day, loan, amount, paid)

    def _renew_before(self, patron: Patron) -> None:
        """Renew the card as often as the reader did before the loans of these tables begin."""
        _, last = patron.habit.spans[-1]
        active = patron.habit.pause or patron.habit.visits
        while active and patron.expires < min(self.first, last):
            patron.registered = patron.edited = self.seasons.next_open(patron.expires + self.chance.pause(25))
            patron.expires = patron.registered + patron.category.term
