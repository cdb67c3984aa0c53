"""Dispositions of the risk service: who reported reads once that something was done, and truly why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from minshao.common import v1 as common
from minshao.risk import v1 as risk
from minshao.watch import v1 as pb

from services.common.events import Event
from tests.called import told_of
from tests.integration.watch.house import House
from tests.integration.watch.reports.steps import told

CRITICISM, INVESTIGATION = risk.Disposition.SEVERITY_CRITICISM, risk.Disposition.SEVERITY_INVESTIGATION


def disposition(house: House, kind: Any, version: int, **said: Any) -> Event:
    """What was done because of some reports, some of which were only late."""
    facts = {"disposition": f"{house.town.name}/dispositions/d1", "visible_to": common.LEVEL_UNIT, **said}
    return told_of(("disposition", "d1"), house.town.code, kind(**facts), house.town.clock.now(), version)


async def read(house: House, report: pb.CreateReportResponse) -> list[str]:
    """What whoever reported reads of what was done."""
    request = pb.LookUpReceiptRequest(parent=house.town.name, code=report.receipt_code)
    return list((await house("citizen", request)).view.effects)


@pytest.mark.parametrize(
    ("severity", "because", "because_late"),
    [
        (CRITICISM, "因您的反映，有关人员已被批评教育", "因您的反映未按期办理，有关人员已被批评教育"),
        (INVESTIGATION, "因您的反映，有关问题已按规定处理", "因您的反映未按期办理，有关问题已按规定处理"),
    ],
)
async def test_who_reported_reads_whether_it_was_for_what_they_said_or_for_the_delay(
    house: House, severity: risk.Disposition.Severity.ValueType, because: str, because_late: str
) -> None:
    true, late = await told(house), await told(house)
    origins = [true.report.name, late.report.name]
    event = disposition(
        house, risk.DispositionRecorded, 1, severity=severity, origins=origins, delayed_origins=origins[1:]
    )

    await house.hear_risk(event, event)

    assert [await read(house, each) for each in (true, late)] == [
        [f"{because}（2026年9月1日）。"],
        [f"{because_late}（2026年9月1日）。"],
    ]
    assert [(each.report, each.delayed) for each in await house.events(pb.ReportEffectTold)] in (
        [(origins[0], False), (origins[1], True)],
        [(origins[1], True), (origins[0], False)],
    )


async def test_each_thing_that_was_done_has_its_own_reason(house: House) -> None:
    """In between, the report was found substantiated after all."""
    late = await told(house)
    recorded = disposition(
        house,
        risk.DispositionRecorded,
        1,
        severity=risk.Disposition.SEVERITY_CORRECTION,
        origins=[late.report.name],
        delayed_origins=[late.report.name],
    )

    await house.hear_risk(recorded, disposition(house, risk.DispositionCorrected, 2, origins=[late.report.name]))

    assert await read(house, late) == [
        "因您的反映未按期办理，有关单位已被责令纠错（2026年9月1日）。",
        "因您的反映，有关单位已完成纠错（2026年9月1日）。",
    ]


async def test_what_was_done_on_one_day_is_read_in_the_order_in_which_it_was_done(house: House) -> None:
    report, now = await told(house), house.town.clock.now()
    facts: dict[str, Any] = {"origins": [report.report.name], "visible_to": common.LEVEL_UNIT}
    severities = {"d3": CRITICISM, "d1": risk.Disposition.SEVERITY_CORRECTION, "d2": risk.Disposition.SEVERITY_REMINDER}
    done = [
        told_of(
            ("disposition", id),
            house.town.code,
            risk.DispositionRecorded(disposition=f"{house.town.name}/dispositions/{id}", severity=severity, **facts),
            now + timedelta(minutes=minutes),
        )
        for minutes, (id, severity) in enumerate(severities.items())
    ]

    await house.hear_risk(*reversed(done))

    read_by_handler = (await house("village-secretary", pb.GetReportRequest(name=report.report.name))).report.effects
    assert await read(house, report) == list(read_by_handler)
    assert list(read_by_handler) == [
        "因您的反映，有关人员已被批评教育（2026年9月1日）。",
        "因您的反映，有关单位已被责令纠错（2026年9月1日）。",
        "因您的反映，有关单位已收到风险提示（2026年9月1日）。",
    ]
