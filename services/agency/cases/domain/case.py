"""The case 代理件 itself: what is known of it, and what each move makes of it (domain §3, Case).

Pure: every method returns a new case or raises, nothing is stored here. Days are dates of Shanghai. What names people
(the applicant, reasons, how the result was told) is no part of it; it is sealed in rows of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from services.agency.cases.domain.clocks import CaseClock, PartClock
from services.agency.cases.domain.states import Action, State, move
from services.agency.items.domain import Handling, Item, Step
from services.agency.points.domain import Tier
from services.common.errors import Invalid, Refused
from services.common.words import Word
from services.common.workdays import Calendar, Due, Ground, Pause

DEEMED_DAYS = 5
"""Working days after the receipt by which a notice is given; else the case is accepted from the day of receipt."""

APPLICANTS = Ground.CORRECTION
"""The one ground on which the applicant takes the time, and every clock stands still."""


class Outcome(Word):
    """How a case ends. Nothing is ever approved by silence: each is somebody's decision, but for the lapse."""

    GRANTED = 1, "予以办理"
    REFUSED = 2, "不予办理"
    WITHDRAWN = 3, "申请人撤回"
    LAPSED = 4, "逾期未补正，终止办理"

    @property
    def needs_remedies(self) -> bool:
        """Whether the applicant is told what they can do against it."""
        return self in (Outcome.REFUSED, Outcome.LAPSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one desk does in a step of the case's own route."""

    step: int
    """Place of the step in the route, from 0; parts of the same step are done side by side."""
    place: int
    """Place in the step, from 0."""
    tier: Tier
    desk: str
    """Code of the unit whose point or department does it."""
    days: int
    start: date | None = None
    """The day on which it came to the desk; None while an earlier step is at work."""
    end: date | None = None
    pauses: tuple[Pause, ...] = ()
    """The special procedures that stopped its clock."""
    due_date: date | None = None
    """The desk's last day, as it was counted last; None before it has come to the desk, and while a pause lasts."""
    overdue_date: date | None = None
    """The last one of its last days of which it was told that it has passed."""

    @property
    def running(self) -> bool:
        return self.start is not None and self.end is None

    @property
    def paused(self) -> bool:
        return any(pause.end is None for pause in self.pauses)


@dataclass(frozen=True, slots=True)
class HandIn:
    """A material that was missing, handed in as the applicant says, or as an officer has confirmed."""

    material: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case. Codes and accounts as in the resource names."""

    tenant: str
    id: str
    version: int = 1
    number: str
    """Such as `景村镇八一村代〔2026〕12号`: without gaps within the point and the year."""
    point: str
    """Code of the unit at whose point it came in."""
    consultation: str | None = None
    """Id of the consultation that it was."""
    item: str
    item_version: int
    handling: Handling
    parts: tuple[Part, ...]

    state: State = State.RECEIVED
    owner: str
    """The account that answers for it: the first one asked, until another accepts it by name (首问负责)."""
    offered_to: str | None = None
    """Whom the owner has asked to take it over."""

    receive_time: datetime
    receive_date: date
    """The day of the receipt in Shanghai."""
    complete_date: date | None
    """The day on which the required materials were there; None while some are lacking."""
    lacking: tuple[str, ...] = ()
    """Required materials that are not there, by name, and without which it is not accepted or goes on."""
    owed: tuple[str, ...] = ()
    """Required materials that may follow 容缺 and are not there yet."""
    owed_until: date | None = None
    notices: int = 0
    """How often it was said what is missing; more than once is a breach (一次性告知)."""
    notify_date: date | None = None
    """The day of the last notice."""
    handed_in: tuple[HandIn, ...] = ()
    """What was handed in since the last notice, until all of it is there."""
    visits: int = 1
    """How often something was brought: the application itself, and each time that materials came after it."""

    accept_date: date | None = None
    """The first day of its clocks."""
    pauses: tuple[Pause, ...] = ()
    """The applicant's."""
    promised_date: date | None = None
    """As it was counted last: what stands when the case has an outcome, whatever becomes of the calendar."""
    overdue_date: date | None = None
    """The last one of its promised dates of which it was told that it has passed."""
    outcome: Outcome | None = None
    decide_date: date | None = None
    tell_date: date | None = None

    @property
    def clock(self) -> CaseClock | None:
        """The overall clock; None before acceptance."""
        if self.accept_date is None:
            return None
        steps = [tuple(parts) for _, parts in groupby(self.parts, key=lambda part: part.step)]
        begun = tuple(
            tuple(PartClock(part.days, part.start, part.pauses) for part in step if part.start is not None)
            for step in steps
        )
        days = sum(max(part.days for part in step) for step in steps)
        return CaseClock(self.accept_date, days, tuple(step for step in begun if step), self.pauses)

    @property
    def breaks_one_notice(self) -> bool:
        return self.notices > 1

    def debt_overdue(self, today: date) -> bool:
        """Whether the day until which materials were owed has passed, and some have not come."""
        return self.state.open and self.owing and self.owed_until is not None and today > self.owed_until

    @property
    def owing(self) -> bool:
        """Whether something is owed that the applicant has not even said to have handed in."""
        return not {each.material for each in self.handed_in}.issuperset(self.owed)

    def notified(self, missing: Collection[str], on: date) -> Case:
        """One notice that lists everything missing. After acceptance the applicant's time counts in no clock."""
        state = move(self.state, Action.NOTIFY)
        if not missing:
            raise Invalid("missing", "一次性告知应列明所缺的材料。", reason="NOTHING_MISSING")
        if forgotten := [name for name in self.lacking if name not in missing]:
            raise Invalid("missing", f"一次性告知应列明全部所缺材料，还缺：{'、'.join(forgotten)}。", reason="NOT_ALL")
        lacking = tuple(dict.fromkeys(missing))
        told = replace(self, state=state, lacking=lacking, complete_date=None, handed_in=())
        told = replace(told, notices=self.notices + 1, notify_date=on)
        if self.accept_date is None or _open(self.pauses):
            return told
        return replace(told, pauses=(*self.pauses, Pause(APPLICANTS, on)))

    def says_handed_in(self, materials: Collection[str], on: date) -> Case:
        """The applicant says which of the missing materials they hand in today; what they said before stands."""
        state = move(self.state, Action.HAND_IN)
        self._check_missing("materials", materials)
        said = {each.material for each in self.handed_in}
        new = tuple(HandIn(name, on) for name in dict.fromkeys(materials) if name not in said)
        if not new:
            raise Refused("SAID_ALREADY", "这些材料已经登记为补交，请等待工作人员核收。")
        return replace(self, state=state, handed_in=(*self.handed_in, *new))

    def supplied(self, brought: Collection[str], on: date, *, came_today: bool = False) -> Case:
        """Materials that were missing have come; the clocks go on, or can start, on the day on which all were there.

        What the applicant has said to have handed in was there on that day, however late it is confirmed; unless it
        `came_today`.
        """
        state = move(self.state, Action.SUPPLY)
        self._check_missing("brought", brought)
        lacking = tuple(name for name in self.lacking if name not in brought)
        owed = tuple(name for name in self.owed if name not in brought)
        days = {each.material: each.on for each in self.handed_in}
        days |= {name: on if came_today else days.get(name, on) for name in brought}
        unclocked = {name for name in self.owed if name in brought and name not in self.lacking}
        handed_in = tuple(HandIn(name, day) for name, day in days.items() if name not in unclocked)
        less = replace(
            self,
            lacking=lacking,
            owed=owed,
            owed_until=self.owed_until if owed else None,
            visits=self.visits + 1,
            handed_in=handed_in,
        )
        if lacking or not self.lacking:
            return less
        there = max(each.on for each in handed_in if each.material not in owed)
        ended = _ended(self.pauses, there)
        still_said = tuple(each for each in handed_in if each.material in owed)
        return replace(less, state=state, complete_date=there, pauses=ended, handed_in=still_said)

    def accepted(self, owed_until: date | None = None) -> Case:
        """Accepted: the first step's clocks start on the day on which the materials were complete. What may follow is
        owed until a day."""
        state = move(self.state, Action.ACCEPT)
        if self.complete_date is None:
            raise Refused("MATERIALS_LACKING", f"材料不全，请一次性告知。缺：{'、'.join(self.lacking)}。")
        if self.owed and owed_until is None:
            raise Invalid("owed_until", "容缺受理应写明补齐材料的期限。", reason="NO_DATE")
        return self._begun(state, self.complete_date, owed_until if self.owed else None)

    def deemed_accepted(self, calendar: Calendar) -> Case:
        """Accepted from the day of receipt, since nobody said within five working days what is missing. What may follow
        is owed until the promised date."""
        begun = self._begun(move(self.state, Action.ACCEPT), self.receive_date, None)
        if not self.owed or (clock := begun.clock) is None or (promised := clock.due(calendar)) is None:
            return begun
        return replace(begun, owed_until=promised.last_day)

    def finished_at_once(self, on: date) -> Case:
        """Done on the spot 即办."""
        if self.handling is not Handling.AT_ONCE:
            raise Refused("NOT_AT_ONCE", "只有即办事项可以当场办结。")
        if self.owed:
            still = "、".join(self.owed)
            raise Refused(
                "MATERIALS_OWED", f"容缺材料未补齐，不能当场办结；请先收齐，或者受理并约定补齐期限。缺：{still}。"
            )
        begun = self.accepted()
        parts = tuple(replace(part, start=on, end=on) for part in begun.parts)
        return replace(begun, parts=parts).decided(Outcome.GRANTED, on)

    def part_done(self, desk: str, on: date) -> Case:
        """What a desk had to do is done; when it was the last of its step, the next one's clocks start."""
        move(self.state, Action.HANDLE)
        part = self.running_at(desk)
        if part.paused:
            raise Refused("PAUSED", "暂停期间不能办结，请先结束暂停。")
        parts = self._with(replace(part, end=on))
        if all(each.end is not None for each in parts if each.step == part.step):
            parts = tuple(replace(each, start=on) if each.step == part.step + 1 else each for each in parts)
        return replace(self, parts=parts)

    def stopped(self, desk: str, ground: Ground, on: date) -> Case:
        """A special procedure stops the clock of one desk; the days after `on` do not count."""
        move(self.state, Action.HANDLE)
        if ground is APPLICANTS:
            raise Invalid("ground", "补正材料用一次性告知。", reason="APPLICANTS_GROUND")
        part = self.running_at(desk)
        if part.paused:
            raise Refused("PAUSED_ALREADY", "该环节已经暂停。")
        if part.start is not None and on < part.start:
            raise Invalid("start_date", f"不能早于转到该环节的{part.start}。", reason="BEFORE_IT_CAME")
        return replace(self, parts=self._with(replace(part, pauses=(*part.pauses, Pause(ground, on)))))

    def resumed(self, desk: str, on: date) -> Case:
        """The special procedure has ended; the days after `on` count again."""
        move(self.state, Action.HANDLE)
        part = self.running_at(desk)
        if not part.paused:
            raise Refused("NOT_PAUSED", "该环节没有暂停。")
        if on < part.pauses[-1].start:
            raise Invalid("end_date", f"不能早于暂停开始的{part.pauses[-1].start}。", reason="ENDS_BEFORE_IT_STARTS")
        return replace(self, parts=self._with(replace(part, pauses=_ended(part.pauses, on))))

    def decided(self, outcome: Outcome, on: date) -> Case:
        """The outcome. It is granted only when every desk has done its part and all materials are there; a lapse is for
        what was never supplied. Whatever was paused goes on with it."""
        state = move(self.state, Action.DECIDE)
        if outcome is Outcome.GRANTED and not all(part.end for part in self.parts):
            raise Refused("NOT_DONE", "还有环节没有办结，不能予以办理。")
        if outcome is Outcome.GRANTED and (missing := dict.fromkeys((*self.lacking, *self.owed))):
            raise Refused("MATERIALS_LACKING", f"材料还没有补齐，不能予以办理。缺：{'、'.join(missing)}。")
        if outcome is Outcome.LAPSED and not self.lacking:
            raise Refused("NOTHING_LACKING", "没有所缺的材料，不能以逾期未补正终止。")
        if outcome is Outcome.LAPSED and self._all_handed_in:
            raise Refused("HANDED_IN", "申请人已经补交材料，请先核收。")
        return replace(self._going_on(on), state=state, outcome=outcome, decide_date=on, offered_to=None)

    def withdrawn(self, on: date) -> Case:
        """Withdrawn by the applicant, who need not be told."""
        state = move(self.state, Action.WITHDRAW)
        withdrawn = replace(self._going_on(on), state=state, outcome=Outcome.WITHDRAWN, decide_date=on, tell_date=on)
        return replace(withdrawn, offered_to=None)

    def told(self, on: date) -> Case:
        """The applicant was told the result, in words."""
        return replace(self, state=move(self.state, Action.TELL), tell_date=on)

    def offered(self, to: str) -> Case:
        """The owner asks somebody to take it over; until they accept it by name, the owner answers for it."""
        move(self.state, Action.TRANSFER)
        if to == self.owner:
            raise Refused("OWNER_ALREADY", "该人员已经是责任人。")
        return replace(self, offered_to=to)

    def taken(self, by: str) -> Case:
        """Accepted by name."""
        move(self.state, Action.TRANSFER)
        if self.offered_to != by:
            raise Refused("NOT_OFFERED", "没有移交给您的代理件。")
        return replace(self, owner=by, offered_to=None)

    def kept(self) -> Case:
        """Nobody is asked any more to take it over."""
        move(self.state, Action.TRANSFER)
        return replace(self, offered_to=None)

    def handed_over(self, to: str) -> Case:
        """Somebody answers for it in the place of an owner who has gone, without having been asked."""
        move(self.state, Action.TRANSFER)
        return replace(self, owner=to, offered_to=None if self.offered_to == to else self.offered_to)

    def due_of(self, part: Part, calendar: Calendar) -> Due | None:
        """When the desk of a part must be done; None before it has come to the desk, and while a pause lasts."""
        if part.start is None:
            return None
        return PartClock(part.days, part.start, part.pauses).due(calendar, self.pauses)

    def running_at(self, desk: str) -> Part:
        """What runs at a desk: never two things of one case. Raises Refused where nothing does."""
        for part in self.parts:
            if part.desk == desk and part.running:
                return part
        raise Refused("NOT_AT_DESK", "该代理件目前不在此处办理。", desk=desk)

    @property
    def _all_handed_in(self) -> bool:
        return {each.material for each in self.handed_in}.issuperset(self.lacking)

    def _going_on(self, on: date) -> Case:
        """Without pauses that last: the applicant's ended when all that was lacking was handed in, or else now, as
        those of the desks do."""
        days = [each.on for each in self.handed_in if each.material in self.lacking]
        there = max(days, default=on) if self._all_handed_in else on
        parts = tuple(replace(part, pauses=_ended(part.pauses, on)) for part in self.parts)
        return replace(self, pauses=_ended(self.pauses, there), parts=parts)

    def _check_missing(self, field: str, materials: Collection[str]) -> None:
        wanted = (*self.lacking, *self.owed)
        if not wanted:
            raise Refused("NOTHING_LACKING", "没有所缺的材料。")
        for index, name in enumerate(materials):
            if name not in wanted:
                raise Invalid(f"{field}[{index}]", "不是所缺的材料。", reason="NOT_LACKING")

    def _begun(self, state: State, on: date, owed_until: date | None) -> Case:
        parts = tuple(replace(part, start=on) if part.step == 0 else part for part in self.parts)
        return replace(self, state=state, parts=parts, accept_date=on, owed_until=owed_until)

    def _with(self, part: Part) -> tuple[Part, ...]:
        same = (part.step, part.place)
        return tuple(part if (each.step, each.place) == same else each for each in self.parts)


def parts_of(route: Sequence[Step], desks: Iterable[str]) -> tuple[Part, ...]:
    """The parts of a case's route; `desks` are the units of its tiers below the county, in the order of the steps."""
    below = iter(desks)
    return tuple(
        Part(step=number, place=place, tier=step.tier, desk=part.department or next(below), days=part.days)
        for number, step in enumerate(route)
        for place, part in enumerate(step.parts)
    )


def lacking_of(item: Item, brought: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which required materials are not there: those without which it is not accepted, and those that may follow.

    Raises Invalid for what is no material of the item.
    """
    names = {material.name for material in item.materials}
    if unknown := [name for name in brought if name not in names]:
        raise Invalid("brought", f"不是该事项的材料：{'、'.join(unknown)}。", reason="UNKNOWN_MATERIAL")
    missing = [material for material in item.materials if material.required and material.name not in brought]
    lacking = tuple(material.name for material in missing if not material.may_follow)
    return lacking, tuple(material.name for material in missing if material.may_follow)


def _open(pauses: Iterable[Pause]) -> bool:
    return any(pause.end is None for pause in pauses)


def _ended(pauses: Iterable[Pause], on: date) -> tuple[Pause, ...]:
    return tuple(replace(pause, end=on) if pause.end is None else pause for pause in pauses)
