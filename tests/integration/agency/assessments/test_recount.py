"""Whatever happens in a town, its assessment is what a recount of the ledger by hand comes to, down to each case."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest
from minshao.agency import v1 as pb

from services.agency.assessments.domain import FIGURES
from services.common.periods import local_date
from tests.integration.agency.assessments.conftest import ITEMS
from tests.integration.agency.assessments.living import Life
from tests.integration.agency.assessments.recount import Recount, RoutePart
from tests.integration.agency.house import House

KINDS = {
    "officer": pb.AssessedSubject.KIND_OFFICER,
    "point": pb.AssessedSubject.KIND_POINT,
    "town": pb.AssessedSubject.KIND_TOWN,
    "department": pb.AssessedSubject.KIND_DEPARTMENT,
}
PERIODS = {
    "2026-09": (date(2026, 9, 1), date(2026, 9, 30)),
    "2026Q4": (date(2026, 10, 1), date(2026, 12, 31)),
    "2026": (date(2026, 1, 1), date(2026, 12, 31)),
    "2026-09-14/2026-10-09": (date(2026, 9, 14), date(2026, 10, 9)),
}
KIND_FIGURES = {
    pb.ItemContent.HANDLING_AT_ONCE: "at_once",
    pb.ItemContent.HANDLING_PROMISED: "promised",
    pb.ItemContent.HANDLING_JOINT: "joint",
    pb.ItemContent.HANDLING_REPORT_UP: "report_up",
}


async def recounted(house: House, life: Life) -> Recount:
    """What the ledger says, read with the items as everybody may read them."""
    routes, handling = {}, {}
    for code in ITEMS:
        content = (await house("citizen", pb.GetItemRequest(name=f"tenants/{house.town}/items/{code}"))).item.content
        handling[code] = KIND_FIGURES[content.handling]
        for at_centre in (False, True):
            lowest = pb.Point.TIER_TOWN if at_centre else pb.Point.TIER_VILLAGE
            steps = [step for step in content.route if step.tier >= lowest]
            routes[code, at_centre] = [
                RoutePart(number, _desk(house, step.tier, part), step.tier == pb.Point.TIER_COUNTY, part.days)
                for number, step in enumerate(steps)
                for part in step.parts
            ]
    async with house.database.transaction(house.town) as tx:
        return await Recount(routes, handling, life.snow).read(tx)


def _desk(house: House, tier: int, part: pb.ItemContent.Part) -> str:
    if tier == pb.Point.TIER_TOWN:
        return house.unit("service-centre")
    return part.department.rpartition("/")[2]


def nonzero(figures: pb.AssessmentFigures) -> Counter[str]:
    return +Counter({name: getattr(figures, name) for name in FIGURES})


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_every_figure_of_everybody_is_what_a_recount_of_the_ledger_comes_to(office: House, seed: int) -> None:
    life = await Life(office, Random(seed)).lived(450)
    recount, today = await recounted(office, life), local_date(office.clock.now())

    for kind, number in KINDS.items():
        for period, (first, last) in PERIODS.items():
            request = pb.ListFiguresRequest(parent=f"tenants/{office.town}", kind=number, period=period, page_size=200)
            answer = await office("discipline", request)
            found = {_code(kind, each.subject): nonzero(each.figures) for each in answer.subjects}

            assert found == recount.by_subject(kind, office.town, first, last, today), (kind, period)
            assert nonzero(answer.total) == sum(found.values(), Counter())


async def test_each_figure_is_explained_by_cases_whose_values_add_up_to_it(office: House) -> None:
    await Life(office, Random(4)).lived(250)

    for number in KINDS.values():
        request = pb.ListFiguresRequest(parent=f"tenants/{office.town}", kind=number, period="2026")
        for each in (await office("discipline", request)).subjects:
            for name, value in nonzero(each.figures).items():
                assert sum(await values(office, number, each.subject, name)) == value, (each.subject, name)


async def values(house: House, kind: pb.AssessedSubject.Kind.ValueType, subject: str, figure: str) -> list[int]:
    """What the cases behind a figure add to it, gathered page by page."""
    found, token = [], ""
    while True:
        request = pb.ExplainFigureRequest(
            parent=f"tenants/{house.town}",
            kind=kind,
            subject=subject,
            period="2026",
            figure=figure,
            page_size=7,
            page_token=token,
        )
        answer = await house("discipline", request)
        found += [case.value for case in answer.cases]
        if not (token := answer.next_page_token):
            return found


def _code(kind: str, subject: str) -> str:
    return subject if kind == "officer" else subject.rpartition("/")[2]
