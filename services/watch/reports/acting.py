"""What a use case has in its hands, and the one door through which a report changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, cast

from google.protobuf.message import Message
from minshao.watch.v1 import ReportReference

from services.common import deadlines, ledger
from services.common.access import Actor
from services.common.database import Tx
from services.common.errors import Denied, NotFound
from services.common.instants import stamp
from services.common.sealing import DataKey, Sealer
from services.watch.reports import store
from services.watch.reports.domain.deadlines import deadlines_of
from services.watch.reports.domain.recusal import (
    Viewer,
    accused_as_whole,
    acts_for_reporter,
    decides_above,
    handles,
    sees,
)
from services.watch.reports.domain.report import Report


class ReportEvent(Protocol):
    """Any event of a report: it names the report, and the level that may see it."""

    @property
    def report(self) -> ReportReference: ...

    visible_to: int


@dataclass(frozen=True, slots=True)
class Acting:
    """One person, or the system, acting on reports in one transaction."""

    tx: Tx
    sealer: Sealer
    actor: Actor
    viewer: Viewer
    now: datetime

    async def seen(self, id: str) -> Report:
        """The report, locked, if it exists for the viewer. Raises NotFound."""
        report = await store.lock(self.tx, id)
        if not sees(report, self.viewer):
            raise NotFound("反映")
        return report

    async def found(self, id: str) -> Report:
        """The same for reading only: no lock."""
        report = await store.load(self.tx, id)
        if not sees(report, self.viewer):
            raise NotFound("反映")
        return report

    async def handled(self, id: str) -> Report:
        """The report, locked, if the viewer belongs to the organ that handles it. Raises NotFound, Denied."""
        report = await self.seen(id)
        if not handles(report, self.viewer):
            raise Denied("该反映不由您所在的单位办理。", "NOT_HANDLER")
        return report

    async def decided(self, id: str) -> Report:
        """The report, locked, for who decides its class: the organ that handles it, and the level above, so that no
        report stays below because somebody there does not act. Raises NotFound, Denied."""
        report = await self.seen(id)
        if not (handles(report, self.viewer) or decides_above(report, self.viewer)):
            raise Denied("该反映不由您所在的单位办理。", "NOT_HANDLER")
        return report

    async def told_for(self, id: str) -> Report:
        """The report, locked, for who may act on the reporter's behalf. Raises NotFound, Denied."""
        report = await self.seen(id)
        if not acts_for_reporter(report, self.viewer):
            raise Denied("请由承办单位、提交人或监督哨登记员代反映人办理。", "NOT_FOR_REPORTER")
        return report

    async def key(self, report: Report) -> DataKey:
        return await self.sealer.key(self.tx, report.id)

    def record(self, before: Report | None, after: Report, events: Sequence[ReportEvent]) -> Report:
        """What `record` does, by whoever acts."""
        return record(self.tx, self.actor, before, after, events, self.now)


def record(
    tx: Tx, actor: Actor, before: Report | None, after: Report, events: Sequence[ReportEvent], now: datetime
) -> Report:
    """Writes the report, moves its deadlines and appends the events to the ledger, all as pending writes."""
    first = before.version + 1 if before else 1
    last = first + len(events) - 1
    if after.version != last:
        after = replace(after, version=last)
    if before is None:
        store.insert(tx, after)
    else:
        store.save(tx, before, after)
    _move_deadlines(tx, before, after)
    reference = reference_of(after)
    for version, event in enumerate(events, first):
        event.report.CopyFrom(reference)
        event.visible_to = int(after.level)
        ledger.append(tx, actor, "report", after.id, version, cast(Message, event), now)
    return after


def _move_deadlines(tx: Tx, before: Report | None, after: Report) -> None:
    old, new = deadlines_of(before) if before else {}, deadlines_of(after)
    for kind, due in new.items():
        if old.get(kind) != due:
            deadlines.schedule(tx, kind, after.id, due)
    if gone := old.keys() - new.keys():
        deadlines.cancel(tx, after.id, *sorted(gone))


def reference_of(report: Report) -> ReportReference:
    """What events say of a report: codes, numbers and times."""
    return ReportReference(
        report=name_of(report),
        number=report.number,
        unit=report.unit,
        organ=report.organ,
        level=int(report.level),
        kind=int(report.kind),
        matter=int(report.matter),
        channel=int(report.channel),
        classification=int(report.classification),
        subject_cadre=report.subject_cadre or "",
        subject_unit=report.subject_unit or "",
        register_time=stamp(report.register_time),
        due_time=stamp(report.due_time),
        recused_accounts=report.conflicted,
        recused_units=accused_as_whole(report),
        origin=report.origin or "",
    )


def name_of(report: Report) -> str:
    return f"tenants/{report.tenant}/reports/{report.id}"
