"""What the agency does with its cases, and what stands on the county's desks of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from google.protobuf.message import Message
from minshao.agency import v1 as pb
from minshao.gateway import v1 as gateway

from services.common.errors import DomainError
from services.common.events import Event, event_messages
from services.common.foundation import LEDGER
from tests.gateway_feed.observatory import Observatory
from tests.integration.agency.cases.steps import accepted, application, at_county, done, received, required
from tests.integration.agency.cases.test_deadlines import sweep_at
from tests.integration.agency.cases.test_recounting import snow
from tests.integration.agency.house import House

WINDOWS = {"civil-affairs": "window", "finance": "finance"}
"""Who works at each window, by the department's slug."""

Stands = tuple[str, int, str, str, str, str, bool]
"""A part at a window: case, step, state of the case, start, last day, promise, and whether its clock stands still."""


class Telling:
    """Carries what the agency tells to the gateway, each entry once, in the order of its ledger."""

    def __init__(self, house: House, observatory: Observatory) -> None:
        self.house, self.observatory = house, observatory
        self._told = dict.fromkeys((house.town, house.county), 0)

    async def __call__(self) -> None:
        self.observatory.clock.set(self.house.clock.now())
        for tenant, seen in self._told.items():
            async with self.house.database.transaction(tenant) as tx:
                fresh = sa.select(LEDGER).where(LEDGER.c.tenant == tenant, LEDGER.c.seq > seen).order_by(LEDGER.c.seq)
                rows = await tx.rows(fresh)
            if rows:
                self._told[tenant] = rows[-1].seq
                await self.observatory.take(*(_event(row) for row in rows))

    async def desk(self, slug: str) -> Sequence[gateway.DeskCase]:
        await self()
        parent = f"tenants/{self.house.county}/units/{self.house.county}.{slug}"
        request = gateway.ListDeskCasesRequest(parent=parent, page_size=200)
        found: gateway.ListDeskCasesResponse = await self.observatory(request, self.observatory.clerk(slug))
        return found.desk_cases

    async def open(self, slug: str) -> gateway.DeskFigures:
        parent = f"tenants/{self.house.county}/units/{self.house.county}.{slug}"
        request = gateway.GetDeskSummaryRequest(parent=parent)
        found: gateway.GetDeskSummaryResponse = await self.observatory(request, self.observatory.clerk(slug))
        return found.total


def _event(row: Any) -> Event:
    return Event(
        id=row.id,
        type=row.type,
        tenant=row.tenant,
        aggregate=row.aggregate,
        aggregate_id=row.aggregate_id,
        version=row.version,
        time=row.time,
        actor=row.actor,
        trace="",
        number=row.seq,
        hash=b"",
        payload=row.payload,
        message=event_messages()[row.type].FromString(row.payload),
    )


@pytest.fixture
def telling(office: House, observatory: Observatory) -> Telling:
    return Telling(office, observatory)


async def test_a_case_is_on_its_way_comes_and_goes_when_the_clerk_has_done_it_in_the_town(
    office: House, telling: Telling
) -> None:
    case = await accepted(office)
    [coming] = await telling.desk("civil-affairs")
    assert (coming.case, coming.start_date, coming.due_date) == (case.name, "", "")
    await done(office, "agent", case, "village")
    await done(office, "clerk", case, "service-centre")

    [here] = await telling.desk("civil-affairs")
    assert (here.town, here.state, here.start_date) == (office.town, pb.Case.STATE_HANDLING, "2026-09-01")
    desk = f"tenants/{office.county}/units/{office.county}.civil-affairs"
    await office("window", pb.CompletePartRequest(name=here.case, desk=desk))

    assert await telling.desk("civil-affairs") == []
    assert [each.case for each in await telling.desk("finance")] == [case.name]
    assert (await telling.open("civil-affairs")).open == 0


async def test_what_comes_in_at_the_countys_hall_is_on_its_desks_too(office: House, telling: Telling) -> None:
    request = application(office, brought=await required(office))
    request.parent, request.point = f"tenants/{office.county}", office.point("civil-affairs", office.county)
    case = (await office("window", request)).case

    [coming] = await telling.desk("civil-affairs")
    assert (coming.case, coming.town, coming.state) == (case.name, office.county, pb.Case.STATE_RECEIVED)
    await office("window", pb.AcceptCaseRequest(name=case.name))
    assert [each.start_date for each in await telling.desk("civil-affairs")] == ["2026-09-01"]


