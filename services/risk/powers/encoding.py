"""Powers as messages of the contract, and back."""

from __future__ import annotations

from collections.abc import Sequence

import minshao.risk.v1 as pb

from services.common.inputs import read_text, read_title
from services.common.instants import stamp
from services.risk.acting import Acting
from services.risk.positions import store as positions
from services.risk.positions.domain import Standing
from services.risk.powers.domain import Content, Extent, Frequency, Kind, Power, proposed


def read_content(given: pb.PowerContent) -> Content:
    """Raises Invalid."""
    return Content(
        title=read_title("content.title", given.title),
        kind=Kind(given.kind),
        extent=Extent(given.extent),
        basis=read_text("content.basis", given.basis),
        boundary=read_text("content.boundary", given.boundary),
        responsibility=read_text("content.responsibility", given.responsibility),
        importance=given.importance,
        frequency=Frequency(given.frequency),
        discretion=given.discretion.strip(),
        key_area=given.key_area.strip(),
    )


def content_message(content: Content) -> pb.PowerContent:
    return pb.PowerContent(
        title=content.title,
        kind=pb.Power.Kind.ValueType(content.kind),
        extent=pb.Power.Extent.ValueType(content.extent),
        basis=content.basis,
        boundary=content.boundary,
        responsibility=content.responsibility,
        importance=content.importance,
        frequency=pb.Power.Frequency.ValueType(content.frequency),
        discretion=content.discretion,
        key_area=content.key_area,
    )


def power_message(tenant: str, power: Power, standing: Standing) -> pb.Power:
    """`standing` is that of its position."""
    return pb.Power(
        name=f"tenants/{tenant}/powers/{power.id}",
        unit=f"tenants/{tenant}/units/{power.unit}",
        position=f"tenants/{tenant}/positions/{power.position}",
        content=content_message(power),
        grade=power.grade,
        proposed_grade=power.proposed_grade,
        grade_reason=proposed(standing, power).reason,
        flagged=power.flagged,
        grade_time=stamp(power.grade_time),
        retired=power.retired,
        version=power.version,
        leadership_meeting=f"tenants/{tenant}/leadershipMeetings/{power.decision}" if power.decision else "",
    )


async def shown_powers(acting: Acting, powers: Sequence[Power]) -> list[pb.Power]:
    """Powers with why they have their grades, in one query."""
    at = await positions.by_id(acting.tx, {each.position for each in powers})
    return [power_message(acting.tx.tenant, each, at[each.position].standing) for each in powers]
