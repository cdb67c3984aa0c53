"""Reports led through random lives, by whoever tries what, against a book that is kept by hand."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Coroutine
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from google.protobuf.message import Message
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from minshao.watch import v1 as pb

from deploy.local.databases import ServiceDatabase
from services.common.access import Role
from services.common.database import Database
from services.common.errors import DomainError
from services.common.foundation import DEADLINES
from tests.integration.watch.house import House
from tests.integration.watch.reports import people
from tests.integration.watch.reports import told as told_of
from tests.integration.watch.reports.book import Book, No
from tests.integration.watch.reports.calls import request_of, subject_of
from tests.integration.watch.reports.told import About, Oversight, Told
from tests.integration.watch.supervisors.steps import appointed
from tests.luonan_town import CITIZEN, a_town
from tests.unit.watch.reports.builders import local

T = TypeVar("T")

FEW_AND_LONG = settings(max_examples=20, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck))
STARTS = (
    local(2026, 9, 3),
    local(2026, 12, 28, 23, 30),
    local(2027, 1, 31, 0, 30),
    local(2028, 1, 29, 15),
    local(2028, 2, 28, 23, 59),
)
"""Also before the end of a year, on the last of a month, before a leap day and on the day before it."""
MOST_REPORTS = 4

ABOUTS = (
    About(),
    About(cadre="village-officer"),
    About(cadre="village-secretary"),
    About(cadre="finance-clerk"),
    About(cadre="finance-head"),
    About(cadre="mayor"),
    About(cadre="discipline-2"),
    About(unit="finance"),
    About(leaders=True),
)
CHANNELS = {
    "WEB": "citizen",
    "SUPERVISOR": people.SUPERVISOR,
    "COMPLAINT_BOX": "village-registrar",
    "OPINION_BOX": "village-registrar",
    "ORAL": "village-secretary",
    "DISCIPLINE": "discipline-1",
    "TELEPHONE": "village-officer",
}
"""Who registers what came by a channel."""
STEPS = {
    "REGISTERED": [*("assign",) * 6, "link"],
    "ASSIGNED": [*("start",) * 6, "hand_over"],
    "INVESTIGATING": [*("answer",) * 6, "hand_over"],
    "ANSWERED": ["accept", "contest", "contest", "reopen", "close"],
    "CLOSED": ["tell"],
    "NOT_ACCEPTED": ["write_back"],
}
"""What brings a report on."""
BY_CODE = ("accept", "contest", "write_back")
HAPPENINGS = (
    *("file",) * 2,
    *("go_on",) * 10,
    *("somebody_tries",) * 6,
    *("deadlines_are_swept", "it_is_almost_due") * 2,
    *("time_goes_by", "an_oversight_is_answered", "everything_is_handed_over"),
)
"""What may happen, the usual more often."""
TRIES = sorted({*people.ADMITTED, *BY_CODE} - {"answer_oversight", "hand_over_all"})
ARGUMENTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "link": {"about": st.sampled_from(ABOUTS)},
    "classify": {"major": st.booleans()},
    "assign": {"officer": st.sampled_from(people.PEOPLE)},
    "hand_over": {"officer": st.sampled_from(people.PEOPLE)},
    "ask": {"days": st.sampled_from([1, 7, 7, 8, 28, 31])},
    "decide": {"granted": st.sampled_from([True, True, False])},
    "answer": {"finding": st.sampled_from(["SUBSTANTIATED", "PARTLY", "UNSUBSTANTIATED", "UNVERIFIABLE"])},
    "oversee": {"days": st.integers(0, 10)},
}

TABLES = ("reports", "report_texts", "receipts", "register_series", "deadlines", "oversights", "ledger", "data_keys")
EVERYTHING = sa.text(
    "SELECT md5(string_agg(digest, '|' ORDER BY name)) FROM ("
    + " UNION ALL ".join(
        f"SELECT '{table}' AS name, md5(string_agg(t::text, '|' ORDER BY t::text)) AS digest FROM {table} AS t "
        "WHERE tenant = :tenant"
        for table in TABLES
    )
    + ") AS digests"
)
"""A digest of every row that a report has anywhere."""
REPORTS = sa.text(
    "SELECT id, number, state, classification, level, organ, officer, due_time, first_due_time, late, period, "
    "announced_period, under_oversight, reopened, version, register_time FROM reports WHERE tenant = :tenant"
)
LEDGER = sa.text(
    "SELECT aggregate_id, array_agg(version ORDER BY version) AS versions, array_agg(type ORDER BY version) AS types "
    "FROM ledger WHERE tenant = :tenant AND aggregate = :aggregate GROUP BY aggregate_id"
)
RUNNING = sa.text(
    "SELECT owner, kind, due_time FROM deadlines WHERE tenant = :tenant AND kind ~ '^(report|oversight)[.]'"
)
OVERSIGHTS = sa.text("SELECT id, report, state, late, version, due_time FROM oversights WHERE tenant = :tenant")


class Lives(RuleBasedStateMachine):
    """A town with a handful of reports."""

    runner: asyncio.Runner
    databases: tuple[Database, Database]
    house: House
    book: Book
    openings: dict[str, str]

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @property
    def now(self) -> datetime:
        return self.house.town.clock.now()

    @initialize(start=st.sampled_from(STARTS), data=st.data())
    def begin(self, start: datetime, data: st.DataObject) -> None:
        self.run(self._begin(start))
        self.file(data)

    async def _begin(self, start: datetime) -> None:
        code = f"{110000 + secrets.randbelow(550000)}{1 + secrets.randbelow(999):03}"
        self.house = house = House(await a_town(self.databases[0], code, start), self.databases[1])
        house.town.claims["citizen"] = CITIZEN
        account = await house.person(people.SUPERVISOR, (Role.SUPERVISOR, house.town.unit("village")))
        self.book = Book(date.fromisoformat((await appointed(house, "王磊", account=account)).last_day))
        self.openings = {}
        for box in ("COMPLAINT", "OPINION"):
            opening = pb.LogBoxOpeningRequest(
                parent=house.town.name,
                unit=house.town.unit_name("village"),
                box=pb.BoxOpening.Box.Value(f"BOX_{box}"),
                openers=["王磊", "张三"],
                letter_count=MOST_REPORTS,
            )
            self.openings[f"{box}_BOX"] = (await house("village-registrar", opening)).box_opening.name

    @rule(data=st.data(), step=st.sampled_from(HAPPENINGS))
    def something_happens(self, data: st.DataObject, step: str) -> None:
        """One rule for all: Hypothesis leaves out rules at random, and then reports would get nowhere."""
        getattr(self, step)(data)

    def file(self, data: st.DataObject) -> None:
        if len(self.book.reports) < MOST_REPORTS:
            opinion, about = data.draw(st.sampled_from([False, False, True])), data.draw(st.sampled_from(ABOUTS))
            channel, named = data.draw(st.sampled_from(list(CHANNELS))), data.draw(st.booleans())
            self.run(self._file(channel, opinion, about, named))

    async def _file(self, channel: str, opinion: bool, about: About, named: bool) -> None:
        filer = CHANNELS[channel]
        if filer == people.SUPERVISOR and told_of.day(self.now) > self.book.term_ends:
            return
        mode = "NAMED" if named else "THROUGH_SUPERVISOR" if channel == "SUPERVISOR" else "ANONYMOUS"
        request = pb.CreateReportRequest(
            parent=self.house.town.name,
            unit=self.house.town.unit_name("village"),
            kind=pb.Report.KIND_OPINION if opinion else pb.Report.KIND_ACCUSATION,
            matter=pb.Report.MATTER_POLICY,
            channel=pb.Report.Channel.Value(f"CHANNEL_{channel}"),
            reporter_mode=pb.Report.ReporterMode.Value(f"REPORTER_MODE_{mode}"),
            subject=subject_of(self.house.town, about),
            text="低保申请三个月没有答复。",
            box_opening=self.openings.get(channel, ""),
            oral_to="村支书" if channel == "ORAL" else "",
        )
        if named:
            request.reporter.CopyFrom(pb.Reporter(name="王小明"))
        response = await self.house(filer, request)
        brought_by = "" if filer == "citizen" else filer
        name, code = response.report.name, response.receipt_code
        told = Told(name, opinion, "village", about, self.now, code, brought_by=brought_by, named=named)
        self.book.file(told)

    def go_on(self, data: st.DataObject) -> None:
        """Something that brings a report on, by somebody who may do it."""
        report = data.draw(st.sampled_from(self.book.reports))
        action = data.draw(st.sampled_from([*STEPS[report.state], *_next_decisions(report)]))
        if action in BY_CODE:
            self.attempt(action, report, "")
        elif able := self._able(report, action):
            given = {"officer": able[-1]} if action == "assign" else self._arguments(data, action)
            self.attempt(action, report, data.draw(st.sampled_from(able)), **given)

    def somebody_tries(self, data: st.DataObject) -> None:
        """Anything, by one of those who belong to it or by anybody."""
        report, action = data.draw(st.sampled_from(self.book.reports)), data.draw(st.sampled_from(TRIES))
        able = self._able(report, action) or people.PEOPLE
        who = data.draw(st.sampled_from(able) | st.sampled_from(people.PEOPLE))
        self.attempt(action, report, "" if action in BY_CODE else who, **self._arguments(data, action))

    def _able(self, report: Told, action: str) -> list[str]:
        admitted = people.ADMITTED.get(action, set())
        fits = {"decide": (people.is_next_level,), "classify": (people.handles, people.is_next_level)}
        fitting = fits.get(action, (people.handles,))
        return [who for who in people.PEOPLE if who in admitted and any(fit(report, who) for fit in fitting)]

    def an_oversight_is_answered(self, data: st.DataObject) -> None:
        if self.book.oversights:
            oversight, who = data.draw(st.sampled_from(self.book.oversights)), data.draw(st.sampled_from(people.PEOPLE))
            name = f"{self.house.town.name}/oversights/{oversight.id}"
            request = pb.AnswerOversightRequest(name=name, answer="正在调查。")
            self._hold("answer_oversight", who, request, lambda book: _same(book, oversight))

    def everything_is_handed_over(self, data: st.DataObject) -> None:
        who, leaver, officer = (data.draw(st.sampled_from(people.PEOPLE)) for _ in range(3))
        account = self.house.town.account
        names = {"from_officer": account(leaver), "to_officer": account(officer)}
        request = pb.HandOverAllRequest(parent=self.house.town.name, reason="外出学习", **names)
        self._hold("hand_over_all", who, request, lambda _: (), leaver=leaver, officer=officer)

    def time_goes_by(self, data: st.DataObject) -> None:
        hours = data.draw(st.sampled_from([1, 13, 24, 24 * 5, 24 * 8, 24 * 31]))
        self.house.town.clock.set(self.now + timedelta(hours=hours))

    def it_is_almost_due(self, data: st.DataObject) -> None:
        """The last second before the next deadline, or the deadline itself."""
        if due := [at for report in self.book.reports for at in report.deadlines.values()]:
            wanted = min(due) - timedelta(seconds=data.draw(st.sampled_from([0, 1])))
            self.house.town.clock.set(max(self.now, wanted.astimezone(UTC)))

    def deadlines_are_swept(self, data: st.DataObject) -> None:
        self.run(self._sweep())

    async def _sweep(self) -> None:
        await self.house.sweep_at(self.now)
        self.book.sweep(self.now)
        self._look_up(await self._rows(OVERSIGHTS))

    def attempt(self, action: str, report: Told, who: str, **given: Any) -> None:
        """Somebody does it, in the town and in the book: both allow it, or both refuse it and nothing has changed."""
        request = request_of(self.house.town, action, report, **given)
        self._hold(action, who, request, lambda book: (_named(book, report.name),), **given)

    def _hold(self, action: str, who: str, request: Message, target: Any, **given: Any) -> None:
        after = deepcopy(self.book)
        refusal = ""
        try:
            if who:
                after.admit(action, who, self.now)
            person = (who,) if who else ()
            getattr(after, action)(*target(after), *person, self.now, **given)
        except No as no:
            refusal = str(no)
        told = self.run(self._told(who or "citizen", request))
        assert told == refusal, f"{who} {action} {given}: {told or 'done'} instead of {refusal or 'done'}"
        if not refusal:
            self.book = after
            if action == "oversee":
                self._look_up(self.run(self._rows(OVERSIGHTS)))

    async def _told(self, who: str, request: Message) -> str:
        """The kind of the refusal, which leaves everything as it was; empty where it was done."""
        before = await self._everything()
        try:
            await self.house(who, request)
        except DomainError as error:
            assert await self._everything() == before
            return error.kind.name
        return ""

    @invariant()
    def the_town_is_as_the_book_says(self) -> None:
        if "book" in self.__dict__:
            self.run(self._compare())

    async def _compare(self) -> None:
        rows = {f"{self.house.town.name}/reports/{row.id}": row for row in await self._rows(REPORTS)}
        told = {row.aggregate_id: row for row in await self._rows(LEDGER, aggregate="report")}
        overseen = {each.report for each in self.book.oversights if each.open}
        assert len(rows) == len(told) == len(self.book.reports)
        for report in self.book.reports:
            row = rows[report.name]
            assert self._described(row) == self._expected(report, report.name in overseen), report
            assert told[row.id].types == [f"watch.report.{entry}" for entry in report.entries]
            assert told[row.id].versions == list(range(1, row.version + 1))
        self._compare_numbers(rows)
        running = Counter((row.kind, row.due_time) for row in await self._rows(RUNNING))
        assert running == self._deadlines()
        self._compare_oversights(await self._rows(OVERSIGHTS), await self._rows(LEDGER, aggregate="oversight"))

    def _described(self, row: Any) -> dict[str, object]:
        return {
            "state": pb.Report.State.Name(row.state),
            "class": row.classification,
            "level": row.level,
            "organ": row.organ,
            "officer": (row.officer or "").rpartition("/")[2],
            "due": row.due_time,
            "first due": row.first_due_time,
            "late": row.late,
            "period": row.period,
            "announced": row.announced_period,
            "reopened": row.reopened,
            "registered": row.register_time,
            "overseen": row.under_oversight,
        }

    def _expected(self, report: Told, overseen: bool) -> dict[str, object]:
        assert report.first_last_day is not None
        if report.state in told_of.OPEN and report.officer:
            assert people.handles(report, report.officer)
        town = self.house.town
        above = {told_of.TOWN: f"{town.code}.discipline", told_of.COUNTY: f"{town.county}.discipline"}
        return {
            "state": f"STATE_{report.state}",
            "class": ("", "GENERAL", "MAJOR").index(report.classified),
            "level": report.level,
            "organ": above.get(report.level) or town.unit(report.organ),
            "officer": report.officer,
            "due": report.due,
            "first due": told_of.midnight_after(report.first_last_day),
            "late": report.late,
            "period": report.period,
            "announced": report.announced,
            "reopened": report.reopened,
            "registered": report.registered,
            "overseen": overseen,
        }

    def _compare_numbers(self, rows: dict[str, Any]) -> None:
        """Each series of each year without gaps, in the order of registration."""
        for report in self.book.reports:
            level, year = report.series
            place = "景村" if level == told_of.TOWN else "洛南"
            assert rows[report.name].number == f"{place}监〔{year}〕{report.serial}号"

    def _deadlines(self) -> Counter[tuple[str, datetime]]:
        of_reports = [(f"report.{kind}", at) for each in self.book.reports for kind, at in each.deadlines.items()]
        of_oversights = [("oversight.due", each.due) for each in self.book.oversights if each.open and not each.late]
        return Counter([*of_reports, *of_oversights])

    def _compare_oversights(self, rows: list[Any], entries: list[Any]) -> None:
        there = {row.id: (row.state == pb.Oversight.STATE_OPEN, row.late, row.version, row.due_time) for row in rows}
        assert there == {each.id: (each.open, each.late, each.version, each.due) for each in self.book.oversights}
        assert {entry.aggregate_id: len(entry.versions) for entry in entries} == {
            each.id: each.version for each in self.book.oversights
        }

    def _look_up(self, rows: list[Any]) -> None:
        """The ids of the oversights that opened by themselves."""
        known = {each.id for each in self.book.oversights}
        for row in rows:
            if row.id not in known:
                report = f"{self.house.town.name}/reports/{row.report}"
                new = [each for each in self.book.oversights if each.report == report and not each.id]
                next(each for each in new if each.due == row.due_time).id = row.id

    async def _rows(self, statement: sa.TextClause, **values: str) -> list[Any]:
        town = self.house.town
        async with town.database.transaction(town.code) as tx:
            return list(await tx.rows(statement, {"tenant": town.code, **values}))

    async def _everything(self) -> object:
        town = self.house.town
        async with town.database.transaction(town.code) as tx:
            return await tx.scalar(EVERYTHING, {"tenant": town.code})

    def _arguments(self, data: st.DataObject, action: str) -> dict[str, Any]:
        return {name: data.draw(values, label=name) for name, values in ARGUMENTS.get(action, {}).items()}

    def teardown(self) -> None:
        if "house" in self.__dict__:
            self.run(self._forget())

    async def _forget(self) -> None:
        for tenant in (self.house.town.code, self.house.town.county):
            async with self.house.town.database.transaction(tenant) as tx:
                tx.write(sa.delete(DEADLINES).where(DEADLINES.c.tenant == tenant))


def _next_decisions(report: Told) -> list[str]:
    """What somebody has to decide on a report that is open."""
    if report.state not in told_of.OPEN:
        return []
    of_time = [] if report.decided is not None else ["decide"] * 2 if report.asked else ["ask"]
    return [*of_time, {"": "classify", "GENERAL": "raised"}.get(report.classified, "conflict")]


def _named(book: Book, name: str) -> Told:
    return next(each for each in book.reports if each.name == name)


def _same(book: Book, oversight: Oversight) -> tuple[Oversight]:
    return (next(each for each in book.oversights if each.id == oversight.id),)


@pytest.mark.timeout(600)
def test_reports_live_as_the_rules_say_whoever_tries_what(watch_database: ServiceDatabase) -> None:
    with asyncio.Runner() as runner:

        class Here(Lives):
            databases = (Database(watch_database.app), Database(watch_database.sweeper, pool_size=1))

        Here.runner = runner
        run_state_machine_as_test(Here, settings=FEW_AND_LONG)
        for database in Here.databases:
            runner.run(database.close())
