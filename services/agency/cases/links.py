"""The seven links 环节 of a case, each stamped with who and when, from the ledger (domain §3, Case)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import minshao.agency.v1 as pb

from services.agency.cases.domain.case import Case, Part
from services.common import ledger
from services.common.access import tenant_of_unit
from services.common.database import Tx
from services.common.events import event_messages, event_title
from services.common.instants import stamp

LINKS = tuple(kind for kind in pb.CaseLink.Kind.values() if kind)

Stamped = tuple[ledger.Entry, pb.CaseLink.Kind.ValueType, str, str]
"""An entry, the link that it stamps, what happened in words, and the code of the desk that it concerns, if any."""


async def links_of(tx: Tx, case: Case) -> list[pb.CaseLink]:
    """All seven in their order; those that the case has not come to, or has no need of, are without a stamp."""
    entries = await ledger.timeline(tx, "consultation", case.consultation) if case.consultation else []
    return describe(case, [*entries, *await ledger.timeline(tx, "case", case.id)])


def describe(case: Case, entries: Sequence[ledger.Entry]) -> list[pb.CaseLink]:
    """The links by the entries about the case and the consultation that it was, oldest first."""
    links = {kind: pb.CaseLink(kind=kind) for kind in LINKS}
    for entry, kind, title, desk in _stamps(case, entries):
        links[kind].stamps.add(
            actor=entry.actor,
            time=stamp(entry.time),
            title=title,
            desk=f"tenants/{tenant_of_unit(desk)}/units/{desk}" if desk else "",
        )
    return list(links.values())


def _stamps(case: Case, entries: Iterable[ledger.Entry]) -> Iterator[Stamped]:
    accepted, done = False, set[Part]()
    for entry in entries:
        event, title = event_messages()[entry.type].FromString(entry.payload), event_title(entry.type)
        match event:
            case pb.ConsultationAsked() | pb.ConsultationAnswered():
                yield entry, pb.CaseLink.KIND_CONSULT, title, ""
            case pb.CaseAccepted():
                accepted = True
                yield from _acceptance(case, entry, title)
            case pb.CaseDecided(outcome=pb.Case.OUTCOME_GRANTED) if not accepted:
                yield from _acceptance(case, entry, title)
            case pb.CaseDecided(outcome=pb.Case.OUTCOME_WITHDRAWN) if entry.actor == "citizen":
                yield entry, pb.CaseLink.KIND_FEED_BACK, title, ""
            case pb.CasePartDone():
                part = next(each for each in case.parts if each.desk == event.desk and each not in done)
                done.add(part)
                yield from _handling(case, entry, part, done)
            case pb.CaseUrged() | pb.CaseOverdue() | pb.CaseEscalated():
                yield entry, pb.CaseLink.KIND_SUPERVISE, title, event.desk
            case pb.CaseOversightOrdered() | pb.CaseOversightAnswered() | pb.CaseOversightOverdue():
                yield entry, pb.CaseLink.KIND_SUPERVISE, title, event.desk
            case pb.CaseTold():
                yield entry, pb.CaseLink.KIND_FEED_BACK, title, ""


def _acceptance(case: Case, entry: ledger.Entry, title: str) -> Iterator[Stamped]:
    """What is accepted is classified by that: it is handled as its item is."""
    yield entry, pb.CaseLink.KIND_ACCEPT, title, ""
    yield entry, pb.CaseLink.KIND_CLASSIFY, case.handling.label, ""


def _handling(case: Case, entry: ledger.Entry, part: Part, done: set[Part]) -> Iterator[Stamped]:
    steps = [tuple(parts) for _, parts in groupby(case.parts, key=lambda each: each.step)]
    step = steps[part.step]
    if len(step) > 1:
        yield entry, pb.CaseLink.KIND_CO_HANDLE, "协办办结", part.desk
    if done.issuperset(step) and part.step + 1 < len(steps):
        above = [each for each in steps[part.step + 1] if each.tier > part.tier]
        yield from ((entry, pb.CaseLink.KIND_REPORT_UP, f"上报{each.tier.label}", each.desk) for each in above)
