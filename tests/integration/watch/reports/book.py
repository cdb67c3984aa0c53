"""Reports as `domain.md` says that they live, written down a second time and by hand: nothing of the product is read.

The book is kept beside the product; what the product does is held against it. A move that the rules do not allow
raises `No` and must leave no trace.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from tests.integration.watch.reports.people import (
    ADMITTED,
    HANDLERS,
    HOMES,
    LEADERS_OF_THE_TOWN,
    LEADERS_OF_UNITS,
    OF_TOWN,
    PEOPLE,
    SUPERVISOR,
    UNITS_OF_CADRES,
    acts_for_reporter,
    assigns,
    handles,
    is_next_level,
    may_link,
    recused,
    sees,
)
from tests.integration.watch.reports.told import (
    COUNTY,
    OPEN,
    TOWN,
    UNIT,
    About,
    Oversight,
    Told,
    day,
    last_day,
    midnight_after,
)


class No(Exception):
    """What the rules do not allow; the argument is the kind of the error."""


@dataclass
class Book:
    """All reports of one town."""

    term_ends: date
    """Last day of the supervisor."""
    reports: list[Told] = field(default_factory=list)
    oversights: list[Oversight] = field(default_factory=list)

    # What is done. `admit` comes first: it says who may try.

    def admit(self, action: str, who: str, now: datetime) -> None:
        if who not in ADMITTED[action] or (who == SUPERVISOR and day(now) > self.term_ends):
            raise No("DENIED")

    def seen(self, report: Told, who: str) -> None:
        if not sees(report, who):
            raise No("NOT_FOUND")

    def handled(self, report: Told, who: str) -> None:
        self.seen(report, who)
        if not handles(report, who):
            raise No("DENIED")

    def handled_or_above(self, report: Told, who: str) -> None:
        self.seen(report, who)
        if not (handles(report, who) or is_next_level(report, who)):
            raise No("DENIED")

    def told_for(self, report: Told, who: str) -> None:
        self.seen(report, who)
        if not acts_for_reporter(report, who):
            raise No("DENIED")

    def file(self, told: Told) -> None:
        told.about = replace(told.about, unit=UNITS_OF_CADRES.get(told.about.cadre, told.about.unit))
        self._route(told)
        told.series = (COUNTY if told.level == COUNTY else TOWN, day(told.registered).year)
        same_series = [each for each in self.reports if each.series == told.series]
        told.serial = len(same_series) + 1
        told.entries = ["registered"]
        self._run(told, told.registered)
        self.reports.append(told)

    def link(self, report: Told, who: str, now: datetime, about: About) -> None:
        self.seen(report, who)
        if not may_link(report, who):
            raise No("DENIED")
        self._only_in(report, *OPEN)
        report.about = replace(about, unit=UNITS_OF_CADRES.get(about.cadre, about.unit))
        if recused(report, who):
            raise No("NOT_FOUND")
        report.entries.append("subject_linked")
        self._route(report)
        if report.officer and not handles(report, report.officer):
            self._without_officer(report)

    def classify(self, report: Told, who: str, now: datetime, major: bool) -> None:
        self.handled_or_above(report, who)
        self._only_in(report, *OPEN)
        if report.classified:
            raise No("REFUSED")
        report.late |= now >= midnight_after(report.first_last_day or date.max)
        extended = report.last_day != report.first_last_day
        report.classified = "MAJOR" if major else "GENERAL"
        report.entries.append("classified")
        self._run(report, report.start or now, report.asked if extended else 0)
        self._route(report)

    def raised(self, report: Told, who: str, now: datetime) -> None:
        self.handled_or_above(report, who)
        self._only_in(report, *OPEN)
        if report.classified != "GENERAL":
            raise No("REFUSED")
        report.late |= now >= midnight_after(report.first_last_day or date.max)
        report.classified, report.period = "MAJOR", report.period + 1
        report.entries.append("raised")
        self._lapse(report)
        self._run(report, now)
        self._route(report)

    def assign(self, report: Told, who: str, now: datetime, officer: str) -> None:
        self.handled(report, who)
        self._only_in(report, "REGISTERED", "ASSIGNED")
        self._can_handle(report, officer)
        report.officer, report.state = officer, "ASSIGNED"
        report.entries.append("assigned")

    def hand_over(self, report: Told, who: str, now: datetime, officer: str) -> None:
        self.handled(report, who)
        if not assigns(report, who) and report.officer != who:
            raise No("DENIED")
        self._only_in(report, *OPEN)
        self._can_handle(report, officer)
        if not report.officer:
            raise No("REFUSED")
        report.officer = officer
        report.entries.append("handed_over")

    def hand_over_all(self, who: str, now: datetime, leaver: str, officer: str) -> None:
        for report in self.reports:
            his = report.officer == leaver and report.state in OPEN
            may = assigns(report, who) or who == leaver
            if his and may and handles(report, who) and handles(report, officer):
                self.hand_over(report, who, now, officer)

    def start(self, report: Told, who: str, now: datetime) -> None:
        self.handled(report, who)
        self._only_in(report, "ASSIGNED")
        report.state = "INVESTIGATING"
        report.entries.append("started")

    def ask(self, report: Told, who: str, now: datetime, days: int) -> None:
        self.handled(report, who)
        self._only_in(report, *OPEN)
        start = report.start or now
        period = last_day(report.classified == "MAJOR", start) - day(start)
        if report.asked or now >= report.due or days > period.days:
            raise No("REFUSED")
        report.asked, report.asked_by = days, who
        report.entries.append("more_time_requested")

    def decide(self, report: Told, who: str, now: datetime, granted: bool) -> None:
        self.seen(report, who)
        if not is_next_level(report, who):
            raise No("DENIED")
        self._only_in(report, *OPEN)
        if not report.asked or report.decided is not None or who == report.asked_by:
            raise No("REFUSED")
        if granted and now >= report.due:
            raise No("REFUSED")
        report.decided = granted
        report.entries.append("more_time_decided")
        if granted:
            self._run(report, report.start or now, report.asked)

    def answer(self, report: Told, who: str, now: datetime, finding: str) -> None:
        self.handled(report, who)
        self._only_in(report, "INVESTIGATING")
        report.late |= now >= midnight_after(report.first_last_day or date.max)
        report.state, report.answered, report.told_to = "ANSWERED", now, 0
        report.entries.append("answered")
        self._lapse(report)
        if finding in ("SUBSTANTIATED", "PARTLY"):
            report.entries.append("substantiated")
        report.deadlines = {"silence": midnight_after(day(now) + timedelta(days=15))}
        self._run_escalation(report)
        self._end_oversights(report, now)

    def refuse(self, report: Told, who: str, now: datetime) -> None:
        self.handled(report, who)
        self._only_in(report, "REGISTERED")
        if report.reopened:
            raise No("REFUSED")
        report.late |= now >= midnight_after(report.first_last_day or date.max)
        self._end(report, "NOT_ACCEPTED", "not_accepted", now)
        self._end_oversights(report, now)

    def close(self, report: Told, who: str, now: datetime) -> None:
        self.handled(report, who)
        self._only_in(report, "ANSWERED")
        self._end(report, "CLOSED", "closed", now)

    def accept(self, report: Told, now: datetime) -> None:
        self._opens(report)
        self._only_in(report, "ANSWERED")
        self._end(report, "CLOSED", "closed", now)

    def reopen(self, report: Told, who: str, now: datetime) -> None:
        self.told_for(report, who)
        self._reopen(report, now)

    def contest(self, report: Told, now: datetime) -> None:
        self._opens(report)
        self._reopen(report, now)

    def tell(self, report: Told, who: str, now: datetime) -> None:
        self.told_for(report, who)
        self._only_in(report, "ANSWERED", "CLOSED")
        if report.shredded:
            raise No("REFUSED")
        report.entries.append("answer_told")

    def publish(self, report: Told, who: str, now: datetime) -> None:
        self.handled(report, who)
        self._only_in(report, "ANSWERED", "CLOSED")
        if not report.opinion:
            raise No("REFUSED")
        report.entries.append("answer_published")

    def write(self, report: Told, who: str, now: datetime) -> None:
        self.handled(report, who)
        self._only_in(report, *OPEN, "ANSWERED")
        report.entries.append("message_posted")

    def write_back(self, report: Told, now: datetime) -> None:
        self._opens(report)
        self._only_in(report, *OPEN, "ANSWERED")
        report.entries.append("message_posted")

    def reveal(self, report: Told, who: str, now: datetime) -> None:
        self.seen(report, who)
        if report.level == UNIT or not handles(report, who):
            raise No("DENIED")
        if report.officer not in ("", who):
            raise No("DENIED")
        if not (report.officer and report.named) or report.shredded:
            raise No("REFUSED")
        report.entries.append("identity_revealed")

    def conflict(self, report: Told, who: str, now: datetime) -> None:
        self.seen(report, who)
        if report.shredded:
            raise No("REFUSED")
        handled = handles(report, who)
        report.left = (*report.left, who)
        report.entries.append("conflict_declared")
        if report.state not in OPEN:
            return
        if report.officer == who:
            self._without_officer(report)
        if handled and not any(handles(report, other) for other in PEOPLE):
            report.floor = min(report.level + 1, COUNTY)
            self._route(report)

    def oversee(self, report: Told, who: str, now: datetime, days: int) -> None:
        self.seen(report, who)
        self._only_in(report, *OPEN)
        self.oversights.append(Oversight(report.name, midnight_after(day(now) + timedelta(days=days))))

    def answer_oversight(self, oversight: Oversight, who: str, now: datetime) -> None:
        report = next(each for each in self.reports if each.name == oversight.report)
        self.handled(report, who)
        if not oversight.open:
            raise No("REFUSED")
        self._answer(oversight, now)

    # What comes by itself.

    def sweep(self, now: datetime) -> None:
        """Everything that is due by now, oldest first; what that sets is swept too."""
        while due := self._due(now):
            for _, kind, matter in due:
                if isinstance(matter, Oversight):
                    matter.late, matter.version = True, matter.version + 1
                else:
                    getattr(self, f"_{kind}")(matter, now)

    def _due(self, now: datetime) -> list[tuple[datetime, str, Told | Oversight]]:
        due: list[tuple[datetime, str, Told | Oversight]] = []
        for report in self.reports:
            fired = [kind for kind, at in report.deadlines.items() if at <= now]
            due += [(report.deadlines.pop(kind), kind, report) for kind in fired]
        for oversight in self.oversights:
            if oversight.open and not oversight.late and oversight.due <= now:
                due.append((oversight.due, "due", oversight))
        return sorted(due, key=lambda each: each[0])

    def _due_soon(self, report: Told, now: datetime) -> None:
        if now < report.due:
            report.entries.append("due_soon")

    def _overdue(self, report: Told, now: datetime) -> None:
        if report.announced == report.period:
            return
        report.announced, report.late = report.period, True
        report.told_to = TOWN if report.level == UNIT else COUNTY
        report.entries.append("overdue")
        if report.level < COUNTY:
            report.entries.append("escalated")
        if report.level == UNIT:
            self.oversights.append(Oversight(report.name, midnight_after(day(now) + timedelta(days=7))))
        self._run_escalation(report)

    def _escalation(self, report: Told, now: datetime) -> None:
        report.told_to = COUNTY
        report.entries.append("escalated")
        self._run_escalation(report)

    def _silence(self, report: Told, now: datetime) -> None:
        self._end(report, "CLOSED", "closed", now)

    def _receipt_expiry(self, report: Told, now: datetime) -> None:
        report.expired = True
        report.entries.append("receipt_expired")

    def _shredding(self, report: Told, now: datetime) -> None:
        report.shredded = True
        report.entries.append("shredded")

    # The rules behind it.

    def _only_in(self, report: Told, *states: str) -> None:
        if report.state not in states:
            raise No("REFUSED")

    def _opens(self, report: Told) -> None:
        if report.expired:
            raise No("NOT_FOUND")

    def _can_handle(self, report: Told, officer: str) -> None:
        if not handles(report, officer):
            raise No("REFUSED")

    def _reopen(self, report: Told, now: datetime) -> None:
        self._only_in(report, "ANSWERED")
        if report.reopened or now >= midnight_after(day(report.answered or now) + timedelta(days=15)):
            raise No("REFUSED")
        report.reopened, report.state, report.officer = True, "REGISTERED", ""
        report.floor, report.period = min(report.level + 1, COUNTY), report.period + 1
        report.entries.append("reopened")
        self._route(report)
        report.deadlines, report.last_day = {}, None
        self._run(report, now)

    def _route(self, report: Told) -> None:
        """Who handles it now. Where that changes nobody is its officer, until someone is named there."""
        level = self._level(report)
        while level < COUNTY and self._nobody_left(report, level):
            level = report.floor = level + 1
        organ = (report.about.unit or report.unit) if level == UNIT else ""
        if (level, organ) != (report.level, report.organ):
            if report.organ or report.level != UNIT:
                report.entries.append("rerouted")
            report.level, report.organ = level, organ
            self._without_officer(report)
        self._run_escalation(report)

    def _nobody_left(self, report: Told, level: int) -> bool:
        """Whether everybody who handles reports there is recused. Where nobody does, somebody may still come."""
        unit = report.about.unit or report.unit
        there = [each for each in HANDLERS if HOMES.get(each) == unit] if level == UNIT else OF_TOWN
        return bool(there) and all(recused(report, each) for each in there)

    def _level(self, report: Told) -> int:
        about = report.about
        if about.leaders or about.cadre in LEADERS_OF_THE_TOWN:
            return COUNTY
        accusation_of_nobody = not report.opinion and not about.cadre
        to_town = accusation_of_nobody or report.classified == "MAJOR" or about.cadre in LEADERS_OF_UNITS
        return max(TOWN if to_town else UNIT, report.floor)

    def _lapse(self, report: Told) -> None:
        """What nobody decided lapses with the period for which it was asked."""
        if report.asked and report.decided is None:
            report.decided = False

    def _without_officer(self, report: Told) -> None:
        report.officer, report.state = "", "REGISTERED"

    def _run(self, report: Told, start: datetime, more: int = 0) -> None:
        """Runs the clock from a start; deadlines move only where their time does."""
        major = report.classified == "MAJOR"
        report.start, report.first_last_day = start, last_day(major, start)
        before, report.last_day = report.last_day, report.first_last_day + timedelta(days=more)
        if report.last_day != before:
            report.deadlines["due_soon"] = report.due - timedelta(days=5 if major else 1)
            report.deadlines["overdue"] = report.due
        self._run_escalation(report)

    def _run_escalation(self, report: Told) -> None:
        """The county is told of what only the town was told: a week after it fell overdue, a major one at once."""
        waits = report.announced == report.period and report.told_to == TOWN and report.level < COUNTY
        at = None
        if waits and report.state in OPEN:
            at = report.due + timedelta(days=0 if report.classified == "MAJOR" else 7)
        if at == report.county_told_at:
            return
        report.county_told_at = at
        report.deadlines.pop("escalation", None)
        if at:
            report.deadlines["escalation"] = at

    def _end(self, report: Told, state: str, entry: str, now: datetime) -> None:
        today = day(now)
        leap = (today.month, today.day) == (2, 29)
        years_later = date(today.year + 5, 3, 1) if leap else today.replace(year=today.year + 5)
        report.state = state
        report.entries.append(entry)
        report.deadlines = {
            "receipt_expiry": midnight_after(today + timedelta(days=364)),
            "shredding": midnight_after(years_later - timedelta(days=1)),
        }
        self._run_escalation(report)

    def _end_oversights(self, report: Told, now: datetime) -> None:
        for oversight in self.oversights:
            if oversight.report == report.name and oversight.open:
                self._answer(oversight, now)

    def _answer(self, oversight: Oversight, now: datetime) -> None:
        oversight.open, oversight.version = False, oversight.version + 1
        oversight.late |= now >= oversight.due
