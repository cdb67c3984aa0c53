"""Oversights of units: the unit answers, a discipline committee by its officers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from minshao.watch import v1 as pb

from deploy.local.databases import ServiceDatabase
from services.common.database import Database
from services.common.errors import Denied, NotFound
from services.watch.oversights.rpc import OversightService
from tests.luonan_town import Town, a_town
from tests.unit.watch.reports.builders import local


@pytest.fixture
async def town(database_for: Callable[[str], Awaitable[ServiceDatabase]], tenant: str) -> AsyncIterator[Town]:
    database = Database((await database_for("watch")).app)
    yield await a_town(database, tenant, local(2026, 9, 3))
    await database.close()


async def ordered(town: Town, slug: str) -> str:
    """The name of an oversight that the county orders of a unit."""
    order = pb.OrderOversightRequest(
        parent=town.name, unit=town.unit_name(slug), note="十日内报告整改情况。", last_day="2026-09-13"
    )
    return (await OversightService(town.watch).order_oversight(town.call("county-1"), order)).oversight.name


async def answered(town: Town, login: str, name: str) -> pb.Oversight:
    request = pb.AnswerOversightRequest(name=name, answer="已经整改。")
    return (await OversightService(town.watch).answer_oversight(town.call(login), request)).oversight


@pytest.mark.parametrize(("slug", "login"), [("finance", "finance-head"), ("discipline", "discipline-2")])
async def test_the_unit_answers_and_a_discipline_committee_by_its_officers(town: Town, slug: str, login: str) -> None:
    oversight = await answered(town, login, await ordered(town, slug))

    assert oversight.state == pb.Oversight.STATE_ANSWERED
    assert oversight.answerer == town.account(login)


@pytest.mark.parametrize(
    ("slug", "login", "error"),
    [
        ("finance", "discipline-1", Denied),
        ("discipline", "county-1", Denied),
        ("discipline", "finance-head", NotFound),
    ],
)
async def test_nobody_answers_for_another_unit(
    town: Town, slug: str, login: str, error: type[Denied | NotFound]
) -> None:
    with pytest.raises(error):
        await answered(town, login, await ordered(town, slug))
