"""Figures are what the ledger says: equal to a recount by hand, over reports that lived at random."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from minshao.watch import v1 as pb

from deploy.local.databases import ServiceDatabase
from services.common.database import Database
from services.common.errors import Denied, DomainError, Invalid, NotFound
from services.common.foundation import DEADLINES
from tests.integration.watch.figures.recount import Counted, Recount, percentile
from tests.integration.watch.house import House
from tests.integration.watch.reports.steps import NOBODY, answered, filed, shown, told
from tests.luonan_town import a_town
from tests.unit.watch.reports.builders import local

FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
START = local(2026, 12, 20)
LEVELS = {
    1: ("village-secretary", "finance-secretary"),
    2: ("discipline-1", "discipline-2"),
    3: ("county-1", "county-2"),
}


@dataclass(frozen=True)
class Life:
    """One report, and what is tried with it so many hours after its registration."""

    hour: int
    unit: str
    opinion: bool
    matter: int
    about: str
    acts: tuple[tuple[int, str], ...]


ACTS = ("general", "major", "raise", "more", "take", "answer true", "answer false", "contest", "accept", "refuse")
ABOUTS = (NOBODY, "village-officer", "village-head", "finance-clerk", "finance-head", "mayor", "party")
LIVES = st.lists(
    st.builds(
        Life,
        hour=st.integers(0, 24 * 20),
        unit=st.sampled_from(["village", "village", "finance"]),
        opinion=st.sampled_from([False, False, True]),
        matter=st.integers(1, 5),
        about=st.sampled_from(ABOUTS),
        acts=st.lists(st.tuples(st.integers(0, 24 * 16), st.sampled_from((*ACTS, "link", "conflict"))), max_size=4).map(
            lambda acts: (*acts, *_a_usual_course(acts))
        ),
    ),
    min_size=4,
    max_size=12,
)


def _a_usual_course(acts: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Most reports are taken up and answered some time."""
    after = sum(hours for hours, _ in acts) % (24 * 14)
    return [(after, "take"), (after + 1, "answer true"), (after + 30, "contest")]


SIGHT: dict[str, Callable[[pb.ReportReference], bool]] = {
    "county-1": lambda _: True,
    "county-viewer": lambda _: True,
    "discipline-1": lambda report: report.level <= 2,
    "party": lambda report: report.level <= 2 and report.subject_cadre != "party",
    "village-head": lambda report: report.level == 1 and report.unit.endswith("203"),
    "finance-secretary": lambda report: (
        report.level == 1 and (report.unit.endswith(".finance") or report.organ.endswith(".finance"))
    ),
}
"""Whose figures count what, beside what they have left because of a conflict."""


async def lived(house: House, lives: list[Life]) -> None:
    """Everything in the order of time; what is refused does not happen."""
    names: dict[int, pb.CreateReportResponse] = {}
    moments = [(life.hour, 0, number, "file") for number, life in enumerate(lives)]
    moments += [
        (life.hour + hours, 1 + place, number, act)
        for number, life in enumerate(lives)
        for place, (hours, act) in enumerate(life.acts)
    ]
    for hour, _, number, act in sorted(moments):
        await house.sweep_at(START + timedelta(hours=hour))
        if act == "file":
            names[number] = await _file(house, lives[number])
        else:
            with suppress(DomainError):
                await _act(house, names[number], act)


async def _file(house: House, life: Life) -> pb.CreateReportResponse:
    return await told(
        house,
        life.about,
        unit=house.town.unit_name(life.unit),
        kind=pb.Report.KIND_OPINION if life.opinion else pb.Report.KIND_ACCUSATION,
        matter=life.matter,
    )


async def _act(house: House, response: pb.CreateReportResponse, act: str) -> None:
    name = response.report.name
    report = await shown(house, name)
    handler = LEVELS[report.level][report.level == 1 and report.organ.endswith(".finance")]
    above = LEVELS[min(report.level + 1, 3)][1]
    account, by_code = house.town.account, {"parent": house.town.name, "code": response.receipt_code}
    calls: dict[str, list[tuple[str, Message]]] = {
        "general": [(handler, pb.ClassifyReportRequest(name=name, classification=pb.Report.CLASSIFICATION_GENERAL))],
        "major": [(handler, pb.ClassifyReportRequest(name=name, classification=pb.Report.CLASSIFICATION_MAJOR))],
        "raise": [(handler, pb.RaiseReportRequest(name=name, reason="金额较大"))],
        "more": [
            (handler, pb.RequestMoreTimeRequest(name=name, days=5, reason="等待档案")),
            (above, pb.DecideMoreTimeRequest(name=name, granted=True, reason="属实")),
        ],
        "take": [
            (handler, pb.AssignReportRequest(name=name, officer=account(handler))),
            (handler, pb.StartInvestigationRequest(name=name)),
        ],
        "answer true": [
            (handler, pb.AnswerReportRequest(name=name, finding=pb.Report.FINDING_PARTLY, text="已办。")),
        ],
        "answer false": [
            (handler, pb.AnswerReportRequest(name=name, finding=pb.Report.FINDING_UNVERIFIABLE, text="已办。")),
        ],
        "contest": [("citizen", pb.ContestAnswerRequest(**by_code, reason="没有调查"))],
        "accept": [("citizen", pb.AcceptAnswerRequest(**by_code))],
        "refuse": [(handler, pb.RefuseReportRequest(name=name, reason="法院已受理"))],
        "link": [(handler, pb.LinkSubjectRequest(name=name, subject=pb.Subject(cadre=house.town.cadre("mayor"))))],
        "conflict": [(handler, pb.DeclareConflictRequest(name=name, reason="亲戚"))],
    }
    for who, request in calls[act]:
        await house(who, request)


