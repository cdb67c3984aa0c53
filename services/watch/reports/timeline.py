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
        "watch.report.conflict_declared",
        "watch.report.identity_revealed",
        "watch.report.message_posted",
        "watch.report.more_time_requested",
        "watch.report.more_time_decided",
        "watch.report.subject_linked",
        "watch.report.substantiated",
    }
)
"""What only those are shown who may read what became of a report."""


def describe(entries: Sequence[Entry], names: Mapping[str, str], whole: bool) -> list[pb.TimelineEntry]:
    """The entries, oldest first. `names`: what accounts and organs are called; their names stand where it is silent.

    Without `whole` it tells that and when things happened and which organ has it, nothing of what was found, nor why.
    """
    words = SUMMARIES if whole else SUMMARIES | OUTER_SUMMARIES
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
                summary=_summary(event, names, words),
            )
        )
    return lines


Words = Callable[[Any, Callable[[str], str]], str]
"""What is worth knowing of an event, in words, given what codes are called. Names no reporter."""


def _summary(event: Message, names: Mapping[str, str], words: Mapping[type[Message], Words]) -> str:
    say = words.get(type(event))
    return say(event, lambda code: names.get(code, code)) if say else ""


SUMMARIES: dict[type[Message], Words] = {
    pb.ReportRegistered: lambda event, name: f"编号{event.report.number}，由{name(event.report.organ)}办理",
    pb.ReportClassified: lambda event, _: f"定为{Class(event.report.classification).label}",
    pb.ReportRerouted: lambda event, name: f"{Cause(event.cause).label}，改由{name(event.report.organ)}办理",
    pb.ReportAssigned: lambda event, name: f"交{name(event.officer)}承办",
    pb.ReportHandedOver: lambda event, name: f"由{name(event.from_officer)}移交{name(event.to_officer)}",
    pb.ReportMoreTimeRequested: lambda event, _: f"申请延期{event.days}天",
    pb.ReportMoreTimeDecided: lambda event, _: "同意延期" if event.granted else "不同意延期",
    pb.ReportRescheduled: lambda event, _: f"由{event.old_last_day}调整为{event.last_day}：{event.why}",
    pb.ReportAnswered: lambda event, _: Finding(event.finding).label + ("，逾期答复" if event.late else "，按期答复"),
    pb.ReportClosed: lambda event, _: Satisfaction(event.satisfaction).label,
    pb.ReportEscalated: lambda event, _: f"报{Level(event.to_level).label}",
}
"""Each event's words; its type is the key, so that each may read its own fields."""

OUTER_SUMMARIES: dict[type[Message], Words] = {
    pb.ReportRerouted: lambda event, name: f"改由{name(event.report.organ)}办理",
    pb.ReportAnswered: lambda *_: "",
}
"""The words in their place for who may not read what became of the report: no cause, which would say whom it is about,
and no finding."""
