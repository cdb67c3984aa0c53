"""What must come of the cases by the rules of the domain, said a second time and more simply than the product says it.

It reads nothing of the product, and counts days one by one: the figures of the months that were lived are held against
these.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from deploy.local.demo.agency.cases import Case, Desk, Do, Step
from deploy.local.demo.agency.days import DECLARED, SNOW, after, works
from deploy.local.demo.month import DAYS

DEEMED = 5
"""Working days after the receipt; then a case is accepted though nobody has said so."""
BAD = 2
"""Stars."""
CONTEST = 15
"""Days in which an answer can be contested."""
ANSWER_DAYS = 3
"""Working days in which an oversight is answered, before the county steps in."""
WINDOW = 30
"""Days in which three late cases bring a point under oversight."""

Pause = tuple[int, int]
"""The days after the first, up to and including the second, do not count."""


@dataclass
class Lived:
    """What is known of a case when its steps are done."""

    case: Case
    off: Collection[int]
    """The town's own days off."""
    accepted: int | None = None
    decided: int | None = None
    notices: int = 0
    pauses: list[Pause] = field(default_factory=list)
    """The applicant's."""
    stops: list[Pause] = field(default_factory=list)
    """Those of the department."""
    began: dict[Desk, int] = field(default_factory=dict)
    ended: dict[Desk, int] = field(default_factory=dict)

    deemed: bool = False
    """Whether it was accepted because nobody had said anything."""

    def pauses_of(self, desk: Desk | None) -> list[Pause]:
        """Those of a desk's clock; of the overall one for None."""
        return self.pauses + (self.stops if desk is None or desk.department else [])

    def running(self, day: int) -> list[Desk]:
        """The desks that have the case when this day begins."""
        if self.decided is not None and self.decided < day:
            return []
        return [desk for desk, began in self.began.items() if began < day <= self.ended.get(desk, DAYS + 2)]

    def overall(self) -> int:
        """The promised day."""
        assert self.accepted is not None
        return last_day(self.accepted, _days(self.case), self.off, self.pauses + self.stops)


def figures_of(cases: Iterable[Case], snowed_in: bool) -> Counter[str]:
    """What the gateway's daily figures must add up to, by their names, and how many stand on its overdue board."""
    figures: Counter[str] = Counter()
    late: dict[str, list[int]] = defaultdict(list)
    for case in cases:
        lived = live(case, {SNOW} if snowed_in else ())
        figures.update(_events(lived))
        figures.update(_opinion(case))
        figures.update(_oversights(lived))
        for point, day in late_at(lived).items():
            late[point].append(day)
        figures["overdueNow"] += _is_on_the_board(lived)
        figures["promisesMoved"] += snowed_in and moves(lived)
    figures["oversights"] += sum(_too_many(sorted(days)) for days in late.values())
    return figures


def live(case: Case, off: Collection[int]) -> Lived:
    """Does the steps of a case, one after the other."""
    lived = Lived(case, off)
    for step in case.steps:
        _do(lived, step)
    if lived.accepted is None and lived.decided is None and not lived.notices:
        deemed = after(case.day, DEEMED, off)
        if deemed < DAYS + 1:
            lived.deemed = True
            _accept(lived, case.day)
    return lived


def _do(lived: Lived, step: Step) -> None:
    match step.do:
        case Do.NOTIFY:
            lived.notices += 1
            if lived.accepted is not None:
                lived.pauses.append((step.day, DAYS * 10))
        case Do.SUPPLY if lived.pauses:
            lived.pauses[-1] = (lived.pauses[-1][0], step.day)
        case Do.ACCEPT:
            _accept(lived, step.day)
        case Do.STOP:
            lived.stops.append((step.day, DAYS * 10))
        case Do.RESUME:
            lived.stops[-1] = (lived.stops[-1][0], step.day)
        case Do.FINISH_PART if step.desk:
            lived.ended[step.desk] = step.day
            _begin(lived, step.desk.step + 1, step.day)
        case Do.DECIDE:
            lived.decided = step.day


def _accept(lived: Lived, day: int) -> None:
    lived.accepted = day
    _begin(lived, 0, day)


def _begin(lived: Lived, number: int, day: int) -> None:
    """The next step begins when all desks of the one before are done."""
    if all(desk in lived.ended for desk in lived.case.route if desk.step == number - 1):
        lived.began |= {desk: day for desk in lived.case.route if desk.step == number}


def last_day(start: int, days: int, off: Collection[int], pauses: Sequence[Pause]) -> int:
    """The day on which so many working days are used, those in a pause left out."""
    used = 0
    for day in count(start + 1):
        if works(day, off) and not any(begin < day <= end for begin, end in pauses):
            used += 1
        if used == days:
            return day
    raise AssertionError


