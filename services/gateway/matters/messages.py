"""Parts of a matter as messages of the contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf.message import Message
from minshao.agency import v1 as agency
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as risk
from minshao.watch import v1 as watch

from services.common.events import event_messages, event_title
from services.common.instants import stamp
from services.gateway.feed.domain import Entry
from services.gateway.matters.use_cases import Part

COLOURS = {1: "黄色", 2: "橙色", 3: "红色"}
SEVERITIES = {1: "风险提示", 2: "批评教育", 3: "诫勉谈话", 4: "责令纠错", 5: "依纪依法查处"}
DEEDS = {**SEVERITIES, 6: "纠错完成", 7: "查处已有结果"}


def _beyond(said: risk.WarningRaised) -> str:
    """How many pieces count for a warning beside those that its event names."""
    return f"，另有{said.unnamed_count}条依据信息未列出" if said.unnamed_count else ""


SUMMARIES: dict[type[Message], Callable[[Any], str]] = {
    risk.RiskInformationCorrected: lambda said: "不再计入" if said.withdrawn else "",
    risk.WarningRaised: lambda said: COLOURS.get(said.colour, "") + _beyond(said),
    risk.WarningLowered: lambda said: COLOURS.get(said.colour, ""),
    risk.DispositionRecorded: lambda said: SEVERITIES.get(said.severity, ""),
    watch.ReportEffectTold: lambda said: DEEDS.get(said.deed, ""),
    agency.CaseEffectTold: lambda said: DEEDS.get(said.deed, ""),
}
"""What is worth knowing of an event beside its title: colours, what was done, that a piece counts no more."""


def part_message(part: Part, town_names: Mapping[str, str]) -> gateway.MatterPart:
    first = part.steps[0][0]
    return gateway.MatterPart(
        name=part.name,
        number=next((entry.cited for entry, _ in part.steps if entry.cited), ""),
        town=first.town,
        town_name=town_names.get(first.town, ""),
        unit=_unit(part),
        follows_from=part.follows_from,
        steps=[_step(entry, payload) for entry, payload in part.steps],
        steps_left_out=part.step_count - len(part.steps),
    )


def _unit(part: Part) -> str:
    """Code of the unit where it began; of a piece of risk information, that to which it was corrected last."""
    units = [entry.unit for entry, _ in part.steps if entry.unit] or [""]
    return units[-1 if "/riskInformation/" in part.name else 0]


def _step(entry: Entry, payload: bytes) -> gateway.MatterPart.Step:
    kind = event_messages().get(entry.type)
    summary = SUMMARIES.get(kind) if kind else None
    return gateway.MatterPart.Step(
        event=str(entry.event),
        type=entry.type,
        title=event_title(entry.type) if kind else entry.type,
        summary=summary(kind.FromString(payload)) if kind and summary else "",
        event_time=stamp(entry.time),
        trace=entry.trace,
    )
