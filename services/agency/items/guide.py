"""The guide 办事指南 to an item, in the words that people read."""

from __future__ import annotations

from collections.abc import Mapping

import minshao.agency.v1 as pb

from services.agency.items.domain import Material, Offering, Step
from services.agency.items.encoding import item_name
from services.agency.points.domain import Tier
from services.common.organisation.domain import Unit

FREE = "不收费"
"""Of everything, always (domain §3)."""
AT_ONCE = "当场办结"
GONE = "（已撤销，暂不能受理，请向县便民服务大厅咨询）"


def guide(tenant: str, offer: Offering, departments: Mapping[str, Unit]) -> pb.ItemGuide:
    """The guide to an item that is offered; `departments` are the county's, by code."""
    item = offer.item
    return pb.ItemGuide(
        item=item_name(tenant, item.code),
        version=offer.published.version,
        title=item.name,
        category=item.category.label,
        handling=item.handling.label,
        applicants=item.applicants,
        conditions=item.conditions,
        materials=[_material(each) for each in item.materials],
        steps=[_step(each, departments) for each in item.route],
        duration=_duration(item.days),
        total_days=item.days,
        legal_basis=item.legal_basis,
        fee=FREE,
    )


def _material(material: Material) -> str:
    if not material.required:
        return f"{material.name}（如有请提供）"
    return f"{material.name}（必须，可容缺后补）" if material.may_follow else f"{material.name}（必须）"


def _step(step: Step, departments: Mapping[str, Unit]) -> str:
    if step.tier is not Tier.COUNTY:
        return f"{step.tier.label}：{_duration(step.days)}"
    named = [f"{_window(departments[part.department])}：{_duration(part.days)}" for part in step.parts]
    return named[0] if len(named) == 1 else f"同时办理（{'；'.join(named)}）"


def _window(department: Unit) -> str:
    there = department.has_window and not department.retired
    return f"{department.name}窗口" if there else f"{department.name}窗口{GONE}"


def _duration(days: int) -> str:
    return f"{days} 个工作日" if days else AT_ONCE
