"""Steps of tests that tell what risk reviews hold."""

from __future__ import annotations

from typing import Any

from minshao.risk import v1 as pb

from services.common.periods import local_date
from tests.integration.risk.house import House
from tests.unit.watch.reports.builders import local

OCTOBER = local(2026, 10, 8)
MONTH = "2026-09"


def unit_name(house: House, slug: str = "finance") -> str:
    return f"tenants/{house.town}/units/{house.unit(slug)}"


async def recorded(house: House, slug: str = "finance", who: str = "officer", **facts: Any) -> pb.RiskInformation:
    """A piece of risk information about a unit of the town: the unit's own finding unless the facts say otherwise."""
    request = pb.RecordRiskInformationRequest(
        **{
            "parent": f"tenants/{house.town}",
            "unit": unit_name(house, slug),
            "kind": pb.RiskInformation.KIND_SELF_FOUND,
            "aspect": pb.RiskInformation.ASPECT_DUTY,
            "day": str(local_date(house.clock.now())),
            "text": "自查发现。",
            **facts,
        }
    )
    made: pb.RiskInformation = (await house(who, request)).risk_information
    return made


async def published(house: House, who: str = "discipline", slug: str = "", **asked: Any) -> pb.RiskReview:
    """A review of September of the town, or of a unit of it; as who published it reads it."""
    request = pb.PublishRiskReviewRequest(
        **{
            "parent": f"tenants/{house.town}",
            "unit": unit_name(house, slug) if slug else "",
            "period": MONTH,
            "improvements": "健全拨付复核制度。",
            **asked,
        }
    )
    name: str = (await house(who, request)).risk_review.name
    return await read(house, who, name)


async def read(house: House, who: str, name: str) -> pb.RiskReview:
    review: pb.RiskReview = (await house(who, pb.GetRiskReviewRequest(name=name))).risk_review
    return review