async def test_a_withdrawn_case_leaves_the_desk(office: House, telling: Telling) -> None:
    case = await at_county(office)
    assert len(await telling.desk("finance")) == 1

    decision = pb.DecideCaseRequest(name=case.name, outcome=pb.Case.OUTCOME_WITHDRAWN, reason="申请人撤回。")
    await office("agent", decision)

    assert await telling.desk("finance") == []


async def test_a_snow_day_moves_the_last_day_on_the_desk(office: House, telling: Telling) -> None:
    await at_county(office)
    [before] = await telling.desk("civil-affairs")

    await office.hear_in(office.town, snow(1, date(2026, 9, 4)))
    await sweep_at(office, office.clock.now())

    [after] = await telling.desk("civil-affairs")
    assert after.due_date > before.due_date


@pytest.mark.parametrize("seed", range(4))
async def test_after_any_life_the_desks_are_what_the_agency_knows(office: House, telling: Telling, seed: int) -> None:
    random, cases = Random(seed), list[pb.Case]()
    for number in range(60):
        if len(cases) < 8 and random.random() < 0.3:
            cases.append(await received(office, random.choice(("SH-01", "SH-01", "SH-04"))))
        elif cases:
            with suppress(DomainError):
                await office(*await _act(office, random, random.choice(cases)))
        if random.random() < 0.15:
            await sweep_at(office, office.clock.now() + timedelta(days=random.randrange(1, 4)))
        if number == 40:
            await office.hear_in(office.town, snow(1, *(local_day(office, ahead) for ahead in (1, 4, 8))))
            await sweep_at(office, office.clock.now())
        if random.random() < 0.2:
            await telling()

    for slug in WINDOWS:
        assert {_stands(each) for each in await telling.desk(slug)} == await _known(office, cases, slug)
        assert (await telling.open(slug)).open == len(await telling.desk(slug))


def local_day(house: House, ahead: int) -> date:
    return (house.clock.now() + timedelta(days=ahead)).date()


async def _act(house: House, random: Random, case: pb.Case) -> tuple[str, Message]:
    """Something that somebody tries with the case."""
    slug = random.choice(("village", "service-centre", *WINDOWS))
    login = {"village": "agent", "service-centre": "clerk", **WINDOWS}[slug]
    tenant = house.county if slug in WINDOWS else house.town
    desk = f"tenants/{tenant}/units/{house.unit(slug, tenant)}"
    material = (await required(house))[0]
    refused = pb.Case.OUTCOME_REFUSED
    tried: Sequence[tuple[str, Message]] = (
        ("agent", pb.AcceptCaseRequest(name=case.name)),
        *(2 * ((login, pb.CompletePartRequest(name=case.name, desk=desk)),)),
        (login, pb.StopClockRequest(name=case.name, desk=desk, ground=pb.Case.GROUND_HEARING, evidence="通知书1号")),
        (login, pb.ResumeClockRequest(name=case.name, desk=desk)),
        ("agent", pb.NotifyApplicantRequest(name=case.name, missing=[material])),
        ("agent", pb.SupplyMaterialsRequest(name=case.name, brought=[material])),
        (
            login,
            pb.DecideCaseRequest(name=case.name, outcome=refused, reason="不符合条件。", remedies="可以申请行政复议。"),
        )
        if random.random() < 0.2
        else ("agent", pb.AcceptCaseRequest(name=case.name)),
    )
    return random.choice(tried)


def _stands(entry: gateway.DeskCase) -> Stands:
    state = pb.Case.State.Name(entry.state)
    return (entry.case, entry.step, state, entry.start_date, entry.due_date, entry.promised_date, entry.paused)


async def _known(house: House, cases: Sequence[pb.Case], slug: str) -> set[Stands]:
    """The same, as the agency answers it."""
    desk = f"tenants/{house.county}/units/{house.county}.{slug}"
    found = set()
    for each in cases:
        case: pb.Case = (await house("clerk", pb.GetCaseRequest(name=each.name))).case
        if case.state in (pb.Case.STATE_DECIDED, pb.Case.STATE_CLOSED):
            continue
        for part in case.parts:
            if part.desk == desk and not part.end_date:
                state, paused = pb.Case.State.Name(case.state), bool(part.start_date) and not part.due_date
                days = (part.start_date, part.due_date, case.promised_date)
                found.add((case.name, part.step, state, *days, paused))
    return found