def _events(lived: Lived) -> Iterator[str]:
    yield "casesReceived"
    if lived.accepted is not None:
        yield "casesAccepted"
        yield from _clock(lived, lived.accepted, None)
    for desk, began in lived.began.items():
        yield from _clock(lived, began, desk)
    if lived.notices > 1:
        yield "notifiedTwice"
    if lived.decided is not None:
        yield "casesDecided"
        if lived.accepted is not None and lived.decided > lived.overall():
            yield "casesDecidedLate"
    if any(step.do is Do.RATE for step in lived.case.steps):
        yield "ratings"
        if lived.case.stars <= BAD:
            yield "badRatings"


def _oversights(lived: Lived) -> Iterator[str]:
    """Each desk that is late is overseen by the next tier, and so is whoever has the case when the promise is broken;
    where that comes to nothing, by the county. The first at a level is an escalation."""
    overseen: list[tuple[int, Desk, bool]] = []
    promise = lived.overall() if lived.accepted is not None else None
    broken = promise is not None and "casesOverdue" in _clock(lived, lived.accepted or 0, None)
    known_from = after(lived.case.day, DEEMED, lived.off) + 1 if lived.deemed else 0
    for desk, began in lived.began.items():
        last = last_day(began, desk.days, lived.off, lived.pauses_of(desk))
        if "desksOverdue" in _clock(lived, began, desk) and not (broken and last == promise):
            overseen.append((max(last + 1, known_from), desk, False))
    if promise is not None and broken:
        overseen += [(promise + 1, desk, True) for desk in lived.running(promise + 1)]
    county = [each for each in overseen if each[1].department]
    for day, desk, of_promise in overseen:
        then = after(day, ANSWER_DAYS, lived.off) + 1
        if not desk.department and then <= DAYS + 1 and desk in lived.running(then):
            county.append((then, desk, of_promise))
    yield from ["casesOverseen"] * len({*overseen, *county})
    yield from ["casesEscalated"] * (bool(county) + any(not each[1].department for each in overseen))


def _opinion(case: Case) -> Iterator[str]:
    """What becomes in watch of a bad rating: answered with it in the week, and closed when nobody contests it."""
    days = {step.do: step.day for step in case.steps}
    if Do.RATE in days and case.stars <= BAD:
        yield "registered"
    if answered := days.get(Do.ANSWER_RATING):
        yield from ("answered", "answeredInTime")
        if answered + CONTEST + 1 <= DAYS + 1:
            yield "closed"


def late_at(lived: Lived) -> dict[str, int]:
    """The points at which it was late, each with the day of the first time; those of the county's own left out."""
    late = [
        (desk, last_day(began, desk.days, lived.off, lived.pauses) + 1)
        for desk, began in lived.began.items()
        if "desksOverdue" in _clock(lived, began, desk)
    ]
    found: dict[str, int] = {}
    if lived.accepted is not None and "casesOverdue" in _clock(lived, lived.accepted, None):
        broken = lived.overall() + 1
        late += [(desk, broken) for desk in lived.running(broken)]
        if not lived.running(broken):
            found[lived.case.village.code] = broken
    for desk, day in late:
        if not desk.department:
            point = lived.case.village.code if desk.step == 0 else "centre"
            found[point] = min(found.get(point, day), day)
    return found


def _too_many(days: Sequence[int]) -> bool:
    """Whether three of them lie within thirty days."""
    return any(third - first < WINDOW for first, third in zip(days, days[2:], strict=False))


def _clock(lived: Lived, start: int, desk: Desk | None) -> Iterator[str]:
    """Urged with the beginning of the last day, overdue when it has ended."""
    ended = lived.ended.get(desk, DAYS + 2) if desk else DAYS + 2
    ended = min(ended, lived.decided or DAYS + 2)
    days = desk.days if desk else _days(lived.case)
    pauses = lived.pauses_of(desk)
    before = last_day(start, days - 1, lived.off, pauses) if days > 1 else None
    if before is not None and before < ended and before <= DAYS:
        yield "casesUrged"
    if (last := last_day(start, days, lived.off, pauses)) < ended and last <= DAYS:
        yield "desksOverdue" if desk else "casesOverdue"


def _days(case: Case) -> int:
    """What the route promises: of each step its longest desk."""
    steps = {desk.step: desk.days for desk in sorted(case.route, key=lambda desk: desk.days)}
    return sum(steps.values())


def _is_on_the_board(lived: Lived) -> bool:
    """Whether it is late at the end, as a whole or at a desk that has it."""
    if lived.decided is not None or lived.accepted is None:
        return False
    if lived.overall() <= DAYS:
        return True
    return any(
        last_day(began, desk.days, lived.off, lived.pauses_of(desk)) <= DAYS
        for desk, began in lived.began.items()
        if desk not in lived.ended
    )


def moves(lived: Lived) -> bool:
    """Whether it was open when the day was declared, and its promise, as it stood then, lay behind that day."""
    if lived.accepted is None or lived.accepted > DECLARED or (lived.decided or DAYS + 1) <= DECLARED:
        return False
    known = [pause for pause in lived.pauses + lived.stops if pause[0] <= DECLARED]
    if any(end > DECLARED for _, end in known):
        return False
    before, after = (last_day(lived.accepted, _days(lived.case), off, known) for off in ((), lived.off))
    return before != after
