"""A report's history from the ledger, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import minshao.watch.v1 as pb
from google.protobuf.message import Message

from services.common.events import event_messages, event_title
from services.common.instants import stamp
from services.common.ledger import Entry
from services.watch.reports.domain.terms import Cause, Class, Finding, Level, Satisfaction

HANDLING = frozenset(
    {
        "watch.report.identity_revealed",
        "watch.report.message_posted",
        "watch.report.more_time_requested",
        "watch.report.more_time_decided",
        "watch.report.substantiated",
    }
)
"""What only those are shown who may read what became of a report."""


def describe(entries: Sequence[Entry], names: Mapping[str, str], whole: bool) -> list[pb.TimelineEntry]:
    """The entries, oldest first. `names`: what accounts and organs are called; their names stand where it is silent.

    Without `whole` it tells that and when things happened, and nothing of what was found.
    """
    lines = []
    for entry in entries:
        if not whole and entry.type in HANDLING:
            continue
        event = event_messages()[entry.type].FromString(entry.payload)
        lines.append(
            pb.TimelineEntry(
                ledger_number=entry.number or 0,
                type=entry.type,
                title=event_title(entry.type),
                actor=entry.actor,
                event_time=stamp(entry.time),
                summary=summarise(event, names) if whole or not isinstance(event, pb.ReportAnswered) else "",
            )
        )
    return lines


def summarise(event: Message, names: Mapping[str, str]) -> str:
    """What is worth knowing of an event, in words. Names no reporter."""
    say = SUMMARIES.get(type(event))
    return say(event, lambda code: names.get(code, code)) if say else ""


SUMMARIES: dict[type[Message], Callable[[Any, Callable[[str], str]], str]] = {
    pb.ReportRegistered: lambda event, name: f"编号{event.report.number}，由{name(event.report.organ)}办理",
    pb.ReportClassified: lambda event, _: f"定为{Class(event.report.classification).label}",
    pb.ReportRerouted: lambda event, name: f"{Cause(event.cause).label}，改由{name(event.report.organ)}办理",
    pb.ReportAssigned: lambda event, name: f"交{name(event.officer)}承办",
    pb.ReportHandedOver: lambda event, name: f"由{name(event.from_officer)}移交{name(event.to_officer)}",
    pb.ReportMoreTimeRequested: lambda event, _: f"申请延期{event.days}天",
    pb.ReportMoreTimeDecided: lambda event, _: "同意延期" if event.granted else "不同意延期",
    pb.ReportAnswered: lambda event, _: Finding(event.finding).label + ("，逾期答复" if event.late else "，按期答复"),
    pb.ReportClosed: lambda event, _: Satisfaction(event.satisfaction).label,
    pb.ReportEscalated: lambda event, _: f"报{Level(event.to_level).label}",
}
"""Each event's words; its type is the key, so that each may read its own fields."""
