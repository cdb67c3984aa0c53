"""The report 反映 itself: what is known of it, and what each move makes of it.

Pure: every method returns a new report or raises, nothing is stored here. Free texts (what was told, reasons,
answers) are no part of it; they are sealed rows of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.common.access import county_of
from services.common.errors import Invalid, Refused
from services.watch.reports.domain import clocks
from services.watch.reports.domain.routing import Route, Subject, route
from services.watch.reports.domain.states import Action, State, move
from services.watch.reports.domain.terms import (
    Channel,
    Class,
    Finding,
    Kind,
    Level,
    Matter,
    Mode,
    Satisfaction,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report with its handling. Instants are UTC, codes and ids as in the resource names."""

    tenant: str
    id: str
    version: int = 0

    number: str
    """Register number such as `景村监〔2026〕12号`."""
    register: str
    """Tenant in whose series the number stands: the town, or the county for what went there at once."""
    year: int
    serial: int

    kind: Kind
    matter: Matter
    channel: Channel
    mode: Mode
    unit: str
    """Code of the unit at whose post it was made."""
    brought_by: str | None = None
    """Account of the supervisor or the officer who registered it; None for a citizen's own."""
    box_opening: str | None = None
    meeting: str | None = None
    oral_to: str | None = None
    origin: str | None = None
    """Resource name of what the system made it from, such as a rating; from each thing there is one report."""

    subject_cadre: str | None = None
    subject_unit: str | None = None
    leads_unit: bool = False
    leads_town: bool = False
    leadership_meant: bool = False

    level: Level
    floor: Level = Level.UNIT
    """The level below which it does not fall again."""
    organ: str
    officer: str | None = None
    """Account that handles it in the organ: `tenants/{tenant}/accounts/{login}`."""
    conflicted: tuple[str, ...] = ()
    """Accounts that declared a conflict and left it."""

    state: State = State.REGISTERED
    classification: Class = Class.UNDECIDED
    proposed_classification: Class
    proposal_reasons: tuple[str, ...]

    receive_time: datetime
    register_time: datetime
    period: int = 1
    """1, and one more with each raise and reopening: deadlines are announced once for each."""
    period_start: datetime
    first_due_time: datetime
    """The first deadline of the period, against which lateness is counted."""
    due_time: datetime
    """The deadline in force, more time included."""
    overdue_time: datetime | None = None
    """When overdue was announced first."""
    announced_period: int = 0
    """The last period for which overdue was announced."""
    late: bool = False
    escalated_level: Level | None = None
    under_oversight: bool = False

    more_days: int | None = None
    more_requester: str | None = None
    more_request_time: datetime | None = None
    more_granted: bool | None = None
    """None while it is undecided or was never asked for."""
    more_decider: str | None = None
    more_decide_time: datetime | None = None

    finding: Finding | None = None
    answerer: str | None = None
    answer_time: datetime | None = None
    first_answer_time: datetime | None = None
    satisfaction: Satisfaction = Satisfaction.UNSAID
    reopened: bool = False
    teller: str | None = None
    """Who told the answer, and how, in the clear: only what the version before wrote. It is sealed since."""
    tell_manner: str | None = None
    tell_time: datetime | None = None
    close_time: datetime | None = None
    publish_time: datetime | None = None
    published_title: str | None = None
    published_answer: str | None = None

    @property
    def subject(self) -> Subject:
        return Subject(self.subject_cadre, self.subject_unit, self.leads_unit, self.leads_town, self.leadership_meant)

    @property
    def moved_to_county(self) -> bool:
        """Whether the county took it over after it had got a number in its town's series: prints as 另行办理."""
        return self.level is Level.COUNTY and self.register == self.tenant != county_of(self.tenant)

    @property
    def due_with_origin(self) -> bool:
        """Whether it is due when what it was made from is: as long as no person has made it a major one."""
        return self.origin is not None and self.classification is not Class.MAJOR

    @property
    def waits_for_more_time(self) -> bool:
        return self.more_days is not None and self.more_granted is None

    def check_reporter(self) -> None:
        """Raises Refused where there is nobody to talk to: the system made the report from an event."""
        if self.mode is Mode.NOBODY:
            raise Refused("NO_REPORTER", "系统转办的反映没有反映人。")

    def route(self) -> Route:
        """Who handles it, from what is known now."""
        return route(self.tenant, self.unit, self.kind, self.classification, self.subject, self.floor)

    def routed(self, to: Route) -> Report:
        """Given to another organ: nobody is its officer until someone is named there."""
        if (to.level, to.organ) == (self.level, self.organ):
            return self
        return replace(self, level=to.level, organ=to.organ, officer=None, state=move(self.state, Action.LEAVE))

    def linked(self, subject: Subject, floor: Level = Level.UNIT) -> Report:
        """Linked to whom it is about, and handled by whom that makes it, from this level up."""
        move(self.state, Action.EDIT)
        linked = replace(self.about(subject), floor=max(floor, self.floor))
        return linked.routed(linked.route())

    def promoted(self, since: Subject) -> Report:
        """About somebody who leads more than when it was linked; an answered one is routed when it is reopened."""
        promoted = self.about(self.subject.promoted(since))
        return promoted.routed(promoted.route()) if self.state.open else promoted

    def about(self, subject: Subject) -> Report:
        """With this subject, still where it was."""
        return replace(
            self,
            subject_cadre=subject.cadre,
            subject_unit=subject.unit,
            leads_unit=subject.leads_unit,
            leads_town=subject.leads_town,
            leadership_meant=subject.leadership_meant,
        )

    def classified(self, decided: Class, now: datetime) -> Report:
        """The class, decided for the first time: the period runs from the registration, or from the reopening.

        More time that was granted stays granted.
        """
        if self.classification is not Class.UNDECIDED:
            raise Refused("ALREADY_CLASSIFIED", f"该反映已定为{self.classification.label}，只能升级为重大问题。")
        move(self.state, Action.EDIT)
        more = (self.more_days or 0) if self.due_time != self.first_due_time else 0
        decided_now = replace(self, classification=decided, late=self.late_at(now))
        classified = timed(decided_now, self.period_start, more)
        return classified.routed(classified.route())

    def raised(self, now: datetime) -> Report:
        """A general report made a major one: it keeps its registration time and has a month from today."""
        if self.classification is not Class.GENERAL:
            raise Refused("NOT_GENERAL", "只有已定性为一般问题的反映可以升级为重大问题。")
        move(self.state, Action.EDIT)
        raised = replace(self, classification=Class.MAJOR, period=self.period + 1, late=self.late_at(now))
        raised = timed(raised.without_open_request(), now)
        return raised.routed(raised.route())

    def assigned(self, officer: str) -> Report:
        if officer in self.conflicted:
            raise Refused("RECUSED", "该人员已申请回避，不能承办。")
        return replace(self, officer=officer, state=move(self.state, Action.ASSIGN))

    def handed_over(self, officer: str) -> Report:
        """Another officer of the same organ; the investigation goes on where it was."""
        if self.officer is None:
            raise Refused("UNASSIGNED", "该反映尚未交办，请直接交办。")
        if officer in self.conflicted:
            raise Refused("RECUSED", "该人员已申请回避，不能承办。")
        move(self.state, Action.EDIT)
        return replace(self, officer=officer)

    def started(self) -> Report:
        return replace(self, state=move(self.state, Action.START))

    def left_by(self, account: str, organ_empty: bool) -> Report:
        """Without the account that declared a conflict; one level up where nobody is left in the organ."""
        left = replace(self, conflicted=(*self.conflicted, account)).without_officer(account)
        return left.risen(self.level.above) if organ_empty and self.state.open else left

    def without_officer(self, account: str) -> Report:
        """Without this account as its officer, as long as it is open."""
        if self.officer != account or not self.state.open:
            return self
        return replace(self, officer=None, state=move(self.state, Action.LEAVE))

    def risen(self, floor: Level) -> Report:
        """Handled at this level at least, from here on."""
        risen = replace(self, floor=max(floor, self.floor))
        return risen.routed(risen.route())

    def asked_for_more_time(self, days: int, requester: str, now: datetime) -> Report:
        move(self.state, Action.EDIT)
        if self.more_days is not None:
            raise Refused("MORE_TIME_ASKED", "每件反映只能申请一次延期。")
        if self.due_with_origin:
            raise Refused("DUE_WITH_ORIGIN", "系统转办的反映随原事项的期限办理，不能申请延期。")
        if now >= self.due_time:
            raise Refused("OVERDUE", "已逾期的反映不能申请延期。")
        longest = clocks.clock(self.classification, self.period_start).days
        if days > longest:
            raise Refused("TOO_LONG", f"延期不能超过首次办理期限，最多{longest}天。", longest=str(longest))
        return replace(self, more_days=days, more_requester=requester, more_request_time=now)

    def more_time_decided(self, granted: bool, decider: str, now: datetime) -> Report:
        """Granted time moves the deadline in force; lateness is counted against the first one still."""
        move(self.state, Action.EDIT)
        if not self.waits_for_more_time or self.more_days is None:
            raise Refused("NO_REQUEST", "没有待审批的延期申请。")
        if decider == self.more_requester:
            raise Refused("OWN_REQUEST", "不能审批本人提出的延期申请。")
        decided = replace(self, more_granted=granted, more_decider=decider, more_decide_time=now)
        if not granted:
            return decided
        if now >= self.due_time:
            raise Refused("OVERDUE", "已逾期的反映不能批准延期。")
        return replace(decided, due_time=clocks.clock(self.classification, self.period_start, self.more_days).due)

    def rescheduled(self, due_time: datetime) -> Report:
        """Due when what it was made from is due by now, as long as it is open; late stays late."""
        if not (self.due_with_origin and self.state.open):
            return self
        return replace(self, first_due_time=due_time, due_time=due_time)

    def without_open_request(self) -> Report:
        """A request for more time that nobody decided lapses with the period that it was for."""
        return replace(self, more_granted=False) if self.waits_for_more_time else self

    def answered(self, finding: Finding, answerer: str, now: datetime) -> Report:
        """Answered: overdue ends, late stays late. Elsewhere, it is from whatever open state."""
        action = Action.FOLLOW if finding is Finding.ELSEWHERE else Action.ANSWER
        return replace(
            self.without_open_request(),
            state=move(self.state, action),
            finding=finding,
            answerer=answerer,
            answer_time=now,
            first_answer_time=self.first_answer_time or now,
            late=self.late_at(now),
            escalated_level=None,
            under_oversight=False,
        )

    def told(self, at: datetime) -> Report:
        """The reporter was told the answer then; who told it, and how, are texts beside the report."""
        self.check_reporter()
        if self.answer_time is None or self.state not in (State.ANSWERED, State.CLOSED):
            raise Refused("NOT_ANSWERED", "尚未答复，不能登记告知情况。")
        if at < self.answer_time:
            raise Invalid("telling.tell_time", "告知时间不能早于答复时间。")
        return replace(self, teller=None, tell_manner=None, tell_time=at)

    def closed(self, satisfaction: Satisfaction, now: datetime) -> Report:
        if satisfaction is not Satisfaction.SILENT:
            self.check_reporter()
        return replace(self, state=move(self.state, Action.CLOSE), satisfaction=satisfaction, close_time=now)

    def reopened_by_reporter(self, now: datetime) -> Report:
        """Reopened once, within fifteen days: one level up, with a new period by its class."""
        self.check_reporter()
        if self.reopened:
            raise Refused("REOPENED_BEFORE", "每件反映只能重新办理一次。")
        state = move(self.state, Action.REOPEN)
        if self.answer_time is not None and now >= clocks.contest_before(self.answer_time):
            raise Refused("CONTEST_PERIOD_OVER", "答复满十五日，不能再提出异议。")
        reopened = replace(
            self,
            state=state,
            reopened=True,
            satisfaction=Satisfaction.DISSATISFIED,
            floor=self.level.above,
            officer=None,
            period=self.period + 1,
            teller=None,
            tell_manner=None,
            tell_time=None,
        )
        reopened = timed(reopened, now)
        return reopened.routed(reopened.route())

    def refused(self, now: datetime) -> Report:
        if self.reopened:
            raise Refused("REOPENED", "重新办理的反映必须答复。")
        state = move(self.state, Action.REFUSE)
        return replace(self, state=state, close_time=now, late=self.late_at(now), under_oversight=False)

    def published(self, title: str, answer: str, now: datetime) -> Report:
        if self.kind is not Kind.OPINION:
            raise Refused("NOT_AN_OPINION", "只有意见建议的答复可以公开。")
        if self.state not in (State.ANSWERED, State.CLOSED):
            raise Refused("NOT_ANSWERED", "尚未答复，不能公开。")
        return replace(self, publish_time=now, published_title=title, published_answer=answer)

    def overdue_announced(self, now: datetime) -> Report:
        """Overdue, once for each period; late from here on, whatever comes."""
        to = Level.TOWN if self.level is Level.UNIT else Level.COUNTY
        return replace(
            self,
            overdue_time=self.overdue_time or now,
            announced_period=self.period,
            late=True,
            escalated_level=to,
        )

    def escalated(self, to: Level) -> Report:
        return replace(self, escalated_level=to)

    def late_at(self, now: datetime) -> bool:
        """Whether it counts as late: no answer came by the first deadline of a period. Never taken back."""
        return self.late or (self.state.open and now >= self.first_due_time)


def timed(report: Report, start: datetime, more_days: int = 0) -> Report:
    """With the period that its class gives from a start, and more days on top of it; what is due with its origin as it
    was."""
    if report.due_with_origin:
        return report
    first_due = clocks.clock(report.classification, start).due
    due = clocks.clock(report.classification, start, more_days).due
    return replace(report, period_start=start, first_due_time=first_due, due_time=due)


def is_overdue(report: Report, now: datetime) -> bool:
    """Whether the deadline in force has passed without an answer."""
    return report.state.open and now >= report.due_time


def contest_deadline(report: Report) -> datetime | None:
    """Until when the answer can be contested; None where it cannot."""
    if report.state is not State.ANSWERED or report.reopened or report.answer_time is None:
        return None
    return clocks.contest_before(report.answer_time)
