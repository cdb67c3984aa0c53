"""Who reported, and the messages with a reporter whom nobody knows."""

from __future__ import annotations

from dataclasses import dataclass

from minshao.watch.v1 import Message, ReportIdentityRevealed, ReportMessagePosted

from services.common.errors import Denied, Refused
from services.common.instants import stamp
from services.common.sealed_texts import last
from services.watch.reports import texts
from services.watch.reports.acting import Acting
from services.watch.reports.domain.recusal import handles_as_discipline, may_reveal
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.states import State
from services.watch.reports.domain.terms import Mode

AUTHORS = {
    texts.MESSAGE_OF_REPORTER: Message.Author.AUTHOR_REPORTER,
    texts.MESSAGE_OF_ORGAN: Message.Author.AUTHOR_ORGAN,
}


@dataclass(frozen=True, slots=True)
class Reporter:
    name: str
    contact: str


async def reveal_identity(acting: Acting, id: str, reason: str) -> Reporter:
    """Who reported, for the discipline officer who handles it: somebody must have been named before. The look is on
    record before it happens."""
    report = await acting.seen(id)
    if report.officer is None and handles_as_discipline(report, acting.viewer):
        raise Refused("UNASSIGNED", "该反映尚未交办，请先明确承办人。")
    if not may_reveal(report, acting.viewer):
        raise Denied("只有办理该反映的纪检干部可以查看反映人身份。", "NOT_HANDLING_DISCIPLINE")
    if report.mode is not Mode.NAMED:
        raise Refused("NO_IDENTITY", "该反映没有留下反映人身份。")
    key = await acting.key(report)
    evidence = texts.put(acting.tx, key, texts.REASON, reason, acting.actor.name, acting.now)
    acting.record(report, report, [ReportIdentityRevealed(reason=evidence)])
    known = await texts.read(acting.tx, acting.sealer, id, (texts.REPORTER_NAME, texts.REPORTER_CONTACT))
    return Reporter(last(known, texts.REPORTER_NAME), last(known, texts.REPORTER_CONTACT))


async def post_message(acting: Acting, report: Report, role: str, text: str) -> Message:
    """A message between the reporter and the organ, while the report is not closed."""
    if report.state in (State.CLOSED, State.NOT_ACCEPTED):
        raise Refused("CLOSED", "反映已办结，不能再留言。")
    report.check_reporter()
    evidence = texts.put(acting.tx, await acting.key(report), role, text, acting.actor.name, acting.now)
    acting.record(report, report, [ReportMessagePosted(author=AUTHORS[role], text=evidence)])
    return Message(author=AUTHORS[role], text=text, create_time=stamp(acting.now))


async def messages(acting: Acting, report: Report) -> list[Message]:
    """The messages of a report, oldest first."""
    found = await texts.read(acting.tx, acting.sealer, report.id, AUTHORS)
    return [Message(author=AUTHORS[each.role], text=each.text, create_time=stamp(each.time)) for each in found]
