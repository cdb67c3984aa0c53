"""Reports as the contract shows them, cut down to what the viewer may see."""

from __future__ import annotations

from collections.abc import Sequence

import minshao.watch.v1 as pb

from services.common.instants import stamp
from services.common.sealed_texts import Text, last
from services.watch.reports import texts
from services.watch.reports.domain.clocks import last_day_before
from services.watch.reports.domain.recusal import (
    Viewer,
    acts_for_reporter,
    decides_above,
    reads_handling,
    reads_text,
)
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.states import State

SHOWN = (
    texts.TOLD,
    texts.ABOUT,
    texts.ANSWER,
    texts.REFUSAL,
    texts.MORE_TIME,
    texts.MORE_TIME_DECISION,
    texts.TELLER,
    texts.TELL_MANNER,
)
"""The texts that belong to a report as its readers see it."""


def opens_texts(report: Report, viewer: Viewer) -> bool:
    """Whether there is any text of the report that the viewer may read."""
    if reads_text(report, viewer) or (report.tell_time is not None and acts_for_reporter(report, viewer)):
        return True
    return report.more_days is not None and decides_above(report, viewer)


def encode(report: Report, viewer: Viewer, opened: Sequence[Text] = (), reasons: Sequence[str] = ()) -> pb.Report:
    """The report as the viewer may see it; `opened` are its texts, and `reasons` those for its proposed class, which
    quote them: shown only to who may read them.

    Who handles it reads all of them; whoever brought it, or told its reporter the answer, what they wrote; who decides
    on more time what was asked.
    """
    tenant = f"tenants/{report.tenant}"
    message = pb.Report(
        name=f"{tenant}/reports/{report.id}",
        number=report.number,
        kind=int(report.kind),
        matter=int(report.matter),
        channel=int(report.channel),
        reporter_mode=int(report.mode),
        unit=f"{tenant}/units/{report.unit}",
        state=int(report.state),
        classification=int(report.classification),
        proposed_classification=int(report.proposed_classification),
        level=int(report.level),
        organ=f"tenants/{report.organ.partition('.')[0][:9]}/units/{report.organ}",
        officer=report.officer or "",
        receive_time=stamp(report.receive_time),
        register_time=stamp(report.register_time),
        last_day=last_day_before(report.due_time).isoformat(),
        due_time=stamp(report.due_time),
        first_last_day=last_day_before(report.first_due_time).isoformat(),
        overdue_time=stamp(report.overdue_time),
        late=report.late,
        satisfaction=int(report.satisfaction),
        reopened=report.reopened,
        under_oversight=report.under_oversight,
        moved_to_county=report.moved_to_county,
        version=report.version,
        answer_time=stamp(report.answer_time),
        close_time=stamp(report.close_time),
        box_opening=f"{tenant}/boxOpenings/{report.box_opening}" if report.box_opening else "",
        meeting=f"{tenant}/meetings/{report.meeting}" if report.meeting else "",
        oral_to=report.oral_to or "",
        origin=report.origin or "",
    )
    own = [each for each in opened if each.author == viewer.account]
    if report.tell_time:
        message.telling.CopyFrom(_telling(report, opened if reads_handling(report, viewer) else own))
    if reads_handling(report, viewer):
        _add_content(message, report, opened)
        message.proposal_reasons.extend(reasons)
    elif reads_text(report, viewer):
        message.text = last(own, texts.TOLD)
        message.subject.about = last(own, texts.ABOUT)
    if report.more_days is not None and (reads_handling(report, viewer) or decides_above(report, viewer)):
        message.more_time.CopyFrom(_more_time(report, opened))
    return message


def answer(report: Report, opened: Sequence[Text]) -> pb.Answer | None:
    """The answer with its text; none before there is one, nor while a reopened report waits for its second."""
    if report.finding is None or report.answer_time is None or report.state.open:
        return None
    return pb.Answer(
        finding=int(report.finding),
        text=last(opened, texts.ANSWER),
        answer_time=stamp(report.answer_time),
        answerer=report.answerer or "",
        publish_time=stamp(report.publish_time),
    )


def _add_content(message: pb.Report, report: Report, opened: Sequence[Text]) -> None:
    """What only who handles the report reads, and of an opinion everybody who sees it."""
    tenant = f"tenants/{report.tenant}"
    message.text = last(opened, texts.TOLD)
    message.subject.CopyFrom(
        pb.Subject(
            about=last(opened, texts.ABOUT),
            cadre=f"{tenant}/cadres/{report.subject_cadre}" if report.subject_cadre else "",
            unit=f"{tenant}/units/{report.subject_unit}" if report.subject_unit else "",
            town_leadership=report.leadership_meant or report.leads_town,
        )
    )
    if given := answer(report, opened):
        message.answer.CopyFrom(given)
    if report.state is State.NOT_ACCEPTED:
        message.refusal_reason = last(opened, texts.REFUSAL)


def _telling(report: Report, opened: Sequence[Text]) -> pb.Telling:
    return pb.Telling(
        teller=last(opened, texts.TELLER) or report.teller or "",
        manner=last(opened, texts.TELL_MANNER) or report.tell_manner or "",
        tell_time=stamp(report.tell_time),
    )


def _more_time(report: Report, opened: Sequence[Text]) -> pb.MoreTime:
    return pb.MoreTime(
        reason=last(opened, texts.MORE_TIME),
        days=report.more_days or 0,
        requester=report.more_requester or "",
        request_time=stamp(report.more_request_time),
        granted=bool(report.more_granted),
        decider=report.more_decider or "",
        decide_time=stamp(report.more_decide_time),
        decision_reason=last(opened, texts.MORE_TIME_DECISION),
    )
