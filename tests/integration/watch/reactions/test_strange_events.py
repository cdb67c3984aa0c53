"""What of other services' events is of a later version, of another tenant or without payload is put aside whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.message import Message
from minshao.agency import v1 as agency
from minshao.risk import v1 as risk
from minshao.watch import v1 as pb

from services.watch.effects import store as effects
from services.watch.parts import subscriptions
from tests.integration.watch.house import House
from tests.integration.watch.reactions.steps import a_case, oversights
from tests.integration.watch.reports.steps import filed
from tests.strange import LATER, UNIT, assert_refused, of_dispositions, of_the_organisation, other_town


def of_the_agency(town: str, _report: str) -> list[Message]:
    other = other_town(town)
    case, others = a_case(town, f"{town}203"), a_case(other, f"{other}203")
    rated: dict[str, Any] = {
        "rating": f"tenants/{town}/ratings/r1",
        "case": case,
        "unit": f"{town}203",
        "visible_to": UNIT,
    }
    kind, unit = agency.Rating.KIND_OVERALL, agency.Rating.FollowUp.ORGAN_UNIT
    return [
        agency.CaseOverdue(),
        agency.CaseOverdue(visible_to=UNIT),
        agency.CaseOverdue(case=case, visible_to=LATER),
        agency.CaseOverdue(case=others, desk=f"{town}203", visible_to=UNIT),
        agency.CaseOverdue(case=case, desks=[f"{town}203", f"{other}203"], visible_to=UNIT),
        agency.CaseOverdueLifted(),
        agency.CaseOverdueLifted(visible_to=UNIT),
        agency.CaseOverdueLifted(case=case, desks=[f"{town}203"], visible_to=LATER),
        agency.CaseOverdueLifted(case=others, desks=[f"{town}203"], visible_to=UNIT),
        agency.CaseOverdueLifted(case=case, desks=[f"{town}203", f"{other}203"], visible_to=UNIT),
        agency.RatingBad(),
        agency.RatingBad(**rated, stars=1, kind=LATER),
        agency.RatingBad(**{**rated, "rating": ""}, stars=1, kind=kind),
        agency.RatingBad(**{**rated, "rating": f"tenants/{other}/ratings/r1"}, stars=1, kind=kind),
        agency.RatingBad(**{**rated, "unit": f"{other}203"}, stars=1, kind=kind),
        agency.RatingBad(**rated, stars=1, kind=kind, due_date="soon"),
        agency.RatingFollowUpMoved(),
        agency.RatingFollowUpMoved(**rated, organ=LATER, due_date="2026-09-09"),
        agency.RatingFollowUpMoved(**rated, organ=unit, due_date=""),
        agency.RatingFollowUpMoved(
            **{**rated, "rating": f"tenants/{other}/ratings/r1"}, organ=unit, due_date="2026-09-09"
        ),
        agency.RatingFollowUpAnswered(),
        agency.RatingFollowUpAnswered(**{**rated, "rating": f"tenants/{other}/ratings/r1"}),
        agency.RatingFollowUpAnswered(**{**rated, "visible_to": LATER}),
    ]


def of_warnings(town: str, _report: str) -> list[Message]:
    other, red = other_town(town), risk.Warning.COLOUR_RED
    known: dict[str, Any] = {
        "warning": f"tenants/{town}/warnings/w1",
        "unit": f"{town}.finance",
        "last_day": "2026-09-15",
        "owner_level": UNIT,
    }
    of_other: dict[str, Any] = {**known, "warning": f"tenants/{other}/warnings/w1"}
    return [
        risk.WarningRaised(),
        risk.WarningRaised(**known, colour=LATER, visible_to=UNIT),
        risk.WarningRaised(**known, colour=red, visible_to=LATER),
        risk.WarningRaised(**{**known, "unit": f"{other}.finance"}, colour=red, visible_to=UNIT),
        risk.WarningRaised(**{**known, "last_day": "soon"}, colour=red, visible_to=UNIT),
        risk.WarningRaised(**{**known, "owner_level": LATER}, colour=red, visible_to=UNIT),
        risk.WarningRaised(**of_other, colour=red, visible_to=UNIT),
        *(told() for told in (risk.WarningJoined, risk.WarningEscalated, risk.WarningAnswered)),
        *(told(**known, colour=LATER, visible_to=UNIT) for told in (risk.WarningJoined, risk.WarningAnswered)),
        *(told(**of_other, colour=red, visible_to=UNIT) for told in (risk.WarningJoined, risk.WarningAnswered)),
    ]


def about_dispositions(town: str, report: str) -> list[Message]:
    return of_dispositions(town, "reports", report)


def about_the_organisation(town: str, _report: str) -> list[Message]:
    return of_the_organisation(town)


@pytest.mark.parametrize("wrong", [of_the_agency, of_warnings, about_dispositions, about_the_organisation])
async def test_what_is_not_understood_is_refused_by_name_and_nothing_of_it_is_done(
    house: House, wrong: Callable[[str, str], list[Message]]
) -> None:
    report = (await filed(house)).rpartition("/")[2]
    size = await house.ledger_size()

    for told in wrong(house.town.code, report):
        await assert_refused(house, subscriptions(house.town.watch), house.town.code, told)

    assert await house.ledger_size() == size
    assert await oversights(house) == []
    assert await house.events(pb.ReportEffectTold) == []
    async with house.town.database.transaction(house.town.code) as tx:
        assert await effects.of_report(tx, report) == []


async def test_a_disposition_of_one_town_is_told_to_no_reporter_of_another(house: House) -> None:
    report = await filed(house)
    told = risk.DispositionRecorded(
        disposition=f"tenants/{other_town(house.town.code)}/dispositions/d1",
        severity=risk.Disposition.SEVERITY_CRITICISM,
        origins=[report],
        visible_to=UNIT,
    )

    await assert_refused(house, subscriptions(house.town.watch), other_town(house.town.code), told)

    assert await house.events(pb.ReportEffectTold) == []
