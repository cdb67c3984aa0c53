"""A report as a test needs it: everything that does not matter has a value."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from services.watch.reports.domain.report import Report, timed
from services.watch.reports.domain.terms import Channel, Class, Kind, Level, Matter, Mode

TOWN = "611021101"
VILLAGE = "611021101203"
FINANCE = "611021101.finance"
DISCIPLINE = "611021101.discipline"
COUNTY_DISCIPLINE = "611021.discipline"
LI = f"tenants/{TOWN}/accounts/li"
WANG = f"tenants/{TOWN}/accounts/wang"


def local(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """An instant by the clocks of Luonan."""
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))


REGISTERED = local(2026, 9, 3)


def a_report(register_time: datetime = REGISTERED, /, **facts: object) -> Report:
    """An opinion made in a village and handled there, changed by what is given."""
    report = Report(
        tenant=TOWN,
        id="0" * 32,
        number="景村监〔2026〕1号",
        register=TOWN,
        year=2026,
        serial=1,
        kind=Kind.OPINION,
        matter=Matter.POLICY,
        channel=Channel.WEB,
        mode=Mode.ANONYMOUS,
        unit=VILLAGE,
        level=Level.UNIT,
        organ=VILLAGE,
        proposed_classification=Class.GENERAL,
        proposal_reasons=(),
        receive_time=register_time,
        register_time=register_time,
        period_start=register_time,
        first_due_time=register_time,
        due_time=register_time,
    )
    report = replace(report, **facts)  # type: ignore[arg-type]
    return timed(report, register_time)
