"""What officers do about duty and absences, as the tests tell it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from minshao.agency import v1 as pb

from services.agency.points import store as points
from services.agency.points.officers import answering
from services.common.foundation import LEDGER
from services.common.periods import local_date
from tests.integration.agency.cases.steps import received
from tests.integration.agency.duty.people import ITEM, account
from tests.integration.agency.house import House


def today(house: House, days: int = 0) -> str:
    """Today, or so many days later."""
    return str(local_date(house.clock.now()) + timedelta(days=days))


async def plan(house: House, login: str, *officers: str, slug: str = "village", day: str = "") -> pb.Roster:
    names = [account(house, each) for each in officers]
    request = pb.PlanRosterRequest(point=house.point(slug), day=day or today(house), officers=names)
    roster: pb.Roster = (await house(login, request)).roster
    return roster


async def check_in(house: House, login: str, slug: str = "village") -> pb.Roster:
    roster: pb.Roster = (await house(login, pb.CheckInRequest(point=house.point(slug)))).roster
    return roster


async def check_out(house: House, login: str, slug: str = "village") -> pb.Roster:
    roster: pb.Roster = (await house(login, pb.CheckOutRequest(point=house.point(slug)))).roster
    return roster


async def declare(
    house: House, login: str, deputy: str, officer: str = "", begins: int = 0, days: int = 1, **facts: Any
) -> pb.Absence:
    """An absence that begins so many days from now."""
    tenant = account(house, login).split("/")[1]
    request = pb.DeclareAbsenceRequest(
        parent=f"tenants/{tenant}",
        officer=account(house, officer) if officer else "",
        deputy=account(house, deputy),
        first_day=facts.pop("first_day", today(house, begins)),
        last_day=facts.pop("last_day", today(house, begins + days - 1)),
        reason="住院手术。",
        **facts,
    )
    absence: pb.Absence = (await house(login, request)).absence
    return absence


async def case_of(house: House, login: str = "agent", slug: str = "village") -> pb.Case:
    """A case for which somebody answers."""
    return await received(house, ITEM, login, slug=slug)


async def shown(house: House, case: pb.Case) -> pb.Case:
    found: pb.Case = (await house("clerk", pb.GetCaseRequest(name=case.name))).case
    return found


async def no_ones(house: House, login: str = "clerk") -> list[str]:
    """The list of no one's cases."""
    tenant = account(house, login).split("/")[1]
    request = pb.ListCasesRequest(parent=f"tenants/{tenant}", filter=pb.ListCasesRequest.Filter(unowned=True))
    return [case.name for case in (await house(login, request)).cases]


async def answers(house: House, slug: str = "village") -> str:
    """The login of who answers for what comes in at a point now."""
    async with house.database.transaction(house.town) as tx:
        point = await points.ROWS.load(tx, house.unit(slug))
        return (await answering(tx, point, house.clock.now())).rpartition("/")[2]


async def entries(house: House, tenant: str = "") -> int:
    """How many entries the ledger has."""
    tenant = tenant or house.town
    async with house.database.transaction(tenant) as tx:
        count = sa.select(sa.func.count()).select_from(LEDGER).where(LEDGER.c.tenant == tenant)
        return await tx.scalar(count) or 0


def the_day_after(day: str) -> date:
    return date.fromisoformat(day) + timedelta(days=1)
