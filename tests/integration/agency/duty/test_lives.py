"""No one's case: whoever is absent, on duty, goes or comes back, each open case has an owner who works here."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from google.protobuf.message import Message
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from minshao.agency import v1 as pb

from deploy.local.databases import ServiceDatabase
from services.common.access import Claims, Grant, Role
from services.common.clock import FixedClock
from services.common.database import Database
from services.common.errors import DomainError
from services.common.events import event_type
from services.common.foundation import DEADLINES, LEDGER
from services.common.periods import local_date
from tests.integration.agency.cases.steps import application, required
from tests.integration.agency.cases.test_deadlines import sweep_at
from tests.integration.agency.duty.book import LEFT, ON_DUTY, PLANNED, WORK_AT, Away, Book, Told
from tests.integration.agency.duty.people import ITEM, account, change, grants_of, staff
from tests.integration.agency.duty.steps import entries, no_ones
from tests.integration.agency.house import NEVER, House
from tests.unit.watch.reports.builders import local

T = TypeVar("T")

FEW_AND_LONG = settings(max_examples=25, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck))
PEOPLE = sorted(WORK_AT)
MOST_CASES = 4
HAPPENINGS = (
    *("somebody_goes", "somebody_will_be_absent", "days_go_by") * 2,
    *("somebody_comes",) * 4,
    *("a_case_is_received", "a_case_is_offered", "a_case_is_taken") * 2,
    *("duty_is_planned", "a_deputy_takes_all", "somebody_checks_in", "somebody_checks_out"),
    *("somebody_is_back", "a_case_is_decided"),
)
OWNERS = (pb.CaseReceived, pb.CaseTaken, pb.CaseHandedOver)
"""The events that say who answers from there on."""

somebody = st.sampled_from(PEOPLE)


class Lives(RuleBasedStateMachine):
    """A town with a handful of cases."""

    runner: asyncio.Runner
    databases: tuple[Database, Database]
    house: House
    book: Book
    revision: int
    brought: list[str]

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        self.run(self._begin())
        self.a_case_is_received(data)

    async def _begin(self) -> None:
        code = f"{110000 + secrets.randbelow(550000)}{1 + secrets.randbelow(999):03}"
        self.house = house = House(*self.databases, code, FixedClock(local(2026, 9, 1)))
        await house.provision()
        await staff(house)
        # Somebody who only looks on: nobody knows the account.
        looking = (Grant(Role.TOWN_CLERK, house.town),)
        house.claims["onlooker"] = Claims(account(house, "onlooker"), looking, NEVER)
        self.book, self.revision = Book(local_date(house.clock.now())), 1
        self.brought = await required(house, ITEM)

    @rule(data=st.data(), step=st.sampled_from(HAPPENINGS))
    def something_happens(self, data: st.DataObject, step: str) -> None:
        getattr(self, step)(data)

    def a_case_is_received(self, data: st.DataObject) -> None:
        if (who := data.draw(somebody)) in self.book.working and len(self.book.cases) < MOST_CASES:
            request = application(self.house, ITEM, WORK_AT[who], brought=self.brought)
            case = self.run(self.house(who, request)).case
            self.book.cases.append(Told(case.name, WORK_AT[who], who))

    def a_case_is_offered(self, data: st.DataObject) -> None:
        case, to = self._case(data), data.draw(somebody)
        if case and case.owner in self.book.working:
            allowed = case.open and self.book.takes(to) and to != case.owner
            request = pb.OfferCaseRequest(name=case.name, to=account(self.house, to))
            if self._holds(case.owner, request, allowed):
                case.offered_to = to

    def a_case_is_taken(self, data: st.DataObject) -> None:
        case = self._case(data)
        if case and (who := data.draw(st.sampled_from([case.offered_to or "agent"]) | somebody)) in self.book.working:
            allowed = case.open and case.offered_to == who and not self.book.absent(who)
            if self._holds(who, pb.TakeCaseRequest(name=case.name), allowed):
                case.owner, case.offered_to = who, ""

    def a_case_is_decided(self, data: st.DataObject) -> None:
        case = self._case(data)
        if case and case.owner in self.book.working:
            request = pb.DecideCaseRequest(name=case.name, outcome=pb.Case.OUTCOME_WITHDRAWN, reason="申请人撤回。")
            if self._holds(case.owner, request, case.open):
                case.open, case.offered_to = False, ""

    def somebody_will_be_absent(self, data: st.DataObject) -> None:
        officer, deputy = self._owner(data), data.draw(somebody)
        if officer not in self.book.working:
            return
        first = self.book.today + timedelta(days=data.draw(st.sampled_from([0, 0, 1, 3])))
        last = first + timedelta(days=data.draw(st.integers(0, 4)))
        book = self.book
        allowed = book.deputises(deputy, officer)
        allowed = allowed and not book.absent(officer, first, last) and not book.absent(deputy, first, last)
        request = pb.DeclareAbsenceRequest(
            parent=f"tenants/{self.house.town}",
            deputy=account(self.house, deputy),
            first_day=str(first),
            last_day=str(last),
            reason="外出学习。",
        )
        if answer := self._holds(officer, request, allowed):
            book.declare(Away(answer.absence.name, officer, deputy, first, last))

    def somebody_is_back(self, data: st.DataObject) -> None:
        away = self._absence(data)
        if away and away.officer in self.book.working:
            allowed = away.back is None and self.book.today <= away.last
            if self._holds(away.officer, pb.EndAbsenceRequest(name=away.name), allowed):
                if away.on(self.book.today):
                    for case in self.book.of(away.officer):
                        case.offered_to = "" if case.offered_to == away.deputy else case.offered_to
                away.back = max(self.book.today, away.first)

    def a_deputy_takes_all(self, data: st.DataObject) -> None:
        away = self._absence(data)
        if away and away.deputy in self.book.working:
            allowed = away.on(self.book.today) and not self.book.absent(away.deputy)
            if self._holds(away.deputy, pb.TakeCasesRequest(name=away.name), allowed):
                for case in self.book.of(away.officer):
                    if case.offered_to == away.deputy:
                        case.owner, case.offered_to = away.deputy, ""

    def somebody_checks_in(self, data: st.DataObject) -> None:
        if (who := data.draw(somebody)) in self.book.working:
            allowed = not self.book.absent(who) and self.book.shift_of(who) != ON_DUTY
            if self._holds(who, pb.CheckInRequest(point=self.house.point(WORK_AT[who])), allowed):
                self.book.put(who, ON_DUTY)

    def somebody_checks_out(self, data: st.DataObject) -> None:
        if (who := data.draw(somebody)) in self.book.working:
            request = pb.CheckOutRequest(point=self.house.point(WORK_AT[who]))
            if self._holds(who, request, self.book.shift_of(who) == ON_DUTY):
                self.book.put(who, LEFT)

    def duty_is_planned(self, data: st.DataObject) -> None:
        if (who := data.draw(somebody)) in self.book.working and not self.book.absent(who):
            request = pb.PlanRosterRequest(
                point=self.house.point(WORK_AT[who]), day=str(self.book.today), officers=[account(self.house, who)]
            )
            self._holds("onlooker", request, True)
            here = self.book.shifts.setdefault((WORK_AT[who], self.book.today), {})
            for other in [other for other, state in here.items() if state == PLANNED]:
                del here[other]
            here.setdefault(who, PLANNED)

    def somebody_goes(self, data: st.DataObject) -> None:
        who = self._owner(data)
        self.book.working -= {who}
        if data.draw(st.booleans()):
            self._changes(who, *grants_of(self.house)[who], disabled=True)
        else:
            self._changes(who)

    def somebody_comes(self, data: st.DataObject) -> None:
        if gone := sorted(set(PEOPLE) - self.book.working):
            who = data.draw(st.sampled_from(gone))
            self.book.working |= {who}
            self._changes(who, *grants_of(self.house)[who])

    def _changes(self, who: str, *grants: Grant, disabled: bool = False) -> None:
        self.revision += 1
        self.run(change(self.house, who, *grants, revision=self.revision, disabled=disabled))
        self.book.nobody_is_left_with()

    def days_go_by(self, data: st.DataObject) -> None:
        self.run(sweep_at(self.house, self.house.clock.now() + timedelta(days=data.draw(st.integers(1, 2)))))
        self.book.day_is(local_date(self.house.clock.now()))

    @invariant()
    def every_open_case_has_somebody_who_answers_for_it(self) -> None:
        if "book" in self.__dict__:
            self.run(self._compare())

    async def _compare(self) -> None:
        book, house = self.book, self.house
        unowned = await no_ones(house, "onlooker")
        assert set(unowned) == {case.name for case in book.no_ones()}
        assert not unowned or not book.working
        told = {name: await self._owners(name) for name in (case.name for case in book.cases)}
        for case in book.cases:
            shown = (await house("onlooker", pb.GetCaseRequest(name=case.name))).case
            offered = account(house, case.offered_to) if case.offered_to else ""
            assert (shown.owner, shown.offered_to) == (account(house, case.owner), offered), case
            assert told[case.name][-1] == shown.owner

    async def _owners(self, name: str) -> list[str]:
        """Who answered for a case, one after the other, as the ledger tells: each takes over from the one before."""
        ledger, kinds = LEDGER.c, {event_type(kind): kind for kind in OWNERS}
        of_case = sa.select(ledger.type, ledger.actor, ledger.payload).where(
            ledger.tenant == self.house.town, ledger.aggregate_id == name.rpartition("/")[2], ledger.type.in_(kinds)
        )
        owners: list[str] = []
        async with self.house.database.transaction(self.house.town) as tx:
            for row in await tx.rows(of_case.order_by(ledger.version)):
                event = kinds[row.type].FromString(row.payload)
                assert getattr(event, "from_owner", "") == (owners[-1] if owners else "")
                owners.append(getattr(event, "to", row.actor))
        return owners

    def _holds(self, who: str, request: Message, allowed: bool) -> Any:
        """The answer, where the book allows it; else it is refused, and nothing has changed."""
        before = self.run(entries(self.house))
        answer = refused = None
        try:
            answer = self.run(self.house(who, request))
        except DomainError as refusal:
            refused = refusal
        assert (refused is None) == allowed, f"{who} was told {refused!r} to {request}"
        assert refused is None or self.run(entries(self.house)) == before
        return answer

    def _case(self, data: st.DataObject) -> Told | None:
        return data.draw(st.sampled_from(self.book.cases)) if self.book.cases else None

    def _owner(self, data: st.DataObject) -> str:
        """Somebody, most often one who has something open."""
        return data.draw(st.sampled_from([case.owner for case in self.book.cases if case.open] * 3 + PEOPLE))

    def _absence(self, data: st.DataObject) -> Away | None:
        return data.draw(st.sampled_from(self.book.absences)) if self.book.absences else None

    def teardown(self) -> None:
        if "house" in self.__dict__:
            self.run(self._forget())

    async def _forget(self) -> None:
        for tenant in (self.house.town, self.house.county):
            async with self.house.database.transaction(tenant) as tx:
                tx.write(sa.delete(DEADLINES).where(DEADLINES.c.tenant == tenant))


@pytest.mark.timeout(600)
def test_no_case_is_ever_no_ones_whoever_goes_and_comes(agency_database: ServiceDatabase) -> None:
    with asyncio.Runner() as runner:

        class Here(Lives):
            databases = (Database(agency_database.app), Database(agency_database.sweeper, pool_size=1))

        Here.runner = runner
        run_state_machine_as_test(Here, settings=FEW_AND_LONG)
        for database in Here.databases:
            runner.run(database.close())
