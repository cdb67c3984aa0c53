"""Contents of editions, made up: one that is typical, and any."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from services.risk.aspects import Aspect
from services.risk.catalogues.content import (
    ChartEntry,
    Content,
    ControlEntry,
    PositionEntry,
    PowerEntry,
    RiskPointEntry,
)
from services.risk.charts.domain.chart import Kind as ChartKind
from services.risk.positions.domain import Standing
from services.risk.powers.domain import Extent, Frequency, Kind
from services.risk.risk_points.domain import Level, Method

CONTROL = ControlEntry(measure="限时拨付并公开。", owner="财务股·会计", due_date="2027-06-30")


def a_risk_point(id: str = "r1", **facts: Any) -> RiskPointEntry:
    usual: dict[str, Any] = {
        "level": Level.POSITION,
        "section": "",
        "aspect": Aspect.PROCESS,
        "method": Method.MASSES,
        "manifestation": "拨付拖延，变相索要好处。",
        "controls": (CONTROL,),
    }
    return RiskPointEntry(id=id, **usual | facts)


def a_power(id: str = "w1", **facts: Any) -> PowerEntry:
    usual: dict[str, Any] = {
        "title": "资金拨付审核",
        "kind": Kind.MANAGEMENT,
        "extent": Extent.PARTIAL,
        "basis": "《中华人民共和国预算法》第五十七条；《行政单位财务规则》（财政部令第113号）",
        "boundary": "只审核已经批准的支出；工程款按合同和进度支付，不得提前、超额。",
        "responsibility": "复核收款人、用途和余额，对截留、挪用、错付负责。",
        "importance": 3,
        "frequency": Frequency.WEEKLY,
        "discretion": "对付款先后和时间有裁量余地。",
        "key_area": "资金",
        "grade": 1,
        "grade_reason": "承办岗位，部分部门管理权：二级；重要程度最高且每周行使，提高一级",
        "risk_points": (a_risk_point(f"r{id}"),),
    }
    return PowerEntry(id=id, **usual | facts)


def a_position(id: str = "p1", **facts: Any) -> PositionEntry:
    usual: dict[str, Any] = {
        "section": "财务股",
        "title": "会计",
        "standing": Standing.HANDLING,
        "grade": 1,
        "powers": (a_power(),),
        "risk_points": (),
    }
    return PositionEntry(id=id, **usual | facts)


def a_content(*positions: PositionEntry, **facts: Any) -> Content:
    usual: dict[str, Any] = {
        "unit": "611021101.finance",
        "unit_title": "景村镇财政所",
        "positions": positions or (a_position(),),
        "risk_points": (),
        "charts": (),
    }
    return Content(**usual | facts)


_texts = st.text(max_size=8)
_risk_points = st.lists(
    st.builds(
        RiskPointEntry,
        id=st.just(""),
        level=st.sampled_from(Level),
        section=_texts,
        aspect=st.sampled_from(Aspect),
        method=st.sampled_from(Method),
        manifestation=_texts,
        controls=st.lists(st.builds(ControlEntry, measure=_texts, owner=_texts, due_date=_texts), max_size=2).map(
            tuple
        ),
    ),
    max_size=2,
)


@st.composite
def contents(draw: st.DrawFn) -> Content:
    """Any content, whose things are few, so that two of them have some in common."""

    def points(of: str) -> tuple[RiskPointEntry, ...]:
        return tuple(
            a_risk_point(f"{of}{place}", manifestation=each.manifestation, controls=each.controls)
            for place, each in enumerate(draw(_risk_points))
        )

    positions = []
    for id in sorted(draw(st.sets(st.sampled_from("abc")))):
        powers = tuple(
            a_power(
                f"{id}{power}", title=draw(_texts), kind=draw(st.sampled_from(Kind)), risk_points=points(f"{id}{power}")
            )
            for power in sorted(draw(st.sets(st.sampled_from("12"))))
        )
        grade = draw(st.sampled_from([None, 1, 2, 3]))
        positions.append(a_position(id, title=draw(_texts), grade=grade, powers=powers, risk_points=points(id)))
    charts = tuple(
        ChartEntry(
            id=id,
            version=draw(st.integers(1, 3)),
            content_hash="00",
            kind=draw(st.sampled_from(ChartKind)),
            title=draw(_texts),
            positions={},
            business_steps={},
        )
        for id in sorted(draw(st.sets(st.sampled_from("xy"))))
    )
    return a_content(positions=tuple(positions), risk_points=points("u"), charts=charts, unit_title=draw(_texts))
