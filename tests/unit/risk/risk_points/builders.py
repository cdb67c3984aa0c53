"""Risk points to test with."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.common.periods import overdue_from
from services.risk.aspects import Aspect
from services.risk.meetings.domain import AgendaItem, Meeting, Ruling
from services.risk.risk_points.domain import Level, Method, RiskPoint
from tests.unit.watch.reports.builders import local

NOW = local(2026, 9, 1)


def a_risk_point(**facts: Any) -> RiskPoint:
    """A draft about a unit, unless the facts say otherwise."""
    return RiskPoint(
        **{
            "id": "point",
            "unit": "611021101.finance",
            "level": Level.UNIT,
            "aspect": Aspect.PROCESS,
            "method": Method.MASSES,
            "manifestation": "拨付拖延，变相索要好处。",
            "state_time": NOW,
            "create_time": NOW,
            **facts,
        }
    )


def ruled(day: date, *, passed: bool) -> Ruling:
    """What a meeting of three made of it; recorded with the end of its day."""
    there = ("head", "deputy", "member")
    meeting = Meeting(
        id="meeting",
        unit="611021101.finance",
        date=day,
        attendees=there,
        recorder="officer",
        record_time=overdue_from(day),
        sealed_minutes=b"",
    )
    votes_for, votes_against = (there[:2], there[2:]) if passed else (there[:1], there[1:])
    item = AgendaItem(
        id="item",
        meeting="meeting",
        number=1,
        subject="point",
        votes_for=votes_for,
        votes_against=votes_against,
        abstentions=(),
    )
    return Ruling(meeting, item)
