"""Which thing followed from which, as events say it: a report, a case or the opinion that its bad rating became, the
risk information about it, the warning, the disposition. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message
from minshao.agency import v1 as agency
from minshao.risk import v1 as risk
from minshao.watch import v1 as watch

from services.common.understanding import concerns, tenant_of
from services.gateway.feed.references import Happening, report_of

Link = tuple[str, str]
"""Resource names: what was before, and what followed from it."""

OF_DISPOSITIONS = (
    risk.DispositionRecorded,
    risk.DispositionHandedOver,
    risk.DispositionAccepted,
    risk.DispositionResultReturned,
    risk.DispositionCorrected,
    risk.DispositionNotCorrected,
    risk.DispositionOverdue,
)
OF_SPECIAL_OVERSIGHTS = (watch.OversightOrdered, watch.OversightAnswered, watch.OversightOverdue)


def links_of(happening: Happening) -> Iterator[Link]:
    """What an event says of what followed from what, in tenants with which its own has to do. Each says it anew: none
    needs another to come first."""
    for link in _links(happening.message):
        if all((tenant := tenant_of(name)) and concerns(happening.tenant, tenant) for name in link):
            yield link


def _links(message: Message) -> Iterator[Link]:
    if isinstance(message, risk.RiskInformationCollected | risk.RiskInformationCorrected) and message.origin:
        yield message.origin, message.risk_information
    elif isinstance(message, risk.WarningRaised):
        yield from ((information, message.warning) for information in message.risk_information)
    elif isinstance(message, risk.WarningJoined):
        yield message.risk_information, message.warning
    elif isinstance(message, OF_DISPOSITIONS):
        yield message.warning, message.disposition
    elif isinstance(message, OF_SPECIAL_OVERSIGHTS) and message.warning:
        yield message.warning, message.oversight
    elif isinstance(message, agency.RatingBad):
        yield message.case.case, message.rating
    elif (report := report_of(message)) and report.origin:
        yield report.origin, report.report
    if isinstance(message, watch.OversightOrdered):
        yield from ((case, message.oversight) for case in message.cases)
    elif isinstance(message, watch.OversightAttached):
        yield message.case, message.oversight
