"""A report's history from the ledger, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import minshao.watch.v1 as pb
from google.protobuf.message import Message

from services.common.events import event_messages, event_title
from services.common.instants import stamp
from services.common.ledger import Entry
from services.watch.reports.domain.terms import Cause, Class, Finding, Level, Satisfaction


def describe(entries: Sequence[Entry], names: Mapping[str, str]) -> list[pb.TimelineEntry]:
    """The entries, oldest first. `names`: what accounts and organs are called; their names stand where it is silent."""
    lines = []
    for entry in entries:
        event = event_messages()[entry.type].FromString(entry.payload)
        lines.append(
            pb.TimelineEntry(
                ledger_number=entry.number or 0,
                type=entry.type,
                title=event_title(entry.type),
                actor=entry.actor,
                event_time=stamp(entry.time),
                summary=summarise(event, names),
            )
        )
    return lines


def summarise(event: Message, names: Mapping[str, str]) -> str:
    """What is worth knowing of an event, in words. Names no reporter."""
    match event:
        case pb.ReportRegistered():
            return f"编号{event.report.number}，由{names.get(event.report.organ, event.report.organ)}办理"
        case pb.ReportClassified():
            return f"定为{Class(event.report.classification).label}"
        case pb.ReportRerouted():
            organ = names.get(event.report.organ, event.report.organ)
            return f"{Cause(event.cause).label}，改由{organ}办理"
        case pb.ReportAssigned():
            return f"交{names.get(event.officer, event.officer)}承办"
        case pb.ReportHandedOver():
            return f"由{names.get(event.from_officer, event.from_officer)}移交{names.get(event.to_officer, event.to_officer)}"
        case pb.ReportMoreTimeRequested():
            return f"申请延期{event.days}天"
        case pb.ReportMoreTimeDecided():
            return "同意延期" if event.granted else "不同意延期"
        case pb.ReportAnswered():
            return Finding(event.finding).label + ("，逾期答复" if event.late else "，按期答复")
        case pb.ReportClosed():
            return Satisfaction(event.satisfaction).label
        case pb.ReportEscalated():
            return f"报{Level(event.to_level).label}"
    return ""
