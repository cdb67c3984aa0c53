"""A case, as the tests of cases begin with it: three tiers, at the county two departments side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.agency.cases.domain.case import Case, lacking_of, parts_of
from services.agency.items.domain import Category, Handling, Item, Material, Part, Step
from services.agency.points.domain import Tier
from services.common.periods import start_of_day

TOWN, VILLAGE, CENTRE = "611021101", "611021101203", "611021101.service-centre"
CIVIL, FINANCE = "611021.civil-affairs", "611021.finance"
LI, WANG, ZHAO = (f"tenants/{TOWN}/accounts/{login}" for login in ("li", "wang", "zhao"))

ALLOWANCE = Item(
    code="SH-01",
    name="最低生活保障补助申报",
    category=Category.SOCIAL,
    handling=Handling.JOINT,
    route=(
        Step(Tier.VILLAGE, (Part(2),)),
        Step(Tier.TOWN, (Part(5),)),
        Step(Tier.COUNTY, (Part(10, CIVIL), Part(7, FINANCE))),
    ),
    materials=(Material("申请书"), Material("收入证明"), Material("户口簿", may_follow=True), Material("照片", False)),
)
ADVICE = replace(
    ALLOWANCE, code="QT-01", handling=Handling.AT_ONCE, route=(Step(Tier.VILLAGE, (Part(0),)),), materials=()
)

EVERYTHING = ("申请书", "收入证明", "户口簿")
# July of 2026 has neither holidays nor shifted weekends; the 6th is a Monday.
MONDAY = date(2026, 7, 6)


def received(item: Item = ALLOWANCE, brought: tuple[str, ...] = EVERYTHING, on: date = MONDAY) -> Case:
    """A case that has come in at the village's room."""
    lacking, owed = lacking_of(item, brought)
    return Case(
        tenant=TOWN,
        id="c1",
        number="景村镇八一村代〔2026〕1号",
        point=VILLAGE,
        item=item.code,
        item_version=1,
        handling=item.handling,
        parts=parts_of(item.route, (VILLAGE, CENTRE)),
        owner=LI,
        receive_time=start_of_day(on),
        receive_date=on,
        complete_date=None if lacking else on,
        lacking=lacking,
        owed=owed,
    )