async def counted(house: House, login: str, first: date, last: date, **query: str) -> pb.GetFiguresResponse:
    period = {"first_day": str(first), "last_day": str(last)}
    request = pb.GetFiguresRequest(parent=house.town.name, **period, **query)
    response: pb.GetFiguresResponse = await house(login, request)
    return response


@pytest.mark.timeout(600)
def test_figures_equal_a_recount_of_the_ledger_by_whoever_looks(watch_database: ServiceDatabase) -> None:
    with asyncio.Runner() as runner:
        database, listing = Database(watch_database.app), Database(watch_database.sweeper, pool_size=1)

        @FEW
        @given(lives=LIVES, first=st.integers(-1, 12), length=st.integers(0, 40), later=st.integers(0, 24 * 40))
        def recounted(lives: list[Life], first: int, length: int, later: int) -> None:
            period = (START + timedelta(days=first)).date(), (START + timedelta(days=first + length)).date()
            runner.run(_compared(database, listing, lives, period, later))

        recounted()
        runner.run(database.close())
        runner.run(listing.close())


async def _compared(
    database: Database, listing: Database, lives: list[Life], period: tuple[date, date], later: int
) -> None:
    code = f"{110000 + secrets.randbelow(550000)}{1 + secrets.randbelow(999):03}"
    house = House(await a_town(database, code, START), listing)
    await lived(house, lives)
    await house.sweep_at(house.town.clock.now() + timedelta(hours=later))
    async with database.transaction(code) as tx:
        recount = await Recount.of(tx)
        tx.write(sa.delete(DEADLINES).where(DEADLINES.c.tenant == code))
    for login, sight in SIGHT.items():

        def seen(report: Counted, login: str = login, sight: Callable[..., bool] = sight) -> bool:
            left = house.town.account(login) in report.reference.recused_accounts
            return sight(report.reference) and not left

        total, units = recount.figures(seen, *period, house.town.clock.now())
        response = await counted(house, login, *period)
        assert response.total == total, login
        assert {each.unit.rpartition("/")[2]: each.figures for each in response.units} == units, login
    village = await counted(house, "county-viewer", *period, unit=house.town.unit_name("village"))
    _, units = recount.figures(lambda _: True, *period, house.town.clock.now())
    assert village.total == units.get(house.town.unit("village"), pb.Figures())


def test_a_percentile_lies_between_its_neighbours() -> None:
    assert [percentile([1, 2, 3, 4], share) for share in (0.5, 0.9)] == [2.5, pytest.approx(3.7)]


async def test_days_to_answer_are_days_of_the_calendar(house: House) -> None:
    for opened, done in (((1, 23, 59), (2, 0, 1)), ((3, 0, 1), (3, 23, 59)), ((5, 12, 0), (8, 12, 0))):
        house.town.clock.set(local(2026, 9, *opened))
        name = await filed(house)
        house.town.clock.set(local(2026, 9, *done))
        await answered(house, name)

    total = (await counted(house, "county-1", date(2026, 9, 1), date(2026, 9, 30))).total

    assert (total.answered, total.median_days) == (3, 1)
    assert total.p90_days == pytest.approx(2.6)


async def test_a_period_counts_by_the_day_of_registration_in_shanghai(house: House) -> None:
    for instant in (local(2026, 9, 2, 23, 59), local(2026, 9, 3, 0), local(2026, 9, 3, 23, 59), local(2026, 9, 4, 0)):
        house.town.clock.set(instant)
        await filed(house)

    third = await counted(house, "county-1", date(2026, 9, 3), date(2026, 9, 3))

    assert third.total.received == 2


async def test_nobody_counts_what_they_are_kept_from(house: House) -> None:
    for about in ("village-officer", "village-head", "mayor", "party"):
        await filed(house, about)
    left = await filed(house)
    await house("village-secretary", pb.DeclareConflictRequest(name=left, reason="亲戚"))
    period = date(2026, 9, 1), date(2026, 9, 30)

    received = {
        login: (await counted(house, login, *period)).total.received
        for login in ("county-viewer", "discipline-1", "party", "village-head", "village-secretary", "finance-head")
    }

    assert received == {
        "county-viewer": 5,
        "discipline-1": 3,
        "party": 3,
        "village-head": 1,
        "village-secretary": 1,
        "finance-head": 0,
    }


BAD: dict[str, tuple[dict[str, str], type[DomainError]]] = {
    "an end before the beginning": ({"first_day": "2026-09-02", "last_day": "2026-09-01"}, Invalid),
    "a day that is none": ({"first_day": "2026-02-29"}, Invalid),
    "before the first day of the calendar": ({"first_day": "0001-01-01"}, Invalid),
    "after its last": ({"last_day": "9999-12-31"}, Invalid),
    "no day at all": ({"first_day": "'; drop"}, Invalid),
    "a unit of another town": ({"unit": "tenants/999999999/units/999999999.finance"}, Invalid),
    "a unit out of sight": ({"unit": "finance"}, NotFound),
    "another town": ({"parent": "tenants/999999999"}, Denied),
}


@pytest.mark.parametrize(("facts", "error"), BAD.values(), ids=BAD.keys())
async def test_a_question_that_makes_no_sense_is_refused(
    house: House, facts: dict[str, Any], error: type[DomainError]
) -> None:
    query = {"parent": house.town.name, "first_day": "2026-09-01", "last_day": "2026-09-30", **facts}
    if query.get("unit") == "finance":
        query["unit"] = house.town.unit_name("finance")

    with pytest.raises(error):
        await house("village-head", pb.GetFiguresRequest(**query))
